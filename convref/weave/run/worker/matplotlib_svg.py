"""Draw matplotlib's figures as SVG that is readable on light and dark pages.

Equal figures give equal SVG. As in a notebook, the drawing includes labels outside of the axes. Black is
replaced by the colour of the page's text, and white by the colour of the page's background; other colours are
kept. Identifiers and styles apply only to the figure, so that they do not affect the rest of the page.
Importing this module does not import matplotlib; its functions do, and they are called only if the page has
imported matplotlib.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection
from typing import Any

INK = "currentColor"
PAPER = "var(--md-default-bg-color, Canvas)"
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_COLOURS = ((re.compile(r"#000000\b|#000\b"), INK), (re.compile(r"#ffffff\b|#fff\b"), PAPER))
_SIZE = re.compile(r'(<svg[^>]*?) height="[^"]*"([^>]*?) width="([\d.]+)pt"')


def draw(figure: Any) -> str:
    """Return a figure as an SVG element whose identifiers cannot clash with others on its page."""
    import matplotlib as mpl

    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "convref", "svg.fonttype": "none"}):
        metadata = {"Date": None, "Creator": None}
        # Without date and creator, and with a fixed salt, the same figure gives the same bytes.
        figure.savefig(text, format="svg", bbox_inches="tight", transparent=True, metadata=metadata)
    return _fit(text.getvalue())


def drain(saved: Collection[Any] = ()) -> tuple[list[str], bool]:
    """Draw the open figures of pyplot as SVG, and close them.

    Args:
        saved: the figures that are closed without being drawn, because the page has saved them.

    Returns:
        The drawings, and True if any figure was open.
    """
    from matplotlib import pyplot as plt

    figures = [plt.figure(number) for number in plt.get_fignums()]
    try:
        return [draw(each) for each in figures if each not in saved], bool(figures)
    finally:
        plt.close("all")


def _fit(svg: str) -> str:
    svg = _METADATA.sub("", _HEAD.sub("", svg)).strip()
    for colour, name in _COLOURS:
        svg = colour.sub(name, svg)
    unique = "f" + hashlib.sha256(svg.encode()).hexdigest()[:10]
    svg = _ID.sub(rf"\g<1>{unique}-", svg)
    # matplotlib's only style rule is for all elements; bound to this figure, it leaves the page's alone.
    svg = svg.replace("*{", f"#{unique} *{{").replace("<svg ", f'<svg id="{unique}" fill="{INK}" ', 1)
    return _SIZE.sub(r'\1\2 width="\3pt" style="max-width: 100%; height: auto"', svg, count=1)
