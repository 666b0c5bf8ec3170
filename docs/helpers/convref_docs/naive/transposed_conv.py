"""A transposed convolution as a plain loop, shown on the page about it."""

import numpy as np


def conv_transpose2d(x, weight, stride=1, padding=0):
    """Add a copy of weight (C, O, K, K) to the output for each value of x (C, H, W)."""
    channels, height, width = x.shape
    out_channels, size = weight.shape[1], weight.shape[-1]
    rows, columns = (height - 1) * stride + size, (width - 1) * stride + size
    y = np.zeros((out_channels, rows, columns))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                top, left = i * stride, j * stride
                window = y[:, top : top + size, left : left + size]
                window += x[c, i, j] * weight[c]  # windows overlap, and the sums stay in y
    return y[:, padding : rows - padding, padding : columns - padding]
