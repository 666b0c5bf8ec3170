"""A fully connected layer as a plain loop, shown on the page about it."""

import numpy as np


def linear(x, weight, bias):
    """Multiply x (C,) by weight (O, C) and add bias (O,)."""
    out_features, in_features = weight.shape
    y = np.zeros(out_features)
    for o in range(out_features):
        y[o] = bias[o]
        for c in range(in_features):
            y[o] += weight[o, c] * x[c]  # each weight is used once
    return y
