"""The times that pages plot name their machine, and cover what the benchmark says."""

from __future__ import annotations

import datetime as dt

from convref.algorithms import METHODS
from convref_docs import measured


def test_measurements_name_the_processor_the_day_and_the_version() -> None:
    times = measured("algorithms")
    assert times.processor
    assert dt.date.fromisoformat(times.date) > dt.date(2026, 1, 1)
    assert times.numpy


def test_every_algorithm_was_measured_on_the_small_convolution() -> None:
    assert list(METHODS) == [row["method"] for row in measured("algorithms").tables["small"]]


def test_a_series_has_the_rows_that_were_asked_for() -> None:
    times = measured("algorithms")
    kernels = [kernel for kernel, _ in times.series("kernel_sizes", "kernel", "fft", channels=16)]
    assert kernels == sorted(set(kernels))
    assert [] == times.series("kernel_sizes", "kernel", "fft", channels=3)
