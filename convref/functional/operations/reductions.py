"""NumPy functions for reductions: sums, means, maxima, minima and norms along axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array

Dims = int | Sequence[int] | None


def _axes(dim: Dims) -> tuple[int, ...] | None:
    if dim is None:
        return None
    return (dim,) if isinstance(dim, int) else tuple(dim) or None


def _along(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def rule(x: Array, dim: Dims = None, keepdim: bool = False, **_options: Any) -> Any:
        return np.asarray(reduce(x, axis=_axes(dim), keepdims=keepdim))

    return rule


def _with_index(reduce: Callable[..., Any], find: Callable[..., Any]) -> Callable[..., Any]:
    def rule(x: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
        return reduce(x, axis=dim, keepdims=keepdim), find(x, axis=dim, keepdims=keepdim)

    return rule


def _found(find: Callable[..., Any]) -> Callable[..., Any]:
    def rule(x: Array, dim: int | None = None, keepdim: bool = False) -> Any:
        return np.asarray(find(x, axis=dim, keepdims=keepdim))

    return rule


def _variance(x: Array, dim: Dims = None, *, correction: float | None = 1, keepdim: bool = False) -> Any:
    axes = _axes(dim)
    ddof = 1 if correction is None else correction
    return np.asarray(np.var(x, axis=axes, ddof=ddof, keepdims=keepdim, dtype=np.float64))


def _deviation(x: Array, dim: Dims = None, **options: Any) -> Any:
    return np.sqrt(_variance(x, dim, **options))


def _with_mean(spread: Callable[..., Array]) -> Callable[..., Any]:
    def rule(x: Array, dim: Dims = None, *, keepdim: bool = False, **options: Any) -> tuple[Array, Array]:
        mean = np.asarray(np.mean(x, axis=_axes(dim), keepdims=keepdim))
        return spread(x, dim, keepdim=keepdim, **options), mean

    return rule


def _norm(x: Array, order: float = 2, dim: Dims = None, keepdim: bool = False, **_options: Any) -> Any:
    axes, size = _axes(dim), np.abs(x)
    if np.isinf(order):
        pick = np.max if order > 0 else np.min
        return np.asarray(pick(size, axis=axes, keepdims=keepdim))
    if order == 0:
        return np.asarray(np.sum(size != 0, axis=axes, keepdims=keepdim))
    return np.asarray(np.sum(size.astype(np.float64) ** order, axis=axes, keepdims=keepdim) ** (1 / order))


def _log_sum_exp(x: Array, dim: Dims, keepdim: bool = False) -> Any:
    axes = _axes(dim)
    top = np.max(x, axis=axes, keepdims=True)
    total = np.log(np.sum(np.exp(x - top), axis=axes, keepdims=True)) + top
    return total if keepdim else np.squeeze(total, axes)


def _top(x: Array, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Array, Array]:  # noqa: ARG001
    order = np.argsort(-x if largest else x, axis=dim, kind="stable")
    index = np.take(order, range(k), axis=dim)
    return np.take_along_axis(x, index, axis=dim), index


def _sort(x: Array, dim: int = -1, descending: bool = False, **_options: Any) -> tuple[Array, Array]:
    index = np.argsort(-x if descending else x, axis=dim, kind="stable")
    return np.take_along_axis(x, index, axis=dim), index


def _running(reduce: np.ufunc) -> Callable[..., Any]:
    """Return the function of a running maximum or minimum, and of the index at which it was last reached."""

    def rule(x: Array, dim: int) -> tuple[Array, Array]:
        best = reduce.accumulate(x, axis=dim)
        shape = [1] * x.ndim
        shape[dim] = -1
        places = np.where(x == best, np.arange(x.shape[dim]).reshape(shape), 0)
        return best, np.maximum.accumulate(places, axis=dim)

    return rule


def _kth(x: Array, k: int, dim: int = -1, keepdim: bool = False) -> tuple[Array, Array]:
    index = np.take(np.argsort(x, axis=dim, kind="stable"), [k - 1], axis=dim)
    value = np.take_along_axis(x, index, axis=dim)
    return (value, index) if keepdim else (np.squeeze(value, dim), np.squeeze(index, dim))


def _squared_difference(x: Array, y: Array) -> Any:
    return np.square(x - y)


def _smooth(x: Array, y: Array, beta: float = 1.0) -> Any:
    apart = np.abs(x - y)
    return np.where(apart < beta, apart**2 / (2 * beta), apart - beta / 2) if beta else apart


def _huber(x: Array, y: Array, delta: float = 1.0) -> Any:
    apart = np.abs(x - y)
    return np.where(apart < delta, apart**2 / 2, delta * (apart - delta / 2))


def _loss(each: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of a loss: 0, 1 and 2 stand for no reduction, the mean and the sum."""

    def rule(x: Array, y: Array, reduction: int = 1, *options: Any) -> Any:
        return _reduced(each(x, y, *options), reduction)

    return rule


def _reduced(losses: Array, reduction: int, weight: Array | None = None) -> Any:
    """Return the weighted losses of all elements, or their mean or sum; see `_loss` for the number."""
    return (np.asarray, np.mean, np.sum)[reduction](losses if weight is None else losses * weight)


def _cross_entropy(x: Array, y: Array, weight: Array | None = None, reduction: int = 1) -> Any:
    with np.errstate(divide="ignore"):
        made = -(y * np.maximum(np.log(x), -100) + (1 - y) * np.maximum(np.log1p(-x), -100))
    return _reduced(made, reduction, weight)


def _logit_cross_entropy(
    x: Array, y: Array, weight: Array | None = None, positive: Array | None = None, reduction: int = 1
) -> Any:
    scale = 1 if positive is None else 1 + (positive - 1) * y
    made = (1 - y) * x + scale * np.logaddexp(0, -x)
    return _reduced(made, reduction, weight)


def _negative_log_likelihood(
    x: Array, y: Array, weight: Array | None = None, reduction: int = 1, ignored: int = -100
) -> tuple[Array, Array]:
    used = y != ignored
    labels = np.where(used, y, 0)
    scale = used * (np.ones(x.shape[1], dtype=x.dtype) if weight is None else weight)[labels]
    made = -np.take_along_axis(x, labels[:, np.newaxis], axis=1)[:, 0] * scale
    total = np.asarray(np.sum(scale))
    if reduction == 0:
        return made, total
    return np.asarray(np.sum(made) / (total if reduction == 1 else 1)), total


REDUCTIONS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("sum", "sum.dim_IntList"), _along(np.sum)),
    **dict.fromkeys(("mean", "mean.dim"), _along(np.mean)),
    **dict.fromkeys(("prod", "prod.dim_int"), _along(np.prod)),
    **dict.fromkeys(("amax", "max"), _along(np.max)),
    **dict.fromkeys(("amin", "min"), _along(np.min)),
    **dict.fromkeys(("any", "any.dim", "any.dims"), _along(np.any)),
    **dict.fromkeys(("all", "all.dim", "all.dims"), _along(np.all)),
    "max.dim": _with_index(np.max, np.argmax),
    "min.dim": _with_index(np.min, np.argmin),
    "argmax": _found(np.argmax),
    "argmin": _found(np.argmin),
    "var.correction": _variance,
    "std.correction": _deviation,
    "var_mean.correction": _with_mean(_variance),
    "std_mean.correction": _with_mean(_deviation),
    "linalg_vector_norm": _norm,
    **dict.fromkeys(("norm.ScalarOpt_dim", "norm.Scalar", "norm.ScalarOpt_dim_dtype"), _norm),
    "logsumexp": _log_sum_exp,
    **dict.fromkeys(
        ("count_nonzero", "count_nonzero.dim_IntList"),
        lambda x, dim=None: np.asarray(np.count_nonzero(x, axis=_axes(dim))),
    ),
    "cummax": _running(np.maximum),
    "cummin": _running(np.minimum),
    "kthvalue": _kth,
    "mse_loss": _loss(_squared_difference),
    "smooth_l1_loss": _loss(_smooth),
    "huber_loss": _loss(_huber),
    "binary_cross_entropy": _cross_entropy,
    "binary_cross_entropy_with_logits": _logit_cross_entropy,
    **dict.fromkeys(("nll_loss_forward", "nll_loss2d_forward"), _negative_log_likelihood),
    "topk": _top,
    "sort": _sort,
    "argsort": lambda *args, **options: _sort(*args, **options)[1],
}
