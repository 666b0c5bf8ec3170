"""Write figures to files, as SVG or, if the package resvg-py is installed, as PNG."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from convref.errors import ArgumentError

RENDERER = "resvg_py"
ZOOM = 2  # pixels for each unit of the SVG, so that text is sharp


def check_ending(path: str | Path) -> None:
    """Check that a figure can be written in the format that the path's ending selects.

    Raises:
        ArgumentError: the path ends neither in .svg nor in .png, or resvg-py, which PNG needs, is missing.
    """
    ending = Path(path).suffix.lower()
    if ending not in {".svg", ".png"}:
        raise ArgumentError(f"path (={path}) must end in .svg or .png")
    if ending == ".png" and importlib.util.find_spec(RENDERER) is None:
        raise ArgumentError(f"path (={path}) needs the package resvg-py: pip install 'convref[png]'")


def write(path: str | Path, svg: str) -> None:
    """Write a figure to a file, in the format of its ending.

    Args:
        path: the file; an existing one is replaced.
        svg: the figure.

    Raises:
        ArgumentError: the path ends neither in .svg nor in .png, or resvg-py, which PNG needs, is missing.
    """
    check_ending(path)
    if Path(path).suffix.lower() == ".svg":
        Path(path).write_text(svg, "utf-8", newline="\n")
        return
    renderer: Any = importlib.import_module(RENDERER)
    image = renderer.svg_to_bytes(svg_string=svg, zoom=ZOOM, background="white")
    Path(path).write_bytes(bytes(image))
