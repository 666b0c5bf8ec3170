"""Parsers for the values of options: each returns the parsed value, or raises a ValueError.

The message of the error is a rule such as "must be a string". The caller puts the option's name and value
before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from convref.weave.run.settings import EXECUTOR, EXECUTOR_RULE

T = TypeVar("T")
Parser = Callable[[object], T]

_LONGEST: Final = 1_000_000  # seconds; timers of the system refuse much more
_LARGEST: Final = 1 << 62  # bytes
_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]?)(?:I?B)?", re.IGNORECASE)


def whole_number(value: object) -> int:
    """Parse an option's value as a whole number, which must not be negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


def seconds(value: object) -> float:
    """Parse an option's value as a number of seconds, which must be greater than 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST:
        raise ValueError(f"must be a number of seconds, more than 0 and at most {_LONGEST}")
    return value


def size(value: object) -> int:
    """Parse an option's value as a number of bytes: a whole number, or a text with a unit, such as "512M"."""
    is_short = not isinstance(value, int) or abs(value) <= _LARGEST  # else Python may refuse to write it out
    match = _SIZE.fullmatch(str(value).strip()) if is_short else None
    number = float(match["number"]) * _UNITS[match["unit"].upper()] if match else math.inf
    if isinstance(value, bool) or number > _LARGEST:
        raise ValueError("must be a number of bytes, such as 1048576, 512M or 2 GB")
    return int(number)


def text(value: object) -> str:
    """Parse an option's value as a path: a string that contains no null character."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("must be a string")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Parse an option's value as a list of strings."""
    # A single string is probably a mistake, and would be taken for the list of its letters.
    if (
        isinstance(value, str)
        or not isinstance(value, Iterable)
        or not all(isinstance(e, str) for e in value)
    ):
        raise ValueError("must be a list of strings")
    return tuple(value)


def paths(value: object) -> tuple[str, ...]:
    """Parse an option's value as a path or a list of paths; "" gives no paths."""
    return tuple(filter(None, (text(value),) if isinstance(value, str) else map(text, texts(value))))


def languages(value: object) -> frozenset[str]:
    """Parse an option's value as a list of the languages of fences, such as "python"."""
    return frozenset(name for each in texts(value) if (name := each.strip()))


def patterns(value: object) -> tuple[re.Pattern[str], ...]:
    """Parse an option's value as a list of regular expressions, and compile them."""
    try:
        return tuple(re.compile(each) for each in texts(value))
    except re.error as error:
        rule = f"must be a list of regular expressions, and {error.pattern!r} is not one: {error}"
        raise ValueError(rule) from error


def switch(value: object) -> bool:
    """Parse an option's value: `on` gives True, `off` gives False. YAML may have converted them already."""
    if value not in ("on", "off") and not isinstance(value, bool):
        raise ValueError("must be 'on' or 'off'")
    return value in ("on", True)


def executor(value: object) -> str:
    """Parse the option `executor`: "local", "dask", or "dask: ADDRESS", which YAML reads as a mapping."""
    if isinstance(value, Mapping) and len(value) == 1:
        value = ": ".join(str(part) for pair in value.items() for part in pair)
    if not isinstance(value, str) or not EXECUTOR.fullmatch(value):
        raise ValueError(EXECUTOR_RULE)
    return value


def choice(*words: str) -> Parser[str]:
    """Return a parser that accepts only the given words."""

    def parse(value: object) -> str:
        value = "off" if value is False else value  # YAML reads a bare `off` as false
        if value not in words:
            raise ValueError(f"must be {', '.join(map(repr, words[:-1]))} or {words[-1]!r}")
        return str(value)

    return parse
