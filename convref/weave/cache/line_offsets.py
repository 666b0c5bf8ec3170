"""Store line numbers relative to their step, so that results stay valid when other parts of the page change.

Results contain line numbers of the page: `docs/en/vgg.md", line 42` in a traceback, or `docs/en/vgg.md:42` in
a warning. When a result is stored, each such number is replaced by the index of the step (the code block or
inline value) that contains the line, and the offset of the line within that step.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from convref.weave.page.plan import Step

# Delimiters that do not occur in texts: Unicode reserves these code points for private use.
_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_OFFSET: Final = re.compile(f"{_OPEN}(\\d+)\\.(\\d+){_CLOSE}")
LOOKS_AT_LINES: Final = re.compile(
    r"lineno|_getframe|currentframe|getframeinfo|inspect\.stack|getsourcelines"
)  # code whose result may depend on its line numbers


class MovingError(Exception):
    """Raised for a result that contains a line number of the page that lies outside of all steps.

    Such a number cannot be stored relative to a step. It would be wrong after lines are added before it.
    """


class LineOffsets:
    """Converts line numbers in results to offsets within a session's steps, and back.

    Args:
        steps: the steps at their current lines in the page.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._starts = [step.line for step in steps]
        self._spans = [(step.path, range(step.line, _end(step))) for step in steps]
        self._paths = tuple(sorted({step.path for step in steps}))
        self._named = _line_numbers_of(self._paths)

    def relative(self, result: Any, current: int) -> Any:
        """Return a step's result with line numbers replaced by offsets within their steps.

        Args:
            result: nested lists and dictionaries of strings and numbers; the value of a key `line` is a
                line number.
            current: the index of the step that gave the result.

        Raises:
            MovingError: the result contains the number of a line outside of all steps.
        """

        def text(content: str) -> str:
            if _OPEN in content or _CLOSE in content:
                raise MovingError
            if not any(path in content for path in self._paths):
                return content
            return self._named.sub(
                lambda match: match[1] + match[2] + self._offset(match[1], int(match[3]), current), content
            )

        path = self._spans[current][0]
        return _mapped(result, text, lambda line: self._offset(path, line, current))

    def absolute(self, result: Any) -> Any:
        """Return a result in which offsets are replaced by the current line numbers of the page.

        Args:
            result: a result that `relative` returned, usually in an earlier build.

        Raises:
            ValueError: an offset is malformed, or refers to a step that does not exist.
        """

        def text(content: str) -> str:
            return _OFFSET.sub(lambda match: str(self._line(match)), content) if _OPEN in content else content

        def line(offset: Any) -> int:
            match = _OFFSET.fullmatch(offset)
            if not match:
                raise ValueError(
                    f"a cached line (={offset!r}) must be a step index and an offset within that step"
                )
            return self._line(match)

        return _mapped(result, text, line)

    def _offset(self, path: str, line: int, current: int) -> str:
        around = [number for number, (page, span) in enumerate(self._spans) if page == path and line in span]
        if current in around:  # inline values of one line have the same lines
            around = [current]
        if len(around) != 1:
            raise MovingError
        return f"{_OPEN}{around[0]}.{line - self._starts[around[0]]}{_CLOSE}"

    def _line(self, match: re.Match[str]) -> int:
        number = int(match[1])
        if number >= len(self._starts):
            raise ValueError(
                f"a cached line (={match[0]!r}) must refer to one of the session's {len(self._starts)} steps"
            )
        return self._starts[number] + int(match[2])


def _end(step: Step) -> int:
    """Return the number of the line after the last line of a step."""
    ends = [step.line + step.code.count("\n") + 1, step.line + 1]
    return max([*ends, *(line + source.count("\n") + 1 for source, line in step.examples)])


def _mapped(value: Any, text: Callable[[str], str], line: Callable[[Any], Any]) -> Any:
    """Return a copy of a nested value with all its strings and line numbers converted.

    Args:
        value: nested lists, tuples and dictionaries; the copy has lists in place of tuples.
        text: a function that converts a string.
        line: a function that converts the value of a key "line".
    """
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        return [_mapped(each, text, line) for each in value]
    if isinstance(value, dict):
        return {
            name: line(each) if name == "line" and each is not None else _mapped(each, text, line)
            for name, each in value.items()
        }
    return value


@functools.lru_cache(maxsize=1024)  # a build compiles more patterns than `re` keeps
def _line_numbers_of(paths: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that matches one of these paths with a line number, as tracebacks and warnings do.

    The groups are the path, the text between path and number, and the number.
    """
    names = "|".join(sorted(map(re.escape, paths), key=len, reverse=True))
    return re.compile(f'({names})("?(?:, line |:))(\\d+)')
