"""The receptive field of every value of a network: which part of the input it can see.

Along one axis, a value's positions see fields of `size` elements; the fields of neighbours are `stride`
elements apart; the first starts at element `start` of the input (negative in the padding). A layer with
window (kernel, stride, padding, dilation) on such a value gives

    size'   = size + dilation * (kernel - 1) * stride
    stride' = stride * the layer's stride
    start'  = start - padding * stride

so it is the product of the strides before a layer, not its own stride, by which its kernel counts. Where
branches join, the field reaches from the earliest start to the latest end.

Source: Araujo, Norris and Sim, 2019, Computing receptive fields of convolutional neural networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from convref.nn import (
    AttentionHeads,
    Embedding,
    MultiheadAttention,
    Plan,
    ResizeLike,
    RestrictedSelfAttention,
    Step,
    Window,
)

Number = int | Fraction


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


def receptive_fields(plan: Plan) -> list[Fields]:
    """The field of every value of a plan, by the value's number: one `Field` for each axis of the input.

    What flattens or mixes all positions into a vector sees the fields of all of them; its stride is 0.

    Example:
        >>> from convref.nn import Conv2d, MaxPool2d, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3), MaxPool2d(2), Conv2d(8, 8, 3))
        >>> [fields[0].size for fields in receptive_fields(trace(net, (3, 32, 32)))]
        [1, 3, 4, 8]
    """
    places = len(plan.input_shape) - (0 if _takes_words(plan) else 1)
    fields: list[Fields] = [(Field(),) * places]
    for step in plan.steps:
        before = [fields[value] for value in step.inputs]
        fields.append(_through_layer(step, before[0]) if step.kind == "layer" else _joined(step, before))
    return fields


def _takes_words(plan: Plan) -> bool:
    """Whether the input is a sequence of indices, so that its axes are places, none of them channels."""
    return bool(plan.steps) and isinstance(plan.steps[0].layer, Embedding)


def _through_layer(step: Step, seen: Fields) -> Fields:
    space = step.input_shapes[0][1:]
    if len(space) != len(seen):
        return seen  # a vector: it has seen all positions already
    if isinstance(step.layer, (AttentionHeads, MultiheadAttention, RestrictedSelfAttention)):
        return _attended(step.layer, step.input_shapes[0][0], seen)
    window = step.layer.window(step.input_shapes[0])
    if window is not None:
        return _through_window(window, seen)
    if len(step.output_shape) - 1 == len(seen):
        return seen
    return tuple(
        Field(f.size + (count - 1) * f.stride, 0, f.start) for f, count in zip(seen, space, strict=True)
    )


def _through_window(window: Window, seen: Fields) -> Fields:
    fields: list[Field] = []
    parts = zip(seen, window.kernel, window.stride, window.padding, window.dilation, strict=True)
    for field, kernel, stride, padding, dilation in parts:
        if kernel == stride == 1 and padding == 0:
            fields.append(field)
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
    layer: AttentionHeads | MultiheadAttention | RestrictedSelfAttention, length: int, seen: Fields
) -> Fields:
    """Attention to all positions sees whatever any of them has seen, to a window what is in it."""
    (field,) = seen
    if not isinstance(layer, RestrictedSelfAttention):
        return (Field(field.size + (length - 1) * field.stride, 0, field.start),)
    reach = layer.window_size // 2 * field.stride
    return (Field(field.size + 2 * reach, field.stride, field.start - reach),)


def _joined(step: Step, before: Sequence[Fields]) -> Fields:
    if isinstance(step.layer, ResizeLike):
        return _resized(step.layer, step, before[0])
    return tuple(_union(along) for along in zip(*before, strict=True))


def _resized(layer: ResizeLike, step: Step, seen: Fields) -> Fields:
    """A resized value: bilinear interpolation sees two neighbours; what it is resized like has no part."""
    sizes = zip(step.input_shapes[0][1:], step.output_shape[1:], strict=True)
    taps = 1 if layer.mode == "nearest" else 2
    return tuple(
        _field(f.size + (taps - 1) * f.stride, f.stride * Fraction(size, out), f.start)
        for f, (size, out) in zip(seen, sizes, strict=True)
    )


def _union(along: Sequence[Field]) -> Field:
    start = min(f.start for f in along)
    return Field(max(f.start + f.size for f in along) - start, max(f.stride for f in along), start)
