"""A dilated convolution as a plain loop, shown on the page about it."""

import numpy as np


def dilated_conv2d(x, weight, dilation):
    """Convolve x (C, H, W) with the dilated weight (O, C, K, K); stride 1, no padding."""
    out_channels, size = weight.shape[0], weight.shape[-1]
    span = dilation * (size - 1) + 1
    rows, columns = x.shape[1] - span + 1, x.shape[2] - span + 1
    y = np.zeros((out_channels, rows, columns))
    for o in range(out_channels):
        for i in range(rows):
            for j in range(columns):
                # A step of `dilation` in the slices skips the values between the taps.
                taps = x[:, i : i + span : dilation, j : j + span : dilation]
                y[o, i, j] = np.sum(taps * weight[o])
    return y
