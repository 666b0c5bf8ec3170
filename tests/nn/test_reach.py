"""What each layer says that its outputs see is where a value that is not a number spreads to."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from layer_cases import PRIMITIVES

from convref import init, nn
from convref.nn import Layer, Reach, Shape
from convref.nn.batch_norm import InstanceNorm
from convref.nn.normalization import LastAxesNorm
from convref.nn.upsample import Resampling
from convref.torch import build

STATISTICS = (nn.GroupNorm, InstanceNorm, LastAxesNorm)
"""Norms, whose statistics of all positions do not count as seeing."""
BORDERS = ("circular", "reflect", "replicate")
"""Padding with values of the input, which counts as seeing as little as padding with zeros."""
CASES = [
    (layer, shape)
    for layer, shape in PRIMITIVES
    if not isinstance(layer, (*STATISTICS, nn.DeformConv2d))
    and not (isinstance(layer, nn.BatchNorm2d) and not layer.track_running_stats)
    and getattr(layer, "padding_mode", getattr(layer, "mode", "")) not in BORDERS
]


def seen(reach: Reach, inputs: int, outputs: int) -> np.ndarray:
    """Which inputs of an axis each output sees, as the layer answers."""
    flags = np.zeros((outputs, inputs), dtype=bool)
    for position in range(outputs):
        turns, index = divmod(position, len(reach.first))
        first, last = (each[index] + turns * reach.step for each in (reach.first, reach.last))
        flags[position, [at for at in range(first, last + 1, reach.dilation) if 0 <= at < inputs]] = True
    return flags


def reached(layer: Layer, shape: Shape, axis: int, along: int) -> np.ndarray:
    """Which inputs of an axis reach each output along another axis, in torch: by gradients or by NaN."""
    params = {name: np.abs(each) + 0.1 for name, each in init(layer, dtype="float64").items()}
    model = build(layer, params)
    rows = []
    for position in range(shape[axis]):
        x = torch.ones(1, *shape, dtype=torch.float64)
        x.select(axis + 1, position).fill_(torch.nan)
        with torch.no_grad():
            y = model(x)
        others = [each for each in range(y.ndim) if each != along + 1]
        rows.append(y.isnan().amax(others).numpy())
    return np.array(rows).T


def by_gradient(layer: Layer, shape: Shape, axis: int, along: int) -> np.ndarray:
    """The same by gradients, for interpolation, which multiplies elements that it does not need by 0."""
    model, rows = build(layer), []
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    y = model(x)
    for position in range(y.shape[along + 1]):
        (gradient,) = torch.autograd.grad(y.select(along + 1, position).sum(), x, retain_graph=True)
        rows.append(
            (gradient.abs() > 1e-12).amax([each for each in range(x.ndim) if each != axis + 1]).numpy()
        )
    return np.array(rows)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=repr)
def test_an_output_sees_the_inputs_that_reach_it(layer: Layer, shape: Shape) -> None:
    output_shape = layer.output_shape(shape)
    ways = by_gradient if isinstance(layer, Resampling) else reached
    for axis, reach in enumerate(layer.reach(shape)):
        if reach is not None:
            expected = ways(layer, shape, axis, reach.axis)
            said = seen(reach, shape[axis], output_shape[reach.axis])
            assert expected.tolist() == said.tolist()
