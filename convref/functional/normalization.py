"""Normalizations, as in torch.nn.functional: subtract a mean, divide by a spread, over some of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from convref.algorithms.arguments import integer
from convref.algorithms.arrays import Array
from convref.algorithms.checks import COMPLEX, NUMERIC, axis, like, overwrite, shape_is, tensor, wide
from convref.errors import ArgumentError, ShapeError


def local_response_norm(
    input: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    """The quotient x / (k + alpha · mean of x² over `size` neighbouring channels) ** beta.

    The mean is over `size` values wherever the window stands; beyond the first and last channel they
    are 0. The paper's alpha multiplies the sum, so that it is torch's divided by `size`.

    Args:
        input: (N, C, *size) with at least one spatial axis; integers give float32.
        size: how many channels, size // 2 of them before.
        alpha: the factor of the mean.
        beta: the power.
        k: what is added.

    Raises:
        ArgumentError: `size` is no positive integer.
        ShapeError: the input has fewer than 3 axes.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
    networks" (2012), section 3.3.

    Example:
        >>> local_response_norm(np.ones((1, 3, 1)), 3, alpha=3.0, beta=1.0)[0, :, 0]
        array([0.33333333, 0.25      , 0.33333333])
    """
    x = tensor("local_response_norm", "input", input, NUMERIC)
    size = integer("local_response_norm", "size", size, minimum=1)
    if x.ndim < 3:
        raise ShapeError(f"local_response_norm: input (of shape {x.shape}) must have at least 3 axes")
    if not x.size:
        return x.copy()
    values = wide(x)
    squares = np.square(values)
    channels = x.shape[1]
    sums = np.zeros_like(squares)
    for offset in range(-(size // 2), size - size // 2):
        low, high = max(0, -offset), min(channels, channels - offset)
        if low < high:
            sums[:, low:high] += squares[:, low + offset : high + offset]
    if x.dtype.kind == "f":
        return np.asarray(values / (sums / size * alpha + k) ** beta, dtype=x.dtype)
    means = (sums // size).astype(np.float32)  # torch's integer mean drops its fraction too
    return np.asarray(values / (means * np.float32(alpha) + np.float32(k)) ** np.float32(beta), np.float32)


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
        eps: what is added to the variance.

    Raises:
        ArgumentError: the running statistics are missing or cannot be written.
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
    axes = (0, *range(2, x.ndim))
    if not training or not count:
        return _normalized(x, mean, var, scale, shift, eps, axis=1)
    batch_mean, batch_var = _moments(x, axes)
    if mean is not None and var is not None:
        _move("batch_norm", mean, batch_mean, momentum)
        _move("batch_norm", var, batch_var * (count / (count - 1)), momentum)
    return _normalized(x, batch_mean, batch_var, scale, shift, eps, axis=1)


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
        return _normalized(x, mean, var, scale, shift, eps, axis=1)
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
    y = _normalized(rows, own_mean.ravel(), own_var.ravel(), None, None, eps, axis=1).reshape(x.shape)
    return _scaled(y, scale, shift, axis=1).astype(x.dtype, copy=False)


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
    y = ((rows - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return _scaled(y, scale, shift, axis=1).astype(x.dtype, copy=False)


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
    squares = np.square(wide(x)).mean(axis=axes, keepdims=True)
    return _scaled(wide(x) / np.sqrt(squares + small), scale, None).astype(x.dtype, copy=False)


def normalize(
    input: Array, p: float = 2.0, dim: int | Sequence[int] = 1, eps: float = 1e-12, out: Array | None = None
) -> Array:
    """The quotient x / max(norm of order p, eps) along `dim`.

    Args:
        input: any shape, floating or complex.
        p: the order of the norm, also 0 or infinite.
        dim: the axis, or several.
        eps: the least divisor.
        out: an array to write the result into; it is then what is given back.

    Raises:
        ArgumentError: `dim` is no axis of the input.
        ShapeError: `out` has another shape.

    Example:
        >>> normalize(np.array([[3.0, 4.0]]))
        array([[0.6, 0.8]])
    """
    x = tensor("normalize", "input", input, COMPLEX)
    axes = tuple(
        axis("normalize", "dim", each, x.ndim) for each in (dim if isinstance(dim, Sequence) else [dim])
    )
    norm = vector_norm(wide(x), p, axes if x.ndim else ())
    y = (wide(x) / np.maximum(norm, eps)).astype(x.dtype, copy=False)
    if out is None:
        return np.asarray(y)
    shape_is("normalize", "out", out, x.shape)
    return overwrite("normalize", "out", out, y)


def vector_norm(x: Array, p: float, axes: tuple[int, ...]) -> Array:
    """The norm of order `p` over `axes`, which stay as axes of 1.

    Example:
        >>> vector_norm(np.array([3.0, -4.0]), np.inf, (0,))
        array([4.])
    """
    size = np.abs(x)
    if p == 0:
        return np.asarray((size != 0).sum(axis=axes, keepdims=True), size.dtype)
    if np.isinf(p):
        return np.asarray((size.max if p > 0 else size.min)(axis=axes, keepdims=True))
    if p == 1:
        return np.asarray(size.sum(axis=axes, keepdims=True))
    return np.asarray((size**p).sum(axis=axes, keepdims=True) ** (1 / p))


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


def _moments(x: Array, axes: tuple[int, ...], *, keepdims: bool = False) -> tuple[Array, Array]:
    """Mean and biased variance."""
    values = wide(x)
    mean = values.mean(axis=axes, keepdims=True)
    var = np.square(values - mean).mean(axis=axes, keepdims=True)
    return (mean, var) if keepdims else (mean.squeeze(axes), var.squeeze(axes))


def _move(where: str, running: Array, value: Array, momentum: float) -> None:
    overwrite(where, "a running statistic", running, (1 - momentum) * running + momentum * value)


def _normalized(
    x: Array,
    mean: Array | None,
    var: Array | None,
    weight: Array | None,
    bias: Array | None,
    eps: float,
    *,
    axis: int,
) -> Array:
    if mean is None or var is None:
        return x.copy()
    centred = wide(x) - _along(wide(mean), x.ndim, axis)
    factor = 1 / np.sqrt(wide(var) + eps)
    y = centred * _along(factor, x.ndim, axis)
    return _scaled(y, weight, bias, axis=axis).astype(x.dtype, copy=False)


def _scaled(y: Array, weight: Array | None, bias: Array | None, *, axis: int | None = None) -> Array:
    if weight is not None:
        y = y * (weight if axis is None else _along(weight, y.ndim, axis))
    if bias is not None:
        y = y + (bias if axis is None else _along(bias, y.ndim, axis))
    return np.asarray(y)


def _along(values: Array, ndim: int, axis: int) -> Array:
    return values.reshape(-1, *[1] * (ndim - axis - 1))
