"""Measure `analyze` in a process that is already running, and `convref show` as a whole process.

For a network there are four times: `analyze` alone, which computes all shapes and checks that they fit;
`analyze` with parameters and MACs; `analyze` with all rows, costs, receptive fields and memory; and building
the description of the network. Each is the smallest of several runs, in milliseconds, since other programs on
the machine can only make a run slower. No arrays are allocated, however many weights the network has.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from convref import analyze, architectures
from convref.analysis import Report
from convref.nn import Layer, Shape

RUNS = 15
LARGEST = 12
LIMIT_MS = 5.0


def best(
    function: Callable[[], object], runs: int = RUNS, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the smallest time of several calls, in milliseconds.

    Args:
        function: the function to call.
        runs: the number of calls.
        clock: returns the current time in seconds; by default the processor time of this process.
    """
    times = []
    for _ in range(runs):
        start = clock()
        function()
        times.append(clock() - start)
    return 1000 * min(times)


def read(net: Layer, shape: Shape) -> Report:
    """Return the report of a network after computing all that it offers."""
    report = analyze(net, shape)
    assert report.rows  # noqa: S101 - makes all that is read
    return report


def totals(net: Layer, shape: Shape) -> tuple[int, int]:
    """Return the parameters and the MACs of a network, which are the figures that users ask for most."""
    report = analyze(net, shape)
    return report.params, report.macs


def main() -> None:
    """Print the times of the slowest networks, the peak of the memory, and the time of one command."""
    rows = []
    for name in architectures.names():
        shape, net = architectures.find(name).input_shape, architectures.build(name)
        figures = [best(partial(each, net, shape)) for each in (analyze, totals, read)]
        rows.append((*figures, best(partial(architectures.build, name)), name))
    print(f"{'network':<22}{'analyze':>9}{'totals':>9}{'all read':>10}{'build':>8}   (ms, least of {RUNS})")
    rows.sort(key=lambda row: row[1], reverse=True)
    for plan, sums, whole, build, name in rows[:LARGEST]:
        print(f"{name:<22}{plan:>9.2f}{sums:>9.2f}{whole:>10.2f}{build:>8.2f}")
    print(f"slowest analyze with totals: {rows[0][1]:.2f} ms; aim {LIMIT_MS:.0f} ms")
    tracemalloc.start()
    read(architectures.build("vgg19"), (3, 224, 224))
    print(f"memory at its peak for VGG-19: {tracemalloc.get_traced_memory()[1] / 2**20:.2f} MiB")
    tracemalloc.stop()
    command = [str(Path(sys.executable).with_name("convref")), "show", "resnet152"]
    run = partial(subprocess.run, command, check=True, capture_output=True)
    whole_process = best(run, 5, time.perf_counter)
    print(f"convref show resnet152, whole process: {whole_process / 1000:.2f} s; aim 0.3 s")


if __name__ == "__main__":
    main()
