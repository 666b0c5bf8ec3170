"""Arithmetic intensity: floating-point operations per byte of memory traffic."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis.entry_point import analyze
from convref.analysis.roofline import FLOPS_PER_MAC
from convref.nn import Layer


def arithmetic_intensity(net: Layer, input_shape: Sequence[int], *, dtype: str = "float32") -> float:
    """Return the floating-point operations per byte that the network reads or writes.

    The model assumes that each step reads its inputs and weights and writes its output once. A step that
    counts as done in place reads and writes nothing.

    A processor can do a certain number of operations in the time in which its memory delivers a byte. A layer
    with fewer operations per byte waits for the memory, so saving operations does not make it faster.

    Args:
        net: the description.
        input_shape: channels first, without the batch.
        dtype: the type of values and weights.

    Raises:
        ShapeError: the input does not fit the network.
        UnknownNameError: there is no such dtype.

    Source: Williams, Waterman and Patterson, 2009, Roofline.

    Example:
        >>> from convref.nn import Conv2d
        >>> full, depthwise = Conv2d(128, 128, 3, padding=1), Conv2d(128, 128, 3, padding=1, groups=128)
        >>> [round(arithmetic_intensity(each, (128, 28, 28)), 1) for each in (full, depthwise)]
        [166.0, 2.2]
    """
    report = analyze(net, input_shape, dtype=dtype)
    moved = sum(row.moved_bytes for row in report.rows if row.activations)
    return FLOPS_PER_MAC * report.macs / moved
