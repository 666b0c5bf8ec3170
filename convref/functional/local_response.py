"""Local response normalization, as in torch.nn.functional."""

from __future__ import annotations

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.checks import INT64, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ShapeError


@checked
def local_response_norm(
    input: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    """Divide each value by (k + alpha · m) ** beta, where m is the mean of x² over neighbouring channels.

    Channels before the first and after the last count as 0, and the sum is always divided by `size`. In the
    paper, alpha multiplies the sum instead of the mean, so the paper's alpha is torch's alpha divided by
    `size`.

    Args:
        input: (N, C, *size) with at least one spatial axis; int64 gives float32.
        size: the number of channels that the mean is taken over: the channel itself, size // 2 before it, and
            the others after it.
        alpha: the factor by which the mean is multiplied.
        beta: the exponent.
        k: the constant that is added to the scaled mean.

    Raises:
        ArgumentError: `size` is not a positive integer.
        ShapeError: the input has fewer than 3 axes.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
    networks" (2012), section 3.3.

    Example:
        >>> local_response_norm(np.ones((1, 3, 1)), 3, alpha=3.0, beta=1.0)[0, :, 0]
        array([0.33333333, 0.25      , 0.33333333])
    """
    x = tensor("local_response_norm", "input", input, INT64)
    size = integer("local_response_norm", "size", size, minimum=1)
    if x.ndim < 3:
        raise ShapeError(f"local_response_norm: input (of shape {x.shape}) must have at least 3 axes")
    if not x.size:
        return x.copy()
    values = wide(x)
    with ieee():
        sums = _over_channels(np.square(values), size)
        if x.dtype.kind == "f":
            return np.asarray(values / (sums / size * alpha + k) ** beta, dtype=x.dtype)
        means = (sums // size).astype(np.float32)  # torch's integer mean drops its fraction too
        divisor = (means * np.float32(alpha) + np.float32(k)) ** np.float32(beta)
        return np.asarray(values / divisor, dtype=np.float32)


def _over_channels(x: Array, size: int) -> Array:
    """Return for each channel the sum over its `size` neighbouring channels; missing channels count as 0."""
    channels = x.shape[1]
    sums = np.zeros_like(x)
    # An offset that is not less than the number of channels leads outside for every channel, and is skipped.
    for offset in range(max(-(size // 2), 1 - channels), min(size - size // 2, channels)):
        low, high = max(0, -offset), min(channels, channels - offset)
        sums[:, low:high] += x[:, low + offset : high + offset]
    return sums
