"""Operators and networks whose times `benchmarks/latency.py` measures, and their predictions by the roofline.

The benchmark and the page that shows its results take the lists from here, so that both mean the same layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any

from convref import analyze, architectures
from convref.analysis import Device
from convref.nn import AvgPool2d, BatchNorm2d, Conv2d, Layer, Linear, MaxPool2d, ReLU, Sequential, Shape
from convref_docs.measured_times import Measured

SIZES = ((64, 56), (256, 14))
"""The channels and the sides of the feature maps on which operators are measured."""

OPERATORS = (
    *("conv1x1", "conv3x3", "conv5x5", "grouped3x3", "depthwise3x3", "depthwise7x7", "separable3x3"),
    *("expand1x1", "max_pool", "average_pool", "batch_norm", "relu", "linear"),
)

NETWORKS = (
    *("alexnet", "vgg16", "googlenet", "inception_v3", "resnet18", "resnet50", "resnext50_32x4d"),
    *("se_resnet50", "densenet121", "squeezenet1_1", "xception", "mobilenet_v1", "mobilenet_v2"),
    *("mobilenet_v3_large", "shufflenet_v1", "shufflenet_v2_x1_0", "efficientnet_b0", "convnext_tiny"),
)


def operator(name: str, channels: int) -> Layer:
    """Return an operator that keeps the size of its feature maps; pooling has stride one too.

    Args:
        name: one of `OPERATORS`.
        channels: the number of input channels, and of output channels except for `expand1x1`, which has four
            times as many. For `linear`, the features are sixteen times as many.

    Example:
        >>> operator("depthwise3x3", 64)
        Conv2d(64, 64, 3, padding=1, groups=64, bias=False)
    """
    c = channels
    depthwise = Conv2d(c, c, 3, padding=1, groups=c, bias=False)
    return {
        "conv1x1": Conv2d(c, c, 1, bias=False),
        "conv3x3": Conv2d(c, c, 3, padding=1, bias=False),
        "conv5x5": Conv2d(c, c, 5, padding=2, bias=False),
        "grouped3x3": Conv2d(c, c, 3, padding=1, groups=8, bias=False),
        "depthwise3x3": depthwise,
        "depthwise7x7": Conv2d(c, c, 7, padding=3, groups=c, bias=False),
        "separable3x3": Sequential(depthwise, Conv2d(c, c, 1, bias=False)),
        "expand1x1": Conv2d(c, 4 * c, 1, bias=False),
        "max_pool": MaxPool2d(3, stride=1, padding=1),
        "average_pool": AvgPool2d(3, stride=1, padding=1),
        "batch_norm": BatchNorm2d(c),
        "relu": ReLU(),
        "linear": Linear(16 * c, 16 * c),
    }[name]


def operator_input(name: str, channels: int, side: int) -> Shape:
    """Return the shape of the input of an operator, without the batch."""
    return (16 * channels,) if name == "linear" else (channels, side, side)


@dataclass(frozen=True)
class Timed:
    """The measured time of an operator or a network and the time that the roofline predicts.

    Attributes:
        name: the name of the operator or network.
        channels: the channels of an operator's input; 0 for a network.
        batch: the batch size.
        measured: the median of the measured times, in seconds.
        spread: the range of the middle half of the measured times, as a share of the median.
        predicted: the time that `analyze` predicts on the device, in seconds.
        computing: the time that the operations alone would take at the device's peak, in seconds.
        macs: the multiply-accumulates on one input.
    """

    name: str
    channels: int
    batch: int
    measured: float
    spread: float
    predicted: float
    computing: float
    macs: int

    @property
    def error(self) -> float:
        """The difference of the prediction from the measured time, as a share of the measured time."""
        return self.predicted / self.measured - 1


def device(times: Measured, kind: str = "cpu", dtype: str = "float32") -> Device:
    """Return a `Device` with the peak and the bandwidth that the benchmark measured.

    Args:
        times: the measurements of `benchmarks/latency.py`.
        kind: "cpu", or "cuda" where the file has such rows.
        dtype: the type of values and weights.
    """
    (row,) = _rows(times, "devices", kind, dtype)
    return Device(row["peak"], row["bandwidth"], row["name"])


def timed_operators(
    times: Measured, batch: int = 1, kind: str = "cpu", dtype: str = "float32"
) -> list[Timed]:
    """Return the times of all operators at one batch size; see `device` for the other arguments."""
    on = device(times, kind, dtype)
    return [
        _timed(row, on, operator(row["name"], row["channels"]), operator_input(**_place(row)))
        for row in _rows(times, "operators", kind, dtype)
        if row["batch"] == batch
    ]


def timed_networks(times: Measured, batch: int = 1, kind: str = "cpu", dtype: str = "float32") -> list[Timed]:
    """Return the times of all networks at one batch size; see `device` for the other arguments."""
    on = device(times, kind, dtype)
    return [
        _timed(row, on, architectures.build(row["name"]), architectures.find(row["name"]).input_shape)
        for row in _rows(times, "networks", kind, dtype)
        if row["batch"] == batch
    ]


def right_order(timed: Sequence[Timed]) -> float:
    """Return the share of pairs in which the one with the longer predicted time is also measured as slower.

    Example:
        >>> one, two, three = (Timed("", 0, 1, t, 0.0, p, p, 1) for t, p in ((1, 1), (2, 3), (3, 2)))
        >>> right_order([one, two, three])  # of three pairs, one is in the wrong order
        0.6666666666666666
    """
    pairs = list(combinations(timed, 2))
    right = [(a.predicted < b.predicted) == (a.measured < b.measured) for a, b in pairs]
    return sum(right) / len(right)


def median_error(timed: Sequence[Timed]) -> float:
    """Return the median of the absolute relative errors of the predictions."""
    return median(abs(each.error) for each in timed)


def _rows(times: Measured, table: str, kind: str, dtype: str) -> list[dict[str, Any]]:
    return [row for row in times.tables[table] if (row["device"], row["dtype"]) == (kind, dtype)]


def _place(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("name", "channels", "side")}


def _timed(row: dict[str, Any], on: Device, net: Layer, shape: Shape) -> Timed:
    batch = row["batch"]
    report = analyze(net, shape, dtype=row["dtype"], batch=batch, device=on)
    return Timed(
        name=row["name"],
        channels=row.get("channels", 0),
        batch=batch,
        measured=row["ms"] / 1000,
        spread=row["spread"],
        predicted=report.time,
        computing=batch * 2 * report.macs / on.peak,
        macs=report.macs,
    )
