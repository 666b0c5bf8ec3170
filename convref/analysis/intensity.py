"""Arithmetic intensity: how much a network computes for each byte that it moves."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis.report import analyze
from convref.analysis.units import DTYPE_BYTES
from convref.nn import Layer
from convref.nn.base import numel

FLOPS_PER_MAC = 2


def arithmetic_intensity(net: Layer, input_shape: Sequence[int], *, dtype: str = "float32") -> float:
    """Floating-point operations a byte, when each step reads its inputs and weights and writes its map once.

    A processor whose memory brings fewer bytes than this many operations can use waits for memory; below
    what it can use, fewer operations do not make a layer faster. Steps that count as done in place move
    nothing.

    Args:
        net: the description.
        input_shape: channels first, without the batch.
        dtype: of what is moved.

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
    moved = sum(
        row.activations + row.params + sum(map(numel, row.inputs))
        for row in report.rows[1:]
        if row.activations
    )
    return FLOPS_PER_MAC * report.macs / (moved * DTYPE_BYTES[dtype])
