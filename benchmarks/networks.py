"""Time every registered network on NumPy arrays beside the same network in PyTorch.

Both sides run with the same parameters, on one thread, at inference. The last figure is the geometric mean.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/networks.py [--rounds 3] [--json FILE]

CONVREF_BATCHES sets the numbers of images, "1,8" by default.
"""

from __future__ import annotations

import gc
import math
import os
from functools import partial

import measure
import numpy as np
import torch

from convref import architectures, init
from convref import torch as converted
from convref.functional import run
from convref.nn import Embedding

MEAN_AIM, EACH_AIM = 0.9, 1.5
BATCHES = tuple(map(int, os.environ.get("CONVREF_BATCHES", "1,8").split(",")))


def figures(rounds: int) -> list[measure.Figure]:
    """Return a figure for each network and number of images, and the mean of each number."""
    torch.set_num_threads(1)
    found = []
    for batch in BATCHES:
        section = "networks" if batch == 1 else f"networks, {batch} images"
        these = [network(name, batch, section, rounds) for name in architectures.names()]
        ratio = math.exp(sum(math.log(each.ratio) for each in these) / len(these))
        pair = (ratio * 1.0, 1.0)
        mean = measure.figure(
            section, "geometric mean", "PyTorch", [pair], aim=MEAN_AIM if batch == 1 else None
        )
        found += [*these, mean]
    return found


def network(name: str, batch: int, section: str, rounds: int) -> measure.Figure:
    """Return the figure of one network."""
    net, shape = architectures.build(name), (batch, *architectures.find(name).input_shape)
    params = init(net, seed=0)
    rng = np.random.default_rng(0)
    words = any(isinstance(child.layer, Embedding) for child in net.children)
    x = rng.integers(0, 100, shape) if words else rng.standard_normal(shape, dtype=np.float32)
    module, tensor = converted.build(net, params).eval(), torch.from_numpy(x)
    with torch.inference_mode():
        found = measure.compare(
            section,
            name,
            "PyTorch",
            partial(run, net, params, x),
            partial(module, tensor),
            rounds=rounds,
            aim=EACH_AIM if batch == 1 else None,
        )
    del module, params
    gc.collect()
    return found


if __name__ == "__main__":
    measure.main(__doc__, figures, 3)
