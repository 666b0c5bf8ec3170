"""Split a page into paragraphs, the units of text in which it is compared with its translation.

A paragraph is a heading, a run of lines without a blank line, a list item, a table row, the title of a note,
a footnote, a displayed formula, or a whole block such as a fence. Translations of a page are expected to have
the same sequence of paragraphs, so that each can be compared with its counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Comment, Fence, Formula, FrontMatter, Heading, Raw, Region

_ITEM: Final = re.compile(r"(?:[-*+]|\d+[.)])[ \t]+")
_FOOTNOTE: Final = re.compile(r"\[\^(?P<label>[^\[\]\s]+)\]:")
_NOTE: Final = re.compile(r"!!!|\?\?\?|===")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``text[start:end]`` of its page.

    Attributes:
        kind: heading, text, item, row, note, footnote, formula, or the name of a region's class, such as
            `Fence`.
        start: the offset where it starts.
        end: the offset where it ends.
        label: a text that must be equal in a translation: the level of a heading, such as "2", or the label
            of a footnote; empty for other kinds.
        region: the region of the paragraph if it is a heading or a block, such as a fence; else None.
    """

    kind: str
    start: int
    end: int
    label: str = ""
    region: Region | None = None


def paragraphs(document: Document) -> Iterator[Paragraph]:
    r"""Iterate over the paragraphs of a page in order, except those of nested pages.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> [each.kind for each in paragraphs(parse("# T\n\na\nb\n\n- c\n- d\n", "x.md"))]
        ['heading', 'text', 'item', 'item']
    """
    blocks = _blocks_by_row(document)
    open_paragraph: Paragraph | None = None
    before: Region | None = None
    for row, line in enumerate(document.lines.all):
        block = blocks.get(row)
        text = line.text.strip("> \t\r")
        started = None if block or not text else _started(text)
        if open_paragraph and (block or not text or started):
            yield open_paragraph
            open_paragraph = None
        if block:
            if block is not before and not isinstance(block, Comment):
                yield _of_region(block)
        elif text:
            end = line.start + len(line.text)
            if started in {"row", "note"}:  # one line each
                yield Paragraph(started, line.start, end)
            elif open_paragraph:
                open_paragraph = replace(open_paragraph, end=end)
            else:
                match = _FOOTNOTE.match(text)
                open_paragraph = Paragraph(
                    started or "text", line.start, end, match["label"] if match else ""
                )
        before = block
    if open_paragraph:
        yield open_paragraph


def _blocks_by_row(document: Document) -> dict[int, Region]:
    """Return a dict from the index of a line to the block that contains the line."""
    found: dict[int, Region] = {}
    for region in document.regions:
        if isinstance(region, Fence | Raw | FrontMatter | Heading) or _is_alone(document, region):
            first = region.line - document.first_line
            last = document.line_at(max(region.end - 1, region.start)) - document.first_line
            found.update(dict.fromkeys(range(first, last + 1), region))
    return found


def _is_alone(document: Document, region: Region) -> bool:
    """Return whether a region is a comment or a displayed formula that shares no line with other text."""
    if not isinstance(region, Comment) and not (isinstance(region, Formula) and region.display):
        return False
    first, last = document.lines.at(region.start), document.lines.at(region.end - 1)
    before = document.text[first.start : region.start]
    behind = document.text[region.end : last.start + len(last.text)]
    return not before.strip("> \t") and not behind.strip()


def _started(text: str) -> str:
    """Return the kind of the paragraph that starts on this line; "" if the line may continue one."""
    if text.startswith("|"):
        return "row"
    if _NOTE.match(text):
        return "note"
    if _ITEM.match(text):
        return "item"
    if _FOOTNOTE.match(text):
        return "footnote"
    return ""


def _of_region(region: Region) -> Paragraph:
    if isinstance(region, Heading):
        return Paragraph("heading", region.start, region.end, str(region.level), region)
    return Paragraph(type(region).__name__, region.start, region.end, "", region)
