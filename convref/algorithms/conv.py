"""Run a convolution with a named algorithm, or with the one that `choose` picks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from convref.algorithms.banded import banded
from convref.algorithms.choice import choose
from convref.algorithms.direct import direct
from convref.algorithms.fft import fft
from convref.algorithms.im2col import im2col
from convref.algorithms.plan import ConvPlan, plan_convolution
from convref.algorithms.strassen import strassen
from convref.algorithms.winograd import winograd
from convref.arrays.arguments import Ints
from convref.arrays.checks import ARITHMETIC, batched, like, like_or_none, room_for, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array, add_bias
from convref.errors import ArgumentError, ShapeError
from convref.wording import is_among

Method: TypeAlias = Literal["direct", "im2col", "fft", "winograd", "banded", "strassen"]

METHODS: Mapping[str, Callable[..., Array]] = MappingProxyType(
    {
        "direct": direct,
        "im2col": im2col,
        "fft": fft,
        "winograd": winograd,
        "banded": banded,
        "strassen": strassen,
    }
)
"""The methods by name: functions of an input, a weight and their `ConvPlan`."""

GAPS = 4
"""The largest ratio of a padded axis to the entries that windows read; beyond it, the others are removed."""

_INEXACT = ("fft", "winograd", "banded")
"""Methods that compute with fractions, and so cannot take integers."""


def conv(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
    *,
    method: Method | None = None,
) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), over any number of axes.

    Args:
        x: the input, (N, C, *size) or (C, *size) without a batch.
        weight: the kernels, with as many spatial axes as `x`.
        bias: (O,), or None.
        stride: the distance between windows.
        padding: the number of zeros on both sides of each axis, or ``"same"`` or ``"valid"``.
        dilation: the distance, along each axis, between neighbouring input values of one window.
        groups: the number of parts that the channels are split into; each output channel reads one part.
        method: the name of the algorithm: ``"direct"``, ``"im2col"``, ``"fft"``, ``"winograd"`` (only for
            stride and dilation 1 and kernel sizes up to 7), ``"banded"`` or ``"strassen"``. None lets
            `choose` pick the one that is likely to be fastest.

    Returns:
        (N, O, *output), or (O, *output) without a batch.

    Raises:
        ArgumentError: an argument has an invalid type or value, or the method does not support it.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> x, weight = np.ones((1, 2, 8, 8)), np.ones((4, 2, 3, 3))
        >>> conv(x, weight, method="winograd").round(9)[0, 0, 0, 0]
        np.float64(18.0)
    """
    if not isinstance(weight, np.ndarray) or weight.ndim < 3:
        raise ShapeError(f"conv: weight (of shape {np.shape(weight)}) must be (O, C / groups, *kernel)")
    return convolve(
        "conv", weight.ndim - 2, x, weight, bias, (stride, padding, dilation, groups), method, "x"
    )


@ieee()
def convolve(
    where: str,
    rank: int,
    input: Array,
    weight: Array,
    bias: Array | None,
    options: tuple[Any, Any, Any, Any],
    method: str | None = None,
    name: str = "input",
) -> Array:
    """Check the arguments of a convolution over `rank` spatial axes, and compute it.

    Args:
        where: the public function that was called, for messages.
        rank: the number of spatial axes.
        input: (N, C, *size) or (C, *size).
        weight: (O, C / groups, *kernel).
        bias: (O,), or None.
        options: stride, padding, dilation and groups.
        method: the name of the algorithm; None lets `choose` pick one.
        name: the name that the public function gives to its first argument, for messages.

    Raises:
        ArgumentError: an argument has an invalid type or value, or the method does not support it.
        ShapeError: the shapes do not fit each other.
    """
    x = tensor(where, name, input, ARITHMETIC)
    kernels = like(where, "weight", weight, x)
    offsets = like_or_none(where, "bias", bias, x)
    if kernels.ndim != rank + 2:
        raise ShapeError(f"{where}: weight (of shape {kernels.shape}) must have {rank + 2} axes")
    full = batched(where, x, rank, empty="batch and channels")
    stride, padding, dilation, groups = options
    plan = plan_convolution(
        where,
        full.shape,
        kernels.shape,
        bias_shape=None if offsets is None else offsets.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )
    batched_input = full is x  # otherwise the batch axis was added, and is removed at the end
    room_for((plan.batch, plan.out_channels, *plan.output), x.dtype)
    full, plan = _without_gaps(full, plan)
    if method is None:
        method = choose(plan, full, kernels)
    elif not is_among(method, METHODS):
        raise ArgumentError(f"{where}: method (={method!r}) must be one of {', '.join(METHODS)}")
    elif method in _INEXACT and x.dtype.kind in "iu":
        raise ArgumentError(
            f"{where}: {name} (of type {x.dtype}) must be floating or complex for the method {method!r}"
        )
    y = add_bias(METHODS[method](wide(full), wide(kernels), plan), offsets).astype(x.dtype, copy=False)
    return y if batched_input else y[0]


def _without_gaps(x: Array, plan: ConvPlan) -> tuple[Array, ConvPlan]:
    """Remove the entries that no window reads, on axes that padding and dilation make very long.

    A dilation of a million with as much padding would take memory for millions of zeros, of which each window
    reads a few. On such an axis, the entries that the windows read are concatenated, one kernel position
    after the other. Convolving that shorter array, with the number of outputs as the dilation and a stride of
    1, gives the same result.

    Returns:
        The input with such axes shortened, and the plan of the equivalent convolution.
    """
    axes = zip(plan.size, plan.before, plan.after, plan.kernel, plan.output, strict=True)
    for axis, (n, before, after, kernel, count) in enumerate(axes):
        if n + before + after <= GAPS * max(n, kernel * count):
            continue
        # Which entry each kernel position reads in each window; windows do not share them any more.
        read = np.add.outer(np.arange(kernel) * plan.dilation[axis], np.arange(count) * plan.stride[axis])
        read = read.ravel() - before
        inside = (read >= 0) & (read < n)
        x = x.take(np.where(inside, read, 0), axis=axis + 2)
        x[(slice(None),) * (axis + 2) + (~inside,)] = 0
        changes = {"size": kernel * count, "before": 0, "after": 0, "stride": 1, "dilation": count}
        fields: dict[str, Any] = {}
        for name, value in changes.items():
            values = list(getattr(plan, name))
            values[axis] = value
            fields[name] = tuple(values)
        plan = replace(plan, **fields)
    return x, plan
