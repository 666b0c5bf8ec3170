"""A table over all registered networks with years, checkpoints and published accuracies, and their plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from convref import analyze, architectures
from convref.analysis import Column, Table
from convref.analysis.units import bytes_text
from convref.comparison import compare
from convref.errors import UnknownNameError
from convref.weave.numbers.published import load
from convref_docs.paths import DOCS, family_page, is_listed
from convref_docs.published_figures import PUBLISHED
from convref_docs.sortable import Sortable
from convref_docs.timeline import CENTURY, events

CHECKPOINT_BYTES = 4  # of a number in single precision

ORDER = (
    "name", "params", "macs", "top1", "family", "year", "input", "peak_bytes", "receptive_field",
    "activations", "checkpoint", "protocol",
)  # fmt: skip
"""The columns of the table. A phone shows the first four, so those that readers compare first come first."""
RARE = ("activations", "checkpoint", "protocol")
"""The columns that are hidden until a reader chooses them, so that the others fit beside each other."""

LATER = {
    "alexnet": "1404.5997",  # Krizhevsky, One weird trick: the network with one tower
    "wide_resnet50_2": "1605.07146",  # Zagoruyko and Komodakis, Wide residual networks
    "mobilenet_v2": "1801.04381",  # Sandler et al., Inverted residuals and linear bottlenecks
    "mobilenet_v3_small": "1905.02244",  # Howard et al., Searching for MobileNetV3
    "mobilenet_v3_large": "1905.02244",
    **dict.fromkeys(
        ("shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"),
        "1807.11164",  # Ma et al., ShuffleNet V2
    ),
    "weighted_transformer_encoder": "1711.02132",  # Ahmed et al., Weighted transformer network
}
"""The arXiv numbers of papers of networks that are later than the first paper of their family."""


@dataclass(frozen=True)
class Accuracy:
    """A published top-1 accuracy on the validation images of ImageNet-1K, and how it was measured.

    Attributes:
        top1: the accuracy in percent.
        crop: the side of the central crop in pixels.
        resize: the length of the image's shorter side, in pixels, before the crop.
    """

    top1: float
    crop: int
    resize: int


def accuracies(path: Path = PUBLISHED) -> dict[str, Accuracy]:
    """Return the published accuracies by network, from the table `accuracy` of the published figures.

    Example:
        >>> accuracies()["resnet50"]
        Accuracy(top1=76.13, crop=224, resize=256)
    """
    found: dict[str, dict[str, float]] = {}
    for key, figure in load(path).figures.items():
        table, _, rest = key.partition(".")
        if table == "accuracy":
            name, _, what = rest.partition(".")
            (number,) = figure.numbers
            found.setdefault(name, {})[what] = float(number.value)
    return {
        name: Accuracy(each["top1"], int(each["crop"]), int(each["resize"])) for name, each in found.items()
    }


def year(name: str) -> int:
    """Return the year of a network's paper: its own, or the first one on its family's page.

    Example:
        >>> year("vgg16"), year("mobilenet_v1"), year("mobilenet_v2")
        (2014, 2017, 2018)
    """
    if name in LATER:
        return CENTURY + int(LATER[name][:2])
    family = architectures.find(name).family
    return next(event.year for event in events() if event.family == family)


def checkpoint_bytes(name: str) -> int:
    """Return the bytes of all parameters and buffers in single precision, those of training heads included.

    Example:
        >>> checkpoint_bytes("alexnet")
        244403360
    """
    report = analyze(architectures.build(name), architectures.find(name).input_shape)
    return CHECKPOINT_BYTES * (report.params + report.buffers)


def overview(docs: str | Path = DOCS) -> Sortable:
    """Return a table of all registered networks at their default inputs, linked to their families' pages.

    A receptive field is None where every position depends on the whole input, as with global pooling. An
    accuracy is None if none was published together with the way in which it was measured. Readers can filter
    by family and by year.

    Args:
        docs: the folder of the site's pages; only families that have a page there are linked.

    Example:
        >>> overview().table.rows[0]
        ('lenet5', 61706, 416520, None, 'lenet', 1998, (1, 32, 32), 270344, (16, 16), 9118, 246824, None)
    """
    names = architectures.names()

    def address(name: str, lang: str) -> str | None:
        family = architectures.find(name).family if name in names else name
        return f"../{family}/" if is_listed(family_page(Path(docs), lang, family)) else None

    table, published = compare(*names), accuracies()
    rows = []
    for name, (_, *computed) in zip(names, table.rows, strict=True):
        accuracy = published.get(name)
        cited = (accuracy.top1, (accuracy.crop, accuracy.resize)) if accuracy else (None, None)
        family = architectures.find(name).family
        rows.append((name, family, year(name), *computed, checkpoint_bytes(name), *cited))
    columns = (table.columns[0], *_FIRST, *table.columns[1:], *_LAST)
    order = [[column.key for column in columns].index(key) for key in ORDER]
    wide = replace(
        table,
        columns=tuple(columns[at] for at in order),
        rows=tuple(tuple(row[at] for at in order) for row in rows),
    )
    return Sortable(wide, "networks", address, filters=("family", "year"), rare=RARE)


def with_accuracy(*names: str, papers: Mapping[str, str]) -> Table:
    """Return a table of networks with parameters, MACs, top-1 accuracy and the source of the accuracy.

    Args:
        names: names of registered networks.
        papers: for networks without an accuracy of torchvision's weights, the keys of their accuracies in the
            published figures. The table marks them, because another protocol gives other accuracies.

    Raises:
        UnknownNameError: a network is not registered, or a key has no published figure.

    Example:
        >>> table = with_accuracy("mobilenet_v1", papers={"mobilenet_v1": "papers.mobilenet.width_1.top1"})
        >>> table.rows
        (('mobilenet_v1', 2017, 4231976, 568740352, '70.6', 'paper'),)
    """
    compared = compare(*names, columns=("name", "params", "macs"))
    published, figures = accuracies(), load(PUBLISHED).figures
    rows = []
    for name, params, macs in compared.rows:
        if name in published:
            accuracy = f"{published[name].top1:.2f}", "torchvision"
        elif name not in papers:
            accuracy = "", ""
        elif papers[name] in figures:
            accuracy = figures[papers[name]].text.removesuffix("%"), "paper"
        else:
            raise UnknownNameError("published value", papers[name], list(figures))
        rows.append((name, year(name), params, macs, *accuracy))
    columns = {column.key: column for column in (*compared.columns, *_FIRST, *_LAST)}
    shown = tuple(columns[key] for key in ("name", "year", "params", "macs"))
    return Table((*shown, replace(columns["top1"], text=_as_it_is), _SOURCE), tuple(rows))


def accuracy_points(what: str) -> dict[str, tuple[float, float]]:
    """Return the points (cost, top-1 accuracy) of all networks with a published accuracy.

    Args:
        what: the cost, an attribute of a report: "params", "macs" or "activations".

    Example:
        >>> accuracy_points("params")["resnet50"]
        (25557032, 76.13)
    """
    found = {}
    for name, accuracy in accuracies().items():
        report = analyze(architectures.build(name), architectures.find(name).input_shape)
        found[name] = (getattr(report, what), accuracy.top1)
    return found


def _as_it_is(value: str, _lang: str) -> str:
    return value


_SOURCES = {
    "torchvision": {"en": "torchvision’s weights", "zh": "torchvision 的权重"},
    "paper": {"en": "the paper, another protocol", "zh": "论文，测量方式不同"},
    "": {"en": "", "zh": ""},
}
_SOURCE = Column(
    "source",
    {"en": "Source of the accuracy", "zh": "准确率的出处"},
    lambda value, lang: _SOURCES[value][lang],
)
_FIRST = (
    Column("family", {"en": "Family", "zh": "系列"}),
    Column("year", {"en": "Year", "zh": "年份"}, numeric=True),
)
_LAST = (
    Column(
        "checkpoint",
        {"en": "Checkpoint", "zh": "权重文件"},
        lambda value, _lang: bytes_text(value),
        numeric=True,
    ),
    Column(
        "top1",
        {"en": "Top-1, %", "zh": "Top-1（%）"},
        lambda value, _lang: "" if value is None else f"{value:.2f}",
        numeric=True,
    ),
    Column(
        "protocol",
        {"en": "Crop, resized to", "zh": "裁剪、缩放尺寸"},
        lambda value, _lang: "" if value is None else f"{value[0]}, {value[1]}",
        numeric=True,
    ),
)
