r"""Find the inline regions in prose: comments, inline values, code spans, formulas.

The delimiters of formulas are those of pymdownx.arithmatex: ``$``, ``$$``, ``\(``, ``\[``. A dollar sign
opens a formula only if no space follows it. It closes a formula only if no space precedes it and no digit
follows. So prices are not read as formulas. Of these regions, only comments may contain a blank line.

The scanner visits each delimiter once, and caches the position of the next closing delimiter, or that there
is none. So its time is linear in the length of the text, even if delimiters are never closed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from convref.weave.markdown.regions import CodeSpan, Comment, Formula, InlineValue, Region
from convref.wording import nearest_text

_SPECIAL = re.compile(r"[`$\\<]")
_TICKS = re.compile(r"`+")
_TAG = re.compile(r"<[A-Za-z/][^<>`\r\n]*>")
_PARAGRAPH_END = re.compile(r"(?:\r\n|\n|\r(?!\n))[> \t]*(?=[\r\n])")
_LINE_REST = re.compile(r"[ \t]*(?:[\r\n]|\Z)")
_VALUE_OPENING = re.compile(r"`\{(?:python|py)\}")
_VALUE = re.compile(r"\s*\{(?:python|py)\}\s+(?P<expression>\S.*)", re.DOTALL)
_BRACED = re.compile(r"\{(?P<word>\w+)\}(?P<rest>.*)", re.DOTALL)
_SIMILAR = 0.75  # of 1: `pyton` is similar to `python`, `path` is not
_LINE_BREAK = re.compile(r"(?<![ \t])[ \t]*(?:\r\n|\n|\r)[> \t]*")
_SIGNS = {
    "$$": re.compile(r"\\.|`|\$\$", re.DOTALL),
    "$": re.compile(r"\\.|`|\$", re.DOTALL),
    "\\(": re.compile(r"`|\\\)"),
    "\\[": re.compile(r"`|\\\]"),
}
"""For each opening delimiter, the characters at which the search for the closing delimiter stops."""
_CLOSING = {"$$": "$$", "$": "$", "\\(": "\\)", "\\[": "\\]"}


def scan(
    text: str, start: int, end: int, number_at: Callable[[int], int], where: Callable[[int], str]
) -> Iterator[Region]:
    """Iterate in order over the inline regions of ``text[start:end]``.

    A formula comes before the inline values in it.

    Args:
        text: the text of the whole page.
        start: the offset where the prose starts.
        end: the offset where the prose ends.
        number_at: a function that returns the line number of an offset.
        where: a function that returns the kind of the block that contains an offset: "text", "table" or
            "heading".
    """
    scanner = _Scanner(text, start, end)
    for kind, first, last, content in scanner.regions():
        line = number_at(first)
        if kind == "comment":
            yield Comment(first, last, line, content)
        elif kind == "code":
            value = _expression(content)
            if value:
                yield InlineValue(first, last, line, value, where(first))
            else:
                yield CodeSpan(first, last, line, content.strip())
        else:
            content_start = first + len(kind)
            yield Formula(first, last, line, content, content_start, kind)
            for begin, stop in scanner.values(content_start, content_start + len(content)):
                value = _expression(text[begin + 1 : stop - 1])
                if value:
                    yield InlineValue(begin, stop, number_at(begin), value, "formula")


def mistake(content: str) -> str:
    """Return an error message if a code span was probably meant as an inline value, else "".

    Example:
        >>> mistake("{pyton} 1 + 1")
        "unknown language 'pyton' of an inline value; the nearest is 'python'"
        >>> mistake("{python}")
        'an inline value must have a space and an expression after {python}'
    """
    import difflib  # only code that begins with a brace needs it

    match = _BRACED.fullmatch(content)
    if not match:
        return ""
    word = match["word"]
    if word in {"python", "py"}:
        return f"an inline value must have a space and an expression after {{{word}}}"
    if not match["rest"][:1].isspace() or not difflib.get_close_matches(
        word.lower(), ["python"], cutoff=_SIMILAR
    ):
        return ""
    return f"unknown language {word!r} of an inline value; {nearest_text(['python'])}"


class BacktickRuns:
    """The positions of all runs of backticks in ``text[start:end]``, grouped by the length of the run.

    A code span ends at the next run that has the same length as the run at its start.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self._starts: dict[int, list[int]] = {}
        for match in _TICKS.finditer(text, start, end):
            self._starts.setdefault(match.end() - match.start(), []).append(match.start())

    def closing(self, offset: int, count: int) -> int:
        """Return where the first run of exactly `count` backticks starts at or after `offset`; -1 if none."""
        starts = self._starts.get(count, [])
        index = bisect_left(starts, offset)
        return starts[index] if index < len(starts) else -1


_Found = tuple[str, int, int, str]
"""The kind (comment, code, or a formula's opening delimiter), start, end and content of a region."""


class _Scanner:
    """A scanner for the inline regions of ``text[start:end]``."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self._runs: BacktickRuns | None = None
        self._paragraph_end = start
        self._comment_end = start
        # For each opening delimiter: from which offset on the next closing one was searched, and where it is.
        self._searched: dict[str, tuple[int, int]] = {}

    def regions(self) -> Iterator[_Found]:
        position = self.start
        while match := _SPECIAL.search(self.text, position, self.end):
            found, position = self._at(match.start())
            if found:
                yield found

    def _at(self, offset: int) -> tuple[_Found | None, int]:
        """Return the region that starts at an offset, and the offset at which scanning continues.

        The region is None if no region starts there.
        """
        text = self.text
        sign = text[offset]
        if sign == "`":
            return self._code(offset)
        if sign == "<":
            return self._comment(offset) if text.startswith("<!--", offset, self.end) else self._tag(offset)
        for opening in ("$$", "$", "\\(", "\\["):
            if text.startswith(opening, offset, self.end):
                last = self._formula_end(offset, opening)
                if last >= 0:
                    first, size = offset + len(opening), len(_CLOSING[opening])
                    return (opening, offset, last + size, text[first:last]), last + size
        return None, min(offset + (2 if sign == "\\" else 1), self.end)

    def _code(self, offset: int) -> tuple[_Found | None, int]:
        if self._runs is None:
            self._runs = BacktickRuns(self.text, self.start, self.end)
        match = _TICKS.match(self.text, offset, self.end)
        first = match.end() if match else offset + 1
        last = self._runs.closing(first, first - offset)
        if last < 0 or last > self.paragraph_end(first):
            return None, first
        end = last + first - offset
        return ("code", offset, end, self.text[first:last]), end

    def _comment(self, offset: int) -> tuple[_Found | None, int]:
        first = offset + len("<!--")
        if self._comment_end != -1:
            self._comment_end = self.text.find("-->", first, self.end)
        if self._comment_end < 0:
            return None, offset + 1
        end = self._comment_end + len("-->")
        return ("comment", offset, end, self.text[first : self._comment_end]), end

    def _tag(self, offset: int) -> tuple[None, int]:
        """Skip an HTML tag, because dollar signs in its attributes do not delimit formulas."""
        match = _TAG.match(self.text, offset, self.end)
        return None, match.end() if match else offset + 1

    def paragraph_end(self, offset: int) -> int:
        """Return the offset where the paragraph that contains `offset` ends, before the next blank line."""
        if self._paragraph_end <= offset:
            match = _PARAGRAPH_END.search(self.text, offset, self.end)
            self._paragraph_end = match.start() if match else self.end
        return self._paragraph_end

    def _formula_end(self, offset: int, opening: str) -> int:
        """Return the offset of the delimiter that closes the formula opened at `offset`; -1 if none does."""
        text, first = self.text, offset + len(opening)
        if opening == "$" and (first >= self.end or text[first] == "$" or text[first].isspace()):
            return -1
        if opening == "\\[" and offset and text[offset - 1] not in "\r\n> \t":
            return -1
        limit = self.paragraph_end(first)
        last = self._closing(opening, first, limit)
        if last <= first or last >= limit or text[last] == "`":
            return -1
        if opening == "$" and (text[last - 1].isspace() or text[last + 1 : last + 2].isdigit()):
            return -1
        if opening == "\\[" and not _LINE_REST.match(text, last + 2, self.end):
            return -1
        return last

    def _closing(self, opening: str, first: int, limit: int) -> int:
        """Return the result of `_search` for these arguments, from a cache if possible."""
        begin, found = self._searched.get(opening, (0, -1))
        if not begin <= first <= found:
            found = self._search(opening, first, limit)
            self._searched[opening] = first, found
        return found

    def _search(self, opening: str, first: int, limit: int) -> int:
        """Return the offset of the next closing delimiter that is neither escaped nor in an inline value.

        For `$`, the search also stops at a backtick that begins a code span, and returns its offset. Return
        `limit` if nothing is found.

        Args:
            opening: the opening delimiter.
            first: the offset at which the search starts.
            limit: the offset at which it ends.
        """
        text, position = self.text, first
        while match := _SIGNS[opening].search(text, position, limit):
            if match[0] == _CLOSING[opening]:
                return match.start()
            position = match.end()
            if match[0] == "`":
                value_end = self._value_end(match.start(), limit)
                if value_end < 0 and opening == "$":
                    return match.start()
                position = max(position, value_end)
        return limit

    def values(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the start and end offset of each inline value in a formula."""
        position = start
        while match := _VALUE_OPENING.search(self.text, position, end):
            stop = self._value_end(match.start(), end)
            if stop >= 0:
                yield match.start(), stop
            position = max(match.end(), stop)

    def _value_end(self, offset: int, limit: int) -> int:
        """Return the offset after the inline value that starts at `offset`; -1 if none starts there."""
        opening = _VALUE_OPENING.match(self.text, offset, limit)
        last = self.text.find("`", opening.end(), limit) if opening else -1
        return last + 1 if opening and last > opening.end() else -1


def _expression(code: str) -> str:
    """Return the expression of an inline value as one line; "" if the code is not an inline value."""
    match = _VALUE.fullmatch(code.rstrip())
    return _LINE_BREAK.sub(" ", match["expression"]) if match else ""
