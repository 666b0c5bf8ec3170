"""The text of a page that its reader sees as prose, at the same offsets as in the source.

`masked` gives a text as long as the page in which all else is `MASK`: metadata, comments, code,
formulas, values, link destinations, tags, attribute lists. Prose, headings, tables, link texts, alt
texts, titles and captions stay, those in fence options and in tags too. Full-width digits and signs
become ASCII, one for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import (
    CodeSpan,
    Comment,
    Fence,
    Formula,
    FrontMatter,
    InlineValue,
    Raw,
)

MASK: Final = "\0"
HALF_WIDTH: Final = str.maketrans({chr(0xFF01 + code): chr(0x21 + code) for code in range(94)} | {"　": " "})

_SEEN_OPTION: Final = re.compile(r"""\b(?:alt|caption|title)(?:[-_]\w+)?=(?:"([^"]*)"|'([^']*)')""")
_DESTINATION: Final = re.compile(
    r"""\]\(\s*(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?P<title>\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
)
_TAG: Final = re.compile(r"</?[A-Za-z][\w-]*(?:\s+[^<>]*)?/?>|<[A-Za-z][\w+.-]*:[^<>\s]*>")
_UNSEEN: Final = re.compile(
    r"""
      (?m:^[> \t]*\[(?!\^)[^\]\n]+\]:[ \t]*\S+)                    # the destination of a reference link
    | (?<=\])\[[^\]\n]*\]                                         # which reference a link takes
    | \[\^[^\]\s]+\]                                              # a footnote's mark
    | \b(?:https?|ftp|mailto|file)://?[^\s<>)\]，。；、）】]+     # a bare address
    | \{:?[ \t]*(?:[.#][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+))
        (?:[ \t]+(?:[.#][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+)))*[ \t]*\}
    | :[a-z][\w+-]*:                                              # an icon
    | (?m:^[ \t]*:::[ \t].*$(?:\n(?:[ \t]+\S.*|[ \t]*)$)*)        # generated reference and its options
    """,
    re.VERBOSE,
)


def masked(document: Document) -> str:
    r"""The page's text with all masked that is no prose; lines and offsets stay.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> masked(parse("[5 nets](a/7.md), `8` or $9$\n", "x.md")).replace(MASK, "")
        '[5 nets,  or \n'
    """
    text = list(document.text)
    for region in document.regions:
        if isinstance(region, FrontMatter):
            _blank_except(text, region.start, region.end, [*_title(document, region)])
        elif isinstance(region, Comment | Raw | CodeSpan | Formula | InlineValue):
            _blank(text, region.start, region.end)
        elif isinstance(region, Fence):
            offset = document.text.index(region.info, region.start)
            _blank_except(text, region.start, region.end, list(_options(region.info, offset)))
    for pattern in (_DESTINATION, _TAG, _UNSEEN):
        for match in pattern.finditer("".join(text)):
            _blank_except(text, *match.span(), list(_seen(match)))
    return "".join(text).translate(HALF_WIDTH)


def formula_text(document: Document, formula: Formula) -> str:
    """The content of a formula at its offsets, without the marks of the quote in which it may stand."""
    first = document.text.rfind("\n", 0, formula.start) + 1
    if not document.text[first : formula.start].lstrip().startswith(">"):
        return formula.content
    return re.sub(r"(?<=\n)[ \t>]+", lambda match: " " * len(match[0]), formula.content)


def _title(document: Document, header: FrontMatter) -> Iterator[tuple[int, int]]:
    """The offsets of the page's title, which a browser shows."""
    match = re.compile(r"^title:(.*)$", re.MULTILINE).search(document.text, header.start, header.end)
    if match:
        yield match.span(1)


def _seen(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The offsets of what a reader sees of a destination, a tag or an attribute list."""
    if match.re is _DESTINATION and match["title"]:
        yield match.span("title")
    yield from _options(match[0], match.start())


def _options(text: str, offset: int) -> Iterator[tuple[int, int]]:
    """The offsets of the alt texts, captions and titles among options that start at `offset`."""
    for match in _SEEN_OPTION.finditer(text):
        start, end = match.span(1 if match[1] is not None else 2)
        yield offset + start, offset + end


def _blank(text: list[str], start: int, end: int) -> None:
    for place in range(start, end):
        if text[place] not in "\r\n":
            text[place] = MASK


def _blank_except(text: list[str], start: int, end: int, kept: list[tuple[int, int]]) -> None:
    for first, last in kept:
        _blank(text, start, first)
        start = last
    _blank(text, start, end)
