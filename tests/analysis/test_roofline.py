"""Predicted times are the larger of operations / peak and bytes / bandwidth, against arithmetic by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from convref import analyze, architectures
from convref.analysis import Device
from convref.errors import ArgumentError
from convref.nn import (
    BatchNorm1d,
    Conv2d,
    Embedding,
    Flatten,
    Identity,
    Layer,
    Linear,
    ReLU,
    Sequential,
    Shape,
    Sum,
)

DEVICE = Device(peak=1000.0, bandwidth=100.0, name="slow")
LINEAR = Linear(4, 6, bias=False)
LINEAR_BYTES = 4 * (4 + 4 * 6 + 6)  # input, weights and output in single precision
CONV = Conv2d(2, 3, 3, padding=1, bias=False)


def moved(net: Layer, shape: Shape, **options: Any) -> int:
    return analyze(net, shape, **options).moved_bytes


def test_a_layer_that_moves_much_takes_the_time_of_its_bytes() -> None:
    assert 2 * 4 * 6 / 1000 < LINEAR_BYTES / 100
    assert LINEAR_BYTES / 100 == analyze(LINEAR, (4,), device=DEVICE).time


def test_a_layer_that_computes_much_takes_the_time_of_its_operations() -> None:
    operations = 2 * (3 * 2 * 3 * 3) * 10 * 10
    assert 4 * (2 * 100 + 54 + 3 * 100) / 1e9 < operations / 1000
    assert operations / 1000 == analyze(CONV, (2, 10, 10), device=Device(1000, 1e9)).time


def test_the_times_of_the_layers_add_up_each_limited_by_itself() -> None:
    device = Device(peak=1.0, bandwidth=0.5)
    computing = 2 * 54 * 100  # its 2,216 bytes take 4,432 s
    moving = (3 * 100 * 4 + 3 * 100 * 4) / 0.5  # ReLU reads and writes; its 300 comparisons take 300 s
    assert computing + moving == analyze(Sequential(CONV, ReLU()), (2, 10, 10), device=device).time


def test_a_multiply_accumulate_is_two_operations_and_every_other_one_is_one() -> None:
    fast_memory = Device(1.0, 1e12)
    assert 2 * 24 + 6 == analyze(Linear(4, 6), (4,), device=fast_memory).time  # six additions of a bias


def test_a_batch_multiplies_operations_and_values_but_not_weights() -> None:
    assert 4 * (8 * 4 + 24 + 8 * 6) == moved(LINEAR, (4,), batch=8)
    assert 8 * 2 * 24 == analyze(LINEAR, (4,), batch=8, device=Device(1.0, 1e12)).time


@pytest.mark.parametrize(("dtype", "size"), [("float64", 8), ("float32", 4), ("bfloat16", 2), ("int8", 1)])
def test_bytes_follow_the_dtype(dtype: str, size: int) -> None:
    assert size * 34 == moved(LINEAR, (4,), dtype=dtype)
    assert size * 34 / 100 == analyze(LINEAR, (4,), dtype=dtype, device=DEVICE).time


@pytest.mark.parametrize("view", [Flatten(), Identity()])
def test_a_view_moves_nothing(view: Layer) -> None:
    assert 0 == moved(view, (4,))


def test_a_norm_reads_its_input_and_parameters_and_writes_its_output() -> None:
    assert 4 * (6 + 2 * 6 + 6) == moved(BatchNorm1d(6), (6,))


def test_a_sum_reads_both_of_its_terms() -> None:
    assert 4 * (5 + 5 + 5) == moved(Sum(Identity(), Identity()), (5,))


def test_of_a_table_of_vectors_only_those_that_are_looked_up_are_read() -> None:
    assert 4 * (7 + 7 * 16 + 7 * 16) == moved(Embedding(1000, 16), (7,))


def test_weights_that_two_layers_share_are_read_by_each() -> None:
    layer = Linear(4, 4, bias=False)
    once, twice = (moved(Sequential(*layers), (4,)) for layers in ([layer], [layer, layer]))
    assert 2 * once == twice


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "transformer_encoder", "fcn8s_vgg16"])
def test_the_times_of_the_rows_add_up_to_the_total(name: str, full: bool) -> None:
    report = analyze(architectures.build(name), architectures.find(name).input_shape, device=DEVICE)
    table = report.table("time", "moved_bytes", full=full)
    assert math.isclose(report.time, sum(row[0] for row in table.rows))
    assert (report.time, report.moved_bytes) == table.totals[0]
    assert report.moved_bytes == sum(row[1] for row in table.rows)


def test_a_table_shows_times_in_either_language_if_the_report_has_a_device() -> None:
    table = analyze(LINEAR, (4,), device=DEVICE).table()
    assert ("Predicted time", "预测时间") == (table.titles()[-1], table.in_language("zh").titles()[-1])
    assert "1.36 s" == table.texts(table.totals)[0][-1]
    assert "time" not in {column.key for column in analyze(LINEAR, (4,)).table().columns}


def test_times_without_a_device_are_refused() -> None:
    report = analyze(LINEAR, (4,))
    with pytest.raises(ArgumentError, match=r"times need a device: analyze\(…, device=Device\("):
        _ = report.time
    with pytest.raises(ArgumentError, match="times need a device"):
        report.table("name", "time")


def test_the_balance_is_the_intensity_at_which_both_limits_are_equal() -> None:
    assert 10 == DEVICE.balance
    assert DEVICE.time(50, 0) == DEVICE.time(0, 5) == DEVICE.time(50, 5)


@pytest.mark.parametrize("value", [0, -1.0, math.inf, math.nan, "90", True, None])
def test_a_device_has_positive_finite_numbers(value: object) -> None:
    with pytest.raises(ArgumentError, match=r"Device: peak \(=.*\) must be a positive finite number"):
        Device(value, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Device: bandwidth \(="):
        Device(1.0, value)  # type: ignore[arg-type]
