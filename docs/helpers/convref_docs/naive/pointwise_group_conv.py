"""A pointwise group convolution as a plain loop, shown on the page about it."""

import numpy as np


def pointwise_group_conv2d(x, weight, groups):
    """Multiply each group of channels of x (C, H, W) by its rows of weight (O, C / groups)."""
    _, height, width = x.shape
    y = np.zeros((len(weight), height, width))
    out, members = len(weight) // groups, weight.shape[1]
    for g in range(groups):
        matrix = weight[g * out : (g + 1) * out]  # one small matrix per group
        own = x[g * members : (g + 1) * members]
        for i in range(height):
            for j in range(width):
                y[g * out : (g + 1) * out, i, j] = matrix @ own[:, i, j]
    return y
