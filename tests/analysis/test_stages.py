"""A table by stages: one row a part of the network, at any depth, with the same totals."""

import pytest

from convref import analyze, architectures
from convref.analysis import COLUMNS, Device, Report
from convref.errors import ArgumentError
from convref.nn import Conv2d, Sequential


@pytest.fixture(scope="module")
def resnet50() -> Report:
    return analyze(architectures.build("resnet50"), (3, 224, 224))


def test_resnet_has_its_stages_at_depth_1(resnet50: Report) -> None:
    stages = [f"layer{index}" for index in (1, 2, 3, 4)]
    table = resnet50.table("name", "type", "output", depth=1)
    assert ["input", "conv1", "maxpool", *stages, "avgpool", "fc"] == [row[0] for row in table.rows]
    assert [("Sequential", (256, 56, 56)), ("Sequential", (2048, 7, 7))] == [
        table.rows[3][1:],
        table.rows[6][1:],
    ]


def test_the_blocks_of_a_stage_have_rows_at_depth_2(resnet50: Report) -> None:
    names = [row[0] for row in resnet50.table("name", depth=2).rows]
    assert [f"layer1.{index}" for index in range(3)] == [name for name in names if name[:6] == "layer1"]


@pytest.mark.parametrize("name", architectures.names())
@pytest.mark.parametrize("depth", [1, 2])
def test_totals_are_those_of_all_layers_at_any_depth(name: str, depth: int) -> None:
    shape = architectures.find(name).input_shape
    report = analyze(architectures.build(name), shape, device=Device(1, 1))  # whose times are integers
    keys = [key for key, column in COLUMNS.items() if column.sums and key != "name"]
    table = report.table(*keys, depth=depth)
    assert table.totals == report.table(*keys).totals
    assert table.totals == (tuple(sum(column) for column in zip(*table.rows, strict=True)),)


def test_at_a_sufficient_depth_every_layer_has_a_row(resnet50: Report) -> None:
    assert len(resnet50.rows) == len(resnet50.table("name", full=True, depth=99).rows)


def test_a_depth_must_be_a_positive_integer(resnet50: Report) -> None:
    with pytest.raises(ArgumentError, match=r"depth \(=0\) must be a positive integer"):
        resnet50.table(depth=0)


NAMED = Sequential(input=Conv2d(3, 4, 3), total=Conv2d(4, 2, 1))


def test_layers_named_input_and_total_are_not_merged_with_those_rows() -> None:
    report = analyze(NAMED, (3, 8, 8))
    assert ["input", "layer", "layer"] == [row.kind for row in report.rows]
    table = report.table("name", "type", "params", depth=1)
    assert (("input", "", 0), ("input", "Conv2d", 112), ("total", "Conv2d", 10)) == table.rows
    assert (("total", None, 122),) == table.totals


def test_only_the_rows_of_the_input_and_the_total_are_translated() -> None:
    table = analyze(NAMED, (3, 8, 8)).table("name", "params", lang="zh")
    assert ["输入", "input", "total", "合计"] == [row[0] for row in table.texts()]
    assert ["输入", "input", "total"] == [line.split(",")[0] for line in table.to_csv().splitlines()[1:]]
