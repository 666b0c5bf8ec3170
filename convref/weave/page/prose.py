"""Find the prose of a page: its text in which everything else is masked.

To mask a text is to replace each of its characters, except line ends, by `MASK`. So every character of the
prose keeps its offset in the source. `masked` keeps paragraphs, headings, tables, link texts, alt texts,
titles and captions, including those in fence options and HTML tags. It masks metadata, comments, code,
formulas, values, link destinations, tags and attribute lists. It also replaces each full-width digit or sign
by the equivalent ASCII character.

The regular expressions use possessive quantifiers. These never backtrack, so the time for a search grows only
linearly with the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
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
_MASKED: Final = "_masked_prose"
HALF_WIDTH: Final = str.maketrans({chr(0xFF01 + code): chr(0x21 + code) for code in range(94)} | {"　": " "})

_NOT_LINE_END: Final = re.compile(r"[^\r\n]")
_QUOTE_MARKS: Final = re.compile(r"(?<=\n)[ \t>]+")
_PAGE_TITLE: Final = re.compile(r"^title:(.*)$", re.MULTILINE)
_SEEN_OPTION: Final = re.compile(r"""\b(?:alt|caption|title)(?:[-_]\w+)?=(?:"([^"]*)"|'([^']*)')""")
_DESTINATION: Final = re.compile(
    r"""\]\(\s*+(?:<[^<>\n]*+>|[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+)
        (?P<title>\s++(?:"[^"]*+"|'[^']*+'))?+\s*+\)""",
    re.VERBOSE,
)
_TAG: Final = re.compile(r"</?[A-Za-z][\w-]*+(?:\s[^<>]*+)?+/?>|<[A-Za-z][\w+.-]*+:[^<>\s]*+>")
_UNSEEN: Final = re.compile(
    r"""
      (?m:^[> \t]*+\[(?!\^)[^\]\n]++\]:[ \t]*+\S++)               # the destination of a reference link
    | (?<=\])\[[^\]\n]*+\]                                         # which reference a link takes
    | \[\^[^\[\]\s]++\]                                            # a footnote's mark
    | \b(?:https?|ftp|mailto|file)://?[^\s<>)\]，。；、）】]++    # a bare address
    | \{:?[ \t]*+(?:[.#][\w:-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+'|[^\s"'{}]++))
        (?:[ \t]++(?:[.#][\w:-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+'|[^\s"'{}]++)))*+[ \t]*+\}
    | :[a-z][\w+-]*+:                                              # an icon
    | (?m:^[ \t]*+:::[ \t].*+$(?:\n(?:[ \t]+\S.*+|[ \t]*+)$)*+)    # generated reference and its options
    """,
    re.VERBOSE,
)


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    r"""Return a text in which `MASK` replaces every character in the given spans, except line ends.

    Args:
        text: the text.
        spans: pairs of the offsets at which a span starts and ends; spans may overlap.

    Example:
        >>> mask("one\ntwo", [(2, 5)]).replace(MASK, "_")
        'on_\n_wo'
    """
    parts, position = [], 0
    for start, end in sorted(spans):
        if end > position:
            begin = max(start, position)
            parts += [text[position:begin], _NOT_LINE_END.sub(MASK, text[begin:end])]
            position = end
    return "".join([*parts, text[position:]])


def masked(document: Document) -> str:
    r"""Return the page's text with `MASK` in place of every character that is not prose.

    Lines and offsets are unchanged.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> masked(parse("[5 nets](a/7.md), `8` or $9$\n", "x.md")).replace(MASK, "")
        '[5 nets,  or \n'
    """
    # Several checks need it. Documents are immutable, so the text is kept beside their cached properties.
    known = vars(document).get(_MASKED)
    if known is None:
        known = vars(document)[_MASKED] = _masked(document)
    return str(known)


def _masked(document: Document) -> str:
    text = mask(document.text, _spans_of_regions(document))
    for pattern in (_DESTINATION, _TAG, _UNSEEN):
        spans = [_outside(match.span(), _seen(match)) for match in pattern.finditer(text)]
        text = mask(text, chain.from_iterable(spans))
    return text.translate(HALF_WIDTH)


def _spans_of_regions(document: Document) -> Iterator[tuple[int, int]]:
    """Yield the start and end offsets of the parts of a page that are not prose, such as code."""
    for region in document.regions:
        span = region.start, region.end
        if isinstance(region, FrontMatter):
            yield from _outside(span, _title(document, region))
        elif isinstance(region, Comment | Raw | CodeSpan | Formula | InlineValue):
            yield span
        elif isinstance(region, Fence):
            offset = document.text.index(region.info, region.start)
            yield from _outside(span, _options(region.info, offset))


def _outside(span: tuple[int, int], kept: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a span that are outside of all spans in `kept`, which are sorted."""
    position, end = span
    for start, stop in kept:
        yield position, start
        position = stop
    yield position, end


def formula_text(document: Document, formula: Formula) -> str:
    """Return the content of a formula; marks of a block quote (`>`) in it are replaced by spaces."""
    if ">" not in document.lines.at(formula.start).prefix:
        return formula.content
    return _QUOTE_MARKS.sub(lambda match: " " * len(match[0]), formula.content)


def _title(document: Document, header: FrontMatter) -> Iterator[tuple[int, int]]:
    """Yield the span of the page's title in the front matter. It is prose, because browsers show it."""
    match = _PAGE_TITLE.search(document.text, header.start, header.end)
    if match:
        yield match.span(1)


def _seen(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of titles, captions and alt texts in a link destination, a tag or an attribute list."""
    if match.re is _DESTINATION and match["title"]:
        yield match.span("title")
    yield from _options(match[0], match.start())


def _options(text: str, offset: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of alt texts, captions and titles in a string of options that starts at `offset`."""
    for match in _SEEN_OPTION.finditer(text):
        start, end = match.span(1 if match[1] is not None else 2)
        yield offset + start, offset + end
