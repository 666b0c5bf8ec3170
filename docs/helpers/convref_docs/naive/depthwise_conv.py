"""A depthwise convolution as a plain loop, shown on the page about it."""

import numpy as np


def depthwise_conv2d(x, weight, stride=1):
    """Convolve each channel of x (C, H, W) with its own kernel of weight (C, K, K)."""
    channels, height, width = x.shape
    size = weight.shape[-1]
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    y = np.zeros((channels, rows, columns))
    for c in range(channels):  # channels never mix
        for i in range(rows):
            for j in range(columns):
                window = x[c, i * stride : i * stride + size, j * stride : j * stride + size]
                y[c, i, j] = np.sum(window * weight[c])
    return y
