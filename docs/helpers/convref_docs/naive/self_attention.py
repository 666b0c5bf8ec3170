"""Self-attention as a plain loop, shown on the page about it."""

import numpy as np


def self_attention(x, in_proj, out_proj, heads=1):
    """Attend to all positions; x is (N, D), in_proj (3 D, D), out_proj (D, D)."""
    q, k, v = np.split(x @ in_proj.T, 3, axis=1)  # queries, keys and values
    length, width = len(x), x.shape[1] // heads
    y = np.zeros_like(x)
    for h in range(heads):
        part = slice(h * width, (h + 1) * width)  # the numbers of this head
        for i in range(length):
            scores = k[:, part] @ q[i, part] / np.sqrt(width)  # one per position
            weights = np.exp(scores - scores.max())
            weights /= weights.sum()
            for j in range(length):
                y[i, part] += weights[j] * v[j, part]
    return y @ out_proj.T
