"""Compare the times of the NumPy functions with those of torch, and check the choice of algorithms.

There are three tables: layers with sizes that occur in networks; all algorithms of a convolution for several
kernel sizes, with the one that convref chooses; and VGG-16 on one image of 3 × 224 × 224. convref and torch
are called in turns, and the smallest time of several rounds counts. The ratio is the time of convref divided
by the time of torch; each uses as many threads as it does by default.

    python benchmarks/functional.py [--rounds 5]

On a machine that runs other programs, times with one thread vary less:

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
"""The output channels of the convolutions of VGG-16; 0 for a max pooling layer."""


def least(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the smallest time of each call in milliseconds.

    The functions are called in turns; a first call of each is not measured.

    Args:
        calls: functions without arguments, by name.
        rounds: the number of measured calls of each function.
    """
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
    """Return an array of random float32 numbers with a normal distribution."""
    return RNG.normal(size=shape).astype(np.float32)


def layers(rounds: int) -> None:
    """Print the table of single layers."""
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
    """Print the table of algorithms for several kernel sizes, with the one that convref chooses."""
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
    """Print the times of VGG-16."""
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
    """Print one row of a table: both times in milliseconds and their ratio."""
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
