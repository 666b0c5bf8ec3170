"""The result of running a step (a block or an inline value): its output, value and figures, or a failure."""

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
        kind: the name of the exception's class, or one of Timeout, Crash, ReturnCode, NotRun, Unraised,
            OutputLimit and EngineError.
        message: the exception's message.
        traceback: the whole traceback, with the page's path and lines; may be empty.
        line: the line of the failure. If translations of a page share their code, it is a line of the page
            whose code was run.
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
class Displayed:
    """An object that a step displayed, in several formats (`forms`).

    `offset` is the number of characters that the step had printed before it.
    """

    offset: int
    forms: Forms


@dataclass(frozen=True)
class Outcome:
    """The result of running a step: a block, an inline value, or the doctest examples of a fence.

    Args:
        output: the text written to standard output, truncated to the output limit.
        dropped: the number of bytes that were left out because of this limit.
        valid: True if the output was valid UTF-8; otherwise `output` has U+FFFD in place of invalid bytes.
        stderr: the text written to standard error.
        forms: the value of the last expression in several formats (`convref.weave.run.worker.mime`); empty if
            there is no value.
        figures: the figures that were left open, in SVG.
        displays: the objects that the code displayed, in order, as `display` does in a notebook.
        got: the actual result of each doctest example.
        failure: the failure, or None. An exception that the author expects, by the option `raises`, is not a
            failure.
        shown_error: the traceback of an expected exception, which the page shows; otherwise empty.
        remarks: sentences about side effects of the step, such as threads left running.
        seconds: the run time in seconds.
    """

    output: str = ""
    dropped: int = 0
    valid: bool = True
    stderr: str = ""
    forms: Forms = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    displays: tuple[Displayed, ...] = ()
    got: tuple[Got, ...] = ()
    failure: Failure | None = None
    shown_error: str = ""
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
