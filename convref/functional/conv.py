"""Convolution over one, two or three axes, as in torch.nn.functional; one implementation for all.

As everywhere in deep learning this is cross-correlation: the kernel is not flipped. Inputs are
(N, C, *size) or, without a batch, (C, *size); weights are (O, C / groups, *kernel). Half precision is
summed in single precision and rounded once.
"""

from __future__ import annotations

from typing import Any

from convref.algorithms.arguments import Ints
from convref.algorithms.arrays import Array, add_bias
from convref.algorithms.im2col import im2col
from convref.algorithms.plan import plan_convolution
from convref.errors import ShapeError
from convref.functional._arrays import ARITHMETIC, batched, like, like_or_none, tensor, wide


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """1-D convolution, as torch.nn.functional.conv1d: (N, C, L) by (O, C / groups, K) to (N, O, L').

    Raises:
        ArgumentError: an argument breaks a rule of its own.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv1d(np.array([[1.0, 2.0, 4.0]]), np.array([[[1.0, -1.0]]]))
        array([[-1., -2.]])
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """2-D convolution, as torch.nn.functional.conv2d: (N, C, H, W) by (O, C / groups, KH, KW).

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        weight: (O, C / groups, KH, KW).
        bias: (O,), one number an output channel, or None.
        stride: steps between windows.
        padding: zeros on either side of each axis; ``"valid"`` for none, ``"same"`` for as many as keep
            the size (at stride 1; an odd one goes to the end).
        dilation: steps between the values that a window takes.
        groups: the channels are cut into so many parts, and each part sees only itself.

    Returns:
        (N, O, H', W') with H' = floor((H + 2 padding - dilation (KH - 1) - 1) / stride) + 1.

    Raises:
        ArgumentError: an argument breaks a rule of its own.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv2d(np.ones((1, 3, 224, 224)), np.ones((64, 3, 7, 7)), stride=2, padding=3).shape
        (1, 64, 112, 112)
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """3-D convolution, as torch.nn.functional.conv3d: (N, C, D, H, W) by (O, C / groups, KD, KH, KW).

    Raises:
        ArgumentError: an argument breaks a rule of its own.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv3d(np.ones((2, 4, 8, 8, 8)), np.ones((6, 2, 3, 3, 3)), padding="same", groups=2).shape
        (2, 6, 8, 8, 8)
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _conv(
    where: str,
    rank: int,
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Array:
    x = tensor(where, "input", input, ARITHMETIC)
    kernels = like(where, "weight", weight, x)
    offsets = like_or_none(where, "bias", bias, x)
    if kernels.ndim != rank + 2:
        raise ShapeError(f"{where}: weight (of shape {kernels.shape}) must have {rank + 2} axes")
    full = batched(where, x, rank, empty="batch and channels")
    plan = plan_convolution(
        where,
        full.shape,
        kernels.shape,
        bias_shape=None if offsets is None else offsets.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )
    y = im2col(wide(full), wide(kernels), plan)
    y = add_bias(y, offsets).astype(x.dtype, copy=False)
    return y if full is x else y[0]
