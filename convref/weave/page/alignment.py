"""The alignment of two sequences, such as the headings of a page in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

LARGEST: Final = 1_000_000
"""The maximum product of the lengths of two parts in which single differences are searched for.

Parts above this limit are reported as one difference. difflib may take time proportional to the product, for
instance for sequences in which all keys are equal.
"""


class Change(NamedTuple):
    """A difference between two sequences: a range of the first, and the range of the other that replaces it.

    The ranges are ``[first:last]`` and ``[other_first:other_last]``; one of the two may be empty.
    """

    first: int
    last: int
    other_first: int
    other_last: int


def changes(keys: Sequence[str], others: Sequence[str]) -> Iterator[Change]:
    """Iterate in order over the differences between two sequences.

    Example:
        >>> list(changes("abcd", "abxd"))
        [Change(first=2, last=3, other_first=2, other_last=3)]
        >>> list(changes("ab", "abc"))
        [Change(first=2, last=2, other_first=2, other_last=3)]
    """
    shortest = min(len(keys), len(others))
    start = 0
    while start < shortest and keys[start] == others[start]:
        start += 1
    end = 0
    while end < shortest - start and keys[-1 - end] == others[-1 - end]:
        end += 1
    rest, other_rest = keys[start : len(keys) - end], others[start : len(others) - end]
    if not rest and not other_rest:
        return
    if len(rest) * len(other_rest) > LARGEST:
        yield Change(start, start + len(rest), start, start + len(other_rest))
        return
    matcher = SequenceMatcher(None, rest, other_rest, autojunk=False)
    for operation, first, last, other_first, other_last in matcher.get_opcodes():
        if operation != "equal":
            yield Change(start + first, start + last, start + other_first, start + other_last)
