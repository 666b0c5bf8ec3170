"""Measure how long the algorithms of a convolution take, and write the file that the pages plot.

Three tables, in processor time of one thread, the least of several rounds: every algorithm on one small
convolution; im2col and fft over kernel sizes, for one and for sixteen channels; NumPy's matrix product and
Strassen's with one level of recursion over matrix sizes. The file names the processor, the date and the
versions, because times depend on all of them. Pages read it and never measure while they are built.

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

from convref.algorithms import METHODS
from convref.algorithms.plan import plan_convolution
from convref.algorithms.strassen import strassen_product

FILE = Path(__file__).parent / "measured" / "algorithms.json"
RNG = np.random.default_rng(0)

SMALL = ((1, 4, 12, 12), (4, 4, 3, 3))
"""Input and weight of a convolution that even the direct algorithm finishes in a moment."""

KERNEL_SIZES = (3, 5, 7, 9, 13, 17, 23, 31)
FEATURE_MAPS = {"one channel": (1, 256), "sixteen channels": (16, 64)}
"""For each series of kernel sizes: the channels, in and out, and the sides of the feature map."""

MATRIX_SIZES = (128, 256, 512, 1024, 2048, 3072)


def least(call: Callable[[], Any], rounds: int) -> float:
    """Return the least milliseconds of `rounds` calls, after a first one that is not counted.

    It is processor time, since other programs that wait for the same processor would lengthen wall time.
    """
    call()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return round(1000 * min(times), 4)


def convolution(method: str, x_shape: tuple[int, ...], weight_shape: tuple[int, ...]) -> Callable[[], Any]:
    """Return a call of one algorithm on random values in single precision, padded to keep the size."""
    x, weight = (RNG.standard_normal(shape).astype(np.float32) for shape in (x_shape, weight_shape))
    plan = plan_convolution("conv", x_shape, weight_shape, padding="same")
    return partial(METHODS[method], x, weight, plan)


def small(rounds: int) -> list[dict[str, Any]]:
    """Return the time of each algorithm on the small convolution."""
    shapes = [list(shape) for shape in SMALL]
    return [
        {"method": name, "shapes": shapes, "ms": least(convolution(name, *SMALL), rounds)} for name in METHODS
    ]


def kernel_sizes(rounds: int) -> list[dict[str, Any]]:
    """Return the times of im2col and fft over kernel sizes."""
    rows = []
    for series, (channels, side) in FEATURE_MAPS.items():
        for kernel in KERNEL_SIZES:
            shapes = ((1, channels, side, side), (channels, channels, kernel, kernel))
            row = {"series": series, "channels": channels, "side": side, "kernel": kernel}
            times = {method: least(convolution(method, *shapes), rounds) for method in ("im2col", "fft")}
            rows.append(row | times)
    return rows


def matrix_sizes(rounds: int) -> list[dict[str, Any]]:
    """Return the times of NumPy's product and of Strassen's, whose leaves are half the size."""
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


def processor() -> str:
    """Return the name of the processor, as Linux has it, or what Python knows of it elsewhere."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main() -> None:
    """Measure, print, and write the file if asked to."""
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
        "kernel_sizes": kernel_sizes(options.rounds),
        "matrix_sizes": matrix_sizes(options.rounds),
    }
    text = json.dumps(measured, indent=1) + "\n"
    print(text)
    if options.write:
        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
