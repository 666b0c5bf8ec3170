"""The calculators of the site: the HTML that embeds one in a page, and the data files that they load.

A calculator is a JavaScript program (`docs/assets/calculators`). Until it is loaded, and if scripts are
turned off, the page shows a table that is computed here while the site is built.
"""

from __future__ import annotations

import cmath
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import import_module
from inspect import signature
from math import isqrt
from pathlib import Path
from urllib.parse import urlencode

from convref import analyze, architectures
from convref.analysis.columns import Row
from convref.analysis.report import Report
from convref.analysis.table import Column, Table
from convref.errors import UnknownNameError
from convref.nn import Conv2d, ConvTranspose2d, DeformConv2d, Layer, MaxPool2d, Sequential, Shape
from convref.nn.blocks import asymmetric_conv, depthwise_conv, depthwise_separable_conv, flattened_conv
from convref.nn.conv import Padding

KINDS = ("convolution", "receptive_field", "networks", "frequency")
COLUMNS = ("name", "output", "params", "macs", "activations")
FIELD_COLUMNS = ("name", "type", "kernel", "stride", "output", "receptive_field")
NO_SCRIPT = {
    "en": "With scripts on, the numbers can be changed here.",
    "zh": "启用 JavaScript 后，这里的数可以改。",
}
USUAL: dict[str, str] = {
    "kind": "standard",
    "size": "56",
    "inputs": "64",
    "outputs": "128",
    "kernel": "3",
    "stride": "1",
    "padding": "1",
    "output_padding": "0",
    "dilation": "1",
    "groups": "1",
    "bias": "yes",
}
"""The initial fields of the convolution calculator; `docs/assets/calculators/convolution.js` has the same."""

KERNELS: dict[str, tuple[tuple[int, ...], int]] = {
    "binomial": ((1, 2, 1, 2, 4, 2, 1, 2, 1), 16),
    "mean": ((1,) * 9, 9),
    "identity": ((0, 0, 0, 0, 1, 0, 0, 0, 0), 1),
    "sobel": ((-1, 0, 1, -2, 0, 2, -1, 0, 1), 1),
    "laplace": ((0, 1, 0, 1, -4, 1, 0, 1, 0), 1),
    "sharpen": ((0, -1, 0, -1, 5, -1, 0, -1, 0), 1),
    "gauss": (tuple(a * b for a in (1, 4, 6, 4, 1) for b in (1, 4, 6, 4, 1)), 256),
}
"""The kernels of the frequency calculator: weights, and the number by which they are divided."""

STACK = ("conv 3 1 1 1", "conv 3 1 1 1", "pool 2 2 0 1", "conv 3 1 1 1", "conv 3 1 1 1", "pool 2 2 0 1")
"""The initial layers of the receptive field calculator: kind, kernel, stride, padding, dilation of each."""


@dataclass(frozen=True)
class Calculator:
    """A calculator in a page.

    Args:
        kind: one of `KINDS`.
        state: the initial values of its fields, encoded as a URL's query string.
        page: the relative URL of the page with all calculators; "" on that page itself.
        table: the table that the page shows while the script is not running.
    """

    kind: str
    state: str
    page: str
    table: Table

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        return {"text/html": self._html(lang)} if lang in NO_SCRIPT else None

    def _repr_html_(self) -> str:
        return self._html("en")

    def _html(self, lang: str) -> str:
        page = f' data-page="{html.escape(self.page)}"' if self.page else ""
        table = self.table.in_language(lang)._repr_html_()
        table = f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{table}</div></div>'
        state = html.escape(self.state)
        opening = f'<div class="convref-calculator" data-kind="{self.kind}" data-state="{state}"{page}>'
        return f"{opening}{table}<noscript><p>{NO_SCRIPT[lang]}</p></noscript></div>"


def calculator(kind: str, /, *, page: str = "", **state: str | int) -> Calculator:
    """Return a calculator for a page.

    Args:
        kind: one of `KINDS`.
        page: the relative URL of the page with all calculators, for links; "" on that page itself.
        state: the initial values of the calculator's fields, such as `kernel=3`.

    Raises:
        UnknownNameError: there is no such kind, or no such field.
    """
    if kind not in KINDS:
        raise UnknownNameError("calculator", kind, KINDS)
    network = {"network": ""}
    known = {
        "convolution": USUAL,
        "receptive_field": network,
        "networks": network,
        "frequency": {"kernel": ""},
    }[kind]
    for name in state:
        if name not in known:
            raise UnknownNameError("field", name, known)
    texts = {name: str(value) for name, value in state.items()}
    tables = {
        "convolution": _convolution,
        "receptive_field": _field,
        "networks": _network,
        "frequency": _frequency,
    }
    return Calculator(kind, urlencode(texts), page, tables[kind](texts))


def _convolution(texts: Mapping[str, str]) -> Table:
    return analyze(layer(texts), shape(texts)).table(*COLUMNS)


def _field(texts: Mapping[str, str]) -> Table:
    if texts.get("network"):
        return _report(texts["network"]).table(*FIELD_COLUMNS, depth=1)
    return analyze(stack(STACK), (1, 64, 64)).table(*FIELD_COLUMNS)


def _network(texts: Mapping[str, str]) -> Table:
    return _report(texts.get("network") or "resnet50").table(*COLUMNS, depth=1)


def _frequency(texts: Mapping[str, str]) -> Table:
    name = texts.get("kernel") or "binomial"
    if name not in KERNELS:
        raise UnknownNameError("kernel", name, KERNELS)
    columns = (
        Column("frequency", {"en": "Cycles per pixel", "zh": "每像素周期数"}),
        Column("across", {"en": "Along x", "zh": "沿 x"}, _decimals, numeric=True),
        Column("down", {"en": "Along y", "zh": "沿 y"}, _decimals, numeric=True),
        Column("both", {"en": "Along the diagonal", "zh": "沿对角线"}, _decimals, numeric=True),
    )
    rows = tuple(
        (str(f), amplitude(name, 0, f), amplitude(name, f, 0), amplitude(name, f, f))
        for f in (Fraction(step, 8) for step in range(5))
    )
    return Table(columns, rows)


def _decimals(value: float, lang: str) -> str:
    del lang
    return f"{value:.3f}"


def amplitude(kernel: str, down: float | Fraction, across: float | Fraction) -> float:
    """Return how strongly a kernel of the frequency calculator passes a wave, given in cycles per pixel.

    Example:
        >>> [round(amplitude("mean", 0, f), 6) for f in (0, 1 / 3)]
        [1.0, 0.0]
    """
    weights, divisor = KERNELS[kernel]
    side = isqrt(len(weights))
    offsets = range(-(side // 2), side // 2 + 1)
    positions = ((v, u) for v in offsets for u in offsets)
    waves = (cmath.exp(-2j * cmath.pi * (down * v + across * u)) for v, u in positions)
    return abs(sum(weight * wave for weight, wave in zip(weights, waves, strict=True))) / divisor


def shape(texts: Mapping[str, str]) -> Shape:
    """Return the input shape that the fields of the convolution calculator describe.

    Fields that `texts` lacks have the values of `USUAL`.

    Example:
        >>> shape({"inputs": "3", "size": "28x32"})
        (3, 28, 32)
    """
    given = USUAL | dict(texts)
    return (int(given["inputs"]), *_pair(given["size"]))


def layer(texts: Mapping[str, str]) -> Layer:
    """Return the layer that the fields of the convolution calculator describe.

    Fields that `texts` lacks have the values of `USUAL`.

    Example:
        >>> layer({"kind": "depthwise", "kernel": "5", "padding": "2"})
        Conv2d(64, 64, 5, padding=2, groups=64)
    """
    given = USUAL | dict(texts)
    inputs, outputs, groups = (int(given[name]) for name in ("inputs", "outputs", "groups"))
    kernel, stride, extra, dilation = (
        _pair(given[name]) for name in ("kernel", "stride", "output_padding", "dilation")
    )
    size = (0, 0) if given["padding"] == "same" else _pair(given["padding"])
    padding: Padding = "same" if given["padding"] == "same" else size
    bias = given["bias"] == "yes"
    match given["kind"]:
        case "standard":
            return Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias)
        case "depthwise":
            return depthwise_conv(inputs, kernel, stride, padding, dilation, bias=bias)
        case "separable":
            return depthwise_separable_conv(
                inputs, outputs, kernel, stride, padding, dilation=dilation, bias=bias
            )
        case "asymmetric":
            return asymmetric_conv(inputs, outputs, kernel[0], size[0], bias=bias)
        case "flattened":
            return flattened_conv(inputs, outputs, kernel[0], size[0], bias=bias)
        case "transposed":
            return ConvTranspose2d(inputs, outputs, kernel, stride, size, extra, groups, bias, dilation)
        case "deformable":
            return DeformConv2d(inputs, outputs, kernel, stride, size, dilation, groups, bias)
    raise UnknownNameError("kind", given["kind"], CONVOLUTIONS)


CONVOLUTIONS = (
    "standard",
    "depthwise",
    "separable",
    "asymmetric",
    "flattened",
    "transposed",
    "deformable",
)


def _pair(text: str) -> tuple[int, int]:
    first, _, second = text.partition("x")
    return int(first), int(second or first)


def stack(layers: Sequence[str]) -> Layer:
    """Return a network of convolutions and poolings with one channel.

    Args:
        layers: a text for each layer with its kind, kernel, stride, padding and dilation: `conv 3 1 1 1`.

    Example:
        >>> stack(["conv 3 2 1 1", "pool 2 2 0 1"])
        Sequential(Conv2d(1, 1, 3, stride=2, padding=1), MaxPool2d(2))
    """
    parsed = []
    for each in layers:
        kind, *numbers = each.split()
        kernel, stride, padding, dilation = map(int, numbers)
        made = (
            Conv2d(1, 1, kernel, stride, padding, dilation)
            if kind == "conv"
            else MaxPool2d(kernel, stride, padding, dilation)
        )
        parsed.append(made)
    return Sequential(*parsed)


@cache
def _report(name: str) -> Report:
    return analyze(architectures.build(name), architectures.find(name).input_shape)


def files() -> Iterator[tuple[Path, object]]:
    """Yield the path of each data file of the network calculator, and its content, which is written as JSON.

    `networks.json` has a list for each network: name, family, input shape, parameters, MACs, activations, the
    peak of the activation memory in bytes, and the defaults of the numeric arguments of its function.
    `networks/<name>.json` has a list for each step of one network: name, type, output shape, parameters,
    MACs, activations, the bytes of memory in use for one float32 input, and, along the last axis, the
    receptive field's size, stride, start and smallest size.

    Example:
        >>> paths = [str(path) for path, _ in files()]
        >>> paths[0], "networks/vgg16.json" in paths
        ('networks.json', True)
    """
    reports = {name: _report(name) for name in architectures.names()}
    yield (
        Path("networks.json"),
        [
            [
                name,
                architectures.find(name).family,
                list(report.input_shape),
                report.params,
                report.macs,
                report.activations,
                report.peak_activation_bytes,
                _numbers(name),
            ]
            for name, report in reports.items()
        ],
    )
    for name, report in reports.items():
        yield Path("networks") / f"{name}.json", [_row(row) for row in report.rows]


def _numbers(name: str) -> dict[str, str]:
    """Return the default of each numeric argument of a network's function, as Python writes it.

    They are texts, because JSON in a browser does not tell 1.0 from 1.
    """
    family = import_module(f"convref.architectures.{architectures.find(name).family}")
    defaults = {each.name: each.default for each in signature(getattr(family, name)).parameters.values()}
    return {name: repr(value) for name, value in defaults.items() if type(value) in (int, float)}


def write_files(site: Path) -> None:
    """Write the data files into the folder `calculators` of the built site."""
    for path, content in files():
        file = site / "calculators" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _row(row: Row) -> list[object]:
    field = row.fields[-1] if row.fields else None
    seen = [field.size, float(field.stride), field.start, field.smallest] if field else []
    return [
        row.name,
        row.type,
        list(row.output),
        row.params,
        row.macs,
        row.activations,
        row.live_bytes,
        *seen,
    ]
