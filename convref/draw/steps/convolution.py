"""Draw a kernel that moves over an input, with the sum of products of each output."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from convref.draw.steps.numbers import Numbers, cells, matrix
from convref.draw.steps.sliding import Sliding, slide
from convref.draw.svg.grid import Cell
from convref.draw.svg.stepped import Stepped
from convref.errors import ArgumentError
from convref.functional.run import run
from convref.nn import Conv2d, Window

TITLES = {"en": ("input", "kernel", "output"), "zh": ("输入", "卷积核", "输出")}


def convolution_steps(layer: Conv2d, x: ArrayLike, weight: ArrayLike) -> Stepped:
    """Draw a kernel that moves over an input: one frame per output, with its sum of products.

    Args:
        layer: a convolution of one channel to one channel without bias.
        x: the input, a small matrix of small numbers.
        weight: the kernel.

    Raises:
        ArgumentError: the layer has several channels, a bias or padding other than zeros, the shape of
            the weight is not that of the layer's kernel, or there are too many cells or frames to draw.
        ShapeError: the input is smaller than the kernel.

    Example:
        >>> layer = Conv2d(1, 1, 2, bias=False)
        >>> figure = convolution_steps(layer, [[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]])
        >>> figure.captions()
        ['Output (0, 0): 1×1 + 2×0 + 4×0 + 5×1 = 6.', 'Output (0, 1): 2×1 + 3×0 + 5×0 + 6×1 = 8.']
    """
    values, kernel = matrix("x", x), matrix("weight", weight)
    window = layer.window()
    if layer.in_channels != 1 or layer.out_channels != 1 or layer.bias or layer.padding_mode != "zeros":
        rule = "must have one input and one output channel, no bias, and zeros as padding"
        raise ArgumentError(f"convolution_steps: {layer!r} {rule}")
    if kernel.shape != window.kernel:
        rule = f"must have the kernel's shape, {window.kernel}"
        raise ArgumentError(f"convolution_steps: weight (of shape {kernel.shape}) {rule}")
    outputs: Numbers = run(layer, {"weight": kernel[np.newaxis, np.newaxis]}, values[np.newaxis, np.newaxis])
    before, after = zip(*layer.padding_per_side, strict=True)
    ranges = [
        range(-first, size + last) for first, size, last in zip(before, values.shape, after, strict=True)
    ]
    padded: dict[Cell, float] = {(row, col): 0.0 for row in ranges[0] for col in ranges[1]}
    inside = cells(values)
    return slide(
        Sliding(
            values=padded | inside,
            faint=frozenset(set(padded) - set(inside)),
            space=((0, values.shape[0]), (0, values.shape[1])),
            kernel=kernel,
            outputs=outputs[0, 0],
            reads=lambda at: _window(window, before, at),
            titles=TITLES,
            alt=_alt(layer, values, outputs[0, 0]),
        )
    )


def _window(window: Window, padding: tuple[int, ...], at: Cell) -> list[Cell]:
    rows, cols = (
        [
            int(at[axis] * window.stride[axis] - padding[axis] + window.dilation[axis] * tap)
            for tap in range(size)
        ]
        for axis, size in enumerate(window.kernel)
    )
    return [(row, col) for row in rows for col in cols]


def _alt(layer: Conv2d, values: Numbers, outputs: Numbers) -> dict[str, str]:
    window = layer.window()
    kernel, size, result = (
        " × ".join(map(str, each)) for each in (window.kernel, values.shape, outputs.shape)
    )
    given = [
        (en, zh, sizes[0])
        for en, zh, sizes in (
            ("stride", "步幅", window.stride),
            ("padding", "填充", window.padding),
            ("dilation", "膨胀率", window.dilation),
        )
    ]
    en = ", ".join(f"{name} {value}" for name, _, value in given)
    zh = "，".join(f"{name} {value}" for _, name, value in given)
    return {
        "en": f"A {kernel} kernel moves over a {size} input with {en} and gives a {result} output.",
        "zh": f"{kernel} 卷积核在 {size} 的输入上移动，{zh}，得到 {result} 的输出。",
    }
