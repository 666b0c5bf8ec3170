"""List the modules of a package with the first sentences of their docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref_docs.paths import ROOT, package_folder

TITLES = {"en": ("module", "contents"), "zh": ("模块", "内容")}


@dataclass(frozen=True)
class Modules:
    """The modules of a package, as a table.

    Attributes:
        rows: the name of each module within its package, and the first sentence of its docstring.
    """

    rows: tuple[tuple[str, str], ...]

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in TITLES:
            return None
        name, contents = TITLES[lang]
        rows = "\n".join(f"| `{name}` | {_cell(text)} |" for name, text in self.rows)
        return f"| {name} | {contents} |\n| --- | --- |\n{rows}\n"


def modules(package: str, root: Path = ROOT) -> Modules:
    """Return a table of the modules of a package, including those in its subpackages.

    Args:
        package: the name of the package, such as `convref.weave.page`.
        root: the folder that holds the top-level package.

    Raises:
        ArgumentError: there is no such package below `root`.

    Example:
        >>> modules("convref.weave.page").rows[-1]
        ('tree', 'A tree of pages: all pages below a directory, with their languages and translations.')
    """
    return Modules(tuple(_rows(package_folder(package, root))))


def _rows(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*.py")):
        name = ".".join(file.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        text = ast.get_docstring(ast.parse(file.read_bytes())) or ""
        if name != "__init__":
            yield name, " ".join(text.partition("\n\n")[0].split())


def _cell(text: str) -> str:
    """Escape a docstring for a cell of a Markdown table, except its code spans."""
    parts = text.replace("|", r"\|").split("`")
    return "`".join(
        part if at % 2 else part.replace("<", "&lt;").replace("*", r"\*") for at, part in enumerate(parts)
    )
