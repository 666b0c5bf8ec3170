"""Find the blocks of a page: front matter, fences, raw blocks, headings, and the prose between them.

A raw block is an indented code block, or an HTML element such as `<pre>` whose content is not Markdown. In
comments, raw blocks and fences, block syntax is ignored. This module skips comments; the inline scanner,
which is called for the prose, finds them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from convref.weave.markdown.fence_blocks import FenceReader
from convref.weave.markdown.fences import FenceRules
from convref.weave.markdown.inline import BacktickRuns
from convref.weave.markdown.lines import TAB, Line, Lines, width
from convref.weave.markdown.regions import Fence, FrontMatter, Heading, Raw, Region

_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_ID = re.compile(r"#([\w:.-]+)")
_CONTAINER = re.compile(
    r"(?:[-*+]|\d+[.)])[ \t]+|!!!|\?\?\?\+?|={3}[!+]*[ \t]|\[\^[^\]]+\]:|:[ \t]{2,}|\\?/{3,}[ \t]*\w"
)
_RAW_OPENING = re.compile(r"<(?P<tag>script|style|pre|textarea)(?=[\s>])", re.IGNORECASE)
_RAW_CLOSING = re.compile(r"</(?P<tag>script|style|pre|textarea)\s*>", re.IGNORECASE)
_TICKS_OR_COMMENT = re.compile(r"`+|<!--")
_DEEPEST_HEADING = 6


@dataclass(frozen=True)
class Prose:
    """A part of a page that contains prose, ``text[start:end]``; it is passed to the inline scanner."""

    start: int
    end: int


def scan(text: str, path: str, lines: Lines, rules: FenceRules) -> Iterator[Region | Prose]:
    """Iterate over the blocks of a page in order, and over the prose between them.

    The text of a heading is also part of the prose. The heading comes first.

    Args:
        text: the Markdown of the page.
        path: the path of the page as messages show it.
        lines: the lines of the page.
        rules: the site's rules for running fences.

    Raises:
        PageError: a fence that is to be run is not closed, or its options cannot be parsed.
    """
    return _Scanner(text, path, lines, rules).scan()


class _Scanner:
    """A scanner that visits each line of a page once; `row` is the index of the next line."""

    def __init__(self, text: str, path: str, lines: Lines, rules: FenceRules) -> None:
        self.text, self.numbers, self.lines = text, lines, lines.all
        self.fences = FenceReader(path, lines, rules)
        self.row = 0
        # The indentations of the list items, notes and tabs that contain the line: text that is indented
        # because it belongs to one of them is not indented code.
        self.containers: list[int] = []
        self.after_blank = True
        self._raw_ends: dict[str, list[int]] | None = None
        self._comments_close = True

    def scan(self) -> Iterator[Region | Prose]:
        offset = 0
        for found in self._front_matter():
            yield found
            offset = found.end
        while self.row < len(self.lines):
            region = self._block(self.lines[self.row])
            if region is None:
                self.row += 1
            elif isinstance(region, Heading):
                yield region
            else:
                yield Prose(offset, region.start)
                yield region
                offset = region.end
        yield Prose(offset, len(self.text))

    def _number(self, row: int) -> int:
        return self.numbers.first + row

    def _front_matter(self) -> Iterator[FrontMatter]:
        start = 1 if self.text.startswith("\ufeff") else 0
        if not self.lines or self.lines[0].text[start:].rstrip() != "---":
            return
        for row, line in enumerate(self.lines[1:], 1):
            if line.text.rstrip() in {"---", "..."}:
                content = self.text[self.lines[0].end : line.start]
                self.row = row + 1
                yield FrontMatter(start, line.end, self._number(0), content)
                return

    def _block(self, line: Line) -> Region | None:
        """Return the block that starts on this line and advance `row` past it; return None for prose."""
        if line.blank:
            self.after_blank = True
            return None
        prefix = line.prefix
        if self._is_indented_code(prefix):
            return self._indented_code()
        self.after_blank = False
        self._enter_container(line, prefix)
        fence = self._fence(line, prefix)
        if fence:
            self.after_blank = True
            return fence
        raw = self._raw_element(line, prefix)
        if raw:
            self.row += 1
            return raw
        if self._pass_comments(line):
            return None
        return self._heading(line, prefix)

    def _fence(self, line: Line, prefix: str) -> Fence | None:
        if not line.text.startswith(("```", "~~~"), len(prefix)):
            return None
        found = self.fences.read(self.row, prefix)
        if found is None:
            return None
        fence, self.row = found
        return fence

    def _is_indented_code(self, prefix: str) -> bool:
        if not self.after_blank:
            return False
        indent = width(prefix.partition(">")[0])
        self._leave_containers(indent)
        base = self.containers[-1] + TAB if self.containers else 0
        return indent >= base + TAB

    def _leave_containers(self, indent: int) -> None:
        while self.containers and indent <= self.containers[-1]:
            self.containers.pop()

    def _enter_container(self, line: Line, prefix: str) -> None:
        if _CONTAINER.match(line.text, len(prefix)) and ">" not in prefix:
            self._leave_containers(width(prefix))
            self.containers.append(width(prefix))

    def _indented_code(self) -> Raw:
        first = last = self.row
        while self.row < len(self.lines):
            line = self.lines[self.row]
            self.after_blank = True
            if not line.blank:
                if not self._is_indented_code(line.prefix):
                    break
                last = self.row
            self.row += 1
        # The blank lines after the code are not part of it.
        self.row = last + 1
        start, end = self.lines[first].start, self.lines[last].end
        return Raw(start, end, self._number(first), self.text[start:end])

    def _raw_element(self, line: Line, prefix: str) -> Raw | None:
        match = _RAW_OPENING.match(line.text, len(prefix))
        if not match:
            return None
        number, start = self._number(self.row), line.start + match.start()
        end = self._raw_end(match["tag"].lower(), start)
        if end is None:
            return None
        self._skip_to(end)
        return Raw(start, end, number, self.text[start:end])

    def _raw_end(self, tag: str, start: int) -> int | None:
        """Return the offset after the next closing tag with the name `tag`; None if there is no such tag."""
        if self._raw_ends is None:
            self._raw_ends = {}
            for match in _RAW_CLOSING.finditer(self.text):
                self._raw_ends.setdefault(match["tag"].lower(), []).append(match.end())
        ends = self._raw_ends.get(tag, [])
        index = bisect_left(ends, start)
        return ends[index] if index < len(ends) else None

    def _pass_comments(self, line: Line) -> bool:
        """Skip the comments that start on this line, up to the line on which the last of them ends.

        After the end of a comment, its line may contain text and another comment, which is skipped, too.
        Return True if a comment continues on a later line, so that lines were skipped.
        """
        first, offset, runs = self.row, 0, None
        while self._comments_close and line.text.find("<!--", offset) >= 0:
            runs = runs or BacktickRuns(line.text, 0, len(line.text))
            opening = _comment_in(line.text, offset, runs)
            if opening < 0:
                break
            end = self.text.find("-->", line.start + opening + 4)
            if end < 0:
                self._comments_close = False  # so that no later line searches the rest of the page again
                break
            if end >= line.end:
                self._skip_to(end)
                line, runs = self.lines[self.row], None
            offset = end + 3 - line.start
        return self.row > first

    def _skip_to(self, offset: int) -> None:
        while self.row + 1 < len(self.lines) and self.lines[self.row + 1].start <= offset:
            self.row += 1

    def _heading(self, line: Line, prefix: str) -> Heading | None:
        begin, body = self.row, line.text[len(prefix) :]
        if body.startswith("#"):
            level = min(len(body) - len(body.lstrip("#")), _DEEPEST_HEADING)
            self.row += 1
            text = body[level:].strip(" \t").rstrip("#").rstrip(" \t")
            return self._titled(begin, prefix, level, text)
        if self.row + 1 == len(self.lines) or not self._starts_paragraph():
            return None
        below = self.lines[self.row + 1]
        under = _UNDERLINE.match(below.text, len(prefix)) if below.prefix == prefix else None
        if not under or _CONTAINER.match(body) or "|" in body:
            return None
        self.row += 2
        return self._titled(begin, prefix, 1 if under[1][0] == "=" else 2, body.strip())

    def _starts_paragraph(self) -> bool:
        return self.row == 0 or self.lines[self.row - 1].blank

    def _titled(self, begin: int, prefix: str, level: int, text: str) -> Heading:
        """Return a heading that ends on the line before the current one.

        Args:
            begin: the index of the heading's first line.
            prefix: the indentation and block quote marks before the heading.
            level: the heading's level, from 1 to 6.
            text: the heading's text, which may end with an id such as `{#id}`.
        """
        first, last = self.lines[begin], self.lines[self.row - 1]
        title, identifier = _without_id(text)
        return Heading(
            start=first.start + len(prefix),
            end=last.start + len(last.text),
            line=self._number(begin),
            level=level,
            text=title,
            id=identifier,
        )


def _comment_in(text: str, offset: int, runs: BacktickRuns) -> int:
    """Return the position in `text` at which the first comment outside of code spans starts; -1 if none.

    Args:
        text: the text.
        offset: the position at which the search starts.
        runs: the runs of backticks in the text, which delimit its code spans.
    """
    while match := _TICKS_OR_COMMENT.search(text, offset):
        if match[0] == "<!--":
            return match.start()
        count = match.end() - match.start()
        closing = runs.closing(match.end(), count)
        offset = match.end() if closing < 0 else closing + count
    return -1


def _without_id(text: str) -> tuple[str, str]:
    """Return the text and the id of a heading such as `Title {#id}`; the id is "" if the heading has none."""
    opening = text.rfind("{")
    if opening < 0 or not text.endswith("}") or text.count("}", opening) > 1:
        return text, ""
    ids = _ID.findall(text, opening)
    return (text[:opening].rstrip(" \t"), ids[-1]) if ids else (text, "")
