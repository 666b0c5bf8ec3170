"""The sections of pages, kept in a file in the folder of convref's cache for the next build.

Splitting the pages takes most of the time in which the search index is built. The sections of a page depend
only on its HTML and title, and on the code that splits them.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import astuple
from pathlib import Path

from convref.weave.cache.store import Store
from convref_docs.search import sections as splitting
from convref_docs.search.sections import Section, sections


class KeptSections:
    """The function `sections`, without the computation for pages of the last build.

    Args:
        store: the entries of the cache.
        lang: the language of the pages.

    Example:
        >>> kept = KeptSections(Store(Path("no such folder")), "en")
        >>> [section.title for section in kept("<h1>A</h1>", "")]
        ['A']
    """

    def __init__(self, store: Store, lang: str) -> None:
        self._store, self._slot = store, f"search-{lang}"
        code = Path(splitting.__file__).read_bytes() + sys.version.encode()
        self._code = hashlib.sha256(code).hexdigest()
        body = next(iter(store.all(self._slot)), {})
        self._known: dict[str, list[list[object]]] = body["pages"] if body.get("code") == self._code else {}
        self._used: dict[str, list[list[object]]] = {}

    def __call__(self, html: str, title: str) -> tuple[Section, ...]:
        """Return the sections of a page; see `sections`."""
        key = hashlib.sha256(f"{title}\0{html}".encode("utf-8", "surrogatepass")).hexdigest()
        if key in self._known:
            found = tuple(Section(*each) for each in self._known[key])  # type: ignore[arg-type]
        else:
            found = sections(html, title)
        self._used[key] = [list(astuple(each)) for each in found]
        return found

    def write(self) -> None:
        """Keep the sections of the pages of this build, and no others."""
        if self._used.keys() != self._known.keys():
            self._store.write(
                self._slot, "sections", {"code": self._code, "pages": self._used}, is_needed=False
            )
