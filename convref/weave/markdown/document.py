"""Parse a page to a Document: its text, and the regions that are not plain text.

Regions are, for example, fences, inline values, formulas and comments (`convref.weave.markdown.regions`).
They are sorted by start offset; a region that encloses others comes before them. `Document.replaced` returns
the text with some regions replaced; all other text stays exactly as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from convref.errors import PageError
from convref.weave.markdown import blocks, inline
from convref.weave.markdown.fence_options import FenceOptions
from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules
from convref.weave.markdown.lines import Lines
from convref.weave.markdown.regions import (
    Cell,
    CodeSpan,
    Comment,
    Example,
    Fence,
    Formula,
    FormulaCheck,
    FrontMatter,
    Heading,
    InlineValue,
    Raw,
    Region,
)

__all__ = [
    "Cell",
    "CodeSpan",
    "Comment",
    "Document",
    "Example",
    "Fence",
    "FenceOptions",
    "Formula",
    "FormulaCheck",
    "FrontMatter",
    "Heading",
    "InlineValue",
    "Raw",
    "Region",
    "parse",
]

R = TypeVar("R", bound=Region)

DEEPEST = 16
"""The maximum nesting depth of Markdown blocks. The content of each is parsed again as a page, so the limit
also bounds the time that a page takes."""

_FORMULA_CHECK = re.compile(r"\s*formula:\s*(?P<expression>\S[^\n]*)\sfor\s(?P<ranges>[^\n]+)")
_RANGE = re.compile(r"\s*(?P<symbol>[A-Za-z]\w*) in (?P<first>\d{1,4})\.\.(?P<last>\d{1,4})\s*")
_DELIMITER = re.compile(r":?-+:?")


@dataclass(frozen=True)
class Document:
    """A parsed page: its text, and its regions such as fences, inline values and formulas.

    Args:
        path: the path of the page as messages show it, such as `docs/en/vgg.md`.
        text: the page's text.
        regions: the regions of the page, sorted by start offset.
        first_line: the line number of the text's first line.
        cells: the cells, if the page is a notebook.
        rules: the site's rules for running fences.
    """

    path: str
    text: str
    regions: tuple[Region, ...]
    first_line: int = 1
    cells: tuple[Cell, ...] = ()
    rules: FenceRules = DEFAULT_RULES

    def of(self, kind: type[R]) -> Iterator[R]:
        """Iterate over the regions of one class, in order, except those in Markdown blocks that are run."""
        return (region for region in self.regions if isinstance(region, kind))

    def with_nested(self) -> Iterator[Document]:
        """Iterate over this page and the pages nested in it, at all depths.

        The content of a Markdown block that is run is a nested page. A page comes before those nested in it.
        """
        yield self
        for fence in self.of(Fence):
            if fence.page:
                yield from fence.page.with_nested()

    def between(self, start: int, end: int) -> tuple[Region, ...]:
        """Return the regions whose start offsets lie between two offsets, in order."""
        return self.regions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def inside(self, region: Region, kind: type[R]) -> Iterator[R]:
        """Iterate over the regions of one class that start inside another region, in order."""
        found = self.between(region.start, region.end)
        return (each for each in found if isinstance(each, kind) and each is not region)

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text, with their offsets and numbers."""
        return Lines(self.text, self.first_line)

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for each in self.regions]

    def line_at(self, offset: int) -> int:
        """Return the number of the line that contains an offset."""
        return self.lines.number_at(offset)

    def replaced(
        self, replacements: Iterable[tuple[Region, str]], start: int = 0, end: int | None = None
    ) -> str:
        """Return the text with some regions, which must not overlap, replaced by other texts.

        Args:
            replacements: pairs of a region and the text that replaces it.
            start: the offset where the returned part of the text begins; regions before it are ignored.
            end: the offset where the returned part ends; by default the end of the text.

        Example:
            >>> page = parse("a `{python} 1 + 1` b", "x.md")
            >>> page.replaced((value, "2") for value in page.of(InlineValue))
            'a 2 b'
        """
        parts, position, last = [], start, len(self.text) if end is None else end
        for region, text in sorted(replacements, key=lambda each: each[0].start):
            if start <= region.start and region.end <= last:
                parts += [self.text[position : region.start], text]
                position = region.end
        return "".join([*parts, self.text[position:last]])


def parse(
    text: str, path: str, first_line: int = 1, rules: FenceRules = DEFAULT_RULES, *, depth: int = 0
) -> Document:
    r"""Parse a page. The content of Markdown blocks that are run is parsed as nested pages.

    Args:
        text: the Markdown, with any kind of line ends.
        path: the path of the page as messages show it, such as `docs/en/vgg.md`.
        first_line: the line number of the text's first line, if the text is only a part of a file.
        rules: the site's rules for running fences.
        depth: the number of Markdown blocks that enclose the text.

    Raises:
        PageError: a fence with `exec` is not closed; blocks of Markdown are nested more than `DEEPEST` deep;
            a comment that begins with `formula:` does not have the form that `FormulaCheck` shows.

    Example:
        >>> page = parse('# T\n```python exec="on"\nx = 1\n```\n', "x.md")
        >>> [(type(region).__name__, region.line) for region in page.regions]
        [('Heading', 1), ('Fence', 2)]
    """
    lines = Lines(text, first_line)
    found = list(blocks.scan(text, path, lines, rules))
    headings = _Intervals((each.start, each.end) for each in found if isinstance(each, Heading))
    tables = _Intervals(_tables(lines))

    def where(offset: int) -> str:
        return "heading" if offset in headings else "table" if offset in tables else "text"

    regions: list[Region] = []
    for each in found:
        if isinstance(each, blocks.Prose):
            found_inline = inline.scan(text, each.start, each.end, lines.number_at, where)
            regions += (_with_check(region, path) for region in found_inline)
        elif isinstance(each, Fence) and each.kind == "markdown":
            regions.append(with_page(each, each.code, path, rules, depth))
        else:
            regions.append(each)
    regions.sort(key=lambda each: (each.start, -each.end))
    return Document(path, text, tuple(regions), first_line, rules=rules)


def with_page(fence: Fence, code: str, path: str, rules: FenceRules, depth: int = 0) -> Fence:
    """Return a copy of a fence with new content, which is parsed as a page.

    Args:
        fence: the fence, whose kind is "markdown".
        code: the new content.
        path: the path of the page that contains the fence, as messages show it.
        rules: the site's rules for running fences.
        depth: the number of Markdown blocks that enclose the fence.

    Raises:
        PageError: the code cannot be parsed; see `parse`.
    """
    if depth >= DEEPEST:
        raise PageError(path, fence.line, f"blocks of Markdown must not be nested more than {DEEPEST} deep")
    page = parse(code, path, fence.code_line, rules, depth=depth + 1)
    return replace(fence, code=code, page=page)


def _with_check(region: Region, path: str) -> Region:
    """Convert a comment that begins with `formula:` to a FormulaCheck; return other regions unchanged."""
    if not isinstance(region, Comment) or not region.content.lstrip().startswith("formula:"):
        return region
    match = _FORMULA_CHECK.fullmatch(region.content)
    ranges = [_RANGE.fullmatch(each) for each in match["ranges"].split(",")] if match else []
    if not match or not all(ranges):
        rule = (
            "a comment that begins with `formula:` must consist of an expression and the range of each of its"
            " symbols, as in `formula: size(n, k) for n in 5..9, k in 1..3`"
        )
        raise PageError(path, region.line, rule)
    symbols = tuple((each["symbol"], int(each["first"]), int(each["last"])) for each in ranges if each)
    return FormulaCheck(region.start, region.end, region.line, region.content, match["expression"], symbols)


class _Intervals:
    """A set of offsets, given as sorted intervals that do not overlap.

    An interval contains its start, but not its end.
    """

    def __init__(self, intervals: Iterable[tuple[int, int]]) -> None:
        self._intervals = list(intervals)
        self._starts = [start for start, _ in self._intervals]

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._intervals[index][1]


def _tables(lines: Lines) -> Iterator[tuple[int, int]]:
    """Yield the start and end offset of each table, including its header."""
    rows, number = lines.all, 1
    while number < len(rows):
        if _is_delimiter_row(rows[number].text):
            first = rows[number - 1].start
            while number + 1 < len(rows) and not rows[number + 1].blank:
                number += 1
            yield first, rows[number].end
        number += 1


def _is_delimiter_row(text: str) -> bool:
    if "|" not in text or "-" not in text:
        return False
    cells = text.strip("> \t").removeprefix("|").removesuffix("|").split("|")
    return all(_DELIMITER.fullmatch(cell.strip(" \t")) for cell in cells)
