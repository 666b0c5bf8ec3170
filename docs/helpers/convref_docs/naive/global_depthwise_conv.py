"""A global depthwise convolution as a plain loop, shown on the page about it."""

import numpy as np


def global_depthwise_conv2d(x, weight):
    """Reduce each channel of x (C, H, W) to a weighted sum; weight is (C, H, W)."""
    channels, height, width = x.shape
    y = np.zeros((channels, 1, 1))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                y[c, 0, 0] += weight[c, i, j] * x[c, i, j]  # each weight is used once
    return y
