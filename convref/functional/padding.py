"""Pad or crop an array, as torch.nn.functional.pad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.arrays.arguments import per_axis
from convref.arrays.calls import checked
from convref.arrays.checks import ANY, tensor
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.wording import is_among

_MODES = ("constant", "reflect", "replicate", "circular")


@checked
def pad(input: Array, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Array:
    """Pad the last axes of `input` at both ends; negative amounts crop instead.

    Args:
        input: any shape for ``"constant"``. For the other modes (N, C, *size) or (C, *size) with one to
            three spatial axes, all of which `pad` must cover.
        pad: (before, after) for the last axis, then for the one before it, and so on.
        mode: ``"constant"``, ``"reflect"`` (the edge is not repeated), ``"replicate"`` or ``"circular"``.
        value: the value of constant padding; None means 0.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: `pad` does not fit the input.

    Example:
        >>> x = np.array([[1, 2, 3]])
        >>> globals()["pad"](x, (2, 1), mode="reflect")
        array([[3, 2, 1, 2, 3, 2]])
        >>> globals()["pad"](x, (-1, 1))
        array([[2, 3, 0]])
    """
    x = tensor("pad", "input", input, ANY)
    if not isinstance(pad, Sequence) or len(pad) % 2:
        raise ArgumentError(f"pad: pad (={pad!r}) must consist of pairs of integers")
    numbers = per_axis("pad", "pad", pad, len(pad))
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]
    if not is_among(mode, _MODES):
        raise ArgumentError(f"pad: mode (={mode!r}) must be one of {', '.join(_MODES)}")
    if len(pairs) > x.ndim:
        raise ShapeError(f"pad: pad (={pad!r}) must have at most {x.ndim} pairs, one for each axis of input")
    if mode == "constant":
        return _constant(x, pairs, 0 if value is None else value)
    if value:
        raise ArgumentError(f"pad: value (={value!r}) must be left out with mode {mode!r}")
    if not 1 <= len(pairs) <= 3 or x.ndim not in {len(pairs) + 1, len(pairs) + 2}:
        raise ShapeError(
            f"pad: pad (={pad!r}) with mode {mode!r} must have one to three pairs, one for each spatial axis "
            f"of input (of shape {x.shape})"
        )
    if 0 in x.shape[x.ndim - len(pairs) - 1 :]:
        raise ShapeError(
            f"pad: input (of shape {x.shape}) must not have size 0 on an axis other than the batch"
        )
    for axis, (before, after) in enumerate(pairs, start=x.ndim - len(pairs)):
        x = x.take(_source_indices(mode, x.shape[axis], before, after), axis=axis)
    return x


def _constant(x: Array, pairs: list[tuple[int, int]], value: float) -> Array:
    """Pad `x` with `value` by the numbers of entries in `pairs`, one pair (before, after) per axis.

    A negative number crops that many entries instead.
    """
    lead = x.ndim - len(pairs)
    shape = (*x.shape[:lead], *(n + sum(pair) for n, pair in zip(x.shape[lead:], pairs, strict=True)))
    if min(shape, default=0) < 0:
        raise ShapeError(
            f"pad: input (of shape {x.shape}) must not be cropped by more than the size of an axis. "
            f"The result would have the shape {shape}"
        )
    y = np.full(shape, value, x.dtype)
    # Copy the part of `x` that is kept to its position in `y`; a crop moves the start of that part.
    target, source = [slice(None)] * lead, [slice(None)] * lead
    for n, (before, after) in zip(x.shape[lead:], pairs, strict=True):
        target.append(slice(max(before, 0), max(before, 0) + max(0, n + min(before, 0) + min(after, 0))))
        source.append(slice(max(-before, 0), max(n + min(after, 0), -before, 0)))
    y[tuple(target)] = x[tuple(source)]
    return y


def _source_indices(mode: str, n: int, before: int, after: int) -> Array:
    """Return, for each entry of the padded axis, the index of the input entry (0 to n - 1) that it copies."""
    first, last = max(-before, 0), n + min(after, 0)
    # Reflection does not repeat the edge, so one entry fewer is available. Circular padding repeats the
    # entries that are left after cropping.
    available = n - 1 if mode == "reflect" else last - first
    if mode != "replicate" and max(before, after) > available:
        raise ShapeError(
            f"pad: pad (={(before, after)}) must be at most {available} "
            f"on an axis of size {n} with mode {mode!r}"
        )
    if n + before + after < (0 if mode == "circular" else 1):
        raise ShapeError(
            f"pad: pad (={(before, after)}) must leave at least one entry "
            f"of an axis of size {n} with mode {mode!r}"
        )
    indices = np.arange(-before, n + after)
    if mode == "circular":
        return np.asarray(first + (indices - first) % max(last - first, 1))
    if mode == "replicate":
        return indices.clip(0, n - 1)
    return np.asarray(n - 1 - np.abs(n - 1 - np.abs(indices)))
