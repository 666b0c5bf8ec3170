"""Errors for modules and operations that cannot be converted, and a record of an operation that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convref.assembly.nodes import Event


class Unreadable(Exception):  # noqa: N818 - it is caught where the module is known
    """Raised if a module or a recording cannot be converted to a description; the message is the reason."""


class Refusal(Unreadable):
    """Raised for an operation that cannot be recorded, or that a description cannot contain.

    Args:
        what: the operation's name; empty if the reason does not concern one operation.
        rule: the reason, such as "it draws random numbers".
        scope: the path of the module whose forward calls the operation.
        line: the line of the user's code that calls it, as `file:line`.
    """

    def __init__(self, what: str, rule: str, scope: str, line: str) -> None:
        super().__init__(rule)
        self.what, self.rule, self.scope, self.line = what, rule, scope, line


class Failure(NamedTuple):
    """An operation that raised an error during a run, usually because of the shapes of its inputs.

    Attributes:
        name: the operation's name.
        shapes: the shapes of its inputs.
        error: the exception. The module's forward may have caught it.
        scope, line: see `Refusal`.
        calls: the calls of modules and functions that were running, the outermost first.
    """

    name: str
    shapes: list[tuple[int, ...]]
    error: Exception
    scope: str
    line: str
    calls: tuple[Event, ...]


def where(refusal: Refusal) -> str:
    """Return a text with an operation's name, the module that calls it, and the line of the user's code.

    Example:
        >>> where(Refusal("roll", "", "mixer", "nets.py:31"))
        'roll in mixer at nets.py:31'
    """
    name = refusal.what or "the forward"
    scope = f" in {refusal.scope}" if refusal.scope else ""
    return f"{name}{scope}" + (f" at {refusal.line}" if refusal.line else "")


def listed(found: Sequence[Refusal]) -> str:
    """Return one text for several errors, each one once; the text begins with the number of errors."""
    told = list(dict.fromkeys(f"{where(each)}: {each.rule}" for each in found))
    return told[0] if len(told) == 1 else f"{len(told)} operations: " + "; ".join(told)
