"""Checks of claims about networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from convref import analyze, architectures
from convref.analysis import Report
from convref.nn import AdaptiveAvgPool2d, AvgPool2d, Conv2d, Linear, MaxPool2d
from convref_docs.claims.model import Cell, Number, Statement

MILLION = 10**6


def report(name: str, *sides: int, **arguments: object) -> Report:
    """Return the report of a network on its default input, or on square images of the given size."""
    channels, *space = architectures.find(name).input_shape
    return analyze(architectures.build(name, **arguments), (channels, *(sides or space)))


def goog_fc() -> tuple[Cell, ...]:
    """Compare the parameters of a classifier after global pooling and of one over all positions."""
    rows = report("googlenet_paper").rows
    (*_, maps, _pooled, head) = [row for row in rows if row.activations]
    whole = analyze(Linear(int(np.prod(maps.output)), 1000), (int(np.prod(maps.output)),)).params
    saved = 1 - Fraction(head.params, whole)
    return (
        Statement(
            {"en": f"saved: {float(saved):.0%} of the parameters", "zh": f"省去 {float(saved):.0%} 的参数"},
            saved > Fraction(1, 2),
        ),
    )


def goog_t1() -> tuple[Cell, ...]:
    """Count the weights and the MACs of layers of GoogLeNet, in the units of the table in its paper."""
    weights: dict[str, int] = {}
    macs: dict[str, int] = {}
    for row in report("googlenet_paper").rows:
        if row.params:
            part = row.name.removeprefix("features.").split(".")[0]
            weights[part] = weights.get(part, 0) + row.params - row.output[0]
            macs[part] = macs.get(part, 0) + row.macs
    claimed = {
        "conv1": ("2.7", "34"),
        "inception3a": ("159", "128"),
        "inception4a": ("364", "73"),
        "inception4c": ("463", "100"),
        "inception5a": ("1072", "54"),
        "inception5b": ("1388", "71"),
        "linear": ("1000", "1"),
    }
    cells: list[Cell] = []
    for part, (kilo, mega) in claimed.items():
        key = "fc" if part not in weights else part
        cells.append(
            Number({"en": f"{part}, weights", "zh": f"{part}，权重"}, kilo, Fraction(weights[key], 1024), "K")
        )
        cells.append(
            Number(
                {"en": f"{part}, operations", "zh": f"{part}，运算"}, mega, Fraction(macs[key], MILLION), "M"
            )
        )
    pair = 2 * 7 * 3 * 64
    label = {"en": "conv1 as a pair of 7 × 1 and 1 × 7", "zh": "conv1 改为一对 7 × 1 和 1 × 7"}
    return (
        *cells,
        Number(label, "2.7", Fraction(pair, 1000), "K"),
        Number(label, "34", Fraction(pair * 112**2, MILLION), "M"),
    )


def mob_md() -> tuple[Cell, ...]:
    """Count the MACs of MobileNet for several widths and resolutions."""
    claimed = (
        (0.75, 224, "317"),
        (0.75, 192, "233"),
        (0.75, 160, "162"),
        (0.75, 128, "104"),
        (0.25, 192, "34"),
    )
    return tuple(
        Number(
            {"en": f"width {width}, {side} × {side}", "zh": f"宽度 {width}，{side} × {side}"},
            printed,
            Fraction(report("mobilenet_v1", side, side, width_mult=width).macs, MILLION),
            "M",
        )
        for width, side, printed in claimed
    )


def shuffle() -> tuple[Cell, ...]:
    """Count the MACs of ShuffleNet for several numbers of groups, without its classifier."""
    cells = []
    for groups, printed in {1: "143", 2: "140", 3: "137", 4: "133", 8: "137"}.items():
        net = report("shufflenet_v1", groups=groups)
        label = {"en": f"groups {groups}", "zh": f"分组数 {groups}"}
        cells.append(Number(label, printed, Fraction(net.macs - net.rows[-1].macs, MILLION), "M"))
    return tuple(cells)


def resnet_g() -> tuple[Cell, ...]:
    """Count the MACs of ResNets that have the stride in the first convolution of a block."""
    return tuple(
        Number(
            f"ResNet-{depth}", printed, Fraction(report(f"resnet{depth}", stride_first=True).macs, 10**9), "G"
        )
        for depth, printed in ((50, "3.8"), (101, "7.6"), (152, "11.3"))
    )


def _blocks(name: str) -> dict[str, list[Conv2d]]:
    """Return a dict from the name of each residual block of a ResNet to its convolutions."""
    blocks: dict[str, list[Conv2d]] = {}
    for row in report(name).rows:
        if isinstance(row.layer, Conv2d) and row.name.startswith("layer"):
            blocks.setdefault(".".join(row.name.split(".")[:2]), []).append(row.layer)
    return blocks


def res_block() -> tuple[Cell, ...]:
    """Count the 3 × 3 convolutions per residual block of ResNet-18 and of ResNet-50."""
    counts = {
        depth: {
            sum(conv.kernel_size == (3, 3) for conv in block) for block in _blocks(f"resnet{depth}").values()
        }
        for depth in (18, 50)
    }
    return (
        Statement(
            {"en": "two in each block of ResNet-18", "zh": "ResNet-18 的每块有两个"}, counts[18] == {2}
        ),
        Statement(
            {"en": "one in each block of ResNet-50", "zh": "ResNet-50 的每块有一个"}, counts[50] == {1}
        ),
    )


def res_pool() -> tuple[Cell, ...]:
    """Check where ResNet-50 has pooling layers, and how its shapes change from stage to stage."""
    rows = report("resnet50").rows
    pools = [
        at for at, row in enumerate(rows) if isinstance(row.layer, MaxPool2d | AvgPool2d | AdaptiveAvgPool2d)
    ]
    blocks = [at for at, row in enumerate(rows) if row.name.startswith("layer")]
    between = [at for at in pools if blocks[0] < at < blocks[-1]]
    last = {row.name.split(".")[0]: row.output for row in rows if row.name.startswith("layer")}
    shapes = [last[f"layer{stage}"] for stage in range(1, 5)]
    turns = [
        (2 * channels, height // 2, width // 2) == after
        for (channels, height, width), after in pairwise(shapes)
    ]
    return (
        Statement(
            {"en": "no pooling between the first and the last block", "zh": "第一块与最后一块之间没有池化"},
            between == [],
        ),
        Statement(
            {
                "en": "half the size, twice the channels from stage to stage",
                "zh": "相邻阶段尺寸减半、通道加倍",
            },
            all(turns),
        ),
    )


def res_fc() -> tuple[Cell, ...]:
    """Check whether any of five ResNets ends in a Linear layer."""
    ends = [report(f"resnet{depth}").rows[-1].layer for depth in (18, 34, 50, 101, 152)]
    none = not any(isinstance(layer, Linear) for layer in ends)
    return (Statement({"en": "no Linear as the last layer", "zh": "最后一层不是 Linear"}, none),)


def shortcut() -> tuple[Cell, ...]:
    """Check which residual blocks of ResNet-50 have a convolution in their shortcut."""
    rows = report("resnet50").rows
    projecting = {".".join(row.name.split(".")[:2]) for row in rows if ".downsample." in row.name}
    names = list(_blocks("resnet50"))
    changing = {name for name in names if name.endswith(".0")}
    return (
        Statement(
            {
                "en": f"blocks that change the shape ({len(changing)} of {len(names)})",
                "zh": f"改变形状的块（{len(names)} 个中的 {len(changing)} 个）",
            },
            changing <= projecting,
        ),
        Statement({"en": "all other blocks", "zh": "其余的块"}, set(names) - changing <= projecting),
    )


def aux() -> tuple[Cell, ...]:
    """Compare the MACs and the layers of GoogLeNet at inference, with and without auxiliary heads."""
    plain, heads = (report("googlenet_paper", aux=aux) for aux in (False, True))
    return (
        Statement(
            {"en": "the heads cost operations at inference", "zh": "辅助分类器在推理时有计算量"},
            heads.macs > plain.macs,
        ),
        Statement(
            {"en": "the final output has more layers before it", "zh": "最终输出之前多了一些层"},
            [row.name for row in heads.rows if row.macs] != [row.name for row in plain.rows if row.macs],
        ),
    )


def relu_1st() -> tuple[Cell, ...]:
    """Compare the years of two papers, and look for rotation among the augmentations of AlexNet."""
    rectified_units, alexnet = 2010, 2012  # Nair and Hinton; Krizhevsky, Sutskever and Hinton
    named = {"translation", "reflection", "intensity"}  # section 4.1
    return (
        Statement(
            {
                "en": f"no earlier paper ({rectified_units}, {alexnet})",
                "zh": f"没有更早的论文（{rectified_units}、{alexnet}）",
            },
            rectified_units >= alexnet,
        ),
        Statement(
            {"en": "rotation among the augmentations of section 4.1", "zh": "第 4.1 节的增强方式中有旋转"},
            "rotation" in named,
        ),
    )
