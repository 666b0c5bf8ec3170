"""Time `analyze` beside torchinfo, and the start of convref beside the start of Python.

No array is made by `analyze`, whatever the weights' size; torchinfo builds the module on its "meta" device,
and runs it. For the starts, the peer is Python's interpreter with nothing to do.

    python benchmarks/analyze.py [--rounds 9] [--json FILE]
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import measure
import torch
import torchinfo

from convref import analyze, architectures
from convref import torch as converted
from convref.analysis import sweep
from convref.architectures.parts import BASIC_CHANNELS, resnet
from convref.nn import Layer, Shape
from convref.nn.blocks import basic_block

NAMES = ("vgg16", "resnet18", "resnet152", "densenet201", "mobilenet_v2", "inception_v3")
TOTALS_AIM = BUILD_AIM = 2e-3
SWEEP_AIM = 1 / 300
IMPORT_AIM, HELP_AIM, SHOW_AIM = 0.05, 0.1, 0.3
CALLS = 10


def figures(rounds: int) -> list[measure.Figure]:
    """Return the figures of totals, of building descriptions, of a sweep and of starts."""
    found = []
    for name in NAMES:
        shape, net = architectures.find(name).input_shape, architectures.build(name)
        peer = partial(summary, net, shape)
        # A description keeps its last plan, so each call takes a description that was never analyzed.
        nets = iter([architectures.build(name) for _ in range(1 + rounds * CALLS)])
        found.append(
            calls(
                "analysis",
                f"totals of {name}",
                peer,
                partial(totals_of_next, nets, shape),
                rounds=rounds,
                aim=TOTALS_AIM,
            )
        )
        build = partial(architectures.build, name)
        found.append(
            calls(
                "analysis",
                f"description of {name}",
                partial(described, name),
                build,
                rounds=rounds,
                aim=BUILD_AIM,
            )
        )
    found.append(swept(rounds))
    bare = partial(process, "-c", "pass")
    command = str(Path(sys.executable).with_name("convref"))
    for name, aim, arguments in (
        ("import convref", IMPORT_AIM, ("-c", "import convref")),
        ("convref --help", HELP_AIM, (command, "--help")),
        ("convref show resnet152", SHOW_AIM, (command, "show", "resnet152")),
    ):
        ours = partial(process, *arguments)
        pairs = [
            (measure.timed(ours, time.perf_counter), measure.timed(bare, time.perf_counter))
            for _ in range(rounds)
        ]
        # The interpreter's own start is the peer's time, and no part of what is aimed at.
        found.append(
            measure.figure("start", name, "python -c pass", pairs, aim_seconds=aim + min(b for _, b in pairs))
        )
    return found


def calls(
    section: str,
    name: str,
    peer: Callable[[], object],
    ours: Callable[[], object],
    *,
    rounds: int,
    aim: float,
) -> measure.Figure:
    """Return the figure of a call that is too short for the clock, beside one of torchinfo."""
    ours(), peer()
    pairs = [
        (measure.timed(measure.repeated(ours, CALLS), time.process_time) / CALLS,
         measure.timed(peer, time.process_time))
        for _ in range(rounds)
    ]  # fmt: skip
    return measure.figure(section, name, "torchinfo", pairs, aim_seconds=aim)


def totals_of_next(nets: Iterator[Layer], shape: Shape) -> tuple[int, int]:
    """Return the parameters and MACs of the next network."""
    report = analyze(next(nets), shape)
    return report.params, report.macs


def summary(net: Layer, shape: Shape) -> None:
    """Let torchinfo count the same."""
    with torch.device("meta"):
        module = converted.build(net)
    torchinfo.summary(module, (1, *shape), verbose=0, device="meta")


def described(name: str) -> None:
    """Build the module without memory for its weights, as a peer of building the description."""
    with torch.device("meta"):
        converted.build(architectures.build(name))


def swept(rounds: int) -> measure.Figure:
    """Return the time per network of a sweep over networks of the size of ResNet-18."""

    def build(num_classes: int) -> Layer:
        return resnet(basic_block, BASIC_CHANNELS, (2, 2, 2, 2), num_classes)

    classes = tuple(range(1, 101))
    found = measure.compare(
        "analysis",
        "a network of a sweep",
        "torchinfo",
        lambda: sweep(build, (3, 224, 224), num_classes=classes).table(),
        lambda: summary(build(1000), (3, 224, 224)),
        rounds=rounds,
    )
    pair = (found.seconds / len(classes), found.peer_seconds)
    return measure.figure("analysis", found.name, found.peer, [pair] * rounds, aim_seconds=SWEEP_AIM)


def process(*arguments: str) -> None:
    """Run Python with arguments."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    measure.main(__doc__, figures, 9)
