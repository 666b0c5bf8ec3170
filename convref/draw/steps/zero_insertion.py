"""Draw a transposed convolution as a convolution of the input with zeros inserted."""

from __future__ import annotations

from itertools import product

from numpy.typing import ArrayLike

from convref.draw.steps.numbers import Numbers, cells
from convref.draw.steps.sliding import Sliding, slide
from convref.draw.steps.transposed import checked, transposed
from convref.draw.svg.grid import Cell
from convref.draw.svg.stepped import Stepped
from convref.errors import ArgumentError
from convref.nn import ConvTranspose2d

TITLES = {"en": ("input with zeros", "flipped", "output"), "zh": ("插零后的输入", "翻转的核", "输出")}


def zero_insertion_steps(layer: ConvTranspose2d, x: ArrayLike, weight: ArrayLike) -> Stepped:
    """Draw a transposed convolution as a convolution of the input with zeros inserted.

    There are stride - 1 zeros between neighbouring values and kernel_size - 1 - padding zeros on each side,
    and the kernel is flipped. The result is the same as in `spreading_steps`.

    Args:
        layer: a transposed convolution of one channel to one channel without bias, output padding and
            dilation, whose padding is smaller than its kernel.
        x: the input, a small matrix of small numbers.
        weight: the kernel.

    Raises:
        ArgumentError: the layer has several channels, a bias, output padding, a dilation or a larger padding,
            the shape of the weight is not that of its kernel, or there are too many cells or frames to draw.

    Example:
        >>> layer = ConvTranspose2d(1, 1, 2, stride=2, bias=False)
        >>> zero_insertion_steps(layer, [[3, 1]], [[1, 2], [0, 1]]).captions()[0]
        'Output (0, 0): 0×1 + 0×0 + 0×2 + 3×1 = 3.'
    """
    values, kernel = checked("zero_insertion_steps", layer, x, weight)
    window = layer.sizes("stride"), layer.sizes("padding"), layer.sizes("dilation")
    stride, padding, dilation = window
    margins = [size - 1 - pad for size, pad in zip(kernel.shape, padding, strict=True)]
    if max(dilation) > 1 or min(margins) < 0:
        raise ArgumentError(
            f"zero_insertion_steps: {layer!r} must have dilation 1 and a padding less than its kernel size"
        )
    sizes = [(size - 1) * step + 1 for size, step in zip(values.shape, stride, strict=True)]
    ranges = [range(-margin, size + margin) for size, margin in zip(sizes, margins, strict=True)]
    given = {(row * stride[0], col * stride[1]): value for (row, col), value in cells(values).items()}
    zeros: dict[Cell, float] = {(row, col): 0.0 for row in ranges[0] for col in ranges[1]}
    outputs = transposed(layer, values, kernel)

    def reads(at: Cell) -> list[Cell]:
        top, left = at[0] - margins[0], at[1] - margins[1]
        return [(top + row, left + col) for row, col in product(*map(range, kernel.shape))]

    return slide(
        Sliding(
            values=zeros | given,
            faint=frozenset(set(zeros) - set(given)),
            space=((0, sizes[0]), (0, sizes[1])),
            kernel=kernel[::-1, ::-1],
            outputs=outputs,
            reads=reads,
            titles=TITLES,
            alt=_alt(layer, values, outputs),
        )
    )


def _alt(layer: ConvTranspose2d, values: Numbers, outputs: Numbers) -> dict[str, str]:
    size, result = (" × ".join(map(str, each.shape)) for each in (values, outputs))
    zeros = layer.sizes("stride")[0] - 1
    around = layer.sizes("kernel_size")[0] - 1 - layer.sizes("padding")[0]
    return {
        "en": f"The flipped kernel moves over a {size} input with {zeros} zeros between its values and "
        f"{around} around them, and gives a {result} output.",
        "zh": f"{size} 的输入在相邻值之间插入 {zeros} 个零、四周补 {around} 圈零，翻转的卷积核在其上移动，"
        f"得到 {result} 的输出。",
    }
