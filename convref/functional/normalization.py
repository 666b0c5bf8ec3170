"""Normalizations, as in torch.nn.functional: subtract a mean, divide by a spread, over some of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import overload

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.checks import COMPLEX, like, overwrite, shape_is, tensor, wide
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError


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
    """(x - mean) / sqrt(var + eps) · weight + bias, one mean and variance a channel.

    In training mean and variance are those of the batch, and the running ones, if given, are moved
    towards them **in place**, as in torch: running = (1 - momentum) · running + momentum · batch, where
    the batch's variance is the unbiased one. Otherwise the running ones are used, and must be given.

    Args:
        input: (N, C, …).
        running_mean: (C,).
        running_var: (C,), given or left out with `running_mean`.
        weight: (C,), or None for 1.
        bias: (C,), or None for 0.
        training: normalize by the batch.
        momentum: the batch's share in the running statistics.
        eps: what is added to the variance; positive in training, else at least 0.

    Raises:
        ArgumentError: the running statistics are missing or cannot be written, or `eps` is too small.
        ShapeError: the shapes do not fit, or training gets one value a channel.

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
    mean, var = _running("batch_norm", x, running_mean, running_var, channels)
    scale, shift = _affine("batch_norm", x, weight, bias, (channels,))
    count = x.size // channels if channels else 0
    if training and count == 1:
        raise ShapeError(
            f"batch_norm: input (of shape {x.shape}) must have several values a channel to train"
        )
    if not training and mean is None:
        raise ArgumentError("batch_norm: running_mean (=None) must be given outside of training")
    if eps < 0 or (training and eps == 0):
        raise ArgumentError(f"batch_norm: eps (={eps}) must be {'positive' if training else 'at least 0'}")
    axes = (0, *range(2, x.ndim))
    if not training or not count:
        return _normalized(x, mean, var, scale, shift, eps)
    batch_mean, batch_var = _moments(x, axes)
    if mean is not None and var is not None:
        _move("batch_norm", mean, batch_mean, momentum)
        _move("batch_norm", var, batch_var * (count / (count - 1)), momentum)
    return _normalized(x, batch_mean, batch_var, scale, shift, eps)


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
    """Normalize with a mean and a variance for each image and channel of (N, C, *size).

    With ``use_input_stats=True`` running statistics, if given, are moved **in place** towards the mean
    of the images' statistics; otherwise they are what is used.

    Raises:
        ArgumentError: the running statistics are missing or cannot be written.
        ShapeError: the shapes do not fit, or there is one value an image and channel.

    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016).

    Example:
        >>> instance_norm(np.array([[[1.0, 3.0], [5.0, 9.0]]])).round(3)
        array([[[-1.,  1.],
                [-1.,  1.]]])
    """
    x = tensor("instance_norm", "input", input)
    if x.ndim < 2:
        raise ShapeError(f"instance_norm: input (of shape {x.shape}) must have at least 2 axes")
    mean, var = _running("instance_norm", x, running_mean, running_var, x.shape[1])
    scale, shift = _affine("instance_norm", x, weight, bias, (x.shape[1],))
    if not use_input_stats:
        if mean is None:
            raise ArgumentError("instance_norm: running_mean (=None) must be given without use_input_stats")
        return _normalized(x, mean, var, scale, shift, eps)
    count = prod(x.shape[2:])
    if count == 1:
        raise ShapeError(f"instance_norm: input (of shape {x.shape}) must have several values a channel")
    if not x.size:
        return x.copy()
    own_mean, own_var = _moments(x, tuple(range(2, x.ndim)))
    if mean is not None and var is not None:
        _move("instance_norm", mean, own_mean.mean(axis=0), momentum)
        _move("instance_norm", var, own_var.mean(axis=0) * (count / (count - 1)), momentum)
    rows = wide(x).reshape(1, -1, *x.shape[2:])
    y = _normalized(rows, own_mean.ravel(), own_var.ravel(), None, None, eps).reshape(x.shape)
    return _scaled(y, _by_channel(scale, x), _by_channel(shift, x)).astype(x.dtype, copy=False)


def group_norm(
    input: Array,
    num_groups: int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """Normalize (N, C, …) over each of `num_groups` parts of the channels, then scale each channel.

    Raises:
        ArgumentError: `num_groups` is no positive integer.
        ShapeError: it does not divide the channels, the shapes do not fit, or a part is one value.

    Source: Wu and He, "Group normalization" (2018).

    Example:
        >>> group_norm(np.array([[1.0, 3.0, 5.0, 9.0], [0.0, 1.0, 2.0, 0.0]]), 2).round(2)
        array([[-1.,  1., -1.,  1.],
               [-1.,  1.,  1., -1.]])
    """
    x = tensor("group_norm", "input", input)
    groups = integer("group_norm", "num_groups", num_groups, minimum=1)
    if x.ndim < 2:
        raise ShapeError(f"group_norm: input (of shape {x.shape}) must have at least 2 axes")
    if x.shape[1] % groups:
        raise ShapeError(f"group_norm: num_groups (={groups}) must divide the {x.shape[1]} channels of input")
    scale, shift = _affine("group_norm", x, weight, bias, (x.shape[1],))
    if x.size == groups:
        raise ShapeError(f"group_norm: input (of shape {x.shape}) must have several values a group")
    if not x.size:
        return x.copy()
    rows = wide(x).reshape(x.shape[0], groups, -1)
    mean, var = _moments(rows, (2,), keepdims=True)
    with np.errstate(all="ignore"):
        y = ((rows - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return _scaled(y, _by_channel(scale, x), _by_channel(shift, x)).astype(x.dtype, copy=False)


def layer_norm(
    input: Array,
    normalized_shape: Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """Normalize over the last axes, which have `normalized_shape`; weight and bias have it too.

    Raises:
        ShapeError: the shapes do not fit.

    Source: Ba, Kiros and Hinton, "Layer normalization" (2016).

    Example:
        >>> layer_norm(np.array([[1.0, 3.0], [5.0, 9.0]]), (2,)).round(3)
        array([[-1.,  1.],
               [-1.,  1.]])
    """
    x = tensor("layer_norm", "input", input)
    axes = _last_axes("layer_norm", x, normalized_shape)
    scale, shift = _affine("layer_norm", x, weight, bias, tuple(normalized_shape))
    if not x.size:
        return x.copy()
    mean, var = _moments(x, axes, keepdims=True)
    with np.errstate(all="ignore"):
        y = (wide(x) - mean) / np.sqrt(var + eps)
    return _scaled(y, scale, shift).astype(x.dtype, copy=False)


def rms_norm(
    input: Array, normalized_shape: Sequence[int], weight: Array | None = None, eps: float | None = None
) -> Array:
    """The quotient x / sqrt(mean of x² + eps) · weight, over the last axes, which have `normalized_shape`.

    Args:
        input: (…, *normalized_shape), floating or complex (the squares are then complex too, as in torch).
        normalized_shape: the shape that is normalized over.
        weight: of that shape, or None for 1.
        eps: what is added; the machine epsilon of the input's type if None.

    Raises:
        ShapeError: the shapes do not fit.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).

    Example:
        >>> rms_norm(np.array([[3.0, 4.0]]), (2,)).round(4)
        array([[0.8485, 1.1314]])
    """
    x = tensor("rms_norm", "input", input, COMPLEX)
    axes = _last_axes("rms_norm", x, normalized_shape)
    scale, _ = _affine("rms_norm", x, weight, None, tuple(normalized_shape))
    if not x.size:
        return x.copy()
    small = np.finfo(wide(x).dtype).eps if eps is None else eps
    with np.errstate(all="ignore"):
        squares = np.square(wide(x)).mean(axis=axes, keepdims=True)
        return _scaled(wide(x) / np.sqrt(squares + small), scale, None).astype(x.dtype, copy=False)


def _running(
    where: str, x: Array, mean: Array | None, var: Array | None, channels: int
) -> tuple[Array | None, Array | None]:
    if (mean is None) != (var is None):
        raise ArgumentError(f"{where}: running_mean and running_var must be given or left out together")
    for name, value in (("running_mean", mean), ("running_var", var)):
        shape_is(where, name, _parameter(where, name, value, x), (channels,))
    return mean, var


def _affine(
    where: str, x: Array, weight: Array | None, bias: Array | None, shape: tuple[int, ...]
) -> tuple[Array | None, Array | None]:
    scale, shift = _parameter(where, "weight", weight, x), _parameter(where, "bias", bias, x)
    shape_is(where, "weight", scale, shape)
    shape_is(where, "bias", shift, shape)
    return scale, shift


def _parameter(where: str, name: str, value: Array | None, x: Array) -> Array | None:
    """A norm's own array: of the input's type, or single precision for a half-precision input."""
    if value is None or (x.dtype == np.float16 and getattr(value, "dtype", None) == np.float32):
        return value
    return like(where, name, value, x)


def _last_axes(where: str, x: Array, shape: Sequence[int]) -> tuple[int, ...]:
    if not isinstance(shape, Sequence) or not shape or x.shape[-len(shape) :] != tuple(shape):
        raise ShapeError(
            f"{where}: input (of shape {x.shape}) must end in normalized_shape (={shape!r}), a sequence "
            "of at least one size"
        )
    return tuple(range(x.ndim - len(shape), x.ndim))


@np.errstate(all="ignore")
def _moments(x: Array, axes: tuple[int, ...], *, keepdims: bool = False) -> tuple[Array, Array]:
    """Mean and biased variance."""
    values = wide(x)
    mean = values.mean(axis=axes, keepdims=True)
    var = np.square(values - mean).mean(axis=axes, keepdims=True)
    return (mean, var) if keepdims else (mean.squeeze(axes), var.squeeze(axes))


@np.errstate(all="ignore")
def _move(where: str, running: Array, value: Array, momentum: float) -> None:
    overwrite(where, "a running statistic", running, (1 - momentum) * running + momentum * value)


@np.errstate(all="ignore")
def _normalized(
    x: Array, mean: Array | None, var: Array | None, weight: Array | None, bias: Array | None, eps: float
) -> Array:
    """Normalize and scale by one number a channel each; an empty batch has no mean and needs none."""
    if mean is None or var is None:
        return x.copy()
    centred = wide(x) - _by_channel(wide(mean), x)
    y = centred * _by_channel(1 / np.sqrt(wide(var) + eps), x)
    return _scaled(y, _by_channel(weight, x), _by_channel(bias, x)).astype(x.dtype, copy=False)


@np.errstate(all="ignore")
def _scaled(y: Array, weight: Array | None, bias: Array | None) -> Array:
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


@overload
def _by_channel(values: Array, x: Array) -> Array: ...
@overload
def _by_channel(values: Array | None, x: Array) -> Array | None: ...
def _by_channel(values: Array | None, x: Array) -> Array | None:
    """One number a channel, with the axes that it needs to meet (N, C, …)."""
    return None if values is None else values.reshape(-1, *[1] * (x.ndim - 2))
