"""How long `analyze` takes in a warm process, and `convref show` as a whole process.

Four figures for a network: `analyze` itself, which plans shapes and finds what does not fit; with parameters
and MACs read; with every reading, rows, costs, receptive fields and liveness; and building the description.
Each is the least of several runs, in milliseconds, since anything else on the machine only adds to it. No
array is made, whatever the weights' size.
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
    """The least time of several runs, in milliseconds; of the processor, unless the clock is another."""
    times = []
    for _ in range(runs):
        start = clock()
        function()
        times.append(clock() - start)
    return 1000 * min(times)


def read(net: Layer, shape: Shape) -> Report:
    """A report all of whose readings were made."""
    report = analyze(net, shape)
    assert report.rows  # noqa: S101 - makes all that is read
    return report


def totals(net: Layer, shape: Shape) -> tuple[int, int]:
    """What is asked most."""
    report = analyze(net, shape)
    return report.params, report.macs


def main() -> None:
    """Print the slowest networks, and the whole process of one command."""
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
