"""Prepare SVG drawings for a page: add alternative texts, and make identifiers unique."""

from __future__ import annotations

import html
import re

_OPENING = re.compile(r"<svg\b[^<>]*>")
_TITLE = re.compile(r"<svg\b[^<>]*>\s*+<title\b[^<>]*>\s*+[^\s<]")
_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r"""(\bid="|#)([^"')\s]+)(?=["')\s])""")


def has_title(svg: str) -> bool:
    """Return whether a drawing has a title or a label that screen readers can read aloud."""
    opening = _OPENING.search(svg)
    return bool(_TITLE.search(svg)) or bool(opening and "aria-label=" in opening[0])


def titled(svg: str, alt: str, unique: str) -> str:
    """Return a drawing with attributes by which screen readers recognize an image with an alternative text.

    Args:
        svg: the drawing.
        alt: the alternative text; if it is empty, the drawing keeps its own title.
        unique: a name that is unique on the page, from which the identifier of the title is formed.
    """
    svg = svg[max(svg.find("<svg"), 0) :].strip()  # without an XML declaration and a document type
    opening = _OPENING.match(svg)
    if not opening:
        return svg
    head, rest = opening[0], svg[opening.end() :]
    if "role=" not in head:
        head = head.replace("<svg", '<svg role="img"', 1)
    if alt:
        head = head.replace("<svg", f'<svg aria-labelledby="{unique}-title"', 1)
        head += f'<title id="{unique}-title">{html.escape(alt)}</title>'
    return head + rest


def renamed(svg: str, suffix: str) -> str:
    """Return a drawing with `suffix` appended to all identifiers, also where they are referred to."""
    names = set(_ID.findall(svg))
    return _REFERENCE.sub(
        lambda match: match[0] + suffix if match[2] in names else match[0],
        svg,
    )
