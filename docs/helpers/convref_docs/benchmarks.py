"""The figures of benchmarks/report.json, as tables."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from convref.analysis import Column, Table
from convref.errors import ArgumentError
from convref_docs.paths import ROOT

REPORT = ROOT / "benchmarks" / "report.json"

_MEAN = "geometric mean"
VERDICTS = {True: {"en": "met", "zh": "达到"}, False: {"en": "missed", "zh": "未达到"}}


@cache
def scripts() -> dict[str, Any]:
    """Return the report by script: its date, its machine, its figures."""
    found: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))["scripts"]
    return found


def figures(section: str) -> list[dict[str, Any]]:
    """Return the figures of a section, such as "functions".

    Raises:
        ArgumentError: the report has no such section.
    """
    found = [
        each for script in scripts().values() for each in script["figures"] if each["section"] == section
    ]
    if not found:
        raise ArgumentError(f"benchmarks: section (={section!r}) must be one of the report's")
    return found


def table(section: str) -> Table:
    """Return a table of the results of a section: times, their ratio and its spread, and the target."""
    columns = (
        Column("name", {"en": "Call", "zh": "调用"}, lambda text, _lang: f"`{text}`"),
        Column("peer", {"en": "Peer", "zh": "比较对象"}),
        Column("ms", {"en": "ms", "zh": "毫秒"}, _two_digits, numeric=True),
        Column("peer_ms", {"en": "Peer, ms", "zh": "对方，毫秒"}, _two_digits, numeric=True),
        Column("ratio", {"en": "Ratio", "zh": "比值"}, _two_digits, numeric=True),
        Column("spread", {"en": "Spread", "zh": "范围"}, numeric=True),
        Column("aim", {"en": "Aim", "zh": "目标"}, lambda aim, lang: aim[lang] if aim else ""),
    )
    rows = tuple(
        (
            each["name"],
            each["peer"],
            1000 * each["seconds"],
            1000 * each["peer_seconds"],
            each["ratio"],
            f"{each['least']:.2f}–{each['most']:.2f}",
            _aim(each),
        )
        for each in figures(section)
        if each["name"] != _MEAN  # it has no times
    )
    return Table(columns, rows)


def machines() -> Table:
    """Return the machine and the versions that each script ran on."""
    columns = (
        Column("script", {"en": "Benchmark", "zh": "基准测试"}, lambda text, _lang: f"`{text}.py`"),
        Column("date", {"en": "Date", "zh": "日期"}),
        Column("processor", {"en": "Processor", "zh": "处理器"}),
        Column("versions", {"en": "Versions", "zh": "版本"}),
    )
    rows = tuple(
        (
            name,
            script["date"],
            f"{script['machine']['processor']} × {script['machine']['processors']}",
            ", ".join(
                f"{package} {number}"
                for package, number in {
                    "Python": script["machine"]["python"],
                    **script["machine"]["versions"],
                }.items()
            ),
        )
        for name, script in scripts().items()
    )
    return Table(columns, rows)


def mean(section: str) -> float:
    """Return the geometric mean of the ratios of all networks in a section."""
    (found,) = [each for each in figures(section) if each["name"] == _MEAN]
    ratio: float = found["ratio"]
    return ratio


def _two_digits(value: float, _lang: str) -> str:
    return f"{value:.2f}"


def _aim(each: dict[str, Any]) -> dict[str, str] | None:
    """Return the target, and whether it is met, by language; None if there is no target."""
    aims = [f"≤ {each['aim']:g}"] if each["aim"] is not None else []
    aims += [f"≤ {1000 * each['aim_seconds']:.3g} ms"] if each["aim_seconds"] is not None else []
    if not aims:
        return None
    return {lang: f"{', '.join(aims)}: {verdict}" for lang, verdict in VERDICTS[each["met"]].items()}
