"""Lines of a page told by the step to which they belong: results stand while the text around them moves.

A traceback names `docs/en/vgg.md", line 42`, a warning `docs/en/vgg.md:42`; in an entry of the cache stand
the step's number and the line within it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from convref.weave.page.plan import Step

_OPEN, _CLOSE = "\ue000", "\ue001"  # of no use in texts: Unicode leaves them to private agreement
_KEPT = re.compile(f"{_OPEN}(\\d+)\\.(\\d+){_CLOSE}")
LOOKS_AT_LINES = re.compile(r"lineno|_getframe|currentframe|getframeinfo|inspect\.stack|getsourcelines")


class MovingError(Exception):
    """A text names a line that belongs to no step, so that it holds only where the page stays as it is."""


class Places:
    """The lines of a session's steps.

    Args:
        steps: the steps as they are in the page now.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._starts = [step.line for step in steps]
        self._spans = [(step.path, range(step.line, _end(step))) for step in steps]
        paths = "|".join(sorted({re.escape(step.path) for step in steps}, key=len, reverse=True))
        self._named = re.compile(f'({paths})("?(?:, line |:))(\\d+)')
        self._paths = tuple({step.path for step in steps})

    def relative(self, told: Any, current: int) -> Any:
        """What is told of a step, with its lines counted from their steps.

        Raises:
            MovingError: it names a line that belongs to no step.
        """

        def text(said: str) -> str:
            if _OPEN in said or _CLOSE in said:
                raise MovingError
            if not any(path in said for path in self._paths):
                return said
            return self._named.sub(lambda match: match[1] + match[2] + self._kept(match, current), said)

        path = self._spans[current][0]
        return _mapped(told, text, lambda line: self._relative(path, line, current))

    def absolute(self, told: Any) -> Any:
        """The same with the lines of the page as it is now.

        Raises:
            ValueError: this was not told of these steps.
        """

        def text(said: str) -> str:
            return _KEPT.sub(lambda match: str(self._line(match)), said) if _OPEN in said else said

        def line(said: Any) -> int:
            match = _KEPT.fullmatch(said)
            if not match:
                raise ValueError("it holds a line that is none")
            return self._line(match)

        return _mapped(told, text, line)

    def _kept(self, match: re.Match[str], current: int) -> str:
        return self._relative(match[1], int(match[3]), current)

    def _relative(self, path: str, line: int, current: int) -> str:
        around = [number for number, (page, span) in enumerate(self._spans) if page == path and line in span]
        if current in around:
            around = [current]
        if len(around) != 1:
            raise MovingError
        return f"{_OPEN}{around[0]}.{line - self._starts[around[0]]}{_CLOSE}"

    def _line(self, match: re.Match[str]) -> int:
        number = int(match[1])
        if number >= len(self._starts):
            raise ValueError("it tells of a step that is not there")
        return self._starts[number] + int(match[2])


def _end(step: Step) -> int:
    """The line after a step's last."""
    ends = [step.line + step.code.count("\n") + 1, step.line + 1]
    return max([*ends, *(line + source.count("\n") + 1 for source, line in step.examples)])


def _mapped(told: Any, text: Callable[[str], str], line: Callable[[Any], Any]) -> Any:
    if isinstance(told, str):
        return text(told)
    if isinstance(told, list | tuple):
        return [_mapped(each, text, line) for each in told]
    if isinstance(told, dict):
        return {
            name: line(each) if name == "line" and each is not None else _mapped(each, text, line)
            for name, each in told.items()
        }
    return told
