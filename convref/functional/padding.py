"""Pad or crop an array, as torch.nn.functional.pad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.arrays.arguments import per_axis
from convref.arrays.checks import ANY, tensor
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError

_MODES = ("constant", "reflect", "replicate", "circular")


def pad(input: Array, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Array:
    """Lengthen the last axes of `input` at both ends; negative numbers shorten them.

    Args:
        input: any shape for ``"constant"``; for the other modes (N, C, *size) or (C, *size), all of
            whose one to three spatial axes are named in `pad`.
        pad: (before, after) of the last axis, then of the one before it, and so on.
        mode: ``"constant"``, ``"reflect"`` (the edge is not repeated), ``"replicate"`` or ``"circular"``.
        value: what constant padding consists of; 0 if None.

    Raises:
        ArgumentError: an argument breaks a rule of its own.
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
        raise ArgumentError(f"pad: pad (={pad!r}) must be pairs of integers")
    numbers = per_axis("pad", "pad", pad, len(pad))
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]
    if mode not in _MODES:
        raise ArgumentError(f"pad: mode (={mode!r}) must be one of {', '.join(_MODES)}")
    if len(pairs) > x.ndim:
        raise ShapeError(f"pad: pad (={pad!r}) must not name more than the {x.ndim} axes of input")
    if mode == "constant":
        return _constant(x, pairs, 0 if value is None else value)
    if value:
        raise ArgumentError(f"pad: value (={value!r}) must be left out with mode {mode!r}")
    if not 1 <= len(pairs) <= 3 or x.ndim not in {len(pairs) + 1, len(pairs) + 2}:
        raise ShapeError(
            f"pad: pad (={pad!r}) must name all of one to three spatial axes of input (of shape {x.shape}) "
            f"with mode {mode!r}"
        )
    if 0 in x.shape[x.ndim - len(pairs) - 1 :]:
        raise ShapeError(f"pad: input (of shape {x.shape}) must have no empty axis but the batch")
    for axis, (before, after) in enumerate(pairs, start=x.ndim - len(pairs)):
        x = x.take(_source(mode, x.shape[axis], before, after), axis=axis)
    return x


def _constant(x: Array, pairs: list[tuple[int, int]], value: float) -> Array:
    lead = x.ndim - len(pairs)
    shape = (*x.shape[:lead], *(n + sum(pair) for n, pair in zip(x.shape[lead:], pairs, strict=True)))
    if min(shape, default=0) < 0:
        raise ShapeError(f"pad: input (of shape {x.shape}) must not be cut to the negative shape {shape}")
    y = np.full(shape, value, x.dtype)
    to, of = [slice(None)] * lead, [slice(None)] * lead
    for n, (before, after) in zip(x.shape[lead:], pairs, strict=True):
        to.append(slice(max(before, 0), max(before, 0) + max(0, n + min(before, 0) + min(after, 0))))
        of.append(slice(max(-before, 0), max(n + min(after, 0), -before, 0)))
    y[tuple(to)] = x[tuple(of)]
    return y


def _source(mode: str, n: int, before: int, after: int) -> Array:
    """Which entry of an axis of n stands at each place of the padded axis."""
    first, last = max(-before, 0), n + min(after, 0)
    left = n - 1 if mode == "reflect" else last - first  # a circle closes after it has been cropped
    if mode != "replicate" and max(before, after) > left:
        raise ShapeError(
            f"pad: pad (={(before, after)}) must be at most {left} on an axis of {n}, mode {mode!r}"
        )
    if n + before + after < (0 if mode == "circular" else 1):
        raise ShapeError(
            f"pad: pad (={(before, after)}) must leave something of an axis of {n}, mode {mode!r}"
        )
    places = np.arange(-before, n + after)
    if mode == "circular":
        return np.asarray(first + (places - first) % max(last - first, 1))
    if mode == "replicate":
        return places.clip(0, n - 1)
    return np.asarray(n - 1 - np.abs(n - 1 - np.abs(places)))
