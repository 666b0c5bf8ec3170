"""The constants of self-normalizing networks, computed."""

from __future__ import annotations

from math import e, erfc, pi, sqrt


def selu_constants() -> tuple[float, float]:
    """The fixed point of mean 0 and variance 1 (Klambauer et al., 2017)."""
    tail = erfc(1 / sqrt(2)) * sqrt(e)
    alpha = sqrt(2 / pi) / (1 - tail)
    spread = 2 * erfc(sqrt(2)) * e * e + pi * tail * tail - 2 * (2 + pi) * tail + pi + 2
    return alpha, (1 - tail) * sqrt(2 * pi / spread)
