"""matplotlib's figures as SVG that reads on any page, the same bytes for the same figure.

All that is drawn is on it, labels beyond the axes too, as in a notebook. Black becomes the text's colour,
white the page's; other colours stay. Nothing of the drawing leaks into the page: its identifiers are its
own, its style is bound to it. This runs where pages run; matplotlib is there already when it is called.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

INK = "currentColor"
PAPER = "var(--md-default-bg-color, Canvas)"
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_COLOURS = ((re.compile(r"#000000\b|#000\b"), INK), (re.compile(r"#ffffff\b|#fff\b"), PAPER))
_SIZE = re.compile(r'(<svg[^>]*?) height="[^"]*"([^>]*?) width="([\d.]+)pt"')


def draw(figure: Any) -> str:
    """A figure as an SVG element without identifiers that could meet others on its page."""
    import matplotlib as mpl

    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "convref", "svg.fonttype": "none"}):
        metadata = {"Date": None, "Creator": None}
        figure.savefig(text, format="svg", bbox_inches="tight", transparent=True, metadata=metadata)
    return _fit(text.getvalue())


def drain() -> Iterator[str]:
    """Draw and close the figures that pyplot holds open."""
    from matplotlib import pyplot as plt

    for number in plt.get_fignums():
        yield draw(plt.figure(number))
    plt.close("all")


def _fit(svg: str) -> str:
    svg = _METADATA.sub("", _HEAD.sub("", svg)).strip()
    for colour, name in _COLOURS:
        svg = colour.sub(name, svg)
    unique = "f" + hashlib.sha256(svg.encode()).hexdigest()[:10]
    svg = _ID.sub(rf"\g<1>{unique}-", svg)
    svg = svg.replace("*{", f"#{unique} *{{").replace("<svg ", f'<svg id="{unique}" fill="{INK}" ', 1)
    return _SIZE.sub(r'\1\2 width="\3pt" style="max-width: 100%; height: auto"', svg, count=1)
