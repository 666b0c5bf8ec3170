"""Draw which packages of convref import which, as read from the import statements of their modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from convref.draw.svg.canvas import BLUE, WIDE, WIDTH, Canvas, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import ArgumentError
from convref_docs.paths import ROOT, package_folder

FACE = {"__init__", "__main__"}  # modules that are the package itself, and not a part of it
ROW, BOX = 20.0, 16.0  # heights of a row, and of the box in it
PAD = 6.0  # between the sides of a box and its name
ENTRY = 8.0  # from the right side of a box to the arrow that enters it from above
RADIUS = 2.5

Imports = Mapping[str, frozenset[str]]
"""The parts of a package that each of its parts imports directly."""


def part_imports(package: str = "convref", root: Path = ROOT) -> Imports:
    """Return the imports between the parts of a package: the modules and packages directly in it.

    All import statements count, also those in functions and those that only type checkers follow. The parts
    are sorted: each comes before those that it imports.

    Args:
        package: the name of the package, such as `convref.weave`.
        root: the folder that holds the top-level package.

    Raises:
        ArgumentError: there is no such package below `root`, or its parts import each other in a circle.

    Example:
        >>> found = part_imports("convref.draw")
        >>> list(found)[-1], sorted(found["diagram"])
        ('svg', ['svg'])
    """
    folder = package_folder(package, root)
    names = {path.stem for path in folder.glob("*.py")} - FACE
    names |= {path.parent.name for path in folder.glob("*/__init__.py")}
    found = {name: frozenset(_imported(folder, name, package) & names - {name}) for name in names}
    levels: dict[str, int] = {}
    while waiting := [name for name in names if name not in levels]:
        ready = [name for name in waiting if found[name] <= levels.keys()]
        if not ready:
            raise ArgumentError(f"package (={package!r}) must have no circle of imports: {sorted(waiting)}")
        level = max(levels.values(), default=0) + 1
        levels.update(dict.fromkeys(ready, level))
    return {name: found[name] for name in sorted(names, key=lambda name: (-levels[name], name))}


def _imported(folder: Path, name: str, package: str) -> set[str]:
    """Return the parts of `package` that the modules of one of its parts import."""
    module = folder / f"{name}.py"
    files = [module] if module.is_file() else sorted((folder / name).rglob("*.py"))
    found: set[str] = set()
    for file in files:
        for full in _names(ast.parse(file.read_bytes())):
            if full.startswith(f"{package}."):
                found.add(full.removeprefix(f"{package}.").partition(".")[0])
    return found


def _names(module: ast.Module) -> Iterator[str]:
    """Yield the full names that a module imports; the project has no relative imports."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def import_picture(package: str = "convref", root: Path = ROOT) -> Drawing:
    """Return a figure of the imports between the parts of a package.

    Each part is a box, above those that it imports. The line to its right has a dot for each of them; there a
    line leads down to the imported part.

    Raises:
        ArgumentError: there is no such package below `root`, or its parts import each other in a circle.

    Example:
        >>> import_picture("convref.draw").alt()
        'steps imports reach, svg. charts imports svg. diagram imports svg. reach imports svg.'
    """
    found = part_imports(package, root)
    return drawing(lambda lang: _paint(found, lang, WIDTH), lambda lang: _paint(found, lang, WIDE))


def _alt(found: Imports, lang: str) -> str:
    between, stop = tr(lang, ", ", "、"), tr(lang, ".", "。")
    verb = tr(lang, " imports ", " 导入 ")
    sentences = (f"{name}{verb}{between.join(sorted(used))}{stop}" for name, used in found.items() if used)
    return tr(lang, " ", "").join(sentences)


def _paint(found: Imports, lang: str, width: float) -> Canvas:
    canvas = Canvas(_alt(found, lang), width=width)
    rights = _right_sides([text_width(name) + 2 * PAD for name in found], width)
    middles = [ROW * row + ROW / 2 for row in range(len(found))]
    place = {name: (right, middle) for name, right, middle in zip(found, rights, middles, strict=True)}
    for name, used in found.items():
        right, middle = place[name]
        entries = {each: place[each][0] - ENTRY for each in used}
        if entries:
            canvas.path([(right, middle), (max(entries.values()), middle)], opacity=0.6)
        importers = [place[each][1] for each in found if name in found[each]]
        if importers:
            entry = right - ENTRY
            canvas.arrow([(entry, min(importers)), (entry, middle - BOX / 2)])
        box = text_width(name) + 2 * PAD
        canvas.rect(right - box, middle - BOX / 2, box, BOX, hue=BLUE, tint=0.15, radius=3)
        canvas.text(right - box / 2, middle, name, mark=f"part {name}")
    for name, used in found.items():
        for each in sorted(used):
            mark = f"import {name} {each}"
            canvas.circle(place[each][0] - ENTRY, place[name][1], RADIUS, tint=1, stroke=0, mark=mark)
    return canvas


def _right_sides(widths: list[float], width: float) -> list[float]:
    """Return the right sides of the boxes: equal steps from the first to the right edge of the figure.

    The first is as far left as it can be with all boxes inside the figure.
    """
    last = max(len(widths) - 1, 1)
    fractions = [row / last for row in range(len(widths))]
    # The right side of a box is first + fraction * (width - first); it must be at least the box's width.
    pairs = zip(widths, fractions, strict=True)
    first = max((box - part * width) / (1 - part) for box, part in pairs if part < 1)
    return [first + part * (width - first) for part in fractions]
