"""Squeeze-and-excitation as a plain loop, shown on the page about it."""

import numpy as np


def squeeze_excitation(x, weight1, bias1, weight2, bias2):
    """Scale each channel of x (C, H, W); weight1 is (C / r, C), weight2 is (C, C / r)."""
    squeezed = np.array([channel.mean() for channel in x])  # one number per channel
    hidden = np.maximum(0, weight1 @ squeezed + bias1)
    factors = 1 / (1 + np.exp(-(weight2 @ hidden + bias2)))  # between 0 and 1
    y = np.zeros(x.shape)
    for c in range(len(x)):
        y[c] = factors[c] * x[c]
    return y
