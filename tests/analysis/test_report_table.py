"""The tables of reports: their rows and columns, the totals, and the layers that have no row."""

import json

import pytest

from convref import analyze, architectures
from convref.analysis import COLUMNS, Report
from convref.errors import UnknownNameError
from convref.nn import (
    Call,
    Conv2d,
    Dropout,
    Graph,
    MaxPool2d,
    N,
    Operation,
    ReLU,
    Sequential,
    Value,
)
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


@pytest.fixture(scope="module")
def merged() -> Report:
    """Return the report of `x.view(64, -1).relu()`: there are 3 * 8 * 8 / 64 = 3 columns per sample."""
    calls = (Call("view", ("input",)), Call("relu", ("view",)))
    flat = (64, 3 * N)
    view = Operation("view", (Value(0), (64, -1)), ((N, 3, 8, 8),), (flat,))
    return analyze(Graph(calls, view=view, relu=Operation("relu", (Value(0),), (flat,), (flat,))), (3, 8, 8))


def test_a_size_that_grows_with_the_batch_is_shown_with_its_n(merged: Report) -> None:
    table = merged.table("name", "input", "output", full=True)
    assert [
        ["input", "", "3 × 8 × 8"],
        ["view", "3 × 8 × 8", "64 × 3N"],
        ["relu", "64 × 3N", "64 × 3N"],
    ] == table.texts()
    assert "N is the number of samples in the batch." == table.note
    assert "N 是批量中的样本数。" == table.in_language("zh").note
    assert "relu,64x3N,64x3N" == table.to_csv().splitlines()[-1]
    assert [64, "3N"] == json.loads(table.to_json())["rows"][-1]["output"]
    assert "<Report 3 × 8 × 8 → 64 × 3N: 0 parameters, 0 MACs>" == repr(merged)


def test_a_part_of_a_network_has_the_shape_of_its_last_layer_with_its_n(merged: Report) -> None:
    report = analyze(Sequential(part=merged.net), (3, 8, 8))
    assert [["input", "3 × 8 × 8"], ["part", "64 × 3N"]] == report.table(
        "name", "output", full=True, depth=1
    ).texts()


def test_only_sizes_that_grow_with_the_batch_need_the_note(vgg16: Report, merged: Report) -> None:
    assert "samples in the batch" not in vgg16.table("name", "output", "params").note
    assert "" == merged.table("name", full=True).note
