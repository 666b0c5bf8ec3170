"""List the pages of a section as links, and the command to install the package, for the first page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from convref.analysis.table import LANGUAGES
from convref_docs.contents import summary
from convref_docs.paths import DOCS

SEPARATORS = {"en": " · ", "zh": " · "}
# The command until the package is released; a release must change it.
INSTALL = "pip install ."
INSTALLED_FROM = {"en": "In a clone of the project:", "zh": "在项目的克隆目录中执行："}


@dataclass(frozen=True)
class Directory:
    """The pages of a section, linked by their titles.

    Attributes:
        section: the folder of the section.
        pages: the pages' names, in order.
        docs: the folder of the site's pages.
    """

    section: str
    pages: tuple[str, ...]
    docs: Path

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in LANGUAGES:
            return None
        links = (
            f"[{summary(self.docs / lang / self.section / f'{page}.md').title}]({self.section}/{page}.md)"
            for page in self.pages
        )
        return SEPARATORS[lang].join(links)


def directory(section: str, pages: tuple[str, ...] = (), docs: str | Path = DOCS) -> Directory:
    """Return links to the pages of a section.

    Args:
        section: the folder of the section, such as `operators`.
        pages: the names of the pages, in order; by default those of all pages of the section except its
            index, sorted by name.
        docs: the folder of the site's pages.

    Example:
        >>> print(directory("operators", ("conv2d", "dilated_conv"))._repr_lang_("en"))
        [2-D convolution](operators/conv2d.md) · [Dilated convolution](operators/dilated_conv.md)
    """
    root = Path(docs)
    every = tuple(sorted(path.stem for path in (root / "en" / section).glob("*.md") if path.stem != "index"))
    return Directory(section, pages or every, root)


@dataclass(frozen=True)
class Install:
    """The installation instructions: a sentence and a command."""

    def _repr_lang_(self, lang: str) -> str | None:
        return f"{INSTALLED_FROM[lang]}\n\n```sh\n{INSTALL}\n```\n" if lang in LANGUAGES else None


def install() -> Install:
    """Return the installation instructions, which all pages take from here."""
    return Install()
