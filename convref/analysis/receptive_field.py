"""The receptive field of each value of a network: the part of the input that each position depends on.

Along one axis, each position of a value depends on a field of `size` input elements. The fields of
neighbouring positions are `stride` elements apart, and the first starts at element `start` (negative in the
padding). A layer with window (kernel, stride, padding, dilation) on such a value gives

    size'   = size + dilation * (kernel - 1) * stride
    stride' = stride * the layer's stride
    start'  = start - padding * stride

so a kernel's elements are as far apart in the input as the product of the strides of all layers before it. If
branches join, the field extends from the earliest start to the latest end. If all positions have the same
field, because attention, a linear layer or an enlarged global pool mixed all positions, `stride` is 0. Once
such a field covers the whole input, the fields of later values, and of values joined to it, do not grow any
more.

After a layer that enlarges (a transposed convolution, interpolation) the size depends on the position: an
output between two elements depends on both, an output at an element only on that one. Such fields repeat with
a period and are computed for each position in it; `Field.size` is the largest and `Field.smallest` the
smallest.

Source: Araujo, Norris and Sim, 2019, Computing receptive fields of convolutional neural networks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from convref.nn import Plan, Reach, Shape
from convref.nn.window import own_positions

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Field:
    """The receptive field along one spatial axis, in elements of the network's input.

    Attributes:
        size: the number of elements from the first to the last in the field; the maximum over positions.
        stride: the mean distance between the fields of neighbouring positions; 0 if all fields are equal.
        start: the first element in the field of position 0.
        smallest: the minimum size over positions, by default `size`.
    """

    size: int = 1
    stride: Number = 1
    start: int = 0
    smallest: int = -1

    def __post_init__(self) -> None:
        if self.smallest < 0:
            object.__setattr__(self, "smallest", self.size)


Fields = tuple[Field, ...]
Extent = tuple[int | tuple[int, int], ...]
"""The sizes of a field by axis; a pair, the smallest and the largest, where it depends on the position."""


class Sight(NamedTuple):
    """The input elements that each position of a value depends on, along one axis, as a repeating pattern.

    Position `q * len(first) + r` depends on the elements from `first[r] + q * step` to `last[r] + q * step`;
    nothing where `last[r] < first[r]`.
    """

    first: tuple[int, ...] = (0,)
    last: tuple[int, ...] = (0,)
    step: int = 1

    def at(self, position: int) -> tuple[int, int]:
        """Return the first and last input element that a position depends on; both may lie in padding."""
        turns, index = divmod(position, len(self.first))
        return self.first[index] + turns * self.step, self.last[index] + turns * self.step

    def field(self) -> Field:
        """Return the sizes, stride and start of the pattern as a `Field`."""
        sizes = [max(last - first + 1, 0) for first, last in zip(self.first, self.last, strict=True)]
        stride = Fraction(self.step, len(self.first))
        plain = stride.numerator if stride.denominator == 1 else stride
        return Field(max(sizes), plain, self.first[0], min(sizes))


class Seen(NamedTuple):
    """The input elements that a value's positions depend on, and the axes of the value along which they lie.

    Both have an entry for each spatial axis of the network's input. An axis is None once a layer has mixed
    positions so that no axis of the value corresponds to it; then all positions depend on the same elements.
    """

    sights: tuple[Sight, ...]
    axes: tuple[int | None, ...]


def extent(fields: Fields) -> Extent:
    """Return the size of a field along each axis; (smallest, largest) where it depends on the position.

    Example:
        >>> extent((Field(size=212), Field(size=468, smallest=436)))
        (212, (436, 468))
    """
    return tuple([each.size if each.size == each.smallest else (each.smallest, each.size) for each in fields])


def receptive_fields(plan: Plan) -> list[Fields]:
    """Return the receptive fields of every value of a plan, in the order of the values' numbers.

    Raises:
        MissingRuleError: a layer defines neither `window` nor `reach`; the error names its path.

    Example:
        >>> from convref.nn import Conv2d, MaxPool2d, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3), MaxPool2d(2), Conv2d(8, 8, 3))
        >>> [fields[0].size for fields in receptive_fields(trace(net, (3, 32, 32)))]
        [1, 3, 4, 8]
    """
    known: dict[Sight, Field] = {}  # most axes of an image are alike
    return [tuple([_field(sight, known) for sight in seen.sights]) for seen in _all_seen(plan)]


def _field(sight: Sight, known: dict[Sight, Field]) -> Field:
    if sight not in known:
        known[sight] = sight.field()
    return known[sight]


def last_fields(plan: Plan) -> Fields:
    """Return the receptive fields of the last value on the main path that has more than one position.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 5), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 10))
        >>> last_fields(trace(net, (3, 32, 32)))[0]
        Field(size=5, stride=1, start=0, smallest=5)
    """
    all_seen, value = _all_seen(plan), plan.output
    while (
        value and math.prod(plan.shape(value)[axis] for axis in all_seen[value].axes if axis is not None) == 1
    ):
        value = plan.steps[value - 1].inputs[0]
    return tuple([sight.field() for sight in all_seen[value].sights])


def _all_seen(plan: Plan) -> list[Seen]:
    axes = _positions(plan)
    extents = tuple([plan.input_shape[axis] for axis in axes])
    seen = [Seen((Sight(),) * len(axes), axes)]
    for step in plan.steps:
        before = [
            _through(value_seen, reaches, shape, step.output_shape)
            for value_seen, reaches, shape in zip(
                [seen[value] for value in step.reads], step.reaches, step.input_shapes, strict=False
            )
        ]
        seen.append(before[0] if len(before) == 1 else _joined(before, step.output_shape, extents))
    return seen


def _positions(plan: Plan) -> tuple[int, ...]:
    """Return the spatial axes of the network's input: all axes except that of the channels."""
    axes = tuple(range(len(plan.input_shape)))
    channels = plan.steps[0].layer.channel_axis if plan.steps else 0
    return axes if channels is None else tuple([axis for axis in axes if axis != channels % len(axes)])


def _through(seen: Seen, reaches: Sequence[Reach | None], shape: Shape, output_shape: Shape) -> Seen:
    """Return the input elements that a step's output depends on through one of the values that it reads."""
    if reaches is own_positions(len(shape)):
        return seen
    sights: list[Sight] = []
    axes: list[int | None] = []
    for sight, axis in zip(*seen, strict=True):
        if axis is None:
            sights.append(sight)
            axes.append(None)
            continue
        reach = reaches[axis]
        axes.append(None if reach is None else reach.axis)
        if reach is None:  # every output sees the axis whole
            sights.append(_composed(sight, Reach(0, (0,), (shape[axis] - 1,), step=0), 1))
        elif shape[axis] == 1 and reach.step < len(reach.first):  # one position, enlarged: all outputs see it
            sights.append(_composed(sight, Reach(0, step=0), 1))
        else:
            sights.append(_composed(sight, reach, output_shape[reach.axis]))
    return Seen(tuple(sights), tuple(axes))


def _composed(sight: Sight, reach: Reach, count: int) -> Sight:
    """Return the pattern of a layer's outputs, given the pattern of its inputs and the layer's reach."""
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


def _joined(before: Sequence[Seen], output_shape: Shape, extents: Shape) -> Seen:
    """Return the input elements that a step's output depends on through any of the values that it reads."""
    sights: list[Sight] = []
    axes: list[int | None] = []
    for index, extent in enumerate(extents):
        along = [seen.axes[index] for seen in before]
        axis = None if None in along else along[0]
        count = 1 if axis is None else output_shape[axis]
        sights.append(_union([seen.sights[index] for seen in before], extent, count))
        axes.append(axis)
    return Seen(tuple(sights), tuple(axes))


def _union(sights: Sequence[Sight], extent: int, count: int) -> Sight:
    """Return the pattern of `count` positions that covers, at each position, all the given patterns."""
    different = list(dict.fromkeys(sights))
    whole = [s for s in different if s.step == 0 and s.first[0] <= 0 and s.last[0] >= extent - 1]
    if whole:  # nothing of the input is left to see
        different = whole
    if len(different) == 1:
        return different[0]
    if all(len(s.first) == 1 and s.step == different[0].step for s in different):  # nearly all: no enlarging
        first, last = min(s.first for s in different), max(s.last for s in different)
        return Sight(first, last, different[0].step)
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
