"""Deformable convolution, as torchvision.ops.deform_conv2d."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np

from convref.algorithms.plan import ConvPlan, plan_convolution
from convref.arrays.arguments import Ints
from convref.arrays.calls import checked
from convref.arrays.checks import like, like_or_none, shape_is, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array, add_bias
from convref.errors import ArgumentError, ShapeError
from convref.functional._sampling import linear, read

_WHERE = "deform_conv2d"


@checked
def deform_conv2d(
    input: Array,
    offset: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = (1, 1),
    padding: Ints = (0, 0),
    dilation: Ints = (1, 1),
    mask: Array | None = None,
) -> Array:
    """Convolve (N, C, H, W) after shifting each sample of each window by an offset, as in torchvision.

    A sample that lies between pixels is interpolated bilinearly. Outside of the image the input is 0. The
    arguments are those of torchvision.ops.deform_conv2d.

    Args:
        input: (N, C, H, W).
        offset: (N, 2 · G · KH · KW, H', W'), in pixels; G is the number of groups of input channels that
            share offsets. There are two channels for each such group and kernel position: the shift down,
            then the shift right.
        weight: (O, C / groups, KH, KW). There is no argument for the number of groups; it is C divided by the
            size of the weight's second axis.
        bias: (O,), or None.
        stride: the distance between windows.
        padding: the number of zeros on both sides of each axis.
        dilation: the distance between the samples of a window before they are shifted.
        mask: (N, G · KH · KW, H', W'), the factors by which the samples are multiplied, or None for factors
            of 1.

    Returns:
        (N, O, H', W').

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Source: Dai et al., "Deformable convolutional networks" (2017); Zhu et al., "Deformable ConvNets v2"
    (2018) for the mask.

    Example:
        >>> x = np.arange(4.0).reshape(1, 1, 1, 4)
        >>> half_right = np.stack([np.zeros((1, 4)), np.full((1, 4), 0.5)])[np.newaxis]
        >>> deform_conv2d(x, half_right, np.ones((1, 1, 1, 1)))
        array([[[[0.5, 1.5, 2.5, 1.5]]]])
    """
    x = tensor(_WHERE, "input", input)
    shifts, kernels = like(_WHERE, "offset", offset, x), like(_WHERE, "weight", weight, x)
    factors, added = like_or_none(_WHERE, "mask", mask, x), like_or_none(_WHERE, "bias", bias, x)
    if x.ndim != 4 or kernels.ndim != 4 or not kernels.shape[1] or x.shape[1] % kernels.shape[1]:
        raise ShapeError(
            f"{_WHERE}: input (of shape {x.shape}) must be (N, C, H, W). weight (of shape "
            f"{kernels.shape}) must be (O, C / groups, KH, KW)"
        )
    plan = plan_convolution(
        _WHERE,
        x.shape,
        kernels.shape,
        bias_shape=None if added is None else added.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=x.shape[1] // kernels.shape[1],
    )
    shifts, factors = _by_position(plan, shifts, factors)
    columns = _columns(wide(x), wide(shifts), factors, plan)
    rows = wide(kernels).reshape(plan.groups, plan.out_channels // plan.groups, plan.depth)
    # With sampled columns, the rest is the matrix product of an ordinary convolution by im2col.
    with ieee():
        y = np.matmul(rows, columns.reshape(plan.batch, plan.groups, plan.depth, prod(plan.output)))
    y = y.reshape(plan.batch, plan.out_channels, *plan.output)
    return add_bias(y, added).astype(x.dtype, copy=False)


def _by_position(plan: ConvPlan, offset: Array, mask: Array | None) -> tuple[Array, Array | None]:
    """Return the offset as (N, G, K, 2, H', W') and the mask as (N, G, K, H', W') or None; K is KH · KW."""
    area = prod(plan.kernel)
    groups = offset.shape[1] // (2 * area) if offset.ndim == 4 else 0
    if not groups or plan.in_channels % groups:
        raise ArgumentError(
            f"{_WHERE}: offset (of shape {offset.shape}) must have 2 · G · {area} channels, where G divides "
            f"the {plan.in_channels} channels of input"
        )
    shape_is(_WHERE, "offset", offset, (plan.batch, 2 * groups * area, *plan.output))
    shape_is(_WHERE, "mask", mask, (plan.batch, groups * area, *plan.output))
    return (
        offset.reshape(plan.batch, groups, area, 2, *plan.output),
        None if mask is None else wide(mask).reshape(plan.batch, groups, area, *plan.output),
    )


@ieee()
def _columns(x: Array, offset: Array, mask: Array | None, plan: ConvPlan) -> Array:
    """Return the im2col columns (N, C, K, H' · W') of `x`, sampled at the shifted positions."""
    groups = offset.shape[1]
    parts = x.reshape(plan.batch, groups, plan.in_channels // groups, prod(plan.size))
    columns = np.empty((*parts.shape[:3], prod(plan.kernel), prod(plan.output)), x.dtype)
    # The upper left corner of each window, before the taps and their offsets are added.
    grids = [np.arange(n) * s - p for n, s, p in zip(plan.output, plan.stride, plan.before, strict=True)]
    for number, (row, column) in enumerate(product(*map(range, plan.kernel))):
        down = offset[:, :, number, 0] + (grids[0] + row * plan.dilation[0])[:, np.newaxis]
        right = offset[:, :, number, 1] + (grids[1] + column * plan.dilation[1])
        value = read(parts, (linear(down), linear(right)), plan.size)
        if mask is not None:
            value *= mask[:, :, np.newaxis, number].reshape(*value.shape[:2], 1, prod(plan.output))
        columns[..., number, :] = value
    return columns
