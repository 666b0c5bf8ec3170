"""Checks of claims about the memory of VGG-16."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from convref import analyze, architectures
from convref.analysis import Report
from convref_docs.claims.model import Cell, Number, Statement

MEGA, MEBI = 10**6, 2**20


def vgg16() -> Report:
    """Return the report of VGG-16 on one image."""
    return analyze(architectures.build("vgg16"), (3, 224, 224))


def vgg_rows() -> tuple[Cell, ...]:
    """Count the elements of each feature map, and the weights of the fully connected layers."""
    claimed = (
        "150K 3.2M 3.2M 800K 1.6M 1.6M 400K 800K 800K 800K 200K 400K 400K 400K 100K 100K 100K 100K 25K "
        "4K 4K 1K"
    )
    rows = [row for row in vgg16().rows if row.activations or row.kind == "input"]
    cells: list[Cell] = []
    for row, printed in zip(rows, claimed.split(), strict=True):
        unit = printed[-1]
        size = Fraction(prod(row.output), {"K": 1000, "M": MEGA}[unit])
        cells.append(Number(row.name, printed[:-1], size, unit))
    dense = [row for row in rows if len(row.output) == 1]
    for row, printed in zip(dense, ("98", "16", "4"), strict=True):
        weights = row.params - row.output[0]
        for unit, of in (("M", MEGA), ("Mi", MEBI)):
            label = {"en": f"{row.name}, weights", "zh": f"{row.name}，权重"}
            cells.append(Number(label, printed, Fraction(weights, of), unit))
    return tuple(cells)


def vgg_mem() -> tuple[Cell, ...]:
    """Compare the memory with the claimed bound: of all feature maps, and at the peak of inference."""
    report = vgg16()
    return (
        Number(
            {"en": "all feature maps", "zh": "全部特征图"},
            "60",
            Fraction(report.activation_bytes, MEGA),
            "MB",
        ),
        Statement(
            {"en": "at least that, all feature maps kept", "zh": "保留全部特征图时，至少如此"},
            report.activation_bytes >= 60 * MEGA,
        ),
        Statement(
            {"en": "at least that, peak at inference", "zh": "推理的峰值，至少如此"},
            report.peak_activation_bytes >= 60 * MEGA,
        ),
    )


def vgg_size() -> tuple[Cell, ...]:
    """Compare the size of the weights with the claimed bound, in MB and in MiB."""
    size = vgg16().weight_bytes
    both = {"en": "the size", "zh": "大小"}
    return (
        Statement({"en": "at least that", "zh": "至少如此"}, size >= 526 * MEBI),
        Number(both, "526", Fraction(size, MEGA), "MB"),
        Number(both, "526", Fraction(size, MEBI), "MiB"),
    )


def vgg_where() -> tuple[Cell, ...]:
    """Compute the shares of the first two feature maps and of the fully connected layers."""
    report = vgg16()
    maps = [row for row in report.rows if row.kind != "input" and row.activations]
    first = sum(row.activations for row in maps[:2])
    dense = sum(row.params for row in report.rows if len(row.output) == 1)
    largest = sorted(maps, key=lambda row: -row.activations)[:2]
    return (
        Statement(
            {"en": "the two have the largest feature maps", "zh": "这两层的特征图最大"},
            {row.name for row in largest} == {row.name for row in maps[:2]},
        ),
        Statement(
            {
                "en": f"memory: more than half ({first / report.activations:.0%})",
                "zh": f"内存：超过一半（{first / report.activations:.0%}）",
            },
            2 * first > report.activations,
        ),
        Statement(
            {
                "en": f"parameters: more than half ({dense / report.params:.0%})",
                "zh": f"参数：超过一半（{dense / report.params:.0%}）",
            },
            2 * dense > report.params,
        ),
    )


def cs231n() -> tuple[Cell, ...]:
    """Count the elements of all feature maps, and their bytes in MB and in MiB."""
    report = vgg16()
    size = {"en": "bytes", "zh": "字节"}
    return (
        Number({"en": "numbers", "zh": "数的个数"}, "24", Fraction(report.activations, MEGA), "M"),
        Number(size, "93", Fraction(report.activation_bytes, MEGA), "MB"),
        Number(size, "93", Fraction(report.activation_bytes, MEBI), "MiB"),
    )
