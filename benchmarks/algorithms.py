"""Measure how long the algorithms of a convolution take, and write the file that the pages plot.

There are four tables: every algorithm on one small convolution; im2col and Winograd on 3 x 3 layers with
many channels; im2col and FFT for several kernel sizes, with one and with sixteen channels; NumPy's matrix
product and Strassen's with one level of recursion, for several matrix sizes. Times are processor times of
one thread, the smallest of several rounds. The file contains the processor, the date and the versions,
because times depend on all of them. Pages read the file; they measure nothing while they are built.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/algorithms.py [--rounds 15] [--write]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import processor

from convref.algorithms import METHODS
from convref.algorithms.plan import plan_convolution
from convref.algorithms.strassen import strassen_product

FILE = Path(__file__).parent / "measured" / "algorithms.json"
RNG = np.random.default_rng(0)

SMALL = ((1, 4, 12, 12), (4, 4, 3, 3))
"""The shapes of input and weight of a convolution that even the direct algorithm computes fast."""

LAYERS = ((64, 112), (128, 112), (256, 56))
"""The channels (input and output) and the side of the feature maps of 3 x 3 layers."""

KERNEL_SIZES = (3, 5, 7, 9, 13, 17, 23, 31)
FEATURE_MAPS = {"one channel": (1, 256), "sixteen channels": (16, 64)}
"""For each series of kernel sizes, the number of channels (input and output), and the side of the image."""

MATRIX_SIZES = (128, 256, 512, 1024, 2048, 3072)


def least(call: Callable[[], Any], rounds: int) -> float:
    """Return the smallest time of `rounds` calls in milliseconds; a first call is not measured.

    It is processor time: wall time would also contain the time in which other programs use the processor.
    """
    call()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return round(1000 * min(times), 4)


def convolution(method: str, x_shape: tuple[int, ...], weight_shape: tuple[int, ...]) -> Callable[[], Any]:
    """Return a call of one algorithm on random float32 values, with padding that keeps the size."""
    x, weight = (RNG.standard_normal(shape).astype(np.float32) for shape in (x_shape, weight_shape))
    plan = plan_convolution("conv", x_shape, weight_shape, padding="same")
    return partial(METHODS[method], x, weight, plan)


def small(rounds: int) -> list[dict[str, Any]]:
    """Return a row with the time of each algorithm on the small convolution."""
    shapes = [list(shape) for shape in SMALL]
    return [
        {"method": name, "shapes": shapes, "ms": least(convolution(name, *SMALL), rounds)} for name in METHODS
    ]


def layers(rounds: int) -> list[dict[str, Any]]:
    """Return a row with the times of im2col and Winograd for each 3 x 3 layer."""
    rows = []
    for channels, side in LAYERS:
        shapes = ((1, channels, side, side), (channels, channels, 3, 3))
        times = {method: least(convolution(method, *shapes), rounds) for method in ("im2col", "winograd")}
        rows.append({"channels": channels, "side": side} | times)
    return rows


def kernel_sizes(rounds: int) -> list[dict[str, Any]]:
    """Return a row with the times of im2col and FFT for each number of channels and kernel size."""
    rows = []
    for series, (channels, side) in FEATURE_MAPS.items():
        for kernel in KERNEL_SIZES:
            shapes = ((1, channels, side, side), (channels, channels, kernel, kernel))
            row = {"series": series, "channels": channels, "side": side, "kernel": kernel}
            times = {method: least(convolution(method, *shapes), rounds) for method in ("im2col", "fft")}
            rows.append(row | times)
    return rows


def matrix_sizes(rounds: int) -> list[dict[str, Any]]:
    """Return a row for each matrix size, with the times of NumPy's matrix product and of Strassen's."""
    rows = []
    for size in MATRIX_SIZES:
        a, b = RNG.standard_normal((2, size, size)).astype(np.float32)
        rows.append(
            {
                "size": size,
                "numpy": least(partial(np.matmul, a, b), rounds),
                "strassen": least(partial(strassen_product, a, b, size // 2), rounds),
            }
        )
    return rows


def main() -> None:
    """Measure, print the results as JSON, and write them to the file if `--write` is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}, which the pages plot")
    options = parser.parse_args()
    measured = {
        "processor": processor(),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "threads": int(os.environ.get("OPENBLAS_NUM_THREADS", os.cpu_count() or 1)),
        "small": small(options.rounds),
        "layers": layers(options.rounds),
        "kernel_sizes": kernel_sizes(options.rounds),
        "matrix_sizes": matrix_sizes(options.rounds),
    }
    text = json.dumps(measured, indent=1) + "\n"
    print(text)
    if options.write:
        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
