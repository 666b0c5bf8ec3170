"""The measured times cover what the benchmark lists, and the statements of the page about them hold."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

import convref_docs
from convref import analyze
from convref_docs import latencies
from convref_docs.latencies import Timed

TIMES = convref_docs.measured("latency")
DTYPES, BATCHES = ("float32", "bfloat16"), (1, 8)


def timed(predicted: float, measured: float) -> Timed:
    return Timed("", 0, 1, measured, 0.0, predicted, predicted, 1)


def test_measurements_name_the_processor_the_day_the_versions_and_the_threads() -> None:
    assert TIMES.processor
    assert dt.date.fromisoformat(TIMES.date) > dt.date(2026, 1, 1)
    assert TIMES.torch
    assert 1 == TIMES.threads


def test_the_file_has_the_processor_in_both_types_and_no_gpu_as_the_page_says() -> None:
    assert [("cpu", dtype) for dtype in DTYPES] == [
        (row["device"], row["dtype"]) for row in TIMES.tables["devices"]
    ]


def test_every_operator_and_network_was_measured_in_each_type_and_batch() -> None:
    operators = [
        (row["dtype"], row["channels"], row["name"], row["batch"]) for row in TIMES.tables["operators"]
    ]
    sizes = [channels for channels, _ in latencies.SIZES]
    assert list(product(DTYPES, sizes, latencies.OPERATORS, BATCHES)) == operators
    networks = [(row["dtype"], row["name"], row["batch"]) for row in TIMES.tables["networks"]]
    assert list(product(DTYPES, latencies.NETWORKS, BATCHES)) == networks


@pytest.mark.parametrize("name", latencies.OPERATORS)
def test_an_operator_keeps_the_size_of_its_feature_map(name: str) -> None:
    shape = latencies.operator_input(name, 64, 56)
    channels, *size = analyze(latencies.operator(name, 64), shape).output_shape
    assert size == list(shape[1:])
    assert channels == (4 if name == "expand1x1" else 1) * shape[0]


def test_an_error_is_relative_to_the_measured_time() -> None:
    assert [-0.5, 1.0] == [timed(1, 2).error, timed(4, 2).error]
    assert 0.5 == latencies.median_error([timed(1, 2), timed(4, 2), timed(2, 2)])


def test_pairs_are_in_the_right_order_if_the_slower_one_is_predicted_to_be_slower() -> None:
    assert 1 == latencies.right_order([timed(1, 10), timed(2, 30)])
    assert 0 == latencies.right_order([timed(2, 10), timed(1, 30)])


@pytest.mark.parametrize("batch", BATCHES)
def test_in_single_precision_predictions_reach_the_aims_and_beat_operations_alone(batch: int) -> None:
    networks = latencies.timed_networks(TIMES, batch)
    assert latencies.right_order(networks) >= 0.9
    error = latencies.median_error(networks)
    assert error < 0.4
    assert error < latencies.median_error([timed(each.computing, each.measured) for each in networks])


def test_a_depthwise_convolution_is_faster_but_by_less_than_its_operations() -> None:
    found = {(each.name, each.channels): each for each in latencies.timed_operators(TIMES)}
    for channels, _ in latencies.SIZES:
        full, depthwise = found["conv3x3", channels], found["depthwise3x3", channels]
        assert (
            1
            < full.measured / depthwise.measured
            < full.predicted / depthwise.predicted
            < full.macs / depthwise.macs
        )


def test_pooling_is_slower_than_predicted_and_relu_faster() -> None:
    for each in latencies.timed_operators(TIMES):
        assert each.name not in {"max_pool", "average_pool"} or each.error < -0.8
        assert each.name != "relu" or each.error > 0
