"""Find fenced code blocks, and the doctest examples in them.

A fence may be indented and nested in block quotes to any depth, as in pymdownx.superfences. Every search
takes time linear in the size of the page, even if fences are never closed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from convref.errors import PageError
from convref.weave.markdown.fence_options import OFF, FenceOptions, invalid_value, language_of, parse_info
from convref.weave.markdown.fences import BLOCKS, FenceRules, kind_of
from convref.weave.markdown.lines import Lines, Margin, Prefix, quote_ends
from convref.weave.markdown.regions import Example, Fence

if TYPE_CHECKING:
    import doctest
    from collections.abc import Sequence

_OPENING = re.compile(r"(?P<marks>`{3,}|~{3,})(?P<info>[^\r\n]*)$")
_CLAIMS_EXEC = re.compile(r"""\bexec(?:=["']?(?P<value>\w*)|(?=[\s}]|$))""")
_DOCTEST_ERROR = re.compile(r"line (\d+) of the (?:doctest|docstring) for \S+ (.*)", re.DOTALL)


class _WrongExampleError(Exception):
    """Raised if the examples in a fence cannot be parsed; `line` is the line number of the error."""

    def __init__(self, rule: str, line: int) -> None:
        super().__init__(rule)
        self.line = line


class _Unclosed(NamedTuple):
    """The result of a search that found no closing line for a fence.

    It is cached, so that a later fence in the same block does not repeat the search. A row is the index of a
    line. Marks are the backticks or tildes that open or close a fence.

    Attributes:
        end: the row at which the search ended, after the enclosing block.
        rows: the rows with too few marks to close this fence; they may close a fence with fewer marks.
        longest: for each element of `rows`, the largest number of marks on this row or on any later one.
    """

    end: int
    rows: Sequence[int]
    longest: Sequence[int]

    def closes_after(self, row: int, count: int) -> bool:
        """Return whether any row after `row` could close a fence that was opened with `count` marks."""
        index = bisect_right(self.rows, row)
        return index < len(self.rows) and self.longest[index] >= count


class FenceReader:
    """A reader for the fenced code blocks of a page.

    Args:
        path: the path of the page as messages show it.
        lines: the lines of the page.
        rules: the site's rules for running fences.
    """

    def __init__(self, path: str, lines: Lines, rules: FenceRules) -> None:
        self.path, self.lines, self.rules = path, lines, rules
        self._filled = [row for row, line in enumerate(lines.all) if not line.blank]
        self._unclosed: dict[tuple[Prefix, str], _Unclosed] = {}
        # Openings at many depths look at the same lines, so the prefixes of these are parsed only once.
        self._margins: dict[tuple[int, int], Margin] = {}
        self._quotes: dict[int, list[int]] = {}

    def read(self, row: int, prefix: str) -> tuple[Fence, int] | None:
        """Return the fence that begins on a line, and the index of the line after the fence.

        Return None if no fence begins there.

        Args:
            row: the index of the line.
            prefix: the indentation and block quote marks at the start of the line.

        Raises:
            PageError: a fence with `exec` is not closed, or its options cannot be parsed.
        """
        match = _opening(self.lines.all[row].text, len(prefix))
        if not match:
            return None
        stripped, marks = Prefix.of(prefix), match["marks"]
        last = self._closing_row(row, stripped, marks)
        if last is None:
            parsed = parse_info(match["info"].strip())
            if parsed and parsed[1].on("exec"):
                info = match["info"].strip()
                raise PageError(self.path, self._number(row), f"the fence {marks}{info} is not closed")
            return None
        code = [stripped.strip(line.text) for line in self.lines.all[row + 1 : last]]
        return self._fence(row, last, prefix, match, code), last + 1

    def _number(self, row: int) -> int:
        return self.lines.first + row

    def _closing_row(self, row: int, prefix: Prefix, marks: str) -> int | None:
        """Return the index of the line that closes the fence opened on line `row`; None if it is not closed.

        Args:
            row: the index of the opening line.
            prefix: the prefix of the opening line.
            marks: the marks of the opening line.
        """
        known = self._unclosed.get((prefix, marks[0]))
        if known and row < known.end and not known.closes_after(row, len(marks)):
            return None
        end, rows, counts, before = len(self.lines.all), [], [], row
        # Blank lines never close a fence, and end only a block quote; leaving them out keeps openings that
        # differ in their indentation from looking at the same blank lines again and again.
        for index in range(bisect_right(self._filled, row), len(self._filled)):
            number = self._filled[index]
            margin = self._margin(number, prefix.quotes)
            excess = prefix.excess(margin) if margin else None
            if margin is None or excess is None or (prefix.quotes and number != before + 1):
                end = before + 1
                break
            before = number
            count = 0 if excess else _closing_marks(self.lines.all[number].text, margin.end, marks[0])
            if count >= len(marks):
                return number
            if count:
                rows.append(number)
                counts.append(count)
        longest = list(accumulate(reversed(counts), max))[::-1]
        self._unclosed[prefix, marks[0]] = _Unclosed(end, rows, longest)
        return None

    def _margin(self, row: int, quotes: int) -> Margin | None:
        """Return the white space after one of the block quote marks `>` of a line. Results are cached.

        Args:
            row: the index of the line.
            quotes: the number of the block quote mark, from 1; 0 for white space at the start of the line.

        Returns:
            The white space; None if the line has fewer block quote marks.
        """
        found = self._margins.get((row, quotes))
        if found is None:
            text = self.lines.all[row].text
            if quotes and row not in self._quotes:
                self._quotes[row] = quote_ends(text)
            if quotes > len(self._quotes.get(row, ())):
                return None
            found = Margin.of(text, self._quotes[row][quotes - 1] if quotes else 0)
            self._margins[row, quotes] = found
        return found

    def _fence(self, row: int, last: int, prefix: str, match: re.Match[str], code: list[str]) -> Fence:
        info, number = match["info"].strip(), self._number(row)
        parsed, claim = parse_info(info), _CLAIMS_EXEC.search(info)
        language, options = parsed or ("", FenceOptions())
        content = "".join(f"{each}\n" for each in code)
        kind, error, error_line = kind_of(language, options, self.rules, code=content), "", number
        if parsed is None and claim and (claim["value"] or "on").lower() not in OFF:
            language = language_of(info)
            error = f"the options of the fence cannot be read: {info}"
        elif kind in BLOCKS:
            error = invalid_value(options)
        in_any = bool(error) or kind in BLOCKS or (self.rules.doctests and language == "pycon")
        self._refuse_openings(number, match["marks"], code, in_any)
        examples: tuple[Example, ...] = ()
        if kind in {"doctest", "session"}:
            try:
                examples = self._examples(code, number + 1)
            except _WrongExampleError as wrong:
                error, error_line = str(wrong), wrong.line
        opening, first, closing = (self.lines.all[each] for each in (row, row + 1, last))
        return Fence(
            start=opening.start + len(prefix),
            end=closing.start + len(closing.text),
            line=number,
            prefix=prefix,
            marks=match["marks"],
            info=info,
            language=language,
            options=options,
            kind="broken" if error else kind,
            code=content,
            code_line=number + 1,
            code_start=first.start,
            code_end=closing.start,
            examples=examples,
            error=error,
            error_line=error_line,
            rules=self.rules,
        )

    def _refuse_openings(self, number: int, marks: str, code: list[str], in_any: bool) -> None:
        """Raise a PageError if the content of a fence contains the opening line of another fence.

        The closing line of the first fence is then missing, so that the closing line of the other fence would
        end both.

        Args:
            number: the line number of the fence's opening line.
            marks: the opening marks of the fence.
            code: the lines of the fence's content.
            in_any: True if any opening line in the content is an error. If it is False, only the opening line
                of a fence with the option `exec` is an error.
        """
        for offset, line in enumerate(code, 1):
            inner = _opening(line) if line.startswith(marks) else None
            parsed = parse_info(inner["info"]) if inner else None
            if parsed and (in_any or parsed[1].on("exec")):
                rule = f"the fence opened at line {number} is not closed before line {number + offset}"
                raise PageError(self.path, number, f"{rule}, where another one is opened")

    def _examples(self, code: list[str], first: int) -> tuple[Example, ...]:
        """Parse the doctest examples in the content of a fence.

        Args:
            code: the lines of the content.
            first: the line number of the first of them.

        Raises:
            _WrongExampleError: the content cannot be parsed as a doctest.
        """
        import doctest  # imports the debugger, which takes longer than parsing a page

        try:
            parsed = doctest.DocTestParser().get_examples("\n".join(code) + "\n", self.path)
        except ValueError as error:
            where = _DOCTEST_ERROR.match(str(error))
            offset, rule = (int(where[1]) - 1, where[2]) if where else (0, str(error))
            raise _WrongExampleError(f"the doctest cannot be read: {rule}", first + offset) from error
        return tuple(self._example(each, first) for each in parsed)

    def _example(self, each: doctest.Example, first: int) -> Example:
        begin = first - self.lines.first + each.lineno
        want = begin + each.source.count("\n")
        end = want + each.want.count("\n")
        lines = self.lines.all
        return Example(
            start=lines[begin].start,
            end=lines[want].start,
            line=first + each.lineno,
            source=each.source,
            want=each.want,
            want_start=lines[want].start,
            want_end=lines[end].start,
            want_line=self._number(want),
            options=tuple(sorted(each.options.items())),
            raises=each.exc_msg or "",
        )


def _closing_marks(text: str, start: int, mark: str) -> int:
    """Return the number of marks on a line that can close a fence; 0 if the line cannot close one.

    From the offset `start` on, such a line consists only of the character `mark`, three times or more.
    """
    if not text.startswith(mark * 3, start):
        return 0
    count = len(text.rstrip()) - start
    return count if text.count(mark, start) == count else 0


def _opening(text: str, start: int = 0) -> re.Match[str] | None:
    """Return a match with the groups `marks` and `info` if a line opens a fence, else None.

    In Markdown, the info string after backticks must not contain backticks. Here, the options of a fence with
    `exec` may contain backticks in their values.
    """
    match = _OPENING.match(text, start)
    if match and match["marks"][0] == "`" and "`" in match["info"]:
        parsed = parse_info(match["info"])
        return match if parsed is not None and "exec" in parsed[1] else None
    return match
