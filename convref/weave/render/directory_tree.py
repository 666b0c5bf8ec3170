"""Draw directory trees from indented lists of file names, with the icons of the site's theme, if any."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

FOLDER, FILE = "📁", "📄"
ICONS: Final = MappingProxyType(
    {
        "c": "simple/c", "cpp": "simple/cplusplus", "css": "simple/css", "fish": "simple/fishshell",
        "fs": "simple/fsharp", "gitattributes": "simple/git", "gitignore": "simple/git", "go": "simple/go",
        "gradle": "simple/gradle", "groovy": "simple/apachegroovy", "h": "simple/c",
        "hpp": "simple/cplusplus", "html": "simple/html5", "ico": "simple/icon", "ipynb": "simple/jupyter",
        "jinja": "simple/jinja", "jpeg": "simple/jpeg", "jpg": "simple/jpeg", "js": "simple/javascript",
        "json": "simple/json", "jsx": "simple/react", "kt": "simple/kotlin", "lua": "simple/lua",
        "md": "simple/markdown", "odt": "simple/libreofficewriter", "php": "simple/php",
        "py": "simple/python", "pyc": "simple/python", "pyd": "simple/python", "pyo": "simple/python",
        "pyx": "simple/python", "rb": "simple/ruby", "rs": "simple/rust", "scala": "simple/scala",
        "scss": "simple/sass", "sh": "simple/gnubash", "svg": "simple/svg", "tex": "simple/latex",
        "toml": "simple/toml", "ts": "simple/typescript", "tsx": "simple/react", "yaml": "simple/yaml",
        "yml": "simple/yaml", "zsh": "simple/zsh", "dockerfile": "simple/docker",
    }
)  # fmt: skip
"""The path of an icon in the theme, by the suffix of a file or, for files without one, by its name.

Suffixes and names are in lower case, without a period at the beginning.
"""
_OTHER: Final = "material/file"


@dataclass
class _Node:
    name: str
    children: list[_Node] = field(default_factory=list)

    @property
    def folder(self) -> bool:
        return bool(self.children) or self.name.split()[0].endswith("/")


def draw(text: str, icons: str = "auto", icon: Callable[[str], str] | None = None) -> str:
    r"""Draw a directory tree from an indented list of names.

    An entry is a directory if it has children or ends in a slash.

    Args:
        text: the names, one per line. The entries of a directory are indented more than its own name.
        icons: "auto" shows an icon before each name: the theme's icon for this kind of file if there is one,
            otherwise 📁 or 📄. "basic" always shows 📁 or 📄. "none" shows no icons.
        icon: a function from the name of a file to a text that shows the theme's icon for it; the text is ""
            if the theme has no icon.

    Example:
        >>> print(draw("a\n    b\n    c/\nd", icons="none"))
        a
        ├── b
        └── c/
        d
    """
    root = _Node("")
    branch: list[tuple[int, _Node]] = [(-1, root)]
    for line in textwrap.dedent(text.strip("\n")).split("\n"):
        name = line.strip()
        if not name:
            continue
        indent = len(line) - len(line.lstrip())
        while branch[-1][0] >= indent:  # up to the nearest entry that is indented less: the parent
            branch.pop()
        node = _Node(name)
        branch[-1][1].children.append(node)
        branch.append((indent, node))
    return "\n".join(line for node in root.children for line in _lines(node, icons, icon))


def theme_icon(folder: str, name: str) -> str:
    """Return the theme's icon for a file as SVG; "" if the theme has no icons.

    Args:
        folder: the directory of the theme's icons; "" for a theme without icons.
        name: the file's name.
    """
    file = name.split(maxsplit=1)[0]
    suffix = PurePosixPath(file).suffix.removeprefix(".") or file.removeprefix(".")
    return _read(folder, ICONS.get(suffix.lower(), _OTHER)) if folder else ""


@cache
def _read(folder: str, icon: str) -> str:
    for name in (icon, _OTHER):
        try:
            return (Path(folder) / f"{name}.svg").read_text("utf-8")
        except OSError:  # the theme has no such icon
            continue
    return ""


def _mark(node: _Node, icons: str, icon: Callable[[str], str] | None) -> str:
    if icons == "none":
        return ""
    if node.folder:
        return f"{FOLDER} "
    own = icon(node.name) if icon and icons != "basic" else ""
    return f"{own or FILE} "


def _lines(node: _Node, icons: str, icon: Callable[[str], str] | None) -> list[str]:
    lines = [_mark(node, icons, icon) + node.name]
    for child in node.children:
        last = child is node.children[-1]
        first, *rest = _lines(child, icons, icon)
        lines.append(("└── " if last else "├── ") + first)
        lines += [("    " if last else "│   ") + line for line in rest]
    return lines
