"""A table that compares published figures of networks with computed ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from convref.analysis import COLUMNS, Column, Report, Table
from convref.analysis.units import count_text
from convref.errors import UnknownNameError
from convref.weave.numbers.decimals import Printed
from convref.weave.numbers.published import load
from convref_docs.paths import DOCS

PUBLISHED = DOCS / "published.toml"
COUNTED = ("params", "macs", "receptive_field")
EXACT = {"en": "exact", "zh": "完全一致"}
ROUNDED = {"en": "rounded", "zh": "舍入后一致"}
DIFFERS = {"en": "differs, {:+.1%}", "zh": "不一致，{:+.1%}"}
# The words of a source around the authors and the title, which stay in their language, in Chinese.
_ZH_WORDS = (
    (re.compile(r"metadata of its weights"), "权重的元数据"),
    (re.compile(r"^([^\d]*?),? et al\.(?=,)"), r"\1 等"),
    (re.compile(r"^([^\d]*?) and (\w+)(?=, \d{4},)"), r"\1 和 \2"),
    (re.compile(r", tables? ([\d, ]*\d)(?: and (\d+))?$"), lambda found: "，表 " + _both(found)),
    (re.compile(r", sections? ([\dA-Z.]+)(?: and ([\d.]+))?$"), lambda found: f"，第 {_both(found)} 节"),
    (re.compile(r", abstract$"), "，摘要"),
)


@dataclass(frozen=True)
class Verdict:
    """The comparison of a computed value with a published number.

    Attributes:
        published: the published number, with the precision in which it was printed.
        computed: the computed value.
    """

    published: Printed
    computed: int

    def text(self, lang: str) -> str:
        """Return the verdict in a language: exact, rounded, or differs with the relative difference."""
        if self.published.value == self.computed:
            return EXACT[lang]
        if self.published.stands_for(Fraction(self.computed)):
            return ROUNDED[lang]
        return DIFFERS[lang].format(float(self.computed / self.published.value) - 1).replace("-", "−")


def published(reports: Mapping[str, Report], path: Path = PUBLISHED) -> Table:
    """Return a table with a row for each published figure: its source, the computed value and a verdict.

    Args:
        reports: key of a network in the file, such as `torchvision.resnet50` -> its computed report.
            Parameters, MACs and the receptive field are compared, if the file has figures for them.
        path: the file of published figures.

    Raises:
        UnknownNameError: the file has no figures for a key of `reports`.
        PageError: the file cannot be read.

    Example:
        >>> from convref import analyze, architectures
        >>> report = analyze(architectures.build("resnet18"), (3, 224, 224))
        >>> table = published({"torchvision.resnet18": report, "papers.resnet.resnet18": report})
        >>> [row[-1].text("en") for row in table.rows]
        ['exact', 'rounded', 'rounded']
    """
    figures = load(path).figures
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


def source_text(source: str, lang: str) -> str:
    """Return a source with words such as "table" and "et al." in a language; names and titles are unchanged.

    Example:
        >>> source_text("He et al., 2015, Deep residual learning for image recognition, table 1", "zh")
        'He 等, 2015, Deep residual learning for image recognition，表 1'
    """
    for words, chinese in _ZH_WORDS if lang == "zh" else ():
        source = words.sub(chinese, source)
    return source


def _both(found: re.Match[str]) -> str:
    return found[1].replace(", ", "、") + (f" 和 {found[2]}" if found[2] else "")


def _computed(report: Report, what: str) -> int:
    if what == "receptive_field":
        return report.receptive_field[0]
    value: int = getattr(report, what)
    return value


_COLUMNS = (
    Column("network", {"en": "Network", "zh": "网络"}),
    Column("source", {"en": "Source", "zh": "出处"}, source_text),
    Column("what", {"en": "Figure", "zh": "数值"}, lambda what, lang: COLUMNS[what].column.titles[lang]),
    Column("published", {"en": "Published", "zh": "公开数值"}, numeric=True),
    Column(
        "computed", {"en": "Computed", "zh": "计算值"}, lambda value, _lang: count_text(value), numeric=True
    ),
    Column("verdict", {"en": "Verdict", "zh": "结论"}, lambda verdict, lang: verdict.text(lang)),
)
