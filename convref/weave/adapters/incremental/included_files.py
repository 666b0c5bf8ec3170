"""Record the files that pymdownx.snippets includes while a page is converted.

The result of a conversion is reused only while these files are unchanged. Besides each file that was found,
the files are recorded that would have been found in its place if they existed: a snippet is looked up in each
folder of the option `base_path`, in order. Docstrings can include files, too.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from convref.weave.cache.fingerprints import file_state

FileStates: TypeAlias = Mapping[str, str]
"""A dict from the path of a file to its state, as `file_state` returns it; the file need not exist."""


@contextlib.contextmanager
def recording(is_active: bool) -> Iterator[dict[str, str]]:
    """Return a context manager with a dict that gets the state of each file in which a snippet is looked up.

    The state of a file is that from before the file was read. If the file changes later, the recorded state
    is outdated, and the page is converted again.

    Args:
        is_active: whether the site uses the extension. If not, nothing is recorded.
    """
    found: dict[str, str] = {}
    if not is_active:
        yield found
        return
    from pymdownx.snippets import SnippetPreprocessor  # only sites that use it have it

    get_snippet_path = SnippetPreprocessor.get_snippet_path

    def recorded(self: Any, path: str) -> Any:
        for each in _candidates(self.base_path, path):
            found.setdefault(each, file_state(each))
        return get_snippet_path(self, path)

    # The converter of the page and those of docstrings have different objects of this class.
    SnippetPreprocessor.get_snippet_path = recorded
    try:
        yield found
    finally:
        SnippetPreprocessor.get_snippet_path = get_snippet_path


def unchanged(states: FileStates) -> bool:
    """Return whether all files are in the recorded state."""
    return all(file_state(path) == state for path, state in states.items())


def _candidates(bases: list[str], path: str) -> Iterator[str]:
    """Yield the paths at which a snippet is looked up: one in each base, which is a folder or a file."""
    for base in bases:
        yield base if os.path.isfile(base) else os.path.join(base, path)  # noqa: PTH113, PTH118
