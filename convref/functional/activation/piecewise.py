"""ReLU and its variants: activations that are piecewise linear, or x times such a function."""

from __future__ import annotations

from typing import Any

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import NUMERIC, generator_in_training, like, tensor, wide
from convref.arrays.numerics import BLOCK, ieee
from convref.arrays.windows import Array, by_channel
from convref.errors import ArgumentError, ShapeError
from convref.functional.activation.elementwise import elementwise


@checked
def threshold(input: Array, threshold: float, value: float, inplace: bool = False) -> Array:
    """Return x where x > threshold, and `value` elsewhere.

    Example:
        >>> threshold(np.array([1.0, 3.0]), 2.0, -1.0)
        array([-1.,  3.])
    """

    def thresholded(x: Array, out: Array) -> None:
        np.copyto(out, np.where(x <= threshold, value, x), casting="unsafe")

    return elementwise("threshold", input, thresholded, NUMERIC, inplace)


@checked
def relu(input: Array, inplace: bool = False) -> Array:
    """Return max(0, x), the rectified linear unit (Nair and Hinton, 2010).

    Example:
        >>> relu(np.array([-1.0, 2.0]))
        array([0., 2.])
    """
    return elementwise("relu", input, _positive_part, NUMERIC, inplace, block=None)


@checked
def relu6(input: Array, inplace: bool = False) -> Array:
    """Return min(max(0, x), 6), the ReLU of MobileNet (Howard et al., 2017).

    Example:
        >>> relu6(np.array([-1.0, 8.0]))
        array([0., 6.])
    """
    return elementwise("relu6", input, lambda x, out: x.clip(0, 6, out=out), NUMERIC, inplace, block=None)


@checked
def hardtanh(input: Array, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Array:
    """Clip x to the range `min_val` to `max_val`.

    Example:
        >>> hardtanh(np.array([-3.0, 0.5]))
        array([-1. ,  0.5])
    """
    if min_val > max_val:
        raise ArgumentError(f"hardtanh: min_val (={min_val}) must be at most max_val (={max_val})")

    def clipped(x: Array, out: Array) -> None:
        if x.dtype.kind == "u" and min_val < 0:
            raise ArgumentError(f"hardtanh: min_val (={min_val}) must be a value of input's type, {x.dtype}")
        x.clip(x.dtype.type(min_val), x.dtype.type(max_val), out=out)

    return elementwise("hardtanh", input, clipped, NUMERIC, inplace, block=None)


@checked
def leaky_relu(input: Array, negative_slope: float = 0.01, inplace: bool = False) -> Array:
    """Return x where x > 0, and negative_slope · x elsewhere (Maas et al., 2013).

    Example:
        >>> leaky_relu(np.array([-1.0, 2.0]))
        array([-0.01,  2.  ])
    """
    return elementwise("leaky_relu", input, lambda x, out: _leaky(x, negative_slope, out), inplace=inplace)


@checked
def prelu(input: Array, weight: Array) -> Array:
    """Return x where x > 0, and weight · x elsewhere, with a learned weight (He et al., 2015).

    Args:
        input: (N, C, …) or any shape with a single weight.
        weight: one number, or one per channel (axis 1).

    Raises:
        ShapeError: `weight` is neither one number nor one per channel.

    Example:
        >>> prelu(np.array([[-1.0, -1.0]]), np.array([0.25, 0.5]))
        array([[-0.25, -0.5 ]])
    """
    x = tensor("prelu", "input", input)
    slopes = like("prelu", "weight", weight, x)
    channels = x.shape[1] if x.ndim > 1 else 1
    if slopes.ndim > 1 or slopes.size not in {1, channels}:
        raise ShapeError(
            f"prelu: weight (of shape {slopes.shape}) must have one value, or "
            f"{channels} values, one for each channel of input"
        )
    if slopes.size == 1:
        return elementwise("prelu", x, lambda x, out: _leaky(x, wide(slopes).reshape(()), out))
    y = np.empty(x.shape, wide(x).dtype)
    rows = by_channel(wide(slopes), x.ndim)
    step = max(1, BLOCK * channels // max(1, x.size))
    with ieee():
        for start in range(0, channels, step):  # by few channels, so that temporaries stay in the cache
            some = slice(start, start + step)
            _leaky(wide(x[:, some]), rows[some], y[:, some])
    return y.astype(x.dtype, copy=False)


@checked
def rrelu(
    input: Array,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """Return leaky ReLU with a random slope per value (in training) or the mean slope (Xu et al., 2015).

    Args:
        input: any shape.
        lower: the smallest slope.
        upper: the largest slope.
        training: draw a slope for each value; otherwise every slope is (lower + upper) / 2.
        inplace: write the result into `input`.
        generator: the source of random numbers, required in training.

    Example:
        >>> rrelu(np.array([-1.0]), lower=0.1, upper=0.3)
        array([-0.2])
    """
    if lower > upper:
        raise ArgumentError(f"rrelu: lower (={lower}) must be at most upper (={upper})")

    def leak(x: Array, out: Array) -> None:
        slope: Any = (lower + upper) / 2
        if training:
            slope = generator_in_training("rrelu", generator).uniform(lower, upper, x.shape)
        _leaky(x, slope, out)

    return elementwise("rrelu", input, leak, inplace=inplace)


@checked
def hardshrink(input: Array, lambd: float = 0.5) -> Array:
    """Return x where |x| > lambd, and 0 elsewhere.

    Example:
        >>> hardshrink(np.array([-1.0, 0.3]))
        array([-1.,  0.])
    """
    return elementwise("hardshrink", input, lambda x, out: np.multiply(x, np.abs(x) > lambd, out=out))


@checked
def softshrink(input: Array, lambd: float = 0.5) -> Array:
    """Return x - lambd where x > lambd, x + lambd where x < -lambd, and 0 elsewhere.

    Example:
        >>> softshrink(np.array([-1.0, 0.3]))
        array([-0.5,  0. ])
    """
    if not lambd >= 0:
        raise ArgumentError(f"softshrink: lambd (={lambd}) must be at least 0")
    return elementwise("softshrink", input, lambda x, out: np.subtract(x, x.clip(-lambd, lambd), out=out))


@checked
def hardsigmoid(input: Array, inplace: bool = False) -> Array:
    """Return relu6(x + 3) / 6 (Howard et al., 2019).

    Example:
        >>> hardsigmoid(np.array([-4.0, 0.0, 3.0]))
        array([0. , 0.5, 1. ])
    """

    def gate(x: Array, out: Array) -> None:
        np.add(x, 3, out=out)
        out.clip(0, 6, out=out)
        out /= 6

    return elementwise("hardsigmoid", input, gate, inplace=inplace)


@checked
def hardswish(input: Array, inplace: bool = False) -> Array:
    """Return x relu6(x + 3) / 6 (Howard et al., 2019).

    Example:
        >>> hardswish(np.array([-4.0, 3.0]))
        array([-0.,  3.])
    """

    def gated(x: Array, out: Array) -> None:
        np.add(x, 3, out=out)
        out.clip(0, 6, out=out)
        out *= x
        out /= 6

    return elementwise("hardswish", input, gated, inplace=inplace)


def _positive_part(x: Array, out: Array) -> None:
    """Write max(0, x) into `out`; NaN stays NaN."""
    if x.dtype.kind == "f":
        # np.maximum(x, 0) is the same, but takes three times as long: clip is vectorized for scalar limits.
        x.clip(0, np.inf, out=out)
    else:
        np.maximum(x, 0, out=out)


def _leaky(x: Array, slope: Any, out: Array) -> None:
    """Write x where x > 0, and slope · x elsewhere, into `out`.

    np.where(x > 0, x, slope * x) would branch on the sign of every value. For values of random sign the
    processor mispredicts every second branch, which takes ten times as long as the two or four passes here.
    """
    if np.all((slope > 0) & (slope <= 1)):  # then it is the larger one, for either sign of x
        np.multiply(x, slope, out=out)
        np.maximum(x, out, out=out)
    else:
        x.clip(-np.inf, 0, out=out)
        out *= slope
        out += x.clip(0, np.inf)
