"""A piece of a page that states a fact, and the texts that could replace it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

KINDS: Final = (
    "digits in text",
    "digits in formulas",
    "digits in outputs",
    "number words",
    "years",
    "names",
    "terms",
    "symbols",
    "labels",
    "code spans",
    "code",
)


@dataclass(frozen=True)
class Choice:
    """A replacement for a candidate.

    Attributes:
        value: the value that it states; the counterpart in another language has a choice with an equal value.
        text: the text that states it.
    """

    value: Hashable
    text: str


@dataclass(frozen=True)
class Candidate:
    """A piece of a page that states a fact.

    Attributes:
        kind: one of `KINDS`.
        start, end: its offsets in the text of the page.
        value: the value that it states; the counterpart in another language has an equal value.
        choices: the possible replacements.
        shared: True if it is a text for one language in code that the page contains in every language: then a
            change for the readers of one language changes the files of all.
    """

    kind: str
    start: int
    end: int
    value: Hashable
    choices: tuple[Choice, ...]
    shared: bool = False
