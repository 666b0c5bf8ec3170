"""The activations of torch.nn.functional that act on each value alone.

Half precision is worked out in single precision and rounded once. NaN stays NaN. With ``inplace=True``
the result is written into `input`, as in torch, and `input` is what is given back; a read-only array
then is an error.

Raised by all of them: ArgumentError, when `input` is no array of a type that the function takes, or
another argument breaks a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import numpy as np

from convref.arrays.checks import (
    ANY,
    ARITHMETIC,
    COMPLEX,
    FLOATING,
    NUMERIC,
    like,
    overwrite,
    tensor,
    wide,
)
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional import _special
from convref.functional._constants import selu_constants
from convref.functional.dropout import generator_or_error


def threshold(input: Array, threshold: float, value: float, inplace: bool = False) -> Array:
    """Give x where x > threshold, else `value`.

    Example:
        >>> threshold(np.array([1.0, 3.0]), 2.0, -1.0)
        array([-1.,  3.])
    """
    return _map("threshold", input, lambda x: np.where(x <= threshold, value, x), NUMERIC, inplace)


def relu(input: Array, inplace: bool = False) -> Array:
    """max(0, x) (Nair and Hinton, 2010).

    Example:
        >>> relu(np.array([-1.0, 2.0]))
        array([0., 2.])
    """
    return _map("relu", input, lambda x: np.maximum(x, 0), NUMERIC, inplace)


def relu6(input: Array, inplace: bool = False) -> Array:
    """min(max(0, x), 6) (MobileNet).

    Example:
        >>> relu6(np.array([-1.0, 8.0]))
        array([0., 6.])
    """
    return _map("relu6", input, lambda x: np.clip(x, 0, 6), NUMERIC, inplace)


def hardtanh(input: Array, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Array:
    """Keep x between `min_val` and `max_val`.

    Example:
        >>> hardtanh(np.array([-3.0, 0.5]))
        array([-1. ,  0.5])
    """
    if min_val > max_val:
        raise ArgumentError(f"hardtanh: min_val (={min_val}) must be at most max_val (={max_val})")

    def clipped(x: Array) -> Array:
        if x.dtype.kind == "u" and min_val < 0:
            raise ArgumentError(f"hardtanh: min_val (={min_val}) must fit input's type, {x.dtype}")
        return np.clip(x, x.dtype.type(min_val), x.dtype.type(max_val))

    return _map("hardtanh", input, clipped, NUMERIC, inplace)


def leaky_relu(input: Array, negative_slope: float = 0.01, inplace: bool = False) -> Array:
    """Give x where x > 0, else negative_slope x (Maas et al., 2013).

    Example:
        >>> leaky_relu(np.array([-1.0, 2.0]))
        array([-0.01,  2.  ])
    """
    return _map("leaky_relu", input, lambda x: np.where(x > 0, x, x * negative_slope), inplace=inplace)


def prelu(input: Array, weight: Array) -> Array:
    """Give x where x > 0, else a learnt weight times x: one, or one a channel (axis 1) (He et al., 2015).

    Raises:
        ShapeError: `weight` is neither one number nor one a channel.

    Example:
        >>> prelu(np.array([[-1.0, -1.0]]), np.array([0.25, 0.5]))
        array([[-0.25, -0.5 ]])
    """
    x = tensor("prelu", "input", input)
    slopes = like("prelu", "weight", weight, x)
    channels = x.shape[1] if x.ndim > 1 else 1
    if slopes.ndim > 1 or slopes.size not in {1, channels}:
        raise ShapeError(f"prelu: weight (of shape {slopes.shape}) must be one number, or {channels} of them")
    slopes = slopes.reshape(-1, *[1] * (x.ndim - 2)) if slopes.size > 1 else slopes.reshape(())
    return _map("prelu", x, lambda x: np.where(x > 0, x, wide(slopes) * x))


def rrelu(
    input: Array,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """leaky_relu with a slope drawn for each value in training, the middle one otherwise (Xu et al., 2015).

    Args:
        input: any shape.
        lower: the least slope.
        upper: the greatest.
        training: draw the slopes.
        inplace: write into `input`.
        generator: what to draw from; training needs one, for nothing here is drawn from hidden state.

    Example:
        >>> rrelu(np.array([-1.0]), lower=0.1, upper=0.3)
        array([-0.2])
    """
    if lower > upper:
        raise ArgumentError(f"rrelu: lower (={lower}) must be at most upper (={upper})")

    def leak(x: Array) -> Array:
        slope: Any = (lower + upper) / 2
        if training:
            slope = generator_or_error("rrelu", generator).uniform(lower, upper, x.shape)
        return np.where(x > 0, x, x * slope)

    return _map("rrelu", input, leak, inplace=inplace)


def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """Give x where x > 0, else alpha (exp(x) - 1) (Clevert et al., 2015).

    Example:
        >>> elu(np.array([-np.inf, 2.0]))
        array([-1.,  2.])
    """
    return _map("elu", input, lambda x: np.where(x > 0, x, alpha * np.expm1(x)), inplace=inplace)


def selu(input: Array, inplace: bool = False) -> Array:
    """The ELU scale · elu(x, alpha), whose fixed point is mean 0 and variance 1 (Klambauer et al., 2017).

    Example:
        >>> selu(np.array([-np.inf, 1.0])).round(4)
        array([-1.7581,  1.0507])
    """
    alpha, scale = selu_constants()
    return _map("selu", input, lambda x: scale * np.where(x > 0, x, alpha * np.expm1(x)), inplace=inplace)


def celu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """Give x where x > 0, else alpha (exp(x / alpha) - 1): its slope is 1 at 0 for any alpha (Barron, 2017).

    Example:
        >>> celu(np.array([-np.inf, 2.0]), alpha=0.5)
        array([-0.5,  2. ])
    """
    if alpha == 0:
        raise ArgumentError(f"celu: alpha (={alpha}) must not be 0")
    return _map("celu", input, lambda x: np.where(x > 0, x, alpha * np.expm1(x / alpha)), inplace=inplace)


def gelu(input: Array, approximate: str = "none") -> Array:
    """The product x Φ(x), Φ being the normal distribution's (Hendrycks and Gimpel, 2016).

    Args:
        input: any shape.
        approximate: ``"none"``, or ``"tanh"`` for the paper's approximation.

    Example:
        >>> gelu(np.array([-1.0, 1.0])).round(4)
        array([-0.1587,  0.8413])
    """
    if approximate == "none":
        return _map("gelu", input, lambda x: x * _special.erfc(-x / sqrt(2)) / 2)
    if approximate == "tanh":
        return _map("gelu", input, lambda x: x / 2 * (1 + np.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))))
    raise ArgumentError(f"gelu: approximate (={approximate!r}) must be 'none' or 'tanh'")


def sigmoid(input: Array) -> Array:
    """1 / (1 + exp(-x)); integers and booleans give float32.

    Example:
        >>> sigmoid(np.array([0.0, np.inf]))
        array([0.5, 1. ])
    """
    return _map("sigmoid", _promoted("sigmoid", input), _sigmoid, ARITHMETIC)


def logsigmoid(input: Array) -> Array:
    """log(1 / (1 + exp(-x))), without overflow.

    Example:
        >>> logsigmoid(np.array([-1000.0]))
        array([-1000.])
    """
    return _map("logsigmoid", input, lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))))


def tanh(input: Array) -> Array:
    """The hyperbolic tangent; integers and booleans give float32.

    Example:
        >>> tanh(np.array([0.0, np.inf]))
        array([0., 1.])
    """
    return _map("tanh", _promoted("tanh", input), np.tanh, ARITHMETIC)


def silu(input: Array, inplace: bool = False) -> Array:
    """The quotient x / (1 + exp(-x)), also called swish (Hendrycks and Gimpel, 2016; Elfwing et al., 2017).

    Example:
        >>> silu(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return _map("silu", input, lambda x: x * _sigmoid(x), COMPLEX, inplace)


def mish(input: Array, inplace: bool = False) -> Array:
    """The product x tanh(log(1 + exp(x))) (Misra, 2019).

    Example:
        >>> mish(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return _map("mish", input, lambda x: x * np.tanh(np.logaddexp(x, 0)), inplace=inplace)


def hardsigmoid(input: Array, inplace: bool = False) -> Array:
    """relu6(x + 3) / 6 (Howard et al., 2019).

    Example:
        >>> hardsigmoid(np.array([-4.0, 0.0, 3.0]))
        array([0. , 0.5, 1. ])
    """
    return _map("hardsigmoid", input, lambda x: np.clip(x + 3, 0, 6) / 6, inplace=inplace)


def hardswish(input: Array, inplace: bool = False) -> Array:
    """The product x relu6(x + 3) / 6 (Howard et al., 2019).

    Example:
        >>> hardswish(np.array([-4.0, 3.0]))
        array([-0.,  3.])
    """
    return _map("hardswish", input, lambda x: x * np.clip(x + 3, 0, 6) / 6, inplace=inplace)


def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.

    Example:
        >>> softplus(np.array([0.0, 30.0])).round(4)
        array([ 0.6931, 30.    ])
    """
    return _map(
        "softplus", input, lambda x: np.where(x * beta > threshold, x, np.log1p(np.exp(x * beta)) / beta)
    )


def softsign(input: Array) -> Array:
    """The quotient x / (1 + |x|); integers give float32.

    Example:
        >>> softsign(np.array([-1.0, 3.0]))
        array([-0.5 ,  0.75])
    """
    return _map("softsign", _promoted("softsign", input), lambda x: x / (1 + np.abs(x)), ARITHMETIC)


def tanhshrink(input: Array) -> Array:
    """The difference x - tanh(x); integers give float32.

    Example:
        >>> tanhshrink(np.array([0.0, 1.0])).round(4)
        array([0.    , 0.2384])
    """
    return _map("tanhshrink", _promoted("tanhshrink", input), lambda x: x - np.tanh(x), ARITHMETIC)


def hardshrink(input: Array, lambd: float = 0.5) -> Array:
    """Give x where |x| > lambd, else 0.

    Example:
        >>> hardshrink(np.array([-1.0, 0.3]))
        array([-1.,  0.])
    """
    return _map("hardshrink", input, lambda x: np.where((x >= -lambd) & (x <= lambd), 0, x))


def softshrink(input: Array, lambd: float = 0.5) -> Array:
    """Move x towards 0 by lambd, and 0 where it would pass it.

    Example:
        >>> softshrink(np.array([-1.0, 0.3]))
        array([-0.5,  0. ])
    """
    if not lambd >= 0:
        raise ArgumentError(f"softshrink: lambd (={lambd}) must be at least 0")
    return _map("softshrink", input, lambda x: np.where(np.abs(x) <= lambd, 0, x - np.sign(x) * lambd))


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _promoted(where: str, input: Array) -> Array:
    x = tensor(where, "input", input, ANY)
    return x if x.dtype.kind in "fc" else x.astype(np.float32)


def _map(
    where: str,
    input: Array,
    function: Callable[[Array], Any],
    kinds: str = FLOATING,
    inplace: bool = False,
) -> Array:
    x = tensor(where, "input", input, kinds)
    with np.errstate(all="ignore"):
        y = np.asarray(function(wide(x))).astype(x.dtype, copy=False)
    return overwrite(where, "input", input, y) if inplace else y
