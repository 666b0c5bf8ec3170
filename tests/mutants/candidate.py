"""A piece of a page that states a fact, and what could be written instead of it."""

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
    """A replacement: a value, equal for the counterpart in another language, and the text that states it."""

    value: Hashable
    text: str


@dataclass(frozen=True)
class Candidate:
    """A piece of a page that states a fact.

    Attributes:
        kind: one of `KINDS`.
        start, end: its offsets in the text of the page.
        value: the value that it states, equal for its counterpart in another language.
        choices: what could be written instead.
        shared: True if it is in code with texts by language, which the page contains in every language: then
            even a change for the readers of one language changes all files.
    """

    kind: str
    start: int
    end: int
    value: Hashable
    choices: tuple[Choice, ...]
    shared: bool = False
