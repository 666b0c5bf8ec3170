"""Power-average pooling over one, two or three axes, as in torch.nn.functional."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from convref.arrays.arguments import Ints, per_axis
from convref.arrays.calls import checked
from convref.arrays.checks import tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional.pooling import avg_pool1d, avg_pool2d, avg_pool3d


@checked
def lp_pool1d(
    input: Array, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Array:
    """Return the p-norm (p is `norm_type`) of each window of (N, C, L); see `lp_pool2d`.

    Example:
        >>> lp_pool1d(np.array([[3.0, 4.0, 6.0, 8.0]]), 2, 2)
        array([[ 5., 10.]])
    """
    return _lp_pool("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


@checked
def lp_pool2d(
    input: Array, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Array:
    """Return (sum of x ** p) ** (1 / p) for each window of (N, C, H, W), where p is `norm_type`.

    This is the p-norm of a window without negative values. As in torch, no absolute value is taken first, so
    if p is odd and the sum is negative, the result is NaN. In a window that reaches past the end
    (`ceil_mode`), the sum is the mean of the values inside, times the size of the window.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        norm_type: the order p, not 0. As in torch, an infinite p does not give the maximum.
        kernel_size: the size of a window.
        stride: the distance between windows; None means `kernel_size`.
        ceil_mode: also use a last window that reaches past the end.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> lp_pool2d(np.array([[[1.0, 1.0], [1.0, 1.0]]]), 2, 2)
        array([[[2.]]])
    """
    return _lp_pool("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


@checked
def lp_pool3d(
    input: Array, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Array:
    """Return the p-norm (p is `norm_type`) of each window of (N, C, D, H, W); see `lp_pool2d`.

    Example:
        >>> lp_pool3d(np.ones((1, 2, 2, 2)), 3, 2)
        array([[[[2.]]]])
    """
    return _lp_pool("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


@ieee()
def _lp_pool(
    where: str, rank: int, input: Array, norm_type: float, kernel_size: Any, stride: Any, ceil_mode: bool
) -> Array:
    x = tensor(where, "input", input)
    if norm_type == 0:
        raise ArgumentError(f"{where}: norm_type (={norm_type}) must not be 0")
    kernel = per_axis(where, "kernel_size", kernel_size, rank, minimum=1)
    pool = [avg_pool1d, avg_pool2d, avg_pool3d][rank - 1]
    means = pool(wide(x) ** norm_type, kernel, stride, 0, ceil_mode)
    return np.asarray((means * prod(kernel)) ** (1 / norm_type), dtype=x.dtype)
