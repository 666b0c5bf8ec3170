"""Checks of claims about operations and time."""

from __future__ import annotations

from fractions import Fraction

from convref import analyze
from convref.algorithms.cook_toom import cook_toom
from convref.analysis.intensity import arithmetic_intensity
from convref.nn import Conv2d, Layer, MultiheadAttention, Sequential, Shape
from convref.nn.blocks import asymmetric_conv
from convref_docs.claims.model import Cell, Number, Statement
from convref_docs.measured_times import measured


def macs(layer: Layer, shape: Shape) -> int:
    """Return the number of multiply-accumulates (MACs) of a layer on an input of this shape."""
    return analyze(layer, shape).macs


def asym() -> tuple[Cell, ...]:
    """Count the multiplications of a 3 × 3 kernel, and of a 1 × 3 kernel followed by a 3 × 1 kernel."""
    shape = (1, 5, 5)
    pair = Sequential(Conv2d(1, 1, (1, 3)), Conv2d(1, 1, (3, 1)))
    return (
        Number("3 × 3", "81", macs(Conv2d(1, 1, 3), shape)),
        Number({"en": "1 × 3, then 3 × 1", "zh": "先 1 × 3，再 3 × 1"}, "72", macs(pair, shape)),
    )


def asym_size() -> tuple[Cell, ...]:
    """Compare the MACs of asymmetric and square convolutions on feature maps of several sizes."""
    shares = {
        Fraction(
            macs(asymmetric_conv(64, 64, 3, padding=1), (64, side, side)),
            macs(Conv2d(64, 64, 3, padding=1), (64, side, side)),
        )
        for side in (7, 12, 17, 20, 35, 56)
    }
    return (
        Statement(
            {"en": "the share of operations depends on the size", "zh": "运算所占比例与尺寸有关"},
            len(shares) > 1,
        ),
    )


def mul_ops() -> tuple[Cell, ...]:
    """Compare the MACs of convolutions with products of sizes, some of which are wrong."""
    one = macs(Conv2d(1, 1, 3, padding=1), (1, 12, 12)) == 12 * 12 * 9
    strided, output = Conv2d(8, 16, 3, stride=2, padding=1), 16 * 6 * 6
    found = macs(strided, (8, 12, 12))
    return (
        Statement({"en": "one channel, stride one", "zh": "单通道，步幅一"}, one),
        Statement(
            {
                "en": "all output values, window through all input channels",
                "zh": "全部输出值，窗口贯穿所有输入通道",
            },
            found == output * 9 * 8,
        ),
        Statement({"en": "input values instead", "zh": "改用输入值"}, found == 8 * 12 * 12 * 9 * 8),
        Statement({"en": "window of one channel only", "zh": "窗口只算一个通道"}, found == output * 9),
    )


def attn_cost() -> tuple[Cell, ...]:
    """Compare the MACs of attention with one head with the claimed and with the complete formula."""
    n, c = 64, 32
    found = macs(MultiheadAttention(c, 1, bias=False, batch_first=True), (n, c))
    scores, projection = n * n * c, n * c * c
    return (
        Statement({"en": "the formula is all of it", "zh": "公式就是全部"}, found == 3 * projection + scores),
        Statement(
            {"en": "with weighted mean and output projection added", "zh": "加上加权求和与输出投影"},
            found == 4 * projection + 2 * scores,
        ),
    )


def fft() -> tuple[Cell, ...]:
    """Compare measured times of FFT and matrix products at the smallest and the largest kernel size."""
    times, cells = measured("algorithms"), []
    for channels in (1, 16):
        pairs = zip(
            times.series("kernel_sizes", "kernel", "im2col", channels=channels),
            times.series("kernel_sizes", "kernel", "fft", channels=channels),
            strict=True,
        )
        faster = [(kernel, spectra < product) for (kernel, product), (_, spectra) in pairs]
        (small, early), *_, (large, late) = faster
        title = {
            "en": f"{channels} channels: " if channels > 1 else "1 channel: ",
            "zh": f"{channels} 个通道：",
        }
        cells += [
            Statement(
                {
                    "en": f"{title['en']}FFT slower at size {small}",
                    "zh": f"{title['zh']}大小 {small} 时 FFT 较慢",
                },
                not early,
            ),
            Statement(
                {
                    "en": f"{title['en']}FFT faster at size {large}",
                    "zh": f"{title['zh']}大小 {large} 时 FFT 较快",
                },
                late,
            ),
        ]
    return tuple(cells)


def winograd() -> tuple[Cell, ...]:
    """Compare the products per output tile of a direct and of a Winograd convolution."""
    points = len(cook_toom(2, 3).input)
    return (Number({"en": "times fewer", "zh": "减少的倍数"}, "2.25", Fraction((2 * 3) ** 2, points**2)),)


def dw_slow() -> tuple[Cell, ...]:
    """Compare the MACs, and the MACs per byte, of a convolution and of a depthwise convolution."""
    shape = (128, 28, 28)
    full, depthwise = Conv2d(128, 128, 3, padding=1), Conv2d(128, 128, 3, padding=1, groups=128)
    fewer = Fraction(macs(full, shape), macs(depthwise, shape))
    lower = arithmetic_intensity(full, shape) / arithmetic_intensity(depthwise, shape)
    return (
        Statement({"en": f"operations: {fewer} times fewer", "zh": f"运算：少到 1/{fewer}"}, fewer > 1),
        Statement(
            {"en": f"operations per byte: {lower:.0f} times fewer", "zh": f"每字节运算：少到 1/{lower:.0f}"},
            lower > 1,
        ),
    )


def cudnn() -> tuple[Cell, ...]:
    """Count the rows of the matrix product that computes one group of a depthwise convolution."""
    layer = Conv2d(128, 128, 3, padding=1, groups=128)
    rows = layer.out_channels // layer.groups
    return (Statement({"en": "one row per matrix product", "zh": "每个矩阵乘法只有一行"}, rows == 1),)
