"""Heads that only training runs are read as taps; other differences of training are left out."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
import torchvision_models
from torch import nn
from torch.nn import functional as F

import convref.torch
from convref import analyze, architectures, functional
from convref.nn import Conv2d, Graph, Tap, Tapped
from convref.torch import from_torch


def test_torchvision_s_googlenet_reads_with_its_auxiliary_classifiers() -> None:
    shape = (3, 224, 224)
    known = architectures.build("googlenet", aux=True)
    net = from_torch(torchvision_models.build("googlenet", aux_logits=True), shape)
    assert known.parameters() == net.parameters()
    assert known.buffers() == net.buffers()
    reports = [analyze(each, shape) for each in (known, net)]
    assert 1 == len({(report.params, report.macs, report.activations) for report in reports})
    assert 1 == len({report.training_memory().activations for report in reports})


class Outputs(NamedTuple):
    main: torch.Tensor
    side: torch.Tensor | None


class Trains(nn.Module):
    """A body whose training is what a test gives."""

    def __init__(self, training: Callable[[Any, torch.Tensor, torch.Tensor], object]) -> None:
        super().__init__()
        self.stem, self.top = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 2, 3)
        self.aux = nn.Conv2d(4, 4, 1)
        self.head = nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU(), nn.Flatten())
        self.train_outputs = training

    def forward(self, x: torch.Tensor) -> object:
        inner = self.stem(x)
        main = self.top(F.dropout(inner, 0.5, self.training))
        return self.train_outputs(self, main, inner) if self.training else Outputs(main, None)


@torch.inference_mode()
def test_a_head_that_training_runs_is_a_tap_of_that_network() -> None:
    model, x = Trains(lambda m, y, inner: Outputs(y, m.head(inner))).eval(), torch.randn(2, 3, 8, 8)
    del model.aux
    net = from_torch(model, (3, 8, 8))
    assert isinstance(net, Tapped)
    assert [("head", "stem", "training")] == [(name, tap.at, tap.when) for name, tap in net.taps]
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), model(x).main, rtol=1e-4, atol=1e-6)
    built = convref.torch.build(net, state).train()
    torch.testing.assert_close(model.train()(x).side, built(x, taps=True)[1]["head"])


def test_a_head_of_one_layer_is_that_layer() -> None:
    net = from_torch(Trains(lambda m, y, inner: (y, m.aux(inner))), (3, 8, 8))
    assert isinstance(net, Tapped)
    assert (("aux", Tap("stem", Conv2d(4, 4, 1), "training")),) == net.taps


ONLY_THE_BODY = {
    "no further output": lambda _m, y, _inner: y,
    "another body": lambda m, _y, inner: (m.top(m.head[0](inner)), m.aux(inner)),
    "a head on what evaluation has not": lambda m, y, inner: (y, m.aux(torch.relu(inner))),
    "a head of two modules": lambda m, y, inner: (y, m.aux(m.head[0](inner))),
    "a head of one layer, twice": lambda m, y, inner: (y, m.aux(m.aux(inner))),
    "a head that cannot be read": lambda m, y, inner: (y, torch.fft.fft(m.aux(inner))),
}


@pytest.mark.parametrize("what", ONLY_THE_BODY)
def test_what_else_training_does_is_left_out(what: str) -> None:
    net = from_torch(Trains(ONLY_THE_BODY[what]), (3, 8, 8))
    assert isinstance(net, Graph)
    held = {name for name, _ in Trains(ONLY_THE_BODY[what]).named_parameters()}
    assert held == net.parameters().keys()
    assert {"aux", "head.0"} == set(net.unused)
