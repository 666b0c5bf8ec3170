"""Convolution over one, two or three axes, as in torch.nn.functional, with one shared implementation.

As everywhere in deep learning, this is cross-correlation: the kernel is not flipped. Inputs are
(N, C, *size) or, without a batch, (C, *size); weights are (O, C / groups, *kernel). Half precision is
summed in single precision and rounded once.
"""

from __future__ import annotations

from convref.algorithms.conv import convolve
from convref.arrays.arguments import Ints
from convref.arrays.calls import checked
from convref.arrays.windows import Array


@checked
def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """Convolve (N, C, L) with (O, C / groups, K), as torch.nn.functional.conv1d; arguments as in `conv2d`.

    Returns:
        (N, O, L').

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv1d(np.array([[1.0, 2.0, 4.0]]), np.array([[[1.0, -1.0]]]))
        array([[-1., -2.]])
    """
    return convolve("conv1d", 1, input, weight, bias, (stride, padding, dilation, groups))


@checked
def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """Convolve (N, C, H, W) with (O, C / groups, KH, KW), as torch.nn.functional.conv2d.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        weight: (O, C / groups, KH, KW).
        bias: (O,), one number per output channel, or None.
        stride: the distance between windows.
        padding: the number of zeros on both sides of each axis. ``"valid"`` means no padding. ``"same"`` adds
            so many zeros that the output has the size of the input; it requires stride 1. If an axis needs an
            odd number of zeros, the extra one goes to its end.
        dilation: the distance, along each axis, between neighbouring input values of one window.
        groups: the number of parts that the channels are split into; each output channel reads one part.

    Returns:
        (N, O, H', W') with H' = floor((H + 2 padding - dilation (KH - 1) - 1) / stride) + 1.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv2d(np.ones((1, 3, 224, 224)), np.ones((64, 3, 7, 7)), stride=2, padding=3).shape
        (1, 64, 112, 112)
    """
    return convolve("conv2d", 2, input, weight, bias, (stride, padding, dilation, groups))


@checked
def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Array:
    """Convolve (N, C, D, H, W) with (O, C / groups, KD, KH, KW); arguments as in `conv2d`.

    Returns:
        (N, O, D', H', W').

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> import numpy as np
        >>> conv3d(np.ones((2, 4, 8, 8, 8)), np.ones((6, 2, 3, 3, 3)), padding="same", groups=2).shape
        (2, 6, 8, 8, 8)
    """
    return convolve("conv3d", 3, input, weight, bias, (stride, padding, dilation, groups))
