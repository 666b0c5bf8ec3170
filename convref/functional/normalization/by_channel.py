"""Batch and instance normalization: one mean and variance per channel."""

from __future__ import annotations

from math import prod

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import tensor, wide
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional.normalization.statistics import affine, centred, normalized, running, update


@checked
def batch_norm(
    input: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """Normalize (N, C, …) per channel: (x - mean) / sqrt(var + eps) · weight + bias.

    In training, mean and variance are computed from the batch. The running statistics, if given, are then
    updated **in place**, as in torch: running = (1 - momentum) · running + momentum · batch, with the
    unbiased variance of the batch. Outside of training the running statistics are used and must be given.

    Args:
        input: (N, C, …).
        running_mean: (C,), or None.
        running_var: (C,), or None; both running statistics must be given, or neither.
        weight: (C,), or None for 1.
        bias: (C,), or None for 0.
        training: use the statistics of the batch.
        momentum: the weight of the batch in the running statistics.
        eps: a number added to the variance to prevent division by 0. It must be positive in training, and at
            least 0 otherwise.

    Raises:
        ArgumentError: the running statistics are missing or read-only, or `eps` is too small.
        ShapeError: the shapes do not fit, or the batch has only one value per channel in training.

    Source: Ioffe and Szegedy, "Batch normalization" (2015).

    Example:
        >>> batch_norm(np.array([[1.0], [3.0]]), None, None, training=True).round(3)
        array([[-1.],
               [ 1.]])
    """
    x = tensor("batch_norm", "input", input)
    if x.ndim < 2 and x.shape != (0,):
        raise ShapeError(f"batch_norm: input (of shape {x.shape}) must have at least 2 axes")
    channels = x.shape[1] if x.ndim > 1 else 0
    mean, var = running("batch_norm", x, running_mean, running_var, channels)
    scale, shift = affine("batch_norm", x, weight, bias, (channels,))
    count = x.size // channels if channels else 0
    if training and count == 1:
        raise ShapeError(
            f"batch_norm: input (of shape {x.shape}) must have more than one value per channel in training"
        )
    if not training and mean is None:
        raise ArgumentError("batch_norm: running_mean (=None) must be given outside of training")
    if eps < 0 or (training and eps == 0):
        raise ArgumentError(f"batch_norm: eps (={eps}) must be {'positive' if training else 'at least 0'}")
    if not x.size:
        return x.copy()  # an empty batch has no statistics; the running ones stay unchanged
    if mean is not None and var is not None and not training:
        return normalized(x, mean, var, scale, shift, eps)
    by_channel = wide(x).swapaxes(0, 1).reshape(channels, count)
    batch_mean, batch_var = (each.ravel() for each in centred(by_channel)[:2])
    if mean is not None and var is not None:
        update("batch_norm", mean, batch_mean, momentum)
        update("batch_norm", var, batch_var * (count / (count - 1)), momentum)
    return normalized(x, batch_mean, batch_var, scale, shift, eps)


@checked
def instance_norm(
    input: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """Normalize (N, C, *size) with one mean and variance per image and channel.

    With ``use_input_stats=True`` mean and variance are computed from the input, and the running statistics,
    if given, are updated **in place** with the average over the batch. Otherwise the input is normalized
    with the running statistics.

    Raises:
        ArgumentError: the running statistics are missing or read-only.
        ShapeError: the shapes do not fit, or there is only one value per image and channel.

    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016).

    Example:
        >>> instance_norm(np.array([[[1.0, 3.0], [5.0, 9.0]]])).round(3)
        array([[[-1.,  1.],
                [-1.,  1.]]])
    """
    x = tensor("instance_norm", "input", input)
    if x.ndim < 2:
        raise ShapeError(f"instance_norm: input (of shape {x.shape}) must have at least 2 axes")
    mean, var = running("instance_norm", x, running_mean, running_var, x.shape[1])
    scale, shift = affine("instance_norm", x, weight, bias, (x.shape[1],))
    if not use_input_stats:
        if mean is None or var is None:
            raise ArgumentError(
                "instance_norm: running_mean (=None) must be given if use_input_stats is False"
            )
        return normalized(x, mean, var, scale, shift, eps)
    count = prod(x.shape[2:])
    if count == 1:
        raise ShapeError(
            f"instance_norm: input (of shape {x.shape}) must have more than one value per channel"
        )
    if not x.size:
        return x.copy()
    rows = wide(x).reshape(*x.shape[:2], count)
    own_mean, own_var = (each[..., 0] for each in centred(rows)[:2])
    if mean is not None and var is not None:
        update("instance_norm", mean, own_mean.mean(axis=0), momentum)
        update("instance_norm", var, own_var.mean(axis=0) * (count / (count - 1)), momentum)
    # As one image with N · C channels, this is a batch norm, whose weight repeats for every image.
    as_one_image = x.reshape(1, -1, *x.shape[2:])
    scales, shifts = (None if each is None else np.tile(each, len(x)) for each in (scale, shift))
    y = normalized(as_one_image, own_mean.ravel(), own_var.ravel(), scales, shifts, eps)
    return y.reshape(x.shape)
