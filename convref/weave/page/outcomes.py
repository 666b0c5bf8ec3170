"""The result of running a step in a session: output, value and figures, or a failure."""

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
    """A failure of a step: an exception, a timeout, a crash or another reason.

    Args:
        kind: the name of the exception's class, or Timeout, Crash, ReturnCode, NotRun, Unraised.
        message: the exception's message.
        traceback: the whole traceback, with the page's path and lines; may be empty.
        line: the line of the failure, in the page whose code was run.
    """

    kind: str
    message: str
    traceback: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True)
class Got:
    """The actual result of a doctest example: the text that it printed, or the exception that it raised."""

    text: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of running a step.

    Args:
        output: the text written to standard output, truncated at the output limit.
        dropped: the number of bytes that were truncated.
        valid: whether the output was valid UTF-8.
        stderr: the text written to standard error.
        forms: the value of the last expression in several formats (`convref.weave.run.worker.mime`); empty if
            there is no value.
        figures: the figures that were drawn, in SVG.
        got: the actual result of each doctest example.
        failure: the failure, or None; an exception that the option `raises` names is not a failure.
        shown_error: the traceback of an exception that the option `raises` names, which the page shows.
        remarks: sentences about side effects of the step, such as threads left running.
        seconds: the run time in seconds.
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
