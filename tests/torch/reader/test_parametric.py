"""Functions on parameters, arithmetic, and in-place changes are read to the same numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from convref import functional
from convref.torch import from_torch

Forward = Callable[[Any, torch.Tensor], object]


class Holds(nn.Module):
    """Modules whose parameters a forward gives to functions."""

    def __init__(self, forward: Forward) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.up = nn.ConvTranspose2d(4, 6, 3, 2, groups=2)
        self.batch, self.group = nn.BatchNorm2d(4), nn.GroupNorm(2, 4)
        self.layer, self.rms, self.prelu = nn.LayerNorm(8), nn.RMSNorm(8), nn.PReLU(4)
        self.relu, self.drop = nn.ReLU(inplace=True), nn.Dropout()
        self.parts = nn.ModuleList([nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1)])
        self.written = forward
        with torch.no_grad():
            for value in self.state_dict().values():
                if value.is_floating_point():
                    value.uniform_(0.3, 1.0)

    def forward(self, x: torch.Tensor) -> object:
        return self.written(self, x)


def batch_norm(m: Any, x: torch.Tensor) -> torch.Tensor:
    norm = m.batch
    return F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias, m.training, eps=0.1)


FUNCTIONS: dict[str, Forward] = {
    "batch norm": batch_norm,
    "batch norm, statistics alone": lambda m, x: F.batch_norm(x, m.batch.running_mean, m.batch.running_var),
    "batch norm of the batch": lambda _, x: F.batch_norm(x, None, None, training=True),
    "group norm": lambda m, x: F.group_norm(x, 2, m.group.weight, m.group.bias),
    "group norm without parameters": lambda _, x: F.group_norm(x, 4, eps=0.1),
    "layer norm without a bias": lambda m, x: F.layer_norm(x, (8,), m.layer.weight),
    "layer norm without parameters": lambda _, x: F.layer_norm(x, (8, 8)),
    "RMS norm": lambda m, x: F.rms_norm(input=x, normalized_shape=(8,), weight=m.rms.weight, eps=0.1),
    "PReLU": lambda m, x: F.prelu(x, m.prelu.weight),
    "transposed convolution": lambda m, x: F.conv_transpose2d(x, m.up.weight, m.up.bias, 2, 1, 1, 2),
    "powers": lambda _, x: F.lp_pool2d(F.relu(x), 2, 3, 2),
    "shrinking": lambda _, x: F.tanhshrink(F.softshrink(F.hardshrink(x, 0.2), 0.1)),
    "thresholds": lambda _, x: F.logsigmoid(F.threshold(x, 0.1, 2.0)),
    "softmin": lambda _, x: F.softmin(x, dim=1),
    "numbers": lambda _, x: (1 - (x * 0.5 + 2) / 3) - 0.25,
    "numbers in place": lambda m, x: m.conv(x).add_(x.size(1)).mul_(-1).div_(2).sub_(1),
    "differences": lambda m, x: -m.conv(x) - torch.sub(x, x.mean((2, 3), keepdim=True)),
    "a sum of Python": lambda m, x: sum(part(x) for part in m.parts),
    "nothing": lambda _, x: x,
}
IN_PLACE: dict[str, Callable[[Any, torch.Tensor], object]] = {
    "the value itself": lambda m, y: (m.relu(y), y),
    "a value that dropout passes": lambda m, y: (F.relu_(m.drop(y)), y),
    "a value that is contiguous": lambda _, y: (y.contiguous().relu_(), y),
    "a copy": lambda _, y: (y.clone().relu_(), y),
    "a sum": lambda _, y: (y.add_(y), y),
    "one part of two": lambda _, y: swapped(*y.chunk(2, 1)),
}


def swapped(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return torch.cat([second, first.relu_()], 1)


@pytest.mark.parametrize("what", FUNCTIONS)
def test_a_function_or_an_operator_is_the_layer_that_does_the_same(what: str) -> None:
    check(Holds(FUNCTIONS[what]))


@pytest.mark.parametrize("what", IN_PLACE)
def test_what_is_changed_in_place_is_seen_changed_by_all_that_show_it(what: str) -> None:
    check(Holds(lambda m, x: IN_PLACE[what](m, m.conv(x))))


@torch.inference_mode()
def check(model: nn.Module) -> None:
    """The description that is read gives the module's outputs on the module's own parameters."""
    x = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    net = from_torch(model, (4, 8, 8))
    names = {**net.parameters(), **net.buffers()}
    state = {name: value.numpy() for name, value in model.state_dict().items() if name in names}
    output, taps = functional.run(net, state, x.numpy(), taps=True)
    expected = model.eval()(x)
    for value, wanted in zip([output, *taps.values()], expected if taps else [expected], strict=True):
        np.testing.assert_allclose(value, wanted.numpy(), rtol=1e-4, atol=1e-5)
