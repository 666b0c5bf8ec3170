"""Checks of claims about numbers of weights."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from convref import analyze, factorization
from convref.nn import Conv1d, Conv2d, Layer, Linear, Sequential, Shape
from convref.nn.blocks import depthwise_separable_conv
from convref_docs.claims.model import Cell, Number, Statement

WEIGHTS = {"en": "weights", "zh": "权重"}
FEWER = {"en": "times fewer", "zh": "减少的倍数"}


def weights(*layers: Layer, shape: Shape = (10, 30, 30)) -> int:
    """Return the number of parameters of layers that are applied one after another."""
    return analyze(Sequential(*layers), shape).params


def square(in_channels: int, out_channels: int, size: int, *, padding: int = 0, groups: int = 1) -> Conv2d:
    """Return a convolution with a square kernel and without biases."""
    return Conv2d(in_channels, out_channels, size, padding=padding, groups=groups, bias=False)


def _replacement(size: int, count: int, claimed: tuple[str, str, str]) -> tuple[Cell, ...]:
    large = weights(square(10, 10, size))
    small = weights(*[square(10, 10, 3)] * count)
    return (
        Number({"en": f"one {size} × {size}", "zh": f"一个 {size} × {size}"}, claimed[0], large),
        Number({"en": f"{count} of 3 × 3", "zh": f"{count} 个 3 × 3"}, claimed[1], small),
        Number(FEWER, claimed[2], Fraction(large, small)),
    )


def k5() -> tuple[Cell, ...]:
    """Count the weights of a 5 × 5 and of two 3 × 3 convolutions of 10 channels."""
    return _replacement(5, 2, ("2500", "1800", "1.4"))


def k7() -> tuple[Cell, ...]:
    """Count the weights of a 7 × 7 and of three 3 × 3 convolutions of 10 channels."""
    return _replacement(7, 3, ("4900", "2700", "1.8"))


def first() -> tuple[Cell, ...]:
    """Count the weights of a 5 × 5 and of two 3 × 3 convolutions in a first layer."""
    one, two = square(3, 64, 5), (square(3, 64, 3), square(64, 64, 3))
    shape = (3, 15, 15)
    sizes = {analyze(Sequential(*each), shape).output_shape for each in ((one,), two)}
    large, small = weights(one, shape=shape), weights(*two, shape=shape)
    return (
        Number("5 × 5", "4800", large),
        Number({"en": "two 3 × 3", "zh": "两个 3 × 3"}, "38592", small),
        Number({"en": "times more", "zh": "倍数"}, "8", Fraction(small, large)),
        Statement({"en": "both give 64 × 11 × 11", "zh": "输出都是 64 × 11 × 11"}, sizes == {(64, 11, 11)}),
    )


def k5_64() -> tuple[Cell, ...]:
    """Count the weights of a 5 × 5 and of two 3 × 3 convolutions of 64 channels."""
    shape = (64, 11, 11)
    large, small = weights(square(64, 64, 5), shape=shape), weights(*[square(64, 64, 3)] * 2, shape=shape)
    return (
        Number("5 × 5", "102400", large),
        Number({"en": "two 3 × 3", "zh": "两个 3 × 3"}, "1152", small),
        Number(FEWER, "88.8", Fraction(large, small)),
    )


def c49() -> tuple[Cell, ...]:
    """Compare formulas for a 7 × 7 and for three 3 × 3 convolutions with counts for several sizes."""
    cells = []
    for name, size, count, factor in (("7 × 7", 7, 1, 49), ("3 × (3 × 3)", 3, 3, 27)):
        right = {"weights": True, "macs": True}
        for channels, side in ((1, 7), (8, 14), (64, 28)):
            net = Sequential(*[square(channels, channels, size, padding=size // 2)] * count)
            report = analyze(net, (channels, side, side))
            right["weights"] &= report.params == factor * channels**2
            right["macs"] &= report.macs == side**2 * factor * channels**2
        cells += [
            Statement({"en": f"{name}: weights", "zh": f"{name}：权重"}, right["weights"]),
            Statement({"en": f"{name}: operations", "zh": f"{name}：运算"}, right["macs"]),
        ]
    return tuple(cells)


def vgg_k() -> tuple[Cell, ...]:
    """Count the weights of two 3 × 3 and of one 5 × 5 convolution of three channels."""
    small, large = Sequential(square(3, 3, 3), square(3, 3, 3)), Sequential(square(3, 3, 5))
    reports = [analyze(net, (3, 7, 7)) for net in (small, large)]
    both = {report.output_shape for report in reports} == {(3, 3, 3)}
    return (
        Number({"en": "two layers of 3 × 3 × 3", "zh": "两层 3 × 3 × 3"}, "162", reports[0].params),
        Number({"en": "one layer of 5 × 5 × 3", "zh": "一层 5 × 5 × 3"}, "225", reports[1].params),
        Statement({"en": "both give 3 × 3 × 3", "zh": "输出都是 3 × 3 × 3"}, both),
    )


def group() -> tuple[Cell, ...]:
    """Count the channels per group, and the weights, of a grouped convolution."""
    sizes = (1, 3, 5)
    found = [weights(square(12, 6, size, groups=3), shape=(12, 5, 5)) for size in sizes]
    whole = [weights(square(12, 6, size), shape=(12, 5, 5)) for size in sizes]
    layer = square(12, 6, 3, groups=3)
    formula = [6 * (12 // 3) * size * size for size in sizes]
    share = all(3 * part == every for part, every in zip(found, whole, strict=True))
    return (
        Number(
            {"en": "input channels per group", "zh": "每组输入通道"}, "4", layer.in_channels // layer.groups
        ),
        Number(
            {"en": "output channels per group", "zh": "每组输出通道"}, "2", layer.out_channels // layer.groups
        ),
        Statement(
            {"en": "N · (C / G) · K · K weights", "zh": "权重为 N · (C / G) · K · K"}, formula == found
        ),
        Statement({"en": "1 / G of those without groups", "zh": "是不分组时的 1 / G"}, share),
    )


def params() -> tuple[Cell, ...]:
    """Compare formulas for the parameters of one kernel and of a layer with counts."""
    one = weights(Conv2d(7, 1, 3), shape=(7, 5, 5)) == 3 * 3 * 7 + 1
    plain, biased = (weights(Conv2d(7, 5, 3, bias=bias), shape=(7, 5, 5)) for bias in (False, True))
    return (
        Statement(
            {"en": "kernel: k · k · d + 1, with a bias", "zh": "一组卷积核：k · k · d + 1（有偏置）"}, one
        ),
        Statement(
            {"en": "layer: I · O · K, K positions, no bias", "zh": "一层：I · O · K，K 为位置数，无偏置"},
            plain == 7 * 5 * 9,
        ),
        Statement(
            {"en": "layer: I · O · K, K the side", "zh": "一层：I · O · K，K 为边长"}, plain == 7 * 5 * 3
        ),
        Statement(
            {"en": "layer: I · O · K, with biases", "zh": "一层：I · O · K，有偏置"}, biased == 7 * 5 * 9
        ),
    )


def k_layer() -> tuple[Cell, ...]:
    """Count the parameters of a layer of 64 kernels, without and with biases."""
    plain, biased = (weights(Conv2d(3, 64, 3, bias=bias), shape=(3, 9, 9)) for bias in (False, True))
    return (
        Statement({"en": "without biases", "zh": "无偏置"}, plain == 3 * 64 * 9),
        Statement({"en": "with biases", "zh": "有偏置"}, biased == 3 * 64 * 9),
    )


def freedom() -> tuple[Cell, ...]:
    """Compare formulas for the weights of several kinds of layers, on n positions and c channels."""
    n, c, k = 32, 8, 3
    dense = analyze(Linear(n * c, n * c, bias=False), (n * c,))
    conv = analyze(Conv1d(c, c, k, padding=1, bias=False), (c, n))
    separable = analyze(
        Sequential(Conv1d(c, c, k, padding=1, groups=c, bias=False), Conv1d(c, c, 1, bias=False)), (c, n)
    )
    vectors = factorization.cp(np.ones((c, c, k)), 1)
    layer = Sequential(Conv1d(c, c, 1, bias=False), Conv1d(c, c, k, padding=1, groups=c, bias=False))
    return (
        Statement({"en": "fully connected: (n c)²", "zh": "全连接：(n c)²"}, dense.params == (n * c) ** 2),
        Statement({"en": "convolution: k c² weights", "zh": "卷积：k c² 个权重"}, conv.params == k * c**2),
        Statement(
            {"en": "convolution: k n c² operations", "zh": "卷积：k n c² 次运算"}, conv.macs == k * n * c**2
        ),
        Statement({"en": "separable: k c + c²", "zh": "可分离：k c + c²"}, separable.params == k * c + c**2),
        Statement(
            {"en": "flattened: k + c + c, one product", "zh": "扁平：k + c + c，单个乘积"},
            sum(factor.size for factor in vectors.factors) == k + c + c,
        ),
        Statement(
            {"en": "flattened: k + c + c, a layer", "zh": "扁平：k + c + c，一层"},
            analyze(layer, (c, n)).params == k + c + c,
        ),
    )


def sep() -> tuple[Cell, ...]:
    """Compare a depthwise separable convolution with a standard one, for several kernel sizes."""
    right = {"params": True, "macs": True}
    for size, outputs in ((3, 64), (5, 32), (7, 128)):
        pair = depthwise_separable_conv(16, outputs, size, padding=size // 2, bias=False)
        reports = [analyze(net, (16, 14, 14)) for net in (pair, square(16, outputs, size, padding=size // 2))]
        share = Fraction(1, size**2) + Fraction(1, outputs)
        right["params"] &= Fraction(reports[0].params, reports[1].params) == share
        right["macs"] &= Fraction(reports[0].macs, reports[1].macs) == share
    return (
        Statement({"en": "weights", "zh": "权重"}, right["params"]),
        Statement({"en": "multiply-accumulates", "zh": "乘加次数"}, right["macs"]),
    )


def sep_rank() -> tuple[Cell, ...]:
    """Compute the ranks of the kernels to which separable and flattened convolutions are equal."""
    rng = np.random.default_rng(0)
    depthwise, pointwise = rng.standard_normal((4, 9)), rng.standard_normal((6, 4))
    separable = np.einsum("oc,cs->ocs", pointwise, depthwise)
    column, row, across = (
        rng.standard_normal((6, 3)),
        rng.standard_normal((6, 3)),
        rng.standard_normal((6, 4)),
    )
    flattened = np.einsum("ou,ov,oc->ocuv", column, row, across)
    of_input = {int(np.linalg.matrix_rank(separable[:, channel])) for channel in range(4)}
    of_filter = {int(np.linalg.matrix_rank(kernels.reshape(4, 9))) for kernels in flattened}
    return (
        Number(
            {"en": "separable, kernels of one input channel", "zh": "可分离，一个输入通道的各卷积核"},
            "2",
            max(of_input),
        ),
        Number(
            {"en": "flattened, kernels of one filter", "zh": "扁平，一个滤波器的各卷积核"},
            "1",
            max(of_filter),
        ),
    )


def tucker() -> tuple[Cell, ...]:
    """Compare the errors of rank-one CP and Tucker decompositions of a kernel, for several ranks."""
    rng = np.random.default_rng(0)
    vectors = [rng.standard_normal(size) for size in (6, 4, 3, 3)]
    simple = np.einsum("o,c,u,v->ocuv", *vectors)
    general = rng.standard_normal((6, 4, 3, 3))
    alike = [
        abs(factorization.cp(kernel, 1).error - factorization.tucker(kernel, ranks).error) < 1e-4
        for kernel, ranks in ((general, (1, 1, 1, 1)), (simple, (1, 1)), (general, (1, 1)))
    ]
    return (
        Statement({"en": "core of one entry", "zh": "核心张量只有一个元素"}, alike[0]),
        Statement(
            {"en": "spatial core whole, kernel a product of vectors", "zh": "空间核心完整，卷积核是向量之积"},
            alike[1],
        ),
        Statement({"en": "spatial core whole, any other kernel", "zh": "空间核心完整，其他卷积核"}, alike[2]),
    )
