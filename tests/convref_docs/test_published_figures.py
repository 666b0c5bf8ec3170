"""Published figures stand beside computed ones with a verdict that the numbers decide."""

from pathlib import Path
from typing import Any

import pytest

import convref_docs
from convref import analyze
from convref.analysis import Report
from convref.errors import UnknownNameError
from convref.nn import Conv2d, Sequential

FIGURES = """
[paper]
source = "Somebody, 2020"
exact = { params = 280 }
rounded = { params = "0.3 K" }
low = { params = "0.2 K", macs = 1000 }
field = { receptive_field = 5 }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "published.toml").write_text(FIGURES)
    return tmp_path / "published.toml"


@pytest.fixture
def report() -> Report:
    return analyze(Sequential(Conv2d(3, 10, 3), Conv2d(10, 2, 3, bias=False)), (3, 9, 9))


def verdicts(table: Any, lang: str) -> list[str]:
    return [row[-1] for row in table._repr_lang_(lang).texts()]


def test_the_verdict_is_exact_rounded_or_the_relative_difference(path: Path) -> None:
    report = analyze(Conv2d(3, 10, 3), (3, 9, 9))
    keys = dict.fromkeys(("paper.exact", "paper.rounded", "paper.low"), report)
    assert ["exact", "rounded", "differs, +40.0%", "differs, +1223.0%"] == verdicts(
        convref_docs.published(keys, path), "en"
    )
    assert ["完全一致", "舍入后一致", "不一致，+40.0%", "不一致，+1223.0%"] == verdicts(
        convref_docs.published(keys, path), "zh"
    )


def test_a_row_has_the_published_figure_as_it_was_printed(path: Path) -> None:
    report = analyze(Conv2d(3, 10, 3), (3, 9, 9))
    (row,) = convref_docs.published({"paper.rounded": report}, path).texts()
    assert ["rounded", "Somebody, 2020", "Parameters", "0.3 K", "280", "rounded"] == row


def test_the_receptive_field_is_that_of_the_last_feature_map(path: Path, report: Report) -> None:
    assert ["exact"] == verdicts(convref_docs.published({"paper.field": report}, path), "en")


def test_a_network_without_published_figures_is_refused(path: Path, report: Report) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown published network 'paper\.exat'; the nearest"):
        convref_docs.published({"paper.exat": report}, path)
