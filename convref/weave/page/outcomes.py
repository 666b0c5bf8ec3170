"""What came of a step that a session ran: its output, value, figures, and how it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Bundle: TypeAlias = dict[str, str]
"""One form of a value: a text for each media type."""

Forms: TypeAlias = dict[str, Bundle]
"""A value's forms by language; the key `SHARED` holds the form that all languages share."""

SHARED = ""
STR = "text/x-str"
"""The media type under which a value's `str` is kept, for values that stand in a sentence."""


@dataclass(frozen=True)
class Failure:
    """Why a step failed.

    Args:
        kind: the exception's class, or Timeout, Crash, ReturnCode, NotRun, Unraised.
        message: what it says.
        traceback: the whole of it, with the page's path and lines; may be empty.
        line: the line in the page on which the step was run.
    """

    kind: str
    message: str
    traceback: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True)
class Got:
    """What a doctest example gave: the text that it wrote, or the exception that it raised."""

    text: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a step.

    Args:
        output: what it wrote to standard output, cut at the limit.
        dropped: how many bytes were cut off.
        valid: whether the output was UTF-8.
        stderr: what it wrote to standard error.
        forms: the value of its last expression (`convref.weave.run.worker.mime`); empty for none.
        figures: the figures that it drew, as SVG.
        got: what each doctest example gave.
        failure: why it failed, if it did; `raises` has been taken into account.
        shown_error: the traceback that a block with `raises` shows on purpose.
        remarks: what it left behind, in sentences.
        seconds: how long it took.
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
