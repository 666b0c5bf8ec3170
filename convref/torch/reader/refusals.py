"""Errors for what has no description or cannot be recorded, and the record of an operation that failed."""

from __future__ import annotations

from typing import NamedTuple

from convref.torch.reader.nodes import Event


class Unreadable(Exception):  # noqa: N818 - it is caught where the module is known
    """Something has no description; the text says why."""


class Refusal(Unreadable):
    """An operation that cannot be recorded.

    Args:
        what: the operation's name; empty where it is not one operation.
        rule: why.
        scope, line: where it is called.
    """

    def __init__(self, what: str, rule: str, scope: str, line: str) -> None:
        super().__init__(rule)
        self.what, self.rule, self.scope, self.line = what, rule, scope, line


class Failure(NamedTuple):
    """An operation that does not take what arrives.

    Attributes:
        name: the operation.
        shapes: what arrived.
        error: what torch raised, which the forward may catch.
        scope, line: where it is called.
        calls: the modules and functions that it is in, the outermost first.
    """

    name: str
    shapes: list[tuple[int, ...]]
    error: Exception
    scope: str
    line: str
    calls: tuple[Event, ...]
