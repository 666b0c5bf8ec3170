"""How long the NumPy functions take beside torch's, and whether the choice of method is right.

Three tables, all from one run, convref and torch by turns, the least of the rounds counting: layers as
networks have them; the methods of a convolution over kernel sizes, with what the rule chooses; and
VGG-16's layers at 3×224×224 one after the other. The ratio is convref's time over torch's, each with as
many threads as it takes by itself.

    python benchmarks/functional.py [--rounds 5]

On a machine that has other work to do, one thread each is the steadier measure:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/functional.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from convref import functional as F
from convref.algorithms import METHODS, choose
from convref.algorithms.plan import plan_convolution

RNG = np.random.default_rng(0)

LAYERS: list[tuple[str, tuple[int, ...], tuple[Any, ...]]] = [
    ("conv2d", (1, 3, 224, 224), ((64, 3, 7, 7), None, 2, 3)),
    ("conv2d", (1, 64, 56, 56), ((64, 64, 3, 3), None, 1, 1)),
    ("conv2d", (1, 512, 14, 14), ((512, 512, 3, 3), None, 1, 1)),
    ("conv2d", (1, 256, 56, 56), ((64, 256, 1, 1),)),
    ("conv2d", (1, 96, 56, 56), ((96, 1, 7, 7), None, 1, 3, 1, 96)),
    ("conv2d", (32, 16, 16, 16), ((32, 16, 3, 3), None, 1, 1)),
    ("conv1d", (8, 64, 1000), ((64, 64, 9),)),
    ("conv3d", (1, 16, 16, 56, 56), ((16, 16, 3, 3, 3), None, 1, 1)),
    ("conv_transpose2d", (1, 64, 28, 28), ((64, 32, 4, 4), None, 2, 1)),
    ("linear", (1, 25088), ((4096, 25088),)),
    ("max_pool2d", (1, 64, 224, 224), (2,)),
    ("max_pool2d", (1, 64, 112, 112), (3, 2, 1)),
    ("avg_pool2d", (1, 64, 112, 112), (3, 2, 1)),
    ("adaptive_avg_pool2d", (1, 512, 14, 14), (7,)),
    ("relu", (1, 64, 224, 224), ()),
    ("gelu", (1, 64, 56, 56), ()),
    ("softmax", (8, 12, 197, 197), (-1,)),
    ("group_norm", (1, 64, 56, 56), (32,)),
    ("local_response_norm", (1, 64, 55, 55), (5,)),
    ("interpolate", (1, 64, 56, 56), ((112, 112), None, "bilinear")),
]

KERNELS = [
    ((1, 1, 256, 256), (1, 1, 3, 3)),
    ((1, 1, 256, 256), (1, 1, 9, 9)),
    ((1, 1, 256, 256), (1, 1, 17, 17)),
    ((1, 1, 256, 256), (1, 1, 65, 65)),
    ((1, 8, 128, 128), (8, 8, 7, 7)),
    ((1, 8, 128, 128), (8, 8, 31, 31)),
    ((1, 64, 32, 32), (64, 64, 15, 15)),
    ((1, 1, 20_000), (1, 1, 33)),
    ((1, 1, 20_000), (1, 1, 501)),
    ((1, 64, 56, 56), (64, 64, 3, 3)),
]

VGG16 = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]
"""Output channels of its convolutions; 0 is a pool."""


def least(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The least milliseconds of each call, which are made by turns after a first one that is not counted."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: min(each) for name, each in times.items()}


def drawn(shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers in single precision."""
    return RNG.normal(size=shape).astype(np.float32)


def layers(rounds: int) -> None:
    """Single layers of networks."""
    print(f"{'layer':<62}{'convref':>10}{'torch':>10}{'ratio':>8}   ms")
    for name, shape, rest in LAYERS:
        weighted = bool(rest) and isinstance(rest[0], tuple) and name.startswith(("conv", "linear"))
        arrays = [drawn(shape), *([drawn(rest[0])] if weighted else [])]
        options = rest[1:] if weighted else rest
        tensors = [torch.from_numpy(x) for x in arrays]
        ours, theirs = getattr(F, name), getattr(torch.nn.functional, name)
        took = least(
            {"convref": partial(ours, *arrays, *options), "torch": partial(theirs, *tensors, *options)},
            rounds,
        )
        report(f"{name} {' '.join(map(str, (shape, *rest)))}", took)


def methods(rounds: int) -> None:
    """The methods over kernel sizes, and what the rule chooses."""
    names = [name for name in METHODS if name != "direct"]
    print("\n" + f"{'convolution':<46}{''.join(f'{name:>10}' for name in (*names, 'torch'))}   ms, chosen")
    for shape, kernel in KERNELS:
        x, weight = drawn(shape), drawn(kernel)
        plan = plan_convolution("conv", shape, kernel)
        calls = {name: partial(METHODS[name], x, weight, plan) for name in names}
        if max(kernel[2:]) > 5:
            del calls["winograd"]
        oracle = getattr(torch.nn.functional, f"conv{len(shape) - 2}d")
        tensors = torch.from_numpy(x), torch.from_numpy(weight)
        took = least({**calls, "torch": partial(oracle, *tensors)}, rounds)
        figures = "".join(
            f"{took[name]:>10.2f}" if name in took else f"{'-':>10}" for name in (*names, "torch")
        )
        print(f"{shape!s:<24}{kernel!s:<22}{figures}   {choose(plan, x, weight)}")


def vgg(rounds: int) -> None:
    """A whole network, layer by layer."""
    weights, channels = [], 3
    for out in VGG16:
        weights.append(drawn((out, channels, 3, 3)) / (3 * channels**0.5) if out else None)
        channels = out or channels
    dense = [drawn((4096, 25088)), drawn((4096, 4096)), drawn((1000, 4096))]
    image = drawn((1, 3, 224, 224))

    def through(module: Any, x: Any, kernels: list[Any], rows: list[Any]) -> Any:
        for kernel in kernels:
            x = (
                module.max_pool2d(x, 2)
                if kernel is None
                else module.relu(module.conv2d(x, kernel, None, 1, 1))
            )
        x = x.reshape(1, -1)
        for each in rows:
            x = module.linear(x, each)
        return x

    def tensors(arrays: list[Any]) -> list[Any]:
        return [None if x is None else torch.from_numpy(x) for x in arrays]

    theirs = (torch.from_numpy(image), tensors(weights), tensors(dense))
    took = least(
        {
            "convref": lambda: through(F, image, weights, dense),
            "torch": lambda: through(torch.nn.functional, *theirs),
        },
        rounds,
    )
    print()
    report("VGG-16, one image of 3x224x224", took)


def report(what: str, took: dict[str, float]) -> None:
    """One line: both times and their ratio."""
    ratio = took["convref"] / took["torch"]
    print(f"{what:<62}{took['convref']:>10.2f}{took['torch']:>10.2f}{ratio:>8.2f}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"NumPy {np.__version__}, torch {torch.__version__} with {torch.get_num_threads()} threads")
    with torch.inference_mode():
        layers(rounds)
        methods(rounds)
        vgg(rounds)


if __name__ == "__main__":
    main()
