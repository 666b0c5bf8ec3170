"""Compute the two constants of the SELU, the activation of self-normalizing networks."""

from __future__ import annotations

from math import e, erfc, pi, sqrt


def selu_constants() -> tuple[float, float]:
    """Return the (alpha, scale) with which the SELU keeps the mean at 0 and the variance at 1.

    With these constants, inputs with a standard normal distribution give outputs with mean 0 and variance 1
    (Klambauer et al., 2017, appendix 1). The constants are computed from integrals over that distribution.
    """
    tail = erfc(1 / sqrt(2)) * sqrt(e)
    alpha = sqrt(2 / pi) / (1 - tail)
    spread = 2 * erfc(sqrt(2)) * e * e + pi * tail * tail - 2 * (2 + pi) * tail + pi + 2
    return alpha, (1 - tail) * sqrt(2 * pi / spread)
