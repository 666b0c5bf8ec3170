"""SVG drawings as parts of a page: a name for those who do not see them, identifiers of their own."""

from __future__ import annotations

import html
import re

_OPEN = re.compile(r"<svg\b[^>]*>")
_TITLE = re.compile(r"<svg\b[^>]*>\s*<title\b[^>]*>\s*[^\s<]")
_ID = re.compile(r'\bid="([^"]+)"')
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)


def has_title(svg: str) -> bool:
    """Whether a drawing says by itself what it shows."""
    opening = _OPEN.search(svg)
    return bool(_TITLE.search(svg)) or bool(opening and "aria-label=" in opening[0])


def titled(svg: str, alt: str, unique: str) -> str:
    """A drawing as an image with an alternative text.

    Args:
        svg: the drawing.
        alt: the text; where it is empty, the drawing keeps the title that it has.
        unique: a name that no other drawing of the page has, for the title's identifier.
    """
    svg = _PROLOGUE.sub("", svg).strip()
    opening = _OPEN.match(svg)
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
    """A drawing whose identifiers, and what refers to them, end in `suffix`."""
    for name in sorted(set(_ID.findall(svg)), key=len, reverse=True):
        svg = re.sub(rf'(\bid="|#){re.escape(name)}(?=[")\s])', rf"\g<1>{name}{suffix}", svg)
    return svg
