"""Time single NumPy functions beside PyTorch's, and the methods of a convolution beside each other.

Both sides run on one thread. The layers are of shapes that networks have. For the methods, the peer of the
method that `choose` picks is the fastest of the others: a ratio above 1 means that the choice was wrong.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/functional.py [--rounds 9] [--json FILE]
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import measure
import numpy as np
import torch

from convref import functional as F
from convref.algorithms import METHODS, choose
from convref.algorithms.plan import plan_convolution

RNG = np.random.default_rng(0)
AIM, CHOICE_AIM = 3.0, 1.25

LAYERS: list[tuple[str, tuple[int, ...], tuple[Any, ...]]] = [
    ("conv2d", (1, 3, 224, 224), ((64, 3, 7, 7), None, 2, 3)),
    ("conv2d", (1, 64, 56, 56), ((64, 64, 3, 3), None, 1, 1)),
    ("conv2d", (1, 512, 14, 14), ((512, 512, 3, 3), None, 1, 1)),
    ("conv2d", (1, 256, 56, 56), ((64, 256, 1, 1),)),
    ("conv2d", (1, 96, 56, 56), ((96, 1, 7, 7), None, 1, 3, 1, 96)),
    ("conv2d", (1, 144, 56, 56), ((144, 1, 3, 3), None, 1, 1, 1, 144)),
    ("conv2d", (32, 16, 16, 16), ((32, 16, 3, 3), None, 1, 1)),
    ("conv1d", (8, 64, 1000), ((64, 64, 9),)),
    ("conv3d", (1, 16, 16, 56, 56), ((16, 16, 3, 3, 3), None, 1, 1)),
    ("conv_transpose2d", (1, 64, 28, 28), ((64, 32, 4, 4), None, 2, 1)),
    ("linear", (1, 25088), ((4096, 25088),)),
    ("linear", (196, 512), ((2048, 512),)),
    ("max_pool2d", (1, 64, 112, 112), (3, 2, 1)),
    ("avg_pool2d", (1, 64, 112, 112), (3, 2, 1)),
    ("adaptive_avg_pool2d", (1, 512, 14, 14), (7,)),
    ("adaptive_avg_pool2d", (1, 512, 14, 14), (1,)),
    ("relu", (1, 64, 224, 224), ()),
    ("gelu", (1, 64, 56, 56), ()),
    ("silu", (1, 64, 56, 56), ()),
    ("hardswish", (1, 64, 56, 56), ()),
    ("softmax", (8, 12, 197, 197), (-1,)),
    ("batch_norm", (1, 256, 56, 56), ((256,), (256,))),
    ("group_norm", (1, 64, 56, 56), (32,)),
    ("layer_norm", (1, 50, 512), ((512,),)),
    ("local_response_norm", (1, 64, 55, 55), (5,)),
    ("interpolate", (1, 64, 56, 56), ((112, 112), None, "bilinear")),
]

KERNELS = [
    ((1, 1, 256, 256), (1, 1, 3, 3), 1),
    ((1, 1, 256, 256), (1, 1, 9, 9), 1),
    ((1, 1, 256, 256), (1, 1, 65, 65), 1),
    ((1, 8, 128, 128), (8, 8, 7, 7), 1),
    ((1, 8, 128, 128), (8, 8, 31, 31), 1),
    ((1, 1, 20_000), (1, 1, 501), 1),
    ((1, 64, 56, 56), (64, 64, 3, 3), 1),
    ((1, 128, 112, 112), (128, 128, 3, 3), 1),
    ((1, 96, 56, 56), (96, 1, 7, 7), 96),
    ((1, 672, 14, 14), (672, 1, 5, 5), 672),
]


def figures(rounds: int) -> list[measure.Figure]:
    """Return a figure for each layer, and one for each choice of a method."""
    torch.set_num_threads(1)
    with torch.inference_mode():
        return [*(layer(*each, rounds) for each in LAYERS), *(choice(*each, rounds) for each in KERNELS)]


def drawn(shape: tuple[int, ...]) -> np.ndarray:
    """Return random numbers in single precision, all positive, as a variance must be."""
    return RNG.uniform(0.1, 1, size=shape).astype(np.float32)


def layer(name: str, shape: tuple[int, ...], rest: tuple[Any, ...], rounds: int) -> measure.Figure:
    """Return the figure of one function; tuples at the start of `rest` are shapes of further arrays."""
    weights = 0
    if name.startswith(("conv", "linear", "batch_norm")):
        weights = next((i for i, each in enumerate(rest) if not isinstance(each, tuple)), len(rest))
    arrays = [drawn(shape), *(drawn(each) for each in rest[:weights])]
    options = rest[weights:]
    ours, theirs = getattr(F, name), getattr(torch.nn.functional, name)
    return measure.compare(
        "functions",
        f"{name} {' '.join(map(str, (shape, *rest)))}",
        "PyTorch",
        partial(ours, *arrays, *options),
        partial(theirs, *map(torch.from_numpy, arrays), *options),
        rounds=rounds,
        aim=AIM,
    )


def choice(shape: tuple[int, ...], kernel: tuple[int, ...], groups: int, rounds: int) -> measure.Figure:
    """Return the figure of the method that is chosen beside the fastest of the others."""
    x, weight = drawn(shape), drawn(kernel)
    plan = plan_convolution("conv", shape, kernel, groups=groups)
    able = [name for name in METHODS if name not in {"direct", "strassen"}]
    if max(kernel[2:]) > 7:
        able.remove("winograd")
    calls = {name: partial(METHODS[name], x, weight, plan) for name in able}
    chosen = choose(plan, x, weight)
    quickest = min(
        (name for name in able if name != chosen),
        key=lambda name: min(measure.timed(calls[name], time.process_time) for _ in range(2)),
    )
    return measure.compare(
        "methods",
        f"{chosen}: {shape} by {kernel}",
        quickest,
        calls[chosen],
        calls[quickest],
        rounds=rounds,
        aim=CHOICE_AIM,
    )


if __name__ == "__main__":
    measure.main(__doc__, figures, 9)
