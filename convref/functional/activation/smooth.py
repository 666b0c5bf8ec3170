"""Activations made of exponentials: sigmoid, tanh, GELU, and the ELU family."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from convref.arrays.checks import ARITHMETIC, COMPLEX
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional._constants import selu_constants
from convref.functional._special import erfc
from convref.functional.activation.elementwise import elementwise, promoted


def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """Return x where x > 0, and alpha (exp(x) - 1) elsewhere (Clevert et al., 2015).

    Example:
        >>> elu(np.array([-np.inf, 2.0]))
        array([-1.,  2.])
    """
    return elementwise("elu", input, lambda x: np.where(x > 0, x, alpha * np.expm1(x)), inplace=inplace)


def selu(input: Array, inplace: bool = False) -> Array:
    """Return scale · elu(x, alpha), which drives activations to mean 0 and variance 1.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).

    Example:
        >>> selu(np.array([-np.inf, 1.0])).round(4)
        array([-1.7581,  1.0507])
    """
    alpha, scale = selu_constants()
    return elementwise(
        "selu", input, lambda x: scale * np.where(x > 0, x, alpha * np.expm1(x)), inplace=inplace
    )


def celu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """Return x where x > 0, and alpha (exp(x / alpha) - 1) elsewhere (Barron, 2017).

    Unlike the ELU, its slope at 0 is 1 for any alpha.

    Example:
        >>> celu(np.array([-np.inf, 2.0]), alpha=0.5)
        array([-0.5,  2. ])
    """
    if alpha == 0:
        raise ArgumentError(f"celu: alpha (={alpha}) must not be 0")
    return elementwise(
        "celu", input, lambda x: np.where(x > 0, x, alpha * np.expm1(x / alpha)), inplace=inplace
    )


def gelu(input: Array, approximate: str = "none") -> Array:
    """Return x Φ(x), Φ being the normal distribution function (Hendrycks and Gimpel, 2016).

    Args:
        input: any shape.
        approximate: ``"none"``, or ``"tanh"`` for the paper's approximation.

    Example:
        >>> gelu(np.array([-1.0, 1.0])).round(4)
        array([-0.1587,  0.8413])
    """
    if approximate == "none":
        return elementwise("gelu", input, lambda x: x * erfc(-x / sqrt(2)) / 2)
    if approximate == "tanh":
        return elementwise(
            "gelu", input, lambda x: x / 2 * (1 + np.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))
        )
    raise ArgumentError(f"gelu: approximate (={approximate!r}) must be 'none' or 'tanh'")


def sigmoid(input: Array) -> Array:
    """Return 1 / (1 + exp(-x)); integers and booleans give float32.

    Example:
        >>> sigmoid(np.array([0.0, np.inf]))
        array([0.5, 1. ])
    """
    return elementwise("sigmoid", promoted("sigmoid", input), _sigmoid, ARITHMETIC)


def logsigmoid(input: Array) -> Array:
    """Return log(1 / (1 + exp(-x))) without overflow.

    Example:
        >>> logsigmoid(np.array([-1000.0]))
        array([-1000.])
    """
    return elementwise("logsigmoid", input, lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))))


def tanh(input: Array) -> Array:
    """Return the hyperbolic tangent; integers and booleans give float32.

    Example:
        >>> tanh(np.array([0.0, np.inf]))
        array([0., 1.])
    """
    return elementwise("tanh", promoted("tanh", input), np.tanh, ARITHMETIC)


def silu(input: Array, inplace: bool = False) -> Array:
    """Return x / (1 + exp(-x)), also called swish (Hendrycks and Gimpel, 2016; Elfwing et al., 2017).

    Example:
        >>> silu(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return elementwise("silu", input, lambda x: x * _sigmoid(x), COMPLEX, inplace)


def mish(input: Array, inplace: bool = False) -> Array:
    """Return x tanh(log(1 + exp(x))) (Misra, 2019).

    Example:
        >>> mish(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return elementwise("mish", input, lambda x: x * np.tanh(np.logaddexp(x, 0)), inplace=inplace)


def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """Return log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.

    Example:
        >>> softplus(np.array([0.0, 30.0])).round(4)
        array([ 0.6931, 30.    ])
    """
    return elementwise(
        "softplus", input, lambda x: np.where(x * beta > threshold, x, np.log1p(np.exp(x * beta)) / beta)
    )


def softsign(input: Array) -> Array:
    """Return x / (1 + |x|); integers give float32.

    Example:
        >>> softsign(np.array([-1.0, 3.0]))
        array([-0.5 ,  0.75])
    """
    return elementwise("softsign", promoted("softsign", input), lambda x: x / (1 + np.abs(x)), ARITHMETIC)


def tanhshrink(input: Array) -> Array:
    """Return x - tanh(x); integers give float32.

    Example:
        >>> tanhshrink(np.array([0.0, 1.0])).round(4)
        array([0.    , 0.2384])
    """
    return elementwise("tanhshrink", promoted("tanhshrink", input), lambda x: x - np.tanh(x), ARITHMETIC)


def _sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)); exp overflows to infinity for very negative x, which gives the correct 0."""
    return np.asarray(1 / (1 + np.exp(-x)))
