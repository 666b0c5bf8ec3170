"""A table over all registered networks with years, checkpoints and published accuracies, and their plots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from convref import analyze, architectures
from convref.analysis import Column
from convref.analysis.units import bytes_text
from convref.comparison import compare
from convref.weave.numbers.published import load
from convref_docs.paths import DOCS, family_page, is_listed
from convref_docs.published_figures import PUBLISHED
from convref_docs.sortable import Sortable
from convref_docs.timeline import CENTURY, events

CHECKPOINT_BYTES = 4  # of a number in single precision

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
    accuracy is None where none is published with its protocol. Readers can filter by family and by year.

    Args:
        docs: the folder of the site's pages; only families that have a page there are linked.

    Example:
        >>> overview().table.rows[0]
        ('lenet5', 'lenet', 1998, (1, 32, 32), 61706, 416520, 9118, 270344, (16, 16), 246824, None, None)
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
    wide = replace(table, columns=columns, rows=tuple(rows))
    return Sortable(wide, "networks", address, filters=("family", "year"))


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
        {"en": "Top-1 accuracy, %", "zh": "Top-1 准确率（%）"},
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
