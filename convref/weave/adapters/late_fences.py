"""The Python-Markdown extension that runs *late fences*: those that appear only while a page is converted.

A late fence is not in the page's text. It comes, for example, from a snippet, a macro or a docstring.
mkdocstrings converts docstrings with a separate Markdown converter, which uses the same extensions, so this
extension runs the fences in docstrings, too. It runs after snippets are inserted, and before
pymdownx.superfences turns fences into code blocks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from convref.weave.page.snippets import included_files
from convref.weave.site.late_fences import LateFences, Place, near

_AFTER_SNIPPETS: Final = 31.5
_DOCSTRINGS: Final = "mkdocstrings_ids"  # a processor of mkdocstrings, which knows the object of a docstring
# A fence that no processor has recognized becomes inline code, or a paragraph if a blank line is in it.
_PREFORMATTED: Final = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_SHOWN_AS_TEXT: Final = re.compile(
    r"(?:<code>|<p>[ \t]*(?:`{3,}|~{3,}))\s*(?P<info>\{?\.?[\w.+#-]+[^<>\n]*\bexec=[^<\n]*)\n"
)


class ConvertedPage:
    """A page that is being converted to HTML.

    Args:
        fences: runs the late fences of the page.
        path: the page's path, as it appears in messages.
        text: the page's text as its author wrote it.
        snippets: the directories in which snippets are looked up.
        config: the configuration of MkDocs, from which mkdocstrings is obtained; None without MkDocs.
    """

    def __init__(
        self, fences: LateFences, path: str, text: str, snippets: Sequence[str], config: Any
    ) -> None:
        self.fences, self.path, self.text, self.snippets, self.config = fences, path, text, snippets, config

    def place(self, text: str, line: int, name: str) -> Place:
        """Return the file and line where the author wrote a line of a text that is being converted.

        Args:
            text: the text, such as a docstring or the page with its snippets.
            line: the number of the line in this text.
            name: for a docstring, the name of its object; otherwise "".
        """
        lines = [each.strip() for each in text.splitlines()]
        if name:
            found = self._in_docstring(name, lines[line - 1 :]) or self._directive(name)
        else:
            found = self._in_snippet(lines[line - 1 :])
        return found or near(self.path, self.text)(text, line)

    def _in_docstring(self, name: str, lines: list[str]) -> Place | None:
        try:
            handler = self.config.plugins["mkdocstrings"].get_handler("python")
            described = handler._modules_collection[name]  # noqa: SLF001 (nothing public has it)
            docstring, path = described.docstring, os.path.relpath(described.filepath)
            index = _index(docstring.value.splitlines(), lines)
            return Place(path, docstring.lineno + (index or 0))
        except (AttributeError, KeyError, TypeError, ValueError):
            return None

    def _directive(self, name: str) -> Place | None:
        """Return the position of the line `::: name` of the page that documents an object, or None.

        The line may name the object itself, or a module or class that contains it.
        """
        for number, line in enumerate(self.text.splitlines(), 1):
            mark, _, shown = line.strip().partition(" ")
            if mark == ":::" and f"{name}.".startswith(f"{shown.strip()}."):
                return Place(self.path, number)
        return None

    def _in_snippet(self, lines: list[str]) -> Place | None:
        for file in included_files(self.text, self.snippets):
            index = _index(file.read_text("utf-8", errors="replace").splitlines(), lines)
            if index is not None:
                return Place(os.path.relpath(file), index + 1)
        return None


class LateFencesExtension(Extension):
    """The extension of Python-Markdown that runs late fences: those that appear only during the conversion.

    Args:
        page: a function that returns the page that is being converted; None if it is no page of the site.
    """

    def __init__(self, page: Callable[[], ConvertedPage | None]) -> None:
        super().__init__()
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the preprocessor with Python-Markdown."""
        register(md, self.page)


def register(md: Markdown, page: Callable[[], ConvertedPage | None]) -> None:
    """Add a preprocessor that runs late fences to a Markdown converter.

    Args:
        md: the converter.
        page: see `LateFencesExtension`.
    """
    md.preprocessors.register(_LateFences(md, page), "convref-late-fences", _AFTER_SNIPPETS)


class _LateFences(Preprocessor):
    """The preprocessor that runs late fences and replaces them by their results."""

    def __init__(self, md: Markdown, page: Callable[[], ConvertedPage | None]) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        page = self.page()
        if page is None:
            return lines
        name = ""
        if _DOCSTRINGS in self.md.treeprocessors:
            prefix = getattr(self.md.treeprocessors[_DOCSTRINGS], "id_prefix", "")
            name = prefix.removesuffix("--")
        text = page.fences.replaced("\n".join(lines), lambda text, line: page.place(text, line, name))
        return text.split("\n")


def fences_shown_as_text(html: str) -> Iterator[str]:
    r"""Yield a message for each fence that should have been run, but is text in the converted page.

    Example:
        >>> list(fences_shown_as_text('<p><code>python exec="on"\nprint(1)</code></p>'))
        ['a fence is shown as text and was not run: python exec="on"']
    """
    for match in _SHOWN_AS_TEXT.finditer(_PREFORMATTED.sub("", html)):
        yield f"a fence is shown as text and was not run: {match['info']}"


def _index(lines: Sequence[str], searched: Sequence[str]) -> int | None:
    """Return the index in `lines` at which the first two of the searched lines occur, or None.

    Indentation is ignored.
    """
    own = [each.strip() for each in lines]
    for index, pair in enumerate(pairwise([*own, ""])):
        if pair == tuple([*searched, ""][:2]):
            return index
    return None
