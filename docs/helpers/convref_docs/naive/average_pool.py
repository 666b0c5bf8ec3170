"""Average pooling as a plain loop, shown on the page about it."""

import numpy as np


def avg_pool2d(x, kernel_size, stride, padding=0):
    """Return the mean of each window of x (C, H, W), including zeros of the padding."""
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    channels, height, width = x.shape
    rows = (height - kernel_size) // stride + 1
    columns = (width - kernel_size) // stride + 1
    y = np.zeros((channels, rows, columns))
    for c in range(channels):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = x[c, top : top + kernel_size, left : left + kernel_size]
                y[c, i, j] = np.sum(window) / kernel_size**2
    return y
