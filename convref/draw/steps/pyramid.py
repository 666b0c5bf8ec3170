"""Draw a receptive field that grows from one output down through a stack of layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.draw.reach.probe import Flags
from convref.draw.reach.pyramid import Stack, mark_row, paint_edges, paint_row, place_rows, stack_of
from convref.draw.svg.drawing import tr
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.nn import Layer


def pyramid_steps(net: Layer, input_shape: Sequence[int], output: int | None = None) -> Stepped:
    """Draw the receptive field of one output as it grows: a frame for the output and each layer below it.

    Args:
        net: a chain of layers on sequences. (In an image, the receptive field grows in the same way along
            each axis.)
        input_shape: (channels, length), short.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: the network branches, the input has several axes or is too long, or the output does not
            exist.

    Example:
        >>> from convref.nn import Conv1d, Sequential
        >>> net = Sequential(Conv1d(1, 1, 3), Conv1d(1, 1, 3))
        >>> for caption in pyramid_steps(net, (1, 7)).captions():
        ...     print(caption)
        Output 1 (of 0 to 2).
        Layer 2 (Conv1d 3) reads 3 positions, 1 to 3.
        Layer 1 (Conv1d 3) reads 5 positions, 1 to 5: this is the receptive field.
    """
    stack = stack_of(net, input_shape, output)
    return stepped(lambda lang: _paint(stack, lang))


def _paint(stack: Stack, lang: str) -> Frames:
    frames = Frames(stack.sentence(lang))
    grids = place_rows(stack.lengths)
    for depth, grid in enumerate(grids):
        paint_row(frames.common, grid, depth)
    last = len(grids) - 1
    first = frames.add(stack.output(lang) + tr(lang, ".", "。"))
    mark_row(first.kept, grids[last], stack.seen[last], last)
    for depth in reversed(range(last)):
        frame = frames.add(_caption(stack, depth, lang))
        paint_edges(frame.kept, grids[depth + 1], grids[depth], stack.reaches[depth], stack.seen[depth + 1])
        mark_row(frame.kept, grids[depth], stack.seen[depth], depth)
    return frames


def _caption(stack: Stack, depth: int, lang: str) -> str:
    name, flags = stack.names(lang)[depth + 1], stack.seen[depth]
    start, end = _ends(flags)
    count = int(flags.sum())
    gaps = end - start + 1 > count
    skipped = tr(lang, ", with gaps", "，中间有空隙") if gaps else ""
    whole = tr(lang, ": this is the receptive field", "，这就是感受野") if depth == 0 else ""
    return tr(
        lang,
        f"Layer {depth + 1} ({name}) reads {count} positions, {start} to {end}{skipped}{whole}.",
        f"第 {depth + 1} 层（{name}）读取 {count} 个位置，从 {start} 到 {end}{skipped}{whole}。",
    )


def _ends(flags: Flags) -> tuple[int, int]:
    positions = np.flatnonzero(flags)
    return int(positions[0]), int(positions[-1])
