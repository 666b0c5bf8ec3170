"""The class `Sight`: the input elements on which each position of a value depends, along one axis.

A position *sees* the elements of the network's input on which it depends. A sight describes them for all
positions of a value, as a repeating pattern. A `Field` is the summary of a sight: size, stride and start.
"""

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
        size: the number of elements from the first to the last one on which a position depends. If it differs
            between positions, it is the largest such number.
        stride: the mean distance between the fields of neighbouring positions; 0 if all have the same field.
        start: the index of the first element in the field of position 0; negative if it lies in the padding.
        smallest: the size of the smallest field of any position; by default `size`.
    """

    size: int = 1
    stride: Number = 1
    start: int = 0
    smallest: int = -1

    def __post_init__(self) -> None:
        if self.smallest < 0:
            object.__setattr__(self, "smallest", self.size)


Fields = tuple[Field, ...]
"""The receptive field along each spatial axis of the input; empty if it is not known."""


Extent = tuple[int | tuple[int, int], ...]
"""The size of a field along each axis, or a pair (smallest, largest) if the size depends on the position."""


def extent(fields: Fields) -> Extent:
    """Return the size of the field along each axis, or a pair (smallest, largest) if positions differ.

    Example:
        >>> extent((Field(size=212), Field(size=468, smallest=436)))
        (212, (436, 468))
    """
    return tuple([each.size if each.size == each.smallest else (each.smallest, each.size) for each in fields])


class Sight(NamedTuple):
    """The input elements on which each position of a value depends along one axis, as a repeating pattern.

    Position `r` depends on the elements from `first[r]` to `last[r]`, or on none if `last[r] < first[r]`. The
    pattern has `len(first)` positions. Then it repeats, `step` elements further on: position
    `q * len(first) + r` depends on the elements from `first[r] + q * step` to `last[r] + q * step`.
    """

    first: tuple[int, ...] = (0,)
    last: tuple[int, ...] = (0,)
    step: int = 1

    def at(self, position: int) -> tuple[int, int]:
        """Return the indices of the first and last input element that a position depends on.

        The position may be negative or beyond the end, that is, in the padding.
        """
        turns, index = divmod(position, len(self.first))
        return self.first[index] + turns * self.step, self.last[index] + turns * self.step

    def field(self) -> Field:
        """Return the receptive field that the pattern describes: its size, stride and start."""
        sizes = [max(last - first + 1, 0) for first, last in zip(self.first, self.last, strict=True)]
        stride = Fraction(self.step, len(self.first))
        plain = stride.numerator if stride.denominator == 1 else stride
        return Field(max(sizes), plain, self.first[0], min(sizes))


def still(sight: Sight | None) -> bool:
    """Return True if all positions depend on the same input elements, False if not or if it is not known."""
    return sight is not None and sight.step == 0 and len(sight.first) == 1


def spread(sight: Sight, count: int) -> Sight:
    """Return the input elements on which one value depends that is computed from several positions.

    It is computed from the first `count` positions, as a mean is.
    """
    return composed(sight, Reach(0, (0,), (count - 1,), step=0), 1)


def composed(sight: Sight, reach: Reach, count: int) -> Sight:
    """Return the elements of the network's input on which the positions of a layer's output depend.

    Args:
        sight: the same for the positions of the layer's input.
        reach: the positions of the layer's input that each position of its output reads.
        count: the number of positions of the output.
    """
    # The usual case: a layer that does not enlarge its input.
    if len(sight.first) == 1 and len(reach.first) == 1:
        (first,), (last,), step = sight
        return Sight((first + reach.first[0] * step,), (last + reach.last[0] * step,), step * reach.step)
    turns = len(sight.first) // math.gcd(len(sight.first), reach.step)
    period, step = turns * len(reach.first), turns * reach.step * sight.step // len(sight.first)
    if period > count:  # the output is too short for the pattern to repeat
        period, step = count, round(Fraction(step * count, period))
    is_plain = len(sight.first) == 1 and period == len(reach.first)
    seen = _seen_through(sight, reach) if is_plain else None
    spans = seen or [_seen_from(sight, reach, position) for position in range(period)]
    return Sight(tuple([first for first, _ in spans]), tuple([last for _, last in spans]), step)


def _seen_through(sight: Sight, reach: Reach) -> list[tuple[int, int]] | None:
    """Return `_seen_from` for each position in the pattern of `reach`; the pattern of `sight` has length 1.

    This is faster than to call `_seen_from`, because it does not visit every position that the layer reads;
    a large adaptive pool reads many for each output. The result is None if the positions of the layer's input
    see no element of the network's input.
    """
    (first,), (last,), step, dilation = *sight, reach.dilation
    if last < first:
        return None
    return [
        (first + low * step, last + (low + (high - low) // dilation * dilation) * step)
        if low <= high
        else (0, -1)
        for low, high in zip(reach.first, reach.last, strict=True)
    ]


def _seen_from(sight: Sight, reach: Reach, position: int) -> tuple[int, int]:
    """Return the first and last element of the network's input that an output position of a layer sees.

    Args:
        sight: the elements that each position of the layer's input sees.
        reach: the positions of its input that the layer reads.
        position: the output position.
    """
    turns, index = divmod(position, len(reach.first))
    moved = turns * reach.step
    inputs = range(reach.first[index] + moved, reach.last[index] + moved + 1, reach.dilation)
    spans = [span for span in map(sight.at, inputs) if span[0] <= span[1]]
    if not spans:  # a gap between the inputs of a transposed convolution
        return 0, -1
    return min(first for first, _ in spans), max(last for _, last in spans)


def union(sights: Sequence[Sight | None], size: int, count: int) -> Sight | None:
    """Return the input elements on which the result of an elementwise operation, such as a sum, depends.

    A position of the result depends on all elements on which the same position of any operand depends.

    Args:
        sights: for each operand, the elements on which its positions depend; None if they are not known.
        size: the number of elements of the input.
        count: the number of positions of the result.

    Returns:
        For each position, all elements from the first to the last one on which it depends in any operand;
        None if they are not known.
    """
    different = [sight for sight in dict.fromkeys(sights) if sight is not None]
    whole = [s for s in different if s.step == 0 and s.first[0] <= 0 and s.last[0] >= size - 1]
    if whole:  # a field that is the whole input cannot grow
        different = whole
    elif None in sights or not different:
        return None
    if len(different) == 1:
        return different[0]
    period = math.lcm(*[len(sight.first) for sight in different])
    steps = {sight.step * (period // len(sight.first)) for sight in different}
    if len(steps) > 1:  # the fields have different strides, so there is no common pattern
        period = count
    spans = [list(_spans(different, position)) for position in range(period)]
    first = tuple([min((first for first, _ in each), default=0) for each in spans])
    last = tuple([max((last for _, last in each), default=-1) for each in spans])
    return Sight(first, last, max(steps) if len(steps) == 1 else last[-1] - last[0])


def _spans(sights: Sequence[Sight], position: int) -> Iterator[tuple[int, int]]:
    return (span for span in (sight.at(position) for sight in sights) if span[0] <= span[1])
