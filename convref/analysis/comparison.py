"""A table that compares the reports of several networks, with one row per network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convref.analysis.report import Report
from convref.analysis.sights import Extent
from convref.analysis.table import Column, Table
from convref.analysis.units import bytes_text, count_text, extent_text, shape_text
from convref.errors import UnknownNameError
from convref.wording import is_among

DEFAULT_COLUMNS = ("name", "input", "params", "macs", "activations", "peak_bytes", "receptive_field")

WHOLE = {"en": "all", "zh": "全图"}
"""The text of a receptive field that is the whole input at every position; its value is None."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a comparison: its heading and the function that computes its values.

    Attributes:
        column: the key and the headings of the column.
        value: a function that takes a network's name and its report, and returns the value in its row.
    """

    column: Column
    value: Callable[[str, Report], Any]


def _measure(
    key: str, en: str, zh: str, text: Callable[[Any], str], value: Callable[[Report], Any]
) -> Measure:
    column = Column(key, {"en": en, "zh": zh}, lambda shown, _lang: text(shown), numeric=True)
    return Measure(column, lambda _name, report: value(report))


def _field_text(value: Extent | None, lang: str) -> str:
    return extent_text(value) if value else WHOLE[lang]


MEASURES: dict[str, Measure] = {
    each.column.key: each
    for each in (
        Measure(Column("name", {"en": "Network", "zh": "网络"}), lambda name, _report: name),
        _measure("input", "Input", "输入", shape_text, lambda report: report.input_shape),
        _measure("output", "Output", "输出", shape_text, lambda report: report.output_shape),
        _measure("params", "Parameters", "参数量", count_text, lambda report: report.params),
        _measure("macs", "MACs", "乘加次数", count_text, lambda report: report.macs),
        _measure("activations", "Activations", "激活值个数", count_text, lambda report: report.activations),
        _measure("weight_bytes", "Weight memory", "权重内存", bytes_text, lambda report: report.weight_bytes),
        _measure(
            "activation_bytes",
            "Activation memory",
            "激活值内存",
            bytes_text,
            lambda report: report.activation_bytes,
        ),
        _measure("peak_bytes", "Peak memory", "峰值内存", bytes_text, lambda report: report.peak_bytes),
        _measure(
            "training_bytes",
            "Training memory (SGD)",
            "训练内存(SGD)",
            bytes_text,
            lambda report: report.training_memory("sgd").total,
        ),
        Measure(
            Column("receptive_field", {"en": "Receptive field", "zh": "感受野"}, _field_text, numeric=True),
            lambda _name, report: None if report.sees_all else report.receptive_extent,
        ),
    )
}


def side_by_side(reports: Mapping[str, Report], *columns: str, lang: str = "en") -> Table:
    """Return a table with a row for each report.

    Args:
        reports: a dict from the name of a network, as the table shows it, to its report.
        columns: the columns to show, as keys of `convref.analysis.MEASURES`; by default, the most common.
        lang: the language in which the table is shown, "en" or "zh". A page shows it in the page's language.

    Raises:
        UnknownNameError: there is no such column, or no such language.

    Example:
        >>> from convref import analyze, architectures
        >>> networks = {name: architectures.build(name) for name in ("vgg11", "vgg16")}
        >>> reports = {name: analyze(net, (3, 224, 224)) for name, net in networks.items()}
        >>> side_by_side(reports, "name", "params").rows
        (('vgg11', 132863336), ('vgg16', 138357544))
    """
    keys = columns or DEFAULT_COLUMNS
    for key in keys:
        if not is_among(key, MEASURES):
            raise UnknownNameError("column", key, MEASURES)
    chosen = [MEASURES[key] for key in keys]
    rows = [tuple(each.value(name, report) for each in chosen) for name, report in reports.items()]
    return Table(tuple(each.column for each in chosen), tuple(rows), lang=lang)
