"""Receptive fields of all registered networks against the support of gradients in PyTorch.

A field along one axis does not depend on channels, weights or activations. So each network is run along one
axis in torch, with one channel, positive weights and linear activations, and gradients of single positions
are taken: what they reach is what the analysis must give. That takes milliseconds where the network itself
takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
import torch
from samples import sample
from torch.nn import functional as F

from convref import analyze, architectures, nn
from convref.analysis.positions import placed
from convref.analysis.receptive_field import _all_seen
from convref.errors import ShapeError
from convref.nn import Layer, Plan, Shape, Step, trace
from convref.nn.adaptive import AdaptivePool
from convref.nn.attention import SelfAttention
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.padding import Pad
from convref.nn.pooling import WindowedPool
from convref.nn.upsample import Upsampling2d

Tensor = torch.Tensor
LARGE = 1600  # more than most fields, so that few are cut off by the input
MODES = {"nearest": "nearest", "bilinear": "linear"}


def on_axis(layer: Layer, axis: int, *names: str) -> list[Any]:
    """The numbers that a layer has for one spatial axis."""
    values = [getattr(layer, name) for name in names]
    return [value[axis] if isinstance(value, tuple) else value for value in values]


def filled(kernel: int) -> Tensor:
    return torch.full((1, 1, kernel), 1 / kernel, dtype=torch.float64)


def convolved(layer: Convolution, x: Tensor, axis: int) -> Tensor:
    kernel, stride, dilation = on_axis(layer, axis, "kernel_size", "stride", "dilation")
    return F.conv1d(F.pad(x, layer.padding_per_side[axis]), filled(kernel), None, stride, 0, dilation)


def spread(layer: TransposedConvolution, x: Tensor, axis: int) -> Tensor:
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    kernel, stride, padding, extra, dilation = on_axis(layer, axis, *names)
    return F.conv_transpose1d(x, filled(kernel), None, stride, padding, extra, 1, dilation)


def pooled(layer: WindowedPool, x: Tensor, axis: int) -> Tensor:
    kernel, stride, padding = on_axis(layer, axis, "kernel_size", "stride", "padding")
    return F.avg_pool1d(x, kernel, stride, padding, layer.ceil_mode)


def attended(layer: SelfAttention, x: Tensor) -> Tensor:
    window = getattr(layer, "window_size", None)
    return (
        x.mean(-1, keepdim=True).expand(x.shape)
        if window is None
        else F.avg_pool1d(x, window, 1, window // 2)
    )


def resampled(layer: nn.Upsample | Upsampling2d, x: Tensor, axis: int) -> Tensor:
    size, factor = on_axis(layer, axis, "size", "scale_factor")
    return F.interpolate(x, size, factor, MODES[layer.mode], layer.align_corners)


def adapted(layer: AdaptivePool, x: Tensor, axis: int) -> Tensor:
    return F.adaptive_avg_pool1d(x, on_axis(layer, axis, "output_size")[0] or x.shape[-1])


ALONG: dict[type[Layer] | tuple[type[Layer], ...], Callable[[Any, Tensor, int], Tensor]] = {
    Convolution: convolved,
    TransposedConvolution: spread,
    WindowedPool: pooled,
    AdaptivePool: adapted,
    Pad: lambda layer, x, axis: F.pad(x, layer.sides[axis]),
    (nn.Upsample, Upsampling2d): resampled,
    SelfAttention: lambda layer, x, _: attended(layer, x),
    nn.Flatten: lambda _layer, x, _: x.mean(-1, keepdim=True),
}


def applied(layer: Layer, x: Tensor, axis: int) -> Tensor:
    """The output of a primitive along an axis; the layers that are not named change no position."""
    return next((run(layer, x, axis) for kinds, run in ALONG.items() if isinstance(layer, kinds)), x)


def joined(step: Step, values: list[Tensor], axis: int) -> Tensor:
    if isinstance(step.layer, nn.ResizeLike):
        mode = MODES[step.layer.mode]
        corners = None if mode == "nearest" else False
        return F.interpolate(values[0], step.output_shape[1 + axis], mode=mode, align_corners=corners)
    return reduce(torch.add, values)  # for positive values a product depends on the same as a sum


def values_along(plan: Plan, axis: int, length: int) -> list[Tensor]:
    """Every value of a plan along one axis of positions, the input first."""
    values = [torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)]
    for step in plan.steps:
        inputs = [values[value] for value in step.inputs]
        values.append(
            joined(step, inputs, axis)
            if step.kind == "join"
            else inputs[0]
            if step.kind == "part"
            else applied(step.layer, inputs[0], axis)
        )
    return values


def support(x: Tensor, y: Tensor, position: int) -> list[int]:
    """The elements of x that an element of y depends on; none for one of padding."""
    (gradient,) = torch.autograd.grad(y[0, 0, position], x, retain_graph=True)
    return torch.nonzero(gradient[0, 0]).flatten().tolist()


def planned(name: str) -> Plan:
    """The plan on an input that is larger than the fields where the network takes one, else on its own."""
    net, shape = architectures.build(name), architectures.find(name).input_shape
    larger: Shape = (shape[0], *(LARGE,) * (len(shape) - 1)) if len(shape) > 1 else (LARGE,)
    try:
        return trace(net, larger)
    except ShapeError:
        return trace(net, shape)


def main_path(plan: Plan) -> list[int]:
    """The numbers of the values that the output is made of, through the first input of each step."""
    value, path = plan.output, [plan.output]
    while value:
        value = plan.steps[value - 1].inputs[0]
        path.append(value)
    return path


@pytest.mark.parametrize("name", sample(architectures.names(), 2))
def test_the_fields_of_a_network_are_what_gradients_reach(name: str) -> None:
    """At a border of the input only the other end is compared: there, strides may leave elements unread."""
    plan = planned(name)
    seen = _all_seen(plan)
    compared = 0
    assert seen[0] is not None
    for axis in range(len(seen[0].sights)):
        ((place, _),) = placed(seen[0].layout, axis)
        length = plan.input_shape[place - 1]  # the layout has the batch as axis 0
        values = values_along(plan, axis, length)
        path = [value for value in main_path(plan) if values[value].shape[-1] > 1]
        for value in path[:: max(1, len(path) // 4)]:
            of_value = seen[value]
            assert of_value is not None
            sight = of_value.sights[axis]
            assert sight is not None
            count = values[value].shape[-1]
            for position in sorted({0, count // 3, count // 2, count - 1}):
                first, last = sight.at(position)
                reached = support(values[0], values[value], position)
                if last < 0 or first >= length:
                    assert [] == reached
                    continue
                assert first < 0 or first == reached[0]
                assert last >= length or last == reached[-1]
                compared += (first >= 0) + (last < length)
    assert compared or analyze(architectures.build(name), plan.input_shape).sees_all


@pytest.mark.parametrize(("name", "sizes"), [("fcn8s_vgg16", {436, 468}), ("gated_inpainting", {299, 303})])
def test_a_field_that_depends_on_the_position_has_the_range_that_gradients_have(
    name: str, sizes: set[int]
) -> None:
    net, shape = architectures.build(name), architectures.find(name).input_shape
    plan = trace(net, (shape[0], LARGE, LARGE))
    values = values_along(plan, 0, LARGE)
    middle = range(LARGE // 2, LARGE // 2 + 32)  # a whole period of the layers that enlarge
    spans = [support(values[0], values[plan.output], position) for position in middle]
    assert sizes == {span[-1] - span[0] + 1 for span in spans}
    assert ((min(sizes), max(sizes)),) * 2 == analyze(net, plan.input_shape).receptive_extent
