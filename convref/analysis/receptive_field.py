"""The receptive field of every value of a network: which part of the input it can see.

Along one axis, a value's positions see fields of `size` elements; the fields of neighbours are `stride`
elements apart; the first starts at element `start` of the input (negative in the padding). A layer with
window (kernel, stride, padding, dilation) on such a value gives

    size'   = size + dilation * (kernel - 1) * stride
    stride' = stride * the layer's stride
    start'  = start - padding * stride

so it is the product of the strides before a layer, not its own stride, by which its kernel counts. Where
branches join, the field reaches from the earliest start to the latest end. Where every place has the same
field, since attention, a linear layer or a global pool that is spread out again mixed all places, the
`stride` is 0; once such a field covers the whole input, nothing that is joined to it or follows it sees more.

Source: Araujo, Norris and Sim, 2019, Computing receptive fields of convolutional neural networks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from convref.nn import (
    AttentionHeads,
    Embedding,
    Linear,
    MultiheadAttention,
    Permute,
    Plan,
    PositionalEncoding,
    ResizeLike,
    RestrictedSelfAttention,
    Shape,
    Step,
    Window,
)

Number = int | Fraction
ATTENTION = (AttentionHeads, MultiheadAttention, RestrictedSelfAttention)
CHANNELS_LAST = (*ATTENTION, Linear, PositionalEncoding)


@dataclass(frozen=True, slots=True)
class Field:
    """The receptive field along one spatial axis, in elements of the network's input.

    Behind a layer that enlarges, fields may lie a fraction of an element apart; how far one reaches then
    depends on its position, and `size` is right to within one stride of the value that was enlarged.
    """

    size: Number = 1
    stride: Number = 1
    start: Number = 0


Fields = tuple[Field, ...]


class Seen(NamedTuple):
    """What a value's places see, and which axes of its shape they lie along; none, once they are mixed."""

    fields: Fields
    axes: tuple[int, ...]


def receptive_fields(plan: Plan) -> list[Fields]:
    """The field of every value of a plan, by the value's number: one `Field` for each axis of the input.

    What flattens or mixes all positions into a vector sees the fields of all of them; its stride is 0.

    Example:
        >>> from convref.nn import Conv2d, MaxPool2d, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3), MaxPool2d(2), Conv2d(8, 8, 3))
        >>> [fields[0].size for fields in receptive_fields(trace(net, (3, 32, 32)))]
        [1, 3, 4, 8]
    """
    return [seen.fields for seen in _all_seen(plan)]


def last_fields(plan: Plan) -> Fields:
    """The fields of the last value of the main path that has more than one place.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 5), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 10))
        >>> last_fields(trace(net, (3, 32, 32)))[0]
        Field(size=5, stride=1, start=0)
    """
    all_seen, value = _all_seen(plan), plan.output
    while value and math.prod(plan.shape(value)[axis] for axis in all_seen[value].axes) == 1:
        value = plan.steps[value - 1].inputs[0]
    return all_seen[value].fields


def _all_seen(plan: Plan) -> list[Seen]:
    axes = _places(plan)
    extents = tuple([plan.input_shape[axis] for axis in axes])
    seen = [Seen((Field(),) * len(axes), axes)]
    for step in plan.steps:
        before = [seen[value] for value in step.inputs]
        if step.kind == "layer":
            seen.append(_through_layer(step, before[0]))
        elif isinstance(step.layer, ResizeLike):
            seen.append(_resized(step.layer, step, before[0]))
        else:
            seen.append(_joined(step, before, extents) if len(before) > 1 else before[0])
    return seen


def _places(plan: Plan) -> tuple[int, ...]:
    """The axes of the input along which its places lie; the other is of channels, which words do not have."""
    axes = tuple(range(len(plan.input_shape)))
    first = plan.steps[0].layer if plan.steps else None
    if isinstance(first, Embedding):
        return axes
    return axes[:-1] if isinstance(first, CHANNELS_LAST) else axes[1:]


def _through_layer(step: Step, seen: Seen) -> Seen:
    layer, shape, (fields, axes) = step.layer, step.input_shapes[0], seen
    if not axes:
        return seen
    if isinstance(layer, Permute):
        where = {dim - 1: axis for axis, dim in enumerate(layer.dims[1:])}
        return Seen(fields, tuple([where[axis] for axis in axes]))
    if isinstance(layer, Linear):
        mixed = [
            _spread(f, shape[a]) if a == len(shape) - 1 else f for f, a in zip(fields, axes, strict=True)
        ]
        return Seen(tuple(mixed), axes)
    if isinstance(layer, ATTENTION):
        return _attended(layer, shape, seen)
    window = layer.window(shape)
    if window is not None and len(window.kernel) == len(axes) and axes[0] == 1:
        return Seen(_through_window(window, fields, shape[1:]), axes)
    if len(step.output_shape) >= len(shape):
        return seen
    return Seen(tuple([_spread(f, shape[a]) for f, a in zip(fields, axes, strict=True)]), ())


def _spread(field: Field, count: int) -> Field:
    """What sees the fields of all of so many places."""
    return Field(field.size + (count - 1) * field.stride, 0, field.start)


def _through_window(window: Window, seen: Fields, space: Shape) -> Fields:
    fields: list[Field] = []
    parts = zip(seen, space, window.kernel, window.stride, window.padding, window.dilation, strict=True)
    for field, count, kernel, stride, padding, dilation in parts:
        if kernel == stride == 1 and padding == 0:
            fields.append(field)
        elif count == 1 and stride < 1:  # one place, enlarged
            fields.append(_spread(field, count))
        else:
            size = field.size + dilation * (kernel - 1) * field.stride
            fields.append(_field(size, field.stride * stride, field.start - padding * field.stride))
    return tuple(fields)


def _field(size: Number, stride: Number, start: Number) -> Field:
    """A field whose numbers are fractions only where they must be."""
    if type(stride) is type(start) is type(size) is int:
        return Field(size, stride, start)
    return Field(*[each if each.denominator > 1 else int(each) for each in (size, stride, start)])


def _attended(
    layer: AttentionHeads | MultiheadAttention | RestrictedSelfAttention, shape: Shape, seen: Seen
) -> Seen:
    """Attention to all positions sees whatever any of them has seen, to a window what is in it."""
    ((field,), axes) = seen
    if not isinstance(layer, RestrictedSelfAttention):
        return Seen((_spread(field, shape[axes[0]]),), axes)
    reach = layer.window_size // 2 * field.stride
    return Seen((Field(field.size + 2 * reach, field.stride, field.start - reach),), axes)


def _resized(layer: ResizeLike, step: Step, seen: Seen) -> Seen:
    """A resized value: bilinear interpolation sees two neighbours; what it is resized like has no part."""
    taps = 1 if layer.mode == "nearest" else 2
    fields = []
    for field, axis in zip(seen.fields, seen.axes, strict=True):
        size, out = step.input_shapes[0][axis], step.output_shape[axis]
        if size == 1:
            fields.append(_spread(field, size))
        else:
            stride = field.stride * Fraction(size, out)
            fields.append(_field(field.size + (taps - 1) * field.stride, stride, field.start))
    return Seen(tuple(fields), seen.axes)


def _joined(step: Step, before: Sequence[Seen], extents: Shape) -> Seen:
    axes = before[0].axes if all(seen.axes for seen in before) else ()
    joined = []
    for index, extent in enumerate(extents):
        along = [seen.fields[index] for seen in before]
        if axes and step.output_shape[axes[index]] > 1:
            sizes = [shape[axes[index]] for shape in step.input_shapes]
            along = [_spread(f, size) if size == 1 else f for f, size in zip(along, sizes, strict=True)]
        joined.append(_union(along, extent))
    return Seen(tuple(joined), axes)


def _union(along: Sequence[Field], extent: int) -> Field:
    still = [f for f in along if f.stride == 0]
    if any(f.start <= 0 and f.start + f.size >= extent for f in still):
        along = still  # the whole input is seen already
    start = min(f.start for f in along)
    return Field(max(f.start + f.size for f in along) - start, max(f.stride for f in along), start)
