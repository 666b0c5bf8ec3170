"""Draw a transposed convolution as a sum of multiples of its kernel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from convref.draw.steps.numbers import Numbers, cells, matrix, number_text, side_by_side, write
from convref.draw.steps.sliding import MOST_FRAMES
from convref.draw.svg.canvas import BLUE, FAINT, ORANGE, Canvas
from convref.draw.svg.drawing import tr
from convref.draw.svg.feature_maps import PADDED
from convref.draw.svg.grid import Cell, Grid
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.errors import ArgumentError
from convref.functional.run import run
from convref.nn import ConvTranspose2d

TITLES = {"en": ("input", "kernel", "output"), "zh": ("输入", "卷积核", "输出")}


def spreading_steps(layer: ConvTranspose2d, x: ArrayLike, weight: ArrayLike) -> Stepped:
    """Draw a transposed convolution: each frame adds the kernel, multiplied by one input, to the output.

    The output shows the sums so far. Cells that the padding cuts off are dashed.

    Args:
        layer: a transposed convolution of one channel to one channel without bias and output padding.
        x: the input, a small matrix of small numbers.
        weight: the kernel.

    Raises:
        ArgumentError: the layer has several channels, a bias or output padding, the weight has another shape
            than the layer's kernel, or there are too many cells or frames to draw.

    Example:
        >>> layer = ConvTranspose2d(1, 1, 2, stride=2, bias=False)
        >>> spreading_steps(layer, [[3, 1]], [[1, 2], [0, 1]]).captions()[0]
        'Input (0, 0) = 3: 3 times the kernel is added to the output from (0, 0) to (1, 1).'
    """
    values, kernel = checked("spreading_steps", layer, x, weight)
    if values.size > MOST_FRAMES:
        raise ArgumentError(f"draw: {values.size} inputs are more than the limit of {MOST_FRAMES} frames")
    return stepped(lambda lang: _paint(layer, values, kernel, lang))


def checked(name: str, layer: ConvTranspose2d, x: ArrayLike, weight: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the input and the kernel as matrices, after checking that the figure `name` can show them."""
    values, kernel = matrix("x", x), matrix("weight", weight)
    alone = layer.in_channels == layer.out_channels == 1
    if not alone or layer.bias or any(layer.sizes("output_padding")):
        rule = "must have one input and one output channel, no bias and no output padding"
        raise ArgumentError(f"{name}: {layer!r} {rule}")
    if kernel.shape != layer.sizes("kernel_size"):
        size = layer.sizes("kernel_size")
        raise ArgumentError(f"{name}: weight (of shape {kernel.shape}) must have the kernel's shape, {size}")
    return values, kernel


def transposed(layer: ConvTranspose2d, values: Numbers, kernel: Numbers) -> Numbers:
    """Return the output of a transposed convolution, as a matrix."""
    result: Numbers = run(layer, {"weight": kernel[np.newaxis, np.newaxis]}, values[np.newaxis, np.newaxis])
    single: Numbers = result[0, 0]
    return single


def _paint(layer: ConvTranspose2d, values: Numbers, kernel: Numbers, lang: str) -> Frames:
    outputs = transposed(layer, values, kernel)
    frames = Frames(_spread_alt(layer, values, outputs)[lang])
    reached = {at: _targets(layer, at, kernel.shape) for at in cells(values)}
    every = [cell for targets in reached.values() for cell in targets] + [
        (0, 0), (outputs.shape[0] - 1, outputs.shape[1] - 1)
    ]  # fmt: skip
    rows, cols = ((min(axis), max(axis) + 1) for axis in zip(*every, strict=True))
    ranges = [*(((0, each.shape[0]), (0, each.shape[1])) for each in (values, kernel)), (rows, cols)]
    longest = max(map(number_text, [*values.flat, *kernel.flat, *outputs.flat]), key=len)
    grids = side_by_side(frames.common, TITLES[lang], ranges, "×→", longest)
    _paint_grids(frames.common, grids, (values, kernel, outputs))
    sums: dict[Cell, float] = {}
    for at, value in cells(values).items():
        before = dict(sums)
        for target, weight in zip(reached[at], kernel.flat, strict=True):
            sums[target] = sums.get(target, 0.0) + value * float(weight)
        frame = frames.add(_caption(at, value, reached[at], before, lang))
        grids[0].fill(frame.under, [at], BLUE, mark="input")
        grids[0].outline(frame.over, [at], BLUE)
        for hue, mark, met in ((BLUE, "adds", False), (ORANGE, "sums", True)):
            grids[2].fill(
                frame.under, [cell for cell in reached[at] if (cell in before) == met], hue, mark=mark
            )
        grids[2].outline(frame.over, reached[at], BLUE)
        write(frame.over, grids[2], sums)
    return frames


def _targets(layer: ConvTranspose2d, at: Cell, kernel: tuple[int, ...]) -> list[Cell]:
    """Return the output positions to which the input at `at` adds, in the order of the kernel's elements."""
    stride, padding, dilation = (layer.sizes(name) for name in ("stride", "padding", "dilation"))
    rows, cols = (
        [at[axis] * stride[axis] - padding[axis] + dilation[axis] * tap for tap in range(kernel[axis])]
        for axis in (0, 1)
    )
    return [(row, col) for row in rows for col in cols]


def _paint_grids(canvas: Canvas, grids: list[Grid], arrays: tuple[Numbers, Numbers, Numbers]) -> None:
    values, kernel, outputs = arrays
    for grid, numbers in ((grids[0], values), (grids[1], kernel)):
        grid.paint(canvas)
        write(canvas, grid, cells(numbers))
    inner = Grid(grids[2].x, grids[2].y, grids[2].cell, (0, outputs.shape[0]), (0, outputs.shape[1]))
    if (grids[2].rows, grids[2].cols) != (inner.rows, inner.cols):
        grids[2].paint(canvas, dash=PADDED)
    inner.paint(canvas, opacity=FAINT + 0.1)
    x, y = inner.corner((0, 0))
    canvas.rect(x, y, outputs.shape[1] * inner.cell, outputs.shape[0] * inner.cell, stroke=1.4)


def _caption(at: Cell, value: float, targets: list[Cell], before: Mapping[Cell, float], lang: str) -> str:
    number, first, last = number_text(value), _text(targets[0]), _text(targets[-1])
    meets = ""
    if any(cell in before for cell in targets):
        meets = tr(lang, " Where it meets earlier values, they are summed.", "与已有的值重叠处相加。")
    return tr(
        lang,
        f"Input {_text(at)} = {number}: {number} times the kernel is added to the output "
        f"from {first} to {last}.{meets}",
        f"输入 {_text(at)} = {number}：把卷积核乘以 {number}，加到输出的 {first} 到 {last}。{meets}",
    )


def _text(at: Cell) -> str:
    return f"({number_text(at[0])}, {number_text(at[1])})"


def _spread_alt(layer: ConvTranspose2d, values: Numbers, outputs: Numbers) -> dict[str, str]:
    size, result = (" × ".join(map(str, each.shape)) for each in (values, outputs))
    stride, padding = layer.sizes("stride")[0], layer.sizes("padding")[0]
    return {
        "en": f"Each value of a {size} input adds its multiple of the kernel to a {result} output, "
        f"with stride {stride} and padding {padding}.",
        "zh": f"{size} 输入的每个值乘以卷积核，累加到 {result} 的输出上，步幅 {stride}，填充 {padding}。",
    }
