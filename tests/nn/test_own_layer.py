"""Layers of a package of a user: added by the documented steps, they are read like those of convref."""

from __future__ import annotations

import counting_tools
import numpy as np
import pytest
import torch
from autograd_memory import autograd_keeps
from own_layers import LocallyConnected1d, Maximum, Square

import convref.torch
from convref import analyze, draw, functional, init
from convref.analysis import CONVENTIONS
from convref.analysis.memory import kept_bytes
from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv1d, Flatten, Identity, Linear, ReLU, Sequential, trace

NET = Sequential(
    local=LocallyConnected1d(3, 4, length=9, kernel_size=3),
    act=Square(),
    join=Maximum(Identity(), Conv1d(4, 4, 3, padding=1)),
    relu=ReLU(),
    head=Sequential(Flatten(), Linear(28, 5)),
)
SHAPE = (3, 9)


def test_analyze_reads_shapes_costs_memory_and_receptive_fields() -> None:
    report = analyze(NET, SHAPE)
    assert (5,) == report.output_shape
    assert 7 * 4 * 9 + (4 * 4 * 3 + 4) + (28 * 5 + 5) == report.params
    assert 7 * 4 * 9 + 7 * 4 * 4 * 3 + 28 * 5 == report.macs
    assert 7 * 4 * (1 + 1) == report.cost.muls + report.cost.comparisons - 7 * 4  # ReLU compares as well
    assert 3 * 9 + 7 * 4 + 7 * 4 + 5 == report.activations
    assert (3 + 2,) == report.receptive_field


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_every_convention_counts_what_its_tool_counts(tool: str) -> None:
    model = convref.torch.build(NET, init(NET))
    reported = counting_tools.count(tool, model, torch.rand(1, *SHAPE))
    assert reported == analyze(NET, SHAPE, convention=tool).macs


def test_training_memory_is_what_autograd_keeps() -> None:
    plan = trace(NET, SHAPE, training=True)
    assert autograd_keeps(NET, SHAPE, batch=3) == kept_bytes(plan, 3, 4, "cpu")


def test_numpy_and_torch_give_the_same_output() -> None:
    params = init(NET, seed=1, dtype="float64")
    x = np.random.default_rng(0).standard_normal((2, *SHAPE))
    with torch.no_grad():
        expected = convref.torch.build(NET, params)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(functional.run(NET, params, x), expected, rtol=1e-12, atol=1e-12)


def test_drawn_parameters_keep_the_size_of_signals() -> None:
    layer = LocallyConnected1d(64, 64, length=32, kernel_size=3)
    x = np.maximum(np.random.default_rng(0).standard_normal((8, 64, 32)), 0).astype("float32")
    assert 1 == pytest.approx(np.square(functional.run(layer, init(layer), x)).mean(), rel=0.1)


def test_drawings_show_the_name_of_its_class() -> None:
    figure = draw.network(NET, SHAPE)
    assert (
        "From input 3 × 9 to output 5: LocallyConnected1d 3, 4; Square → "
        "[unchanged | Conv1d 3, 4] Maximum · ReLU → Flatten → Linear, 5."
    ) == figure.alt("en")


def test_its_errors_are_those_of_every_layer() -> None:
    with pytest.raises(ArgumentError, match=r"LocallyConnected1d: length \(=0\) must be at least 1"):
        LocallyConnected1d(3, 4, length=0, kernel_size=3)
    with pytest.raises(
        ShapeError, match=r"^local: in_channels \(=3\) must equal the 4 channels of the input"
    ):
        trace(NET, (4, 9))
