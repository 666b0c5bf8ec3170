"""Diagnostics: messages for a page's author, each with a path, a line, and the check that found it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Literal, Self

from convref.errors import PageError

_LONGEST: Final = 300  # characters of an unexpected error's text
_LONGEST_MESSAGE: Final = 2000  # characters
_log: Final = logging.getLogger(__name__)

Kind = Literal[
    "page",  # the page cannot be read or planned
    "option",  # an option of a block is unknown, or its value is not allowed
    "run",  # a block or an inline value failed, or had side effects such as a thread left running
    "doctest",  # an example gave something other than the output written below it
    "equation",  # a numeric equation does not hold
    "label",  # a label in code has a number that the code beside it does not contain
    "symbol",  # the value that a page gives a symbol contradicts an equation, or is not used anywhere
    "formula",  # a formula is not valid LaTeX
    "citation",  # a cited number differs from the published one
    "parity",  # two languages of a page differ in code, headings, links or figures
    "fact",  # two languages of a page differ in a number, a name or a formula
    "source",  # an identifier, a footnote or a year differs from its source
    "registry",  # a number, a size or a version is not one of the thing that the sentence names
    "name",  # a name in a code span is in no code
    "link",  # the target of a link, an anchor or an image does not exist
    "number",  # a quantity is neither computed nor checked nor cited
]


@dataclass(frozen=True, order=True)
class Diagnostic:
    """An error or a note about a page; diagnostics sort by path and line.

    Args:
        path: the path of the page as messages show it.
        line: the 1-based line; 0 if the diagnostic concerns the page as a whole.
        kind: the name of the check that found it, such as "equation".
        message: what is wrong, in one sentence.
        detail: a traceback or an output of several lines; may be empty.
        fatal: True for an error, which fails a strict build and a check; False for a note.

    Example:
        >>> print(Diagnostic("docs/en/vgg.md", 42, "equation", "2 = 3 does not hold"))
        docs/en/vgg.md:42: equation: 2 = 3 does not hold
    """

    path: str
    line: int
    kind: Kind
    message: str
    detail: str = ""
    fatal: bool = True

    def __post_init__(self) -> None:
        """Shorten a very long message, which may quote a number of a thousand digits from the page."""
        if len(self.message) > _LONGEST_MESSAGE:
            half = _LONGEST_MESSAGE // 2
            object.__setattr__(self, "message", f"{self.message[:half]} … {self.message[-half:]}")

    @classmethod
    def of_error(cls, error: PageError, kind: Kind = "page") -> Self:
        """Return the diagnostic that reports a PageError."""
        return cls(error.path, error.line, kind, error.rule)

    @property
    def location(self) -> str:
        """The position as `path:line`, or only the path if the diagnostic concerns the page as a whole."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        return f"{self.location}: {self.kind}: {self.message}"


def unexpected_error(path: str, error: Exception, task: str) -> PageError:
    """Convert an unexpected exception that occurred while a page was processed to an error about that page.

    So the exception does not end the build or check of the other pages. The traceback is written to the log.

    Args:
        path: the path of the page as messages show it.
        error: the exception.
        task: a participle that names the failed task in the message, such as "parsed" or "rendered".

    Example:
        >>> str(unexpected_error("docs/x.md", RecursionError(), "rendered"))
        'docs/x.md: the page cannot be rendered: something in it is nested too deeply'
    """
    _log.info("%s: an unexpected error while it was %s", path, task, exc_info=error)
    reason = f"{type(error).__name__}: {error}"[:_LONGEST]
    if isinstance(error, RecursionError):
        reason = "something in it is nested too deeply"
    return PageError(path, 0, f"the page cannot be {task}: {reason}")
