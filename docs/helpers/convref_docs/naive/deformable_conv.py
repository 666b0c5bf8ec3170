"""A deformable convolution as a plain loop, shown on the page about it."""

import numpy as np


def sample(x, row, column):
    """Interpolate x (C, H, W) at a position between pixels; outside, x is zero."""
    value = np.zeros(len(x))
    top, left = int(np.floor(row)), int(np.floor(column))
    for i in (top, top + 1):
        for j in (left, left + 1):
            if 0 <= i < x.shape[1] and 0 <= j < x.shape[2]:
                value += (1 - abs(row - i)) * (1 - abs(column - j)) * x[:, i, j]
    return value


def deform_conv2d(x, offset, weight):
    """Convolve x (C, H, W) with weight (O, C, K, K); offset is (2 K K, H', W')."""
    out_channels, _, size, _ = weight.shape
    _, rows, columns = offset.shape
    y = np.zeros((out_channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            for tap in range(size * size):
                u, v = divmod(tap, size)
                # the offset of this tap at this output
                down, right = offset[2 * tap : 2 * tap + 2, i, j]
                value = sample(x, i + u + down, j + v + right)
                y[:, i, j] += weight[:, :, u, v] @ value
    return y
