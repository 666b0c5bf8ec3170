"""A group convolution as a plain loop, shown on the page about it."""

import numpy as np


def group_conv2d(x, weight, groups):
    """Convolve x (C, H, W) in groups with weight (O, C / groups, K, K), without padding."""
    out_channels, members, size, _ = weight.shape
    rows, columns = x.shape[1] - size + 1, x.shape[2] - size + 1
    y = np.zeros((out_channels, rows, columns))
    for o in range(out_channels):
        group = o // (out_channels // groups)
        own = x[group * members : (group + 1) * members]  # the input channels of this group
        for i in range(rows):
            for j in range(columns):
                y[o, i, j] = np.sum(own[:, i : i + size, j : j + size] * weight[o])
    return y
