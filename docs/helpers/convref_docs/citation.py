"""Show how to cite the project, read from its file CITATION.cff."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from convref.analysis.table import LANGUAGES
from convref.errors import ArgumentError
from convref_docs.paths import ROOT

REQUIRED = ("title", "authors", "version")
HEADINGS = {
    "en": ("As plain text:", "As BibTeX:"),
    "zh": ("纯文本：", "BibTeX："),
}


@dataclass(frozen=True)
class Citation:
    """A citation of a piece of software.

    Attributes:
        title: its title.
        authors: the names of its authors.
        version: its version.
        file: the file from which this was read.
    """

    title: str
    authors: tuple[str, ...]
    version: str
    file: Path

    def text(self) -> str:
        """Return the citation as one line of plain text."""
        return f"{', '.join(self.authors)}. {self.title}. Version {self.version}."

    def bibtex(self) -> str:
        """Return the citation as an entry for BibTeX, which protects the title's capitals by braces."""
        key = self.title.partition(":")[0].lower()
        authors = " and ".join(f"{{{name}}}" for name in self.authors)
        fields = {"author": authors, "title": f"{{{self.title}}}", "version": self.version}
        lines = (_wrapped(f"  {name} = {{{value}}},") for name, value in fields.items())
        return "\n".join((f"@software{{{key},", *lines, "}"))

    def source(self) -> Source:
        """Return the file itself, to be shown."""
        return Source(self.file.read_text(encoding="utf-8"))

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in LANGUAGES:
            return None
        plain, bibtex = HEADINGS[lang]
        return f"{plain}\n\n> {self.text()}\n\n{bibtex}\n\n```bibtex\n{self.bibtex()}\n```\n"


def _wrapped(line: str) -> str:
    """Break a long line of BibTeX, where a line break counts as a space, so that a page can show it whole."""
    return textwrap.fill(line, 90, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Source:
    """The text of a file in YAML, shown as code."""

    text: str

    def _repr_markdown_(self) -> str:
        return f"```yaml\n{self.text}```\n"


def citation(path: str | Path = ROOT / "CITATION.cff") -> Citation:
    """Return the citation that a file in the Citation File Format gives.

    Args:
        path: the file; its format is described at https://citation-file-format.github.io.

    Raises:
        ArgumentError: the file lacks a field that a citation needs.

    Example:
        >>> citation().authors
        ('The convref authors',)
    """
    found: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    missing = [name for name in REQUIRED if not found.get(name)]
    if missing:
        raise ArgumentError(f"citation: path (={path}) must have the fields {', '.join(missing)}")
    authors = tuple(map(_name, found["authors"]))
    return Citation(str(found["title"]), authors, str(found["version"]), Path(path))


def _name(author: dict[str, str]) -> str:
    """Return the name of an author: a group's name, or a person's given and family names."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"
