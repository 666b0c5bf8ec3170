"""Restricted self-attention as a plain loop, shown on the page about it."""

import numpy as np


def restricted_self_attention(x, in_proj, out_proj, window_size, heads=1):
    """Attend within a window; x is (N, D), in_proj (3 D, D), out_proj (D, D)."""
    q, k, v = np.split(x @ in_proj.T, 3, axis=1)  # queries, keys and values
    length, width, reach = len(x), x.shape[1] // heads, window_size // 2
    y = np.zeros_like(x)
    for h in range(heads):
        part = slice(h * width, (h + 1) * width)  # the numbers of this head
        for i in range(length):
            near = range(max(0, i - reach), min(length, i + reach + 1))
            scores = k[near, part] @ q[i, part] / np.sqrt(width)  # in the window only
            weights = np.exp(scores - scores.max())
            weights /= weights.sum()
            for j, weight in zip(near, weights, strict=True):
                y[i, part] += weight * v[j, part]
    return y @ out_proj.T
