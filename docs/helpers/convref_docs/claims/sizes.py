"""Checks of claims about output sizes and receptive fields."""

from __future__ import annotations

from itertools import product

import numpy as np

from convref import analyze, architectures, functional
from convref.nn import Conv2d, Sequential
from convref.nn.blocks import global_depthwise_conv
from convref_docs.claims.model import Cell, Number, Statement


def out() -> tuple[Cell, ...]:
    """Compare formulas for the output size with the sizes of many small convolutions."""
    right = {"plain": True, "divisible": True, "remainder": True}
    for n, k, s, p in product(range(5, 12), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2)):
        size = Conv2d(1, 1, k, stride=s, padding=p).output_shape((1, n, n))[1]
        if (s, p) == (1, 0):
            right["plain"] &= size == n - k + 1
        kind = "remainder" if (n + 2 * p - k) % s else "divisible"
        right[kind] &= size == (n + 2 * p - k) / s + 1
    return (
        Statement(
            {"en": "n − k + 1, with stride one and no padding", "zh": "n − k + 1（步幅一、无填充）"},
            right["plain"],
        ),
        Statement(
            {"en": "with stride and padding, no remainder", "zh": "有步幅和填充，能整除"}, right["divisible"]
        ),
        Statement({"en": "with a remainder", "zh": "有余数"}, right["remainder"]),
    )


def same_1x1() -> tuple[Cell, ...]:
    """Check in which cases a 1 × 1 convolution keeps the spatial size."""
    shape = (8, 14, 14)

    def keeps(*, stride: int = 1, padding: int = 0) -> bool:
        return Conv2d(8, 16, 1, stride=stride, padding=padding).output_shape(shape)[1:] == shape[1:]

    return (
        Statement({"en": "stride one, no padding", "zh": "步幅一，无填充"}, keeps()),
        Statement({"en": "stride two", "zh": "步幅二"}, keeps(stride=2)),
        Statement({"en": "padding one", "zh": "填充一"}, keeps(padding=1)),
    )


def dw_depth() -> tuple[Cell, ...]:
    """Count the output channels of depthwise convolutions with two depth multipliers."""
    counts = [Conv2d(8, 8 * times, 3, groups=8).output_shape((8, 9, 9))[0] for times in (1, 2)]
    return (
        Statement({"en": "depth multiplier one", "zh": "深度乘子为一"}, counts[0] == 8),
        Statement({"en": "depth multiplier two", "zh": "深度乘子为二"}, counts[1] == 8),
    )


def dw_shape() -> tuple[Cell, ...]:
    """Count the weights of a depthwise convolution, and compare its outputs for channels in reverse order."""
    layer = Conv2d(8, 8, 3, groups=8, bias=False)
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((1, 8, 9, 9)), rng.standard_normal((8, 1, 3, 3))
    y, turned = (functional.conv2d(each, weight, groups=8) for each in (x, x[:, ::-1].copy()))
    return (
        Statement(
            {"en": "k · k · C · 1 weights", "zh": "权重为 k · k · C · 1"},
            analyze(layer, (8, 9, 9)).params == 3 * 3 * 8,
        ),
        Statement(
            {
                "en": "all channels alike: exchanging inputs exchanges outputs",
                "zh": "各通道相同：交换输入就交换输出",
            },
            bool(np.allclose(turned[:, ::-1], y)),
        ),
    )


def gdc() -> tuple[Cell, ...]:
    """Check the output shape of a global depthwise convolution for several input shapes."""
    shapes = [global_depthwise_conv(c, (n, n)).output_shape((c, n, n)) for c, n in ((8, 7), (512, 7), (3, 5))]
    return (Statement("C × 1 × 1", shapes == [(8, 1, 1), (512, 1, 1), (3, 1, 1)]),)


def alexnet() -> tuple[Cell, ...]:
    """Compare the output shapes of the original AlexNet with the claimed ones, layer by layer."""
    rows = {
        row.name: row.output for row in analyze(architectures.build("alexnet_original"), (3, 227, 227)).rows
    }
    sides = {
        "conv1": ("96", "55"),
        "pool1": ("", "27"),
        "conv2": ("256", "27"),
        "pool2": ("", "13"),
        "conv3": ("384", "13"),
        "conv4": ("384", "13"),
        "conv5": ("256", "13"),
        "pool5": ("", "6"),
    }
    cells: list[Cell] = []
    for name, (channels, side) in sides.items():
        if channels:
            cells.append(Number({"en": f"{name}, channels", "zh": f"{name}，通道"}, channels, rows[name][0]))
        cells.append(Number({"en": f"{name}, side", "zh": f"{name}，边长"}, side, rows[name][1]))
    cells += [
        Number(name, size, rows[name][0])
        for name, size in (("fc6", "4096"), ("fc7", "4096"), ("fc8", "1000"))
    ]
    return (*cells, Number({"en": "norm2, side", "zh": "norm2，边长"}, "27", rows["norm2"][1]))


def _field(*layers: Conv2d, side: int = 63) -> int:
    return analyze(Sequential(*layers), (1, side, side)).receptive_field[0]


def rf() -> tuple[Cell, ...]:
    """Compute the receptive fields of single and of stacked convolutions."""
    return tuple(
        Number(
            {"en": f"{count} of {size} × {size}", "zh": f"{count} 个 {size} × {size}"},
            claimed,
            _field(*[Conv2d(1, 1, size)] * count),
        )
        for count, size, claimed in ((1, 5, "5"), (2, 3, "5"), (1, 7, "7"), (3, 3, "7"))
    )


def rf_rule() -> tuple[Cell, ...]:
    """Compare receptive fields with two recursions, which use different strides."""
    stacks = [((3, 1), (3, 1), (5, 1)), ((3, 2), (3, 2), (3, 1)), ((7, 2), (3, 2), (3, 2))]

    def by_rule(stack: tuple[tuple[int, int], ...], *, own: bool) -> int:
        size, step = 1, 1
        for kernel, stride in stack:
            size += (kernel - 1) * (stride if own else step)
            step *= stride
        return size

    fields = [_field(*(Conv2d(1, 1, k, stride=s) for k, s in stack)) for stack in stacks]
    own = [by_rule(stack, own=True) == field for stack, field in zip(stacks, fields, strict=True)]
    step = [by_rule(stack, own=False) == field for stack, field in zip(stacks, fields, strict=True)]
    return (
        Statement({"en": "all strides one", "zh": "步幅全为一"}, own[0]),
        Statement(
            {"en": "strides, the layer's own in the rule", "zh": "有步幅，公式中用本层的步幅"}, all(own[1:])
        ),
        Statement(
            {
                "en": "strides, the product of earlier ones in the rule",
                "zh": "有步幅，公式中用之前步幅的乘积",
            },
            all(step),
        ),
    )


def ksize_rf() -> tuple[Cell, ...]:
    """Compare receptive field and kernel size of a first layer, a second one and a dilated one."""
    return (
        Statement({"en": "first layer", "zh": "第一层"}, _field(Conv2d(1, 1, 3)) == 3),
        Statement({"en": "second layer", "zh": "第二层"}, _field(Conv2d(1, 1, 3), Conv2d(1, 1, 3)) == 3),
        Statement({"en": "with dilation", "zh": "有膨胀"}, _field(Conv2d(1, 1, 3, dilation=2)) == 3),
    )


def dil() -> tuple[Cell, ...]:
    """Compute the side of the window and the number of weights of a dilated kernel."""
    layer = Conv2d(1, 1, 3, dilation=2, bias=False)
    return (
        Number({"en": "side of the window", "zh": "窗口边长"}, "5", _field(layer)),
        Number({"en": "weights", "zh": "权重"}, "9", analyze(layer, (1, 9, 9)).params),
    )


def dil_rows() -> tuple[Cell, ...]:
    """Compare a dilated kernel with a large one whose other rows are zero, or are removed."""
    rng = np.random.default_rng(0)
    x, large = rng.standard_normal((1, 1, 11, 11)), rng.standard_normal((1, 1, 5, 5))
    kept = large[..., ::2, ::2]
    zeroed = np.zeros_like(large)
    zeroed[..., ::2, ::2] = kept
    dilated = functional.conv2d(x, kept, dilation=2)

    def same(y: np.ndarray) -> bool:
        return dilated.shape == y.shape and bool(np.allclose(dilated, y))

    return (
        Statement({"en": "set to zero", "zh": "置零"}, same(functional.conv2d(x, zeroed))),
        Statement({"en": "taken out", "zh": "去掉"}, same(functional.conv2d(x, kept))),
    )
