"""Measure how long operators and networks take in PyTorch, and write the file that the pages plot.

On a processor, the processor time of one thread is measured; on a CUDA device, if there is one, the time
between two events on its stream. Types are float32 and bfloat16; batches are 1 and 64 on CUDA, and 1 and 8 on
a processor, where 64 images would take minutes for one network. Each time is the median of as many rounds as
fit into the given seconds (into a fifth of them for an operator), but of at least three, after two rounds
that are not measured. The file also has the smallest time, and the spread: the range of the middle half of
the times, as a share of the median.

The file also has the two numbers of the roofline model for each device and type, measured in the same run:
the operations per second of a product of large matrices, and the bytes per second of a copy of a large array.
Beside them is the speed of a copy that fits into the cache.

    OMP_NUM_THREADS=1 python benchmarks/latency.py [--seconds 0.7] [--write]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import torch
from measure import processor

import convref.torch
from convref import architectures
from convref_docs import latencies

FILE = Path(__file__).parent / "measured" / "latency.json"
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
BATCHES = {"cpu": (1, 8), "cuda": (1, 64)}
MATRIX = {"cpu": 2048, "cuda": 8192}
COPIED = {"bandwidth": 2**28, "cached": 2**20}  # bytes, far more than the caches hold, and fewer
WARM, LEAST = 2, 3  # rounds that are not counted, and the smallest number of those that are


def cpu_seconds(call: Callable[[], Any]) -> float:
    """Return the processor time of a call, which other programs lengthen less than wall time."""
    start = time.process_time()
    call()
    return time.process_time() - start


def cuda_seconds(call: Callable[[], Any]) -> float:
    """Return the time between two events on the stream, around a call."""
    before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    before.record()
    call()
    after.record()
    after.synchronize()
    return before.elapsed_time(after) / 1000


CLOCKS = {"cpu": cpu_seconds, "cuda": cuda_seconds}


def rounds(device: str, call: Callable[[], Any], seconds: float) -> list[float]:
    """Return the times of the rounds that fit into `seconds`, at least `LEAST` of them."""
    clock = CLOCKS[device]
    for _ in range(WARM):
        clock(call)
    found: list[float] = []
    while sum(found) < seconds or len(found) < LEAST:
        found.append(clock(call))
    return found


def figures(times: list[float]) -> dict[str, float]:
    """Return the median and the smallest time in milliseconds, the spread, and the number of rounds."""
    middle = median(times)
    first, _, third = quantiles(times, n=4, method="inclusive")
    return {
        "ms": round(1000 * middle, 4),
        "least": round(1000 * min(times), 4),
        "spread": round((third - first) / middle, 3),
        "rounds": len(times),
    }


def limits(device: str, dtype: str, seconds: float) -> dict[str, float | str]:
    """Return the peak of a device in operations per second, and its bandwidths in bytes per second."""
    size = MATRIX[device]
    a, b = (torch.randn(size, size).to(device, DTYPES[dtype]) for _ in range(2))
    peak = 2 * size**3 / median(rounds(device, lambda: a @ b, seconds))
    numbers = {"peak": peak}
    for name, size in COPIED.items():
        source = torch.ones(size, dtype=torch.uint8, device=device)
        target = torch.empty_like(source)
        copy = partial(target.copy_, source)  # which reads and writes every byte
        numbers[name] = 2 * size / median(rounds(device, copy, seconds))
    rounded = {name: float(f"{value:.4g}") for name, value in numbers.items()}
    called = torch.cuda.get_device_name() if device == "cuda" else processor()
    return {"device": device, "dtype": dtype, "name": called, **rounded}


def timed(
    net: convref.nn.Layer, shape: tuple[int, ...], device: str, dtype: str, seconds: float
) -> Iterator[dict[str, Any]]:
    """Yield a row with the times of a network or an operator for each batch size."""
    model = convref.torch.build(net).eval().to(device, DTYPES[dtype])
    for batch in BATCHES[device]:
        x = torch.randn(batch, *shape).to(device, DTYPES[dtype])
        yield {"batch": batch, **figures(rounds(device, partial(model, x), seconds))}


def operators(device: str, dtype: str, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield the rows of all operators at all sizes."""
    for channels, side in latencies.SIZES:
        for name in latencies.OPERATORS:
            net, shape = (
                latencies.operator(name, channels),
                latencies.operator_input(name, channels, side),
            )
            row = {"device": device, "dtype": dtype, "name": name, "channels": channels, "side": side}
            yield from (row | each for each in timed(net, shape, device, dtype, seconds))


def networks(device: str, dtype: str, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield the rows of all networks, at the input shapes of their papers."""
    for name in latencies.NETWORKS:
        shape = architectures.find(name).input_shape
        row = {"device": device, "dtype": dtype, "name": name}
        for each in timed(architectures.build(name), shape, device, dtype, seconds):
            print(row | each, flush=True)
            yield row | each


def measured(seconds: float) -> dict[str, Any]:
    """Return the whole content of the file."""
    kinds = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    pairs = [(device, dtype) for device in kinds for dtype in DTYPES]
    with torch.inference_mode():
        return {
            "processor": processor(),
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "numpy": np.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "devices": [limits(*pair, seconds) for pair in pairs],
            "operators": [row for pair in pairs for row in operators(*pair, seconds / 5)],
            "networks": [row for pair in pairs for row in networks(*pair, seconds)],
        }


def main() -> None:
    """Measure, print the results as JSON, and write them to the file if `--write` is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=0.7, help="the time for the rounds of a network")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}, which the pages plot")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = measured(options.seconds)
    rows = found["operators"] + found["networks"]
    spreads = [row["spread"] for row in rows]
    print(
        f"{len(rows)} figures; spread: median {median(spreads):.1%}, largest {max(spreads):.1%}",
        *found["devices"],
        sep="\n",
    )
    if options.write:
        tables = ",\n".join(f' "{key}": {_listed(value)}' for key, value in found.items())
        FILE.write_text(f"{{\n{tables}\n}}\n", encoding="utf-8")


def _listed(value: Any) -> str:
    """Return a value as JSON; a table has a row in each line."""
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"


if __name__ == "__main__":
    main()
