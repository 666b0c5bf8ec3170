"""Activations made of exponentials: sigmoid, tanh, GELU, and the ELU family."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import ARITHMETIC, COMPLEX
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional._constants import selu_constants
from convref.functional._special import normal_cdf
from convref.functional.activation.elementwise import elementwise, promoted


@checked
def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """Return x where x > 0, and alpha (exp(x) - 1) elsewhere (Clevert et al., 2015).

    Example:
        >>> elu(np.array([-np.inf, 2.0]))
        array([-1.,  2.])
    """
    return elementwise(
        "elu", input, lambda x, out: _exponential_below_zero(x, alpha, 1, out), inplace=inplace
    )


@checked
def selu(input: Array, inplace: bool = False) -> Array:
    """Return scale · elu(x, alpha), which drives activations to mean 0 and variance 1.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).

    Example:
        >>> selu(np.array([-np.inf, 1.0])).round(4)
        array([-1.7581,  1.0507])
    """
    alpha, scale = selu_constants()

    def scaled(x: Array, out: Array) -> None:
        _exponential_below_zero(x, alpha, 1, out)
        out *= scale

    return elementwise("selu", input, scaled, inplace=inplace)


@checked
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
        "celu", input, lambda x, out: _exponential_below_zero(x, alpha, alpha, out), inplace=inplace
    )


@checked
def gelu(input: Array, approximate: str = "none") -> Array:
    """Return x Φ(x), where Φ is the cumulative normal distribution function (Hendrycks and Gimpel, 2016).

    Args:
        input: any shape.
        approximate: ``"none"`` for the exact function, or ``"tanh"`` for the paper's approximation by tanh.

    Example:
        >>> gelu(np.array([-1.0, 1.0])).round(4)
        array([-0.1587,  0.8413])
    """
    if approximate == "none":
        return elementwise("gelu", input, lambda x, out: np.multiply(x, normal_cdf(x), out=out))
    if approximate == "tanh":
        return elementwise("gelu", input, _gelu_by_tanh)
    raise ArgumentError(f"gelu: approximate (={approximate!r}) must be 'none' or 'tanh'")


@checked
def sigmoid(input: Array) -> Array:
    """Return 1 / (1 + exp(-x)); integers and booleans give float32.

    Example:
        >>> sigmoid(np.array([0.0, np.inf]))
        array([0.5, 1. ])
    """
    return elementwise("sigmoid", promoted("sigmoid", input), _sigmoid, ARITHMETIC)


@checked
def logsigmoid(input: Array) -> Array:
    """Return log(1 / (1 + exp(-x))) without overflow.

    Example:
        >>> logsigmoid(np.array([-1000.0]))
        array([-1000.])
    """
    return elementwise("logsigmoid", input, _logsigmoid)


@checked
def tanh(input: Array) -> Array:
    """Return the hyperbolic tangent; integers and booleans give float32.

    Example:
        >>> tanh(np.array([0.0, np.inf]))
        array([0., 1.])
    """
    return elementwise("tanh", promoted("tanh", input), lambda x, out: np.tanh(x, out=out), ARITHMETIC)


@checked
def silu(input: Array, inplace: bool = False) -> Array:
    """Return x / (1 + exp(-x)), also called swish (Hendrycks and Gimpel, 2016; Elfwing et al., 2017).

    Example:
        >>> silu(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return elementwise("silu", input, _silu, COMPLEX, inplace)


@checked
def mish(input: Array, inplace: bool = False) -> Array:
    """Return x tanh(log(1 + exp(x))) (Misra, 2019).

    Example:
        >>> mish(np.array([0.0, 50.0]))
        array([ 0., 50.])
    """
    return elementwise("mish", input, _mish, inplace=inplace)


@checked
def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """Return log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.

    Example:
        >>> softplus(np.array([0.0, 30.0])).round(4)
        array([ 0.6931, 30.    ])
    """

    def smooth(x: Array, out: Array) -> None:
        np.copyto(
            out, np.where(x * beta > threshold, x, np.log1p(np.exp(x * beta)) / beta), casting="same_kind"
        )

    return elementwise("softplus", input, smooth)


@checked
def softsign(input: Array) -> Array:
    """Return x / (1 + |x|); integers give float32.

    Example:
        >>> softsign(np.array([-1.0, 3.0]))
        array([-0.5 ,  0.75])
    """
    return elementwise(
        "softsign",
        promoted("softsign", input),
        lambda x, out: np.divide(x, 1 + np.abs(x), out=out),
        ARITHMETIC,
    )


@checked
def tanhshrink(input: Array) -> Array:
    """Return x - tanh(x); integers give float32.

    Example:
        >>> tanhshrink(np.array([0.0, 1.0])).round(4)
        array([0.    , 0.2384])
    """
    return elementwise(
        "tanhshrink",
        promoted("tanhshrink", input),
        lambda x, out: np.subtract(x, np.tanh(x), out=out),
        ARITHMETIC,
    )


def _sigmoid(x: Array, out: Array) -> None:
    """Write 1 / (1 + exp(-x)) into `out`; for very negative x, exp overflows and the result is 0."""
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def _silu(x: Array, out: Array) -> None:
    """Write x / (1 + exp(-x)) into `out`."""
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1
    np.divide(x, out, out=out)


def _logsigmoid(x: Array, out: Array) -> None:
    """Write log(1 / (1 + exp(-x))) into `out`, as min(x, 0) - log(1 + exp(-|x|)), which cannot overflow."""
    np.subtract(np.minimum(x, 0), np.log1p(np.exp(-np.abs(x))), out=out)


def _exponential_below_zero(x: Array, alpha: float, length: float, out: Array) -> None:
    """Write x where x > 0, and alpha (exp(x / length) - 1) elsewhere, into `out`.

    The result is computed as the sum of the two parts, each of which is 0 where the other applies.
    """
    x.clip(-np.inf, 0, out=out)
    if length != 1:
        out /= length
    np.expm1(out, out=out)
    out *= alpha
    out += x.clip(0, np.inf)


def _gelu_by_tanh(x: Array, out: Array) -> None:
    """Write GELU's approximation x / 2 · (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) into `out`."""
    np.multiply(x, x, out=out)  # x ** 3 would call pow, which is slow
    out *= 0.044715
    out += 1
    out *= x
    out *= sqrt(2 / pi)
    np.tanh(out, out=out)
    out += 1
    out *= x
    out *= 0.5


def _mish(x: Array, out: Array) -> None:
    """Write x tanh(log(1 + e)), where e = exp(x), into `out`.

    It is computed as x n / (n + 2) with n = e (e + 2), which needs no logarithm. For x above 20 the quotient
    n / (n + 2) is 1 even in double precision, so n is computed from min(x, 20), which keeps it finite.
    """
    e = np.exp(x.clip(-np.inf, 20))
    n = e * (e + 2)
    e = n + 2
    n /= e
    np.multiply(x, n, out=out)
