"""Draw directory trees from indented lists of names."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

FOLDER, FILE = "📁 ", "📄 "


@dataclass
class _Node:
    name: str
    children: list[_Node] = field(default_factory=list)

    @property
    def folder(self) -> bool:
        return bool(self.children) or self.name.split()[0].endswith("/")


def draw(text: str, icons: str = "auto") -> str:
    r"""Draw a directory tree from an indented list of names.

    An entry is a directory if it has children or ends in a slash.

    Args:
        text: a name per line, children indented under their parent.
        icons: "none" omits the icons of directories and files.

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
    return "\n".join(line for node in root.children for line in _lines(node, icons))


def _lines(node: _Node, icons: str) -> list[str]:
    mark = "" if icons == "none" else FOLDER if node.folder else FILE
    lines = [mark + node.name]
    for child in node.children:
        last = child is node.children[-1]
        first, *rest = _lines(child, icons)
        lines.append(("└── " if last else "├── ") + first)
        lines += [("    " if last else "│   ") + line for line in rest]
    return lines
