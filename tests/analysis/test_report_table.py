"""The tables of reports: their rows and columns, the totals, and the layers that have no row."""

import pytest

from convref import analyze, architectures
from convref.analysis import COLUMNS, Report
from convref.errors import UnknownNameError
from convref.nn import Conv2d, Dropout, MaxPool2d, ReLU, Sequential
from convref.terminal import text_of


@pytest.fixture(scope="module")
def vgg16() -> Report:
    return analyze(architectures.build("vgg16"), (3, 224, 224))


def test_vgg16_s_table_has_its_21_layers_and_the_input(vgg16: Report) -> None:
    types = [row[0] for row in vgg16.table("type").rows]
    assert ["", *["Conv2d"] * 13, *["Linear"] * 3, *["MaxPool2d"] * 5] == sorted(types)


def test_a_full_table_has_every_layer(vgg16: Report) -> None:
    assert 1 + len(vgg16.plan.steps) == len(vgg16.table("name", full=True).rows)


@pytest.mark.parametrize("name", architectures.names())
@pytest.mark.parametrize("full", [False, True])
def test_every_counting_column_sums_to_its_total(name: str, full: bool) -> None:
    report = analyze(architectures.build(name), architectures.find(name).input_shape)
    keys = [key for key, column in COLUMNS.items() if column.sums and key not in {"name", "time"}]
    table = report.table(*keys, full=full)
    assert table.totals == (tuple(sum(column) for column in zip(*table.rows, strict=True)),)


@pytest.mark.parametrize(("name", "size"), [("alexnet", 224), ("alexnet_original", 227)])
def test_alexnet_s_table_shows_its_sizes(name: str, size: int) -> None:
    outputs = [row[0] for row in analyze(architectures.build(name), (3, size, size)).table("output").rows]
    assert [size, 55, 27, 27, 13, 13, 13, 13, 6, 4096, 4096, 1000] == [output[-1] for output in outputs]


def test_layers_that_make_no_feature_map_fold_into_the_row_before_with_their_costs() -> None:
    report = analyze(Sequential(Conv2d(1, 2, 3), ReLU(), Dropout(), MaxPool2d(1)), (1, 5, 5))
    assert ["input", "0"] == [row[0] for row in report.table("name").rows]
    assert 2 * 3 * 3 == report.cost.comparisons


def test_an_unknown_column_names_the_nearest(vgg16: Report) -> None:
    with pytest.raises(UnknownNameError, match="unknown column 'parms'; the nearest is 'params'"):
        vgg16.table("parms")


@pytest.mark.parametrize("keys", [("name", "output", "receptive_field"), ("type",)])
def test_a_table_without_a_column_that_adds_up_has_no_row_of_totals(
    vgg16: Report, keys: tuple[str, ...]
) -> None:
    table = vgg16.table(*keys)
    assert () == table.totals
    assert len(table.rows) + 2 == len(table.to_markdown().splitlines())  # and the heading and its rule
    assert "tfoot" not in table.to_html()
    assert "total" not in text_of(table)
    assert 1 == len(vgg16.table(*keys, "macs").totals)
