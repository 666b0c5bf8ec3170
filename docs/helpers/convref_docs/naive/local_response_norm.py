"""Local response normalization as a plain loop, shown on the page about it."""

import numpy as np


def local_response_norm(x, size, alpha, beta, k):
    """Divide x (C, H, W) by a power of the mean square over neighbouring channels."""
    channels = len(x)
    y = np.zeros(x.shape)
    for c in range(channels):
        first, last = max(0, c - size // 2), min(channels - 1, c + (size - 1) // 2)
        squares = np.zeros(x.shape[1:])
        for neighbour in range(first, last + 1):
            squares += x[neighbour] ** 2
        # Divide by size even at the ends, where there are fewer neighbours.
        y[c] = x[c] / (k + alpha * squares / size) ** beta
    return y
