"""The outcome of a step that a session ran: its output, value and figures, or its failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Bundle: TypeAlias = dict[str, str]
"""One form of a value: a text for each media type."""

Forms: TypeAlias = dict[str, Bundle]
"""A value's forms by language; the key `SHARED` holds the form that all languages share."""

SHARED = ""
STR = "text/x-str"
"""The media type under which a value's `str` is kept, for inline values."""


@dataclass(frozen=True)
class Failure:
    """The reason why a step failed.

    Args:
        kind: the exception's class, or Timeout, Crash, ReturnCode, NotRun, Unraised.
        message: the exception's message.
        traceback: the whole traceback, with the page's path and lines; may be empty.
        line: the line in the page from which the step was run.
    """

    kind: str
    message: str
    traceback: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True)
class Got:
    """The result of a doctest example: the text that it wrote, or the exception that it raised."""

    text: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Outcome:
    """The outcome of a step.

    Args:
        output: the text written to standard output, cut at the limit.
        dropped: the number of bytes that were cut off.
        valid: whether the output was UTF-8.
        stderr: the text written to standard error.
        forms: the value of the last expression (`convref.weave.run.worker.mime`); empty if there is none.
        figures: the figures that were drawn, as SVG.
        got: the result of each doctest example.
        failure: the failure, if there was one; an exception that `raises` names is none.
        shown_error: the traceback that a block with `raises` shows on purpose.
        remarks: sentences about what the step left behind, such as threads.
        seconds: the time that it took.
    """

    output: str = ""
    dropped: int = 0
    valid: bool = True
    stderr: str = ""
    forms: Forms = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    got: tuple[Got, ...] = ()
    failure: Failure | None = None
    shown_error: str = ""
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
