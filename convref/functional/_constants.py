"""Compute the constants of self-normalizing networks."""

from __future__ import annotations

from math import e, erfc, pi, sqrt


def selu_constants() -> tuple[float, float]:
    """Return (alpha, scale) for which mean 0 and variance 1 are a fixed point of the SELU.

    Both follow from integrals of the SELU over the normal distribution (Klambauer et al., 2017, appendix 1).
    """
    tail = erfc(1 / sqrt(2)) * sqrt(e)
    alpha = sqrt(2 / pi) / (1 - tail)
    spread = 2 * erfc(sqrt(2)) * e * e + pi * tail * tail - 2 * (2 + pi) * tail + pi + 2
    return alpha, (1 - tail) * sqrt(2 * pi / spread)
