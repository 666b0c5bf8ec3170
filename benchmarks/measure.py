"""Compare two calls by turns, and describe the machine; shared by all benchmarks.

Other programs on the machine change from one second to the next. So a call and its peer are timed one after
the other, and the figure is the ratio of the two, once per round: its median, and the smallest and largest of
the rounds as its spread.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

PACKAGES = ("convref", "numpy", "torch", "torchinfo", "mkdocs", "markdown-exec")


@dataclass(frozen=True)
class Figure:
    """A call of convref beside a peer.

    Attributes:
        section: the part of the report.
        name: what was called.
        peer: what it is compared with.
        ratio: the median over all rounds of convref's time over the peer's.
        least: the smallest ratio of a round.
        most: the largest one.
        seconds: the median time of convref.
        peer_seconds: the median time of the peer.
        rounds: the number of rounds.
        aim: the largest ratio that is aimed at, or None.
        aim_seconds: the longest time that is aimed at, or None.
        met: whether the aims are met; None without one.
    """

    section: str
    name: str
    peer: str
    ratio: float
    least: float
    most: float
    seconds: float
    peer_seconds: float
    rounds: int
    aim: float | None = None
    aim_seconds: float | None = None
    met: bool | None = None


def compare(
    section: str,
    name: str,
    peer: str,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    *,
    rounds: int,
    clock: Callable[[], float] = time.process_time,
    aim: float | None = None,
    aim_seconds: float | None = None,
) -> Figure:
    """Time both calls by turns, after one of each that is not counted.

    The default clock counts the processor's time of this process, which other programs do not add to. It is
    the right one for calls on one thread; on several threads, and for other processes, take perf_counter.
    """
    ours(), theirs()
    pairs = [(timed(ours, clock), timed(theirs, clock)) for _ in range(rounds)]
    return figure(section, name, peer, pairs, aim=aim, aim_seconds=aim_seconds)


def figure(
    section: str,
    name: str,
    peer: str,
    pairs: Iterable[tuple[float, float]],
    *,
    aim: float | None = None,
    aim_seconds: float | None = None,
) -> Figure:
    """Return the figure of paired times, (convref, peer)."""
    times = list(pairs)
    ratios = [ours / theirs for ours, theirs in times]
    ratio, seconds = median(ratios), median(ours for ours, _ in times)
    checks = [ratio <= aim] if aim is not None else []
    checks += [seconds <= aim_seconds] if aim_seconds is not None else []
    return Figure(
        section, name, peer, ratio, min(ratios), max(ratios), seconds, median(theirs for _, theirs in times),
        len(times), aim, aim_seconds, all(checks) if checks else None,
    )  # fmt: skip


def timed(call: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Return the seconds that a call takes by a clock."""
    start = clock()
    call()
    # A clock may be coarser than a short call.
    return max(clock() - start, 1e-9)


def repeated(call: Callable[[], Any], times: int) -> Callable[[], None]:
    """Return a call that makes another one several times, to time calls shorter than the clock can tell."""

    def calls() -> None:
        for _ in range(times):
            call()

    return calls


def processor() -> str:
    """Return the name of the processor from /proc/cpuinfo, or the less exact one that Python reports."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def machine() -> dict[str, Any]:
    """Describe the machine and the versions of what was measured."""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
    }


def main(description: str, figures: Callable[[int], list[Figure]], rounds: int) -> None:
    """Print the figures of a script, and write them as JSON where asked."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args()
    found = figures(options.rounds)
    print(f"{'':<64}{'ms':>10}{'peer':>10}{'ratio':>8}{'spread':>14}  aim")
    for each in found:
        print(line(each))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found]))


def line(each: Figure) -> str:
    """Return a figure as a line of text."""
    spread = f"{each.least:.2f}-{each.most:.2f}"
    times = f"{1000 * each.seconds:>10.2f}{1000 * each.peer_seconds:>10.2f}"
    return f"{each.name:<64}{times}{each.ratio:>8.2f}{spread:>14}  {verdict(each)}"


def verdict(each: Figure) -> str:
    """Return the aims of a figure and whether they are met."""
    aims = [f"{each.aim:g}"] if each.aim is not None else []
    aims += [f"{1000 * each.aim_seconds:g} ms"] if each.aim_seconds is not None else []
    return f"{', '.join(aims)} {'met' if each.met else 'missed'}" if aims else ""
