"""The blocks of a page: front matter, fences, comments, raw text, headings, and the prose between.

A fence is recognised where pymdownx.superfences recognises it: at any depth of indentation and of block
quotes, not in an indented code block. What stands in a comment, in raw text or in another fence is no
block of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convref.errors import PageError
from convref.weave.markdown.fence_options import OFF, FenceOptions, parse_info
from convref.weave.markdown.fences import kind_of
from convref.weave.markdown.lines import TAB, Line, Lines, strip_prefix, width
from convref.weave.markdown.regions import Example, Fence, FrontMatter, Heading, Raw, Region

if TYPE_CHECKING:
    import doctest

_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})(?P<info>[^\r\n]*)$")
_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t]*(?P<text>.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_HEADING_ID = re.compile(r"[ \t]*\{:?[^{}]*#(?P<id>[\w:.-]+)[^{}]*\}[ \t]*$")
_CONTAINER = re.compile(
    r"(?:[-*+]|\d+[.)])[ \t]+|!!!|\?\?\?\+?|={3}[!+]*[ \t]|\[\^[^\]]+\]:|:[ \t]{2,}|\\?/{3,}[ \t]*\w"
)
_RAW_OPEN = re.compile(r"<(?P<tag>script|style|pre|textarea)(?=[\s>])", re.IGNORECASE)
_CODE_OR_COMMENT = re.compile(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|(?P<comment><!--)")
_CLAIMS_EXEC = re.compile(r"""\bexec(?:=["']?(?P<value>\w*)|(?=[\s}]|$))""")


def _opens(match: re.Match[str]) -> bool:
    """Whether marks open a fence: no backtick follows backticks, but in an option of code to be run."""
    if match["marks"][0] != "`" or "`" not in match["info"]:
        return True
    parsed = parse_info(match["info"])
    return parsed is not None and "exec" in parsed[1]


@dataclass(frozen=True)
class Prose:
    """A run of text that belongs to no other block, ``text[start:end]``; for the inline scanner."""

    start: int
    end: int


def scan(text: str, path: str, lines: Lines, auto: frozenset[str]) -> Iterator[Region | Prose]:
    """The blocks of a page; headings come before the prose in which they stand, the rest in order."""
    return _Scanner(text, path, lines, auto).scan()


class _Scanner:
    """Walks the lines once; `row` is where it stands."""

    def __init__(self, text: str, path: str, lines: Lines, auto: frozenset[str]) -> None:
        self.text, self.path, self.numbers, self.lines, self.auto = text, path, lines, lines.all, auto
        self.row = 0
        self.containers: list[int] = []
        self.after_blank = True

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
        """The block that starts on this line, with `row` moved behind it; None for a line of prose."""
        if line.blank:
            self.after_blank = True
            return None
        if self._is_indented_code(line):
            return self._indented_code()
        self.after_blank = False
        prefix = line.prefix
        self._enter_container(line, prefix)
        match = _FENCE.match(line.text, len(prefix))
        if match and _opens(match):
            fence = self._fence(prefix, match)
            if fence:
                self.after_blank = True
                return fence
        raw = self._raw_element(line, prefix)
        if raw:
            self.row += 1
            return raw
        begin = self.row
        self._comments(line)
        return self._heading(line, prefix) if self.row == begin else None

    def _is_indented_code(self, line: Line) -> bool:
        indent = width(line.prefix.partition(">")[0])
        if self.after_blank:
            self._leave_containers(indent)
        base = self.containers[-1] + TAB if self.containers else 0
        return self.after_blank and indent >= base + TAB

    def _leave_containers(self, indent: int) -> None:
        while self.containers and indent <= self.containers[-1]:
            self.containers.pop()

    def _enter_container(self, line: Line, prefix: str) -> None:
        if _CONTAINER.match(line.text, len(prefix)) and ">" not in prefix:
            self._leave_containers(width(prefix))
            self.containers.append(width(prefix))

    def _indented_code(self) -> Raw:
        first = self.row
        while self.row < len(self.lines):
            line = self.lines[self.row]
            self.after_blank = True
            if not line.blank and not self._is_indented_code(line):
                break
            self.row += 1
        while self.lines[self.row - 1].blank:
            self.row -= 1
        start, end = self.lines[first].start, self.lines[self.row - 1].end
        return Raw(start, end, self._number(first), self.text[start:end])

    def _fence(self, prefix: str, match: re.Match[str]) -> Fence | None:
        marks, info = match["marks"], match["info"].strip()
        code: list[str] = []
        for row in range(self.row + 1, len(self.lines)):
            content = strip_prefix(self.lines[row].text, prefix)
            if content is None:
                break
            closing = content.strip()
            if closing and set(closing) == {marks[0]} and len(closing) >= len(marks) and content[:1] != " ":
                return self._closed_fence(prefix, match, code, row)
            code.append(content)
        parsed = parse_info(info)
        if parsed and parsed[1].on("exec"):
            raise PageError(self.path, self._number(self.row), f"the fence {marks}{info} is not closed")
        return None

    def _closed_fence(self, prefix: str, match: re.Match[str], code: list[str], row: int) -> Fence:
        info, opening, number = match["info"].strip(), self.lines[self.row], self._number(self.row)
        parsed, claim = parse_info(info), _CLAIMS_EXEC.search(info)
        if parsed is None and claim and (claim["value"] or "on").lower() not in OFF:
            raise PageError(self.path, number, f"the options of the fence cannot be read: {info}")
        language, options = parsed or ("", FenceOptions())
        self._refuse_openings(match["marks"], code, in_any=options.on("exec") or language == "pycon")
        first, self.row = self.row + 1, row + 1
        examples = self._examples(code, number + 1) if language == "pycon" else ()
        return Fence(
            start=opening.start + len(prefix),
            end=self.lines[row].start + len(self.lines[row].text),
            line=number,
            prefix=prefix,
            marks=match["marks"],
            info=info,
            language=language,
            options=options,
            kind=kind_of(language, options, self.auto, has_examples=bool(examples)),
            code="".join(f"{each}\n" for each in code),
            code_line=number + 1,
            code_start=self.lines[first].start,
            code_end=self.lines[row].start,
            examples=examples,
        )

    def _refuse_openings(self, marks: str, code: list[str], *, in_any: bool) -> None:
        """Raise where a fence holds the opening of another, which no block that is closed does.

        Args:
            marks: those of the fence that stands on this row.
            code: its lines.
            in_any: whether any other counts; otherwise those that are run.
        """
        for offset, line in enumerate(code, 1):
            inner = _FENCE.match(line)
            if not inner or not inner["marks"].startswith(marks) or not _opens(inner):
                continue
            parsed = parse_info(inner["info"])
            if parsed and (in_any or parsed[1].on("exec")):
                number = self._number(self.row)
                rule = f"the fence opened at line {number} is not closed before line {number + offset}"
                raise PageError(self.path, number, f"{rule}, where another opens")

    def _examples(self, code: list[str], first: int) -> tuple[Example, ...]:
        """The doctest examples of a pycon fence whose content starts on line `first`."""
        import doctest  # brings a debugger along, which most pages do without

        try:
            parsed = doctest.DocTestParser().get_examples("\n".join(code) + "\n", self.path)
        except ValueError as error:
            where = re.match(r"line (\d+) of the (?:doctest|docstring) for \S+ (.*)", str(error), re.DOTALL)
            offset, rule = (int(where[1]) - 1, where[2]) if where else (0, str(error))
            raise PageError(self.path, first + offset, f"the doctest cannot be read: {rule}") from error
        return tuple(self._example(each, first) for each in parsed)

    def _example(self, each: doctest.Example, first: int) -> Example:
        begin = first - self.numbers.first + each.lineno
        want = begin + each.source.count("\n")
        end = want + each.want.count("\n")
        offset = self.lines[want].start
        return Example(
            start=self.lines[begin].start,
            end=offset,
            line=first + each.lineno,
            source=each.source,
            want=each.want,
            want_start=offset,
            want_end=self.lines[end].start,
            want_line=self._number(want),
            options=tuple(sorted(each.options.items())),
            raises=each.exc_msg or "",
        )

    def _raw_element(self, line: Line, prefix: str) -> Raw | None:
        match = _RAW_OPEN.match(line.text, len(prefix))
        if not match:
            return None
        number, start = self._number(self.row), line.start + match.start()
        closing = re.compile(rf"</{match['tag']}\s*>", re.IGNORECASE).search(self.text, start)
        if not closing:
            return None
        self._skip_to(closing.end())
        return Raw(start, closing.end(), number, self.text[start : closing.end()])

    def _comments(self, line: Line) -> None:
        """Skip the lines that comments which start on this line cover; the inline scanner reads them."""
        for match in _CODE_OR_COMMENT.finditer(line.text):
            end = self.text.find("-->", line.start + match.end()) if match["comment"] else -1
            if end > line.end:
                self._skip_to(end)
                self._comments(self.lines[self.row])
                return

    def _skip_to(self, offset: int) -> None:
        while self.row + 1 < len(self.lines) and self.lines[self.row + 1].start <= offset:
            self.row += 1

    def _heading(self, line: Line, prefix: str) -> Heading | None:
        begin, body = self.row, line.text[len(prefix) :]
        match = _HEADING.match(body)
        if match:
            self.row += 1
            return self._titled(begin, prefix, len(match["marks"]), match["text"])
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
        """The heading from the row `begin` up to where the scanner stands now."""
        attributes, first, last = _HEADING_ID.search(text), self.lines[begin], self.lines[self.row - 1]
        return Heading(
            start=first.start + len(prefix),
            end=last.start + len(last.text),
            line=self._number(begin),
            level=level,
            text=text[: attributes.start()] if attributes else text,
            id=attributes["id"] if attributes else "",
        )
