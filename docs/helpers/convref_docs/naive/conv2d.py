"""A 2-D convolution as a plain loop, shown on the page about it."""

import numpy as np


def conv2d(x, weight, bias, stride=1, padding=0):
    """Convolve x (C, H, W) with weight (O, C, K, K) and add bias (O,)."""
    out_channels, size = weight.shape[0], weight.shape[-1]
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    rows = (x.shape[1] - size) // stride + 1
    columns = (x.shape[2] - size) // stride + 1
    y = np.zeros((out_channels, rows, columns))
    for o in range(out_channels):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = x[:, top : top + size, left : left + size]  # all input channels
                y[o, i, j] = np.sum(window * weight[o]) + bias[o]
    return y
