"""Reorder channels, and move values between channels and spatial positions, as in torch.nn.functional."""

from __future__ import annotations

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.checks import ANY, tensor
from convref.arrays.windows import Array
from convref.errors import ShapeError
from convref.wording import counted


@checked
def channel_shuffle(input: Array, groups: int) -> Array:
    """Interleave the groups of channels of (N, C, *size): channel i of group g moves to i · groups + g.

    Each group of the next grouped convolution then reads channels of every group of the previous one.

    Raises:
        ArgumentError: `groups` is not a positive integer.
        ShapeError: `groups` does not divide the channels, or there are fewer than 3 axes.

    Source: Zhang et al., "ShuffleNet" (2017).

    Example:
        >>> channel_shuffle(np.arange(6).reshape(1, 6, 1), 2).ravel()
        array([0, 3, 1, 4, 2, 5])
    """
    x = tensor("channel_shuffle", "input", input, ANY)
    groups = integer("channel_shuffle", "groups", groups, minimum=1)
    if x.ndim < 3:
        raise ShapeError(f"channel_shuffle: input (of shape {x.shape}) must have at least 3 axes")
    if x.shape[1] % groups:
        raise ShapeError(
            f"channel_shuffle: groups (={groups}) must divide the {x.shape[1]} channels of input"
        )
    split = x.reshape(x.shape[0], groups, x.shape[1] // groups, *x.shape[2:])
    return split.swapaxes(1, 2).copy().reshape(x.shape)


@checked
def pixel_shuffle(input: Array, upscale_factor: int) -> Array:
    """Rearrange r² channels as r by r pixels: (…, C r², H, W) to (…, C, H r, W r).

    Raises:
        ArgumentError: the factor is not a positive integer.
        ShapeError: the square of the factor does not divide the channels, or there are fewer than 3 axes.

    Source: Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network" (2016).

    Example:
        >>> pixel_shuffle(np.arange(4).reshape(4, 1, 1), 2)
        array([[[0, 1],
                [2, 3]]])
    """
    x = tensor("pixel_shuffle", "input", input, ANY)
    r = integer("pixel_shuffle", "upscale_factor", upscale_factor, minimum=1)
    if x.ndim < 3:
        raise ShapeError(f"pixel_shuffle: input (of shape {x.shape}) must have at least 3 axes")
    *lead, channels, height, width = x.shape
    if channels % (r * r):
        found = counted(channels, "channel")
        raise ShapeError(f"pixel_shuffle: upscale_factor (={r}) squared must divide the {found}")
    cut = x.reshape(*lead, channels // r**2, r, r, height, width)
    near = np.moveaxis(cut, (-5, -4, -3, -2, -1), (-5, -3, -1, -4, -2))
    return near.copy().reshape(*lead, channels // r**2, height * r, width * r)


@checked
def pixel_unshuffle(input: Array, downscale_factor: int) -> Array:
    """Rearrange r by r pixels as r² channels: (…, C, H r, W r) to (…, C r², H, W).

    This is the inverse of `pixel_shuffle`.

    Raises:
        ArgumentError: the factor is not a positive integer.
        ShapeError: the factor does not divide height and width, or there are fewer than 3 axes.

    Example:
        >>> pixel_unshuffle(np.arange(4).reshape(1, 2, 2), 2).ravel()
        array([0, 1, 2, 3])
    """
    x = tensor("pixel_unshuffle", "input", input, ANY)
    r = integer("pixel_unshuffle", "downscale_factor", downscale_factor, minimum=1)
    if x.ndim < 3:
        raise ShapeError(f"pixel_unshuffle: input (of shape {x.shape}) must have at least 3 axes")
    *lead, channels, height, width = x.shape
    if height % r or width % r:
        raise ShapeError(
            f"pixel_unshuffle: downscale_factor (={r}) must divide height and width, {height} and {width}"
        )
    cut = x.reshape(*lead, channels, height // r, r, width // r, r)
    apart = np.moveaxis(cut, (-5, -4, -3, -2, -1), (-5, -2, -4, -1, -3))
    return apart.copy().reshape(*lead, channels * r**2, height // r, width // r)
