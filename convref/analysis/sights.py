"""Sights of a value's positions along one axis of the input, as numbers and as a repeating pattern."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from convref.nn import Reach

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Field:
    """The receptive field along one spatial axis, in elements of the network's input.

    Attributes:
        size: how many elements a position sees, from the first to the last; the most of any position.
        stride: how far the fields of neighbouring positions are apart, on average; 0 where all are the same.
        start: the first element that position 0 sees.
        smallest: the fewest elements that a position sees, by default `size`.
    """

    size: int = 1
    stride: Number = 1
    start: int = 0
    smallest: int = -1

    def __post_init__(self) -> None:
        if self.smallest < 0:
            object.__setattr__(self, "smallest", self.size)


Fields = tuple[Field, ...]
"""A field for each axis of positions of the input; empty where they are not known."""


Extent = tuple[int | tuple[int, int], ...]
"""The sizes of a field by axis; a pair, the smallest and the largest, where it depends on the position."""


def extent(fields: Fields) -> Extent:
    """Return the size of a field along each axis; (smallest, largest) where it depends on the position.

    Example:
        >>> extent((Field(size=212), Field(size=468, smallest=436)))
        (212, (436, 468))
    """
    return tuple([each.size if each.size == each.smallest else (each.smallest, each.size) for each in fields])


class Sight(NamedTuple):
    """The elements of the input that each position of a value sees along an axis, as a repeating pattern.

    Position `q * len(first) + r` sees the elements from `first[r] + q * step` to `last[r] + q * step`;
    nothing where `last[r] < first[r]`.
    """

    first: tuple[int, ...] = (0,)
    last: tuple[int, ...] = (0,)
    step: int = 1

    def at(self, position: int) -> tuple[int, int]:
        """Return the first and the last element that a position sees, which may itself lie in padding."""
        turns, index = divmod(position, len(self.first))
        return self.first[index] + turns * self.step, self.last[index] + turns * self.step

    def field(self) -> Field:
        """Return the numbers of the pattern."""
        sizes = [max(last - first + 1, 0) for first, last in zip(self.first, self.last, strict=True)]
        stride = Fraction(self.step, len(self.first))
        plain = stride.numerator if stride.denominator == 1 else stride
        return Field(max(sizes), plain, self.first[0], min(sizes))


def still(sight: Sight | None) -> bool:
    """Return whether all positions see the same."""
    return sight is not None and sight.step == 0 and len(sight.first) == 1


def spread(sight: Sight, count: int) -> Sight:
    """Return what sees all that so many positions see."""
    return composed(sight, Reach(0, (0,), (count - 1,), step=0), 1)


def composed(sight: Sight, reach: Reach, count: int) -> Sight:
    """Return what the `count` outputs of a layer see whose inputs see `sight`."""
    if len(sight.first) == 1 and len(reach.first) == 1:  # nearly all: a layer that does not enlarge
        (first,), (last,), step = sight
        return Sight((first + reach.first[0] * step,), (last + reach.last[0] * step,), step * reach.step)
    turns = len(sight.first) // math.gcd(len(sight.first), reach.step)
    period, step = turns * len(reach.first), turns * reach.step * sight.step // len(sight.first)
    if period > count:  # no pattern within the output
        period, step = count, round(Fraction(step * count, period))
    spans = [_seen_from(sight, reach, position) for position in range(period)]
    return Sight(tuple([first for first, _ in spans]), tuple([last for _, last in spans]), step)


def _seen_from(sight: Sight, reach: Reach, position: int) -> tuple[int, int]:
    turns, index = divmod(position, len(reach.first))
    moved = turns * reach.step
    inputs = range(reach.first[index] + moved, reach.last[index] + moved + 1, reach.dilation)
    spans = [span for span in map(sight.at, inputs) if span[0] <= span[1]]
    if not spans:  # between the elements that a transposed convolution spreads
        return 0, -1
    return min(first for first, _ in spans), max(last for _, last in spans)


def union(sights: Sequence[Sight | None], size: int, count: int) -> Sight | None:
    """Return what `count` positions see that see all of these; None where that is not known."""
    different = [sight for sight in dict.fromkeys(sights) if sight is not None]
    whole = [s for s in different if s.step == 0 and s.first[0] <= 0 and s.last[0] >= size - 1]
    if whole:  # nothing of the input is left to see
        different = whole
    elif None in sights or not different:
        return None
    if len(different) == 1:
        return different[0]
    period = math.lcm(*[len(sight.first) for sight in different])
    steps = {sight.step * (period // len(sight.first)) for sight in different}
    if len(steps) > 1:  # their fields drift apart
        period = count
    spans = [list(_spans(different, position)) for position in range(period)]
    first = tuple([min((first for first, _ in each), default=0) for each in spans])
    last = tuple([max((last for _, last in each), default=-1) for each in spans])
    return Sight(first, last, max(steps) if len(steps) == 1 else last[-1] - last[0])


def _spans(sights: Sequence[Sight], position: int) -> Iterator[tuple[int, int]]:
    return (span for span in (sight.at(position) for sight in sights) if span[0] <= span[1])
