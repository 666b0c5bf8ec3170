"""A 1-D convolution as a plain loop, shown on the page about it."""

import numpy as np


def conv1d(x, weight, bias, stride=1, padding=0):
    """Convolve x (C, N) with weight (O, C, K) and add bias (O,)."""
    out_channels, _, size = weight.shape
    x = np.pad(x, ((0, 0), (padding, padding)))
    length = (x.shape[1] - size) // stride + 1
    y = np.zeros((out_channels, length))
    for o in range(out_channels):
        for i in range(length):
            window = x[:, i * stride : i * stride + size]  # all channels, K positions
            y[o, i] = np.sum(window * weight[o]) + bias[o]
    return y
