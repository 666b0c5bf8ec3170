"""Dropout as a plain loop, shown on the page about it."""

import numpy as np


def dropout(x, p, training, seed=0):
    """In training, set each value to zero with probability p, and scale up the rest."""
    if not training:
        return x
    generator = np.random.default_rng(seed)
    y = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if generator.random() >= p:  # keep this value
            y[index] = x[index] / (1 - p)
    return y
