"""Dropout and its variants, as in torch.nn.functional.

Outside of training, these functions return their input. In training they draw random numbers from
`generator`, a keyword argument that torch does not have. It is required in training, because there is no
global generator here. The random choice of values is not the same as in torch, but the probability is.

With ``inplace=True`` the result is written into `input`, as in torch.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import ANY, FLOATING, generator_in_training, overwrite, tensor
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional._constants import selu_constants


@checked
def dropout(
    input: Array,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set each value to 0 with probability `p`, and divide the others by 1 - p.

    The division keeps the expected value, so nothing needs to be scaled at inference, where the input is
    returned unchanged (Srivastava et al., 2014).

    Args:
        input: any shape.
        p: the probability, 0 to 1.
        training: apply dropout; otherwise the input is returned.
        inplace: write the result into `input`.
        generator: the source of random numbers, required in training.

    Raises:
        ArgumentError: `p` is not a probability, or there is no generator in training.

    Example:
        >>> dropout(np.ones(4), training=False)
        array([1., 1., 1., 1.])
        >>> sorted(set(dropout(np.ones(99), 0.2, generator=np.random.default_rng(0)).tolist()))
        [0.0, 1.25]
    """
    x = tensor("dropout", "input", input, ANY)
    return _dropped("dropout", input, x.shape, p, training, inplace, generator)


@checked
def dropout1d(
    input: Array,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set random whole channels of (N, C, L) or (C, L) to 0; arguments as in `dropout`.

    Raises:
        ShapeError: the input does not have 2 or 3 axes.

    Example:
        >>> dropout1d(np.ones((2, 4, 3)), training=False).shape
        (2, 4, 3)
    """
    x = tensor("dropout1d", "input", input, ANY)
    if x.ndim not in {2, 3}:
        raise ShapeError(f"dropout1d: input (of shape {x.shape}) must have 3 axes, or 2 without a batch")
    shape = (*x.shape[:-1], 1)
    return _dropped("dropout1d", input, shape, p, training, inplace, generator)


@checked
def dropout2d(
    input: Array,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set random whole channels of (N, C, H, W) to 0; arguments as in `dropout`.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2014).

    As in torch, the first two axes are always the batch and the channels. An input with three axes is
    therefore read as (N, C, L), not as (C, H, W).

    Raises:
        ShapeError: the input has fewer than 2 axes.

    Example:
        >>> dropout2d(np.ones((2, 4, 3, 3)), training=False).shape
        (2, 4, 3, 3)
    """
    x = tensor("dropout2d", "input", input, ANY)
    return _dropped("dropout2d", input, _mask_per_channel("dropout2d", x), p, training, inplace, generator)


@checked
def dropout3d(
    input: Array,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set random whole channels of (N, C, D, H, W) or (C, D, H, W) to 0; see `dropout`.

    Raises:
        ShapeError: the input has fewer than 2 axes.

    Example:
        >>> dropout3d(np.ones((2, 4, 3, 3, 3)), training=False).shape
        (2, 4, 3, 3, 3)
    """
    x = tensor("dropout3d", "input", input, ANY)
    shape = (*x.shape[:1], 1, 1, 1) if x.ndim == 4 else _mask_per_channel("dropout3d", x)
    return _dropped("dropout3d", input, shape, p, training, inplace, generator)


@checked
def alpha_dropout(
    input: Array,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set random values to the SELU's lower limit, then restore mean 0 and variance 1.

    Each value is replaced with probability `p`. All values are then scaled and shifted such that inputs with
    mean 0 and variance 1 give outputs with the same mean and variance.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).

    Arguments as in `dropout`, but `training` is False by default, as in torch.

    Example:
        >>> alpha_dropout(np.ones(3))
        array([1., 1., 1.])
    """
    x = tensor("alpha_dropout", "input", input, FLOATING if training else ANY)
    return _dropped("alpha_dropout", input, x.shape, p, training, inplace, generator, alpha=True)


@checked
def feature_alpha_dropout(
    input: Array,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Array:
    """In training, set random whole channels of (N, C, …) to the SELU's lower limit; see `alpha_dropout`.

    Raises:
        ShapeError: the input has fewer than 2 axes in training.

    Example:
        >>> feature_alpha_dropout(np.ones((1, 2)))
        array([[1., 1.]])
    """
    x = tensor("feature_alpha_dropout", "input", input, FLOATING if training else ANY)
    shape = _mask_per_channel("feature_alpha_dropout", x) if training else ()
    return _dropped("feature_alpha_dropout", input, shape, p, training, inplace, generator, alpha=True)


def _mask_per_channel(where: str, x: Array) -> tuple[int, ...]:
    """Return the shape (N, C, 1, …), with which a random mask keeps or drops whole channels of `x`."""
    if x.ndim < 2:
        raise ShapeError(f"{where}: input (of shape {x.shape}) must have at least 2 axes")
    return (*x.shape[:2], *[1] * (x.ndim - 2))


def _dropped(
    where: str,
    input: Array,
    mask_shape: tuple[int, ...],
    p: float,
    training: bool,
    inplace: bool,
    generator: np.random.Generator | None,
    alpha: bool = False,
) -> Array:
    """Draw a dropout mask of the shape `mask_shape`, apply it, and rescale the values that are kept.

    The mask broadcasts to the input. With `alpha`, dropped values become the SELU's lower limit instead of 0.
    The other arguments are those of `dropout`; `where` is the name of the function, for messages.
    """
    if not 0 <= p <= 1:
        raise ArgumentError(f"{where}: p (={p}) must be a probability from 0 to 1")
    if not training or not p:
        return input
    kept = generator_in_training(where, generator).random(mask_shape) >= p
    if alpha:
        slope, scale = selu_constants()
        lowest = -slope * scale
        # With the share p of values at `lowest`, the mean is p · lowest and the variance grows; undo both.
        factor = 0.0 if p == 1 else 1 / sqrt((1 - p) * (1 + p * lowest**2))
        y = factor * (np.where(kept, input, lowest) - p * lowest)
    else:
        y = np.where(kept, input / (1 - p), 0) if p < 1 else np.zeros_like(input)
    return overwrite(where, "input", input, y) if inplace else y.astype(input.dtype, copy=False)
