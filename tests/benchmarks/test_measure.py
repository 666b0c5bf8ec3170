"""Figures are ratios of paired times, with their median, spread and verdict."""

import importlib
import json
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FIELDS = {
    "section", "name", "peer", "ratio", "least", "most", "seconds", "peer_seconds", "rounds", "aim",
    "aim_seconds", "met",
}  # fmt: skip


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("measure")


def test_a_figure_is_the_median_of_the_ratios_of_pairs(measure: ModuleType) -> None:
    found = measure.figure("s", "name", "peer", [(1.0, 2.0), (3.0, 2.0), (2.0, 2.0)], aim=1.0)
    assert (1.0, 0.5, 1.5, 2.0, 2.0, 3, True) == (
        found.ratio, found.least, found.most, found.seconds, found.peer_seconds, found.rounds, found.met,
    )  # fmt: skip


@pytest.mark.parametrize(("aims", "met"), [
    ({}, None), ({"aim": 0.4}, False), ({"aim": 0.5}, True), ({"aim_seconds": 0.9}, False),
    ({"aim": 0.5, "aim_seconds": 0.9}, False), ({"aim": 0.5, "aim_seconds": 1.0}, True),
])  # fmt: skip
def test_an_aim_is_met_only_if_all_aims_are(
    measure: ModuleType, aims: dict[str, float], met: bool | None
) -> None:
    assert met is measure.figure("s", "name", "peer", [(1.0, 2.0)], **aims).met


def test_both_calls_are_made_by_turns_after_one_that_is_not_counted(measure: ModuleType) -> None:
    made: list[str] = []
    ticks = count()
    measure.compare(
        "s",
        "name",
        "peer",
        lambda: made.append("ours"),
        lambda: made.append("theirs"),
        rounds=2,
        clock=lambda: float(next(ticks)),
    )
    assert ["ours", "theirs"] * 3 == made


def test_the_report_has_figures_of_all_that_the_page_shows_beside_peers() -> None:
    scripts = json.loads((ROOT / "benchmarks" / "report.json").read_text(encoding="utf-8"))["scripts"]
    assert set() == {"networks", "functional", "analyze"} - set(scripts)
    for script in scripts.values():
        assert {"date", "machine", "figures"} == set(script)
        assert all(FIELDS == set(figure) for figure in script["figures"])
