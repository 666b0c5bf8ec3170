"""What networks' pages lay side by side: published figures and computed ones; and the package's source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from convref.analysis import COLUMNS, Column, Report, Table
from convref.analysis.units import count_text
from convref.catalog.source import ROOT, boxes

if TYPE_CHECKING:
    from convref.weave.numbers.decimals import Printed

PUBLISHED = ROOT / "docs" / "published.toml"
COUNTED = ("params", "macs", "receptive_field")
EXACT = {"en": "exact", "zh": "完全一致"}
ROUNDED = {"en": "rounded", "zh": "舍入后一致"}
DIFFERS = {"en": "differs, {:+.1%}", "zh": "不一致，{:+.1%}"}


@dataclass(frozen=True)
class Verdict:
    """How a computed value stands to a published number.

    Attributes:
        published: the number as it was published, and the worth of one in its last digit.
        computed: the value.
    """

    published: Printed
    computed: int

    def text(self, lang: str) -> str:
        """In words: exact, rounded, or by how much the computed value is above the published one."""
        if self.published.value == self.computed:
            return EXACT[lang]
        if self.published.stands_for(Fraction(self.computed)):
            return ROUNDED[lang]
        return DIFFERS[lang].format(float(self.computed / self.published.value) - 1)


def published(reports: Mapping[str, Report], path: Path = PUBLISHED) -> Table:
    """Published figures beside what reports give: a row for each figure, with a verdict.

    Args:
        reports: the report that stands for a network in the file, by the network's key there:
            `torchvision.resnet50`.
        path: the file of published figures.

    Raises:
        UnknownNameError: the file has no figures under a key.

    Example:
        >>> from convref import analyze, architectures
        >>> report = analyze(architectures.build("resnet18"), (3, 224, 224))
        >>> table = published({"torchvision.resnet18": report, "papers.resnet.resnet18": report})
        >>> [row[-1].text("en") for row in table.rows]
        ['exact', 'rounded', 'rounded']
    """
    from convref.errors import UnknownNameError
    from convref.weave.numbers.published import read

    figures = read(path).figures
    rows = []
    for key, report in reports.items():
        found = [what for what in COUNTED if f"{key}.{what}" in figures]
        if not found:
            raise UnknownNameError(
                "published network", key, sorted({each.rpartition(".")[0] for each in figures})
            )
        for what in found:
            figure = figures[f"{key}.{what}"]
            (number,) = figure.numbers
            computed = _computed(report, what)
            name = key.rpartition(".")[2]
            verdict = Verdict(number, computed)
            rows.append((name, figure.source, what, figure.text, computed, verdict))
    return Table(_COLUMNS, tuple(rows))


def _computed(report: Report, what: str) -> int:
    if what == "receptive_field":
        return report.receptive_field[0]
    value: int = getattr(report, what)
    return value


_COLUMNS = (
    Column("network", {"en": "Network", "zh": "网络"}),
    Column("source", {"en": "Source", "zh": "出处"}),
    Column("what", {"en": "Figure", "zh": "数值"}, lambda what, lang: COLUMNS[what].column.titles[lang]),
    Column("published", {"en": "Published", "zh": "公开数值"}, numeric=True),
    Column(
        "computed", {"en": "Computed", "zh": "计算值"}, lambda value, _lang: count_text(value), numeric=True
    ),
    Column("verdict", {"en": "Verdict", "zh": "结论"}, lambda verdict, lang: verdict.text(lang)),
)


@dataclass(frozen=True)
class Sources:
    """Classes and functions of the package as they are, for pages: a box for each run of one file.

    Attributes:
        names: which, as module:name.
    """

    names: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        return "\n".join(boxes(self.names))


def sources(*names: str) -> Sources:
    """The source of classes and functions, each as module:name, without their docstrings.

    Example:
        >>> print(sources("convref.nn:Identity.output_shape")._repr_markdown_())
        ```python title="convref/nn/combinators.py"
        def output_shape(self, input_shape: Shape) -> Shape:
            return input_shape
        ```
        <BLANKLINE>
    """
    return Sources(names)
