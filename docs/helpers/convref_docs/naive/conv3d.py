"""A 3-D convolution as a plain loop, shown on the page about it."""

import numpy as np


def conv3d(x, weight):
    """Convolve x (C, T, H, W) with weight (O, C, KT, KH, KW); stride 1, no padding."""
    out_channels, _, *size = weight.shape
    frames, rows, columns = (n - k + 1 for n, k in zip(x.shape[1:], size, strict=True))
    y = np.zeros((out_channels, frames, rows, columns))
    for o in range(out_channels):
        for t in range(frames):
            for i in range(rows):
                for j in range(columns):
                    box = x[:, t : t + size[0], i : i + size[1], j : j + size[2]]
                    y[o, t, i, j] = np.sum(box * weight[o])
    return y
