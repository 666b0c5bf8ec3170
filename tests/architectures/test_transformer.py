"""Transformers have dropout where the papers do, and weighted layers match a version written by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import convref.torch
from convref import architectures, functional, init

NAMES = ("transformer_encoder", "weighted_transformer_encoder")


@pytest.mark.parametrize(("name", "places"), [(NAMES[0], 1 + 2 * 4), (NAMES[1], 1 + 2 * 1)])
def test_the_dropout_rate_applies_everywhere_in_two_layers(name: str, places: int) -> None:
    model = convref.torch.build(architectures.build(name, layers=2, dropout=0.3))
    dropouts = [each.p for each in model.modules() if isinstance(each, torch.nn.Dropout)]
    weights = [each.dropout for each in model.modules() if isinstance(each, torch.nn.MultiheadAttention)]
    assert [0.3] * places == dropouts + weights


@pytest.mark.parametrize("name", NAMES)
def test_dropout_after_the_positional_encoding_acts_only_in_training(name: str) -> None:
    model = convref.torch.build(architectures.build(name, layers=0, dropout=1.0))
    x = torch.ones(1, 5, 512)
    assert 0 == model.train()(x).abs().sum()
    assert 0 < model.eval()(x).abs().sum()


def test_a_weighted_layer_sums_its_branches_by_two_weights_each() -> None:
    width, branches, length = 12, 3, 5
    net = architectures.build(
        "weighted_transformer_encoder", layers=1, width=width, branches=branches, hidden=6
    )
    rng = np.random.default_rng(0)
    params = {
        key: rng.standard_normal(value.shape) for key, value in init(net, seed=0, dtype=np.float64).items()
    }
    given = rng.standard_normal((2, length, width))
    placed = functional.run(
        architectures.build("weighted_transformer_encoder", layers=0, width=width), {}, given
    )
    own = {key.removeprefix("layers.0."): torch.from_numpy(value) for key, value in params.items()}
    x = torch.from_numpy(placed)
    queries, keys, values = F.linear(x, own["heads.in_proj_weight"], own["heads.in_proj_bias"]).chunk(3, -1)
    total = x
    for index, (q, k, v) in enumerate(
        zip(*(each.chunk(branches, -1) for each in (queries, keys, values)), strict=True)
    ):
        part = {key.removeprefix(f"branch{index}."): value for key, value in own.items()}
        head = F.scaled_dot_product_attention(q, k, v) @ part["out_proj.weight"].T * part["kappa.weight"]
        inside = F.relu(F.linear(head, part["linear1.weight"], part["linear1.bias"]))
        total = total + F.linear(inside, part["linear2.weight"], part["linear2.bias"]) * part["alpha.weight"]
    expected = F.layer_norm(total, (width,), own["norm.weight"], own["norm.bias"])
    np.testing.assert_allclose(functional.run(net, params, given), expected.numpy(), rtol=1e-9, atol=1e-9)


def test_the_two_weights_of_every_branch_start_equal_and_sum_to_one() -> None:
    params = init(architectures.build("weighted_transformer_encoder", layers=1, branches=4), seed=0)
    for kind in ("kappa", "alpha"):
        assert [0.25] * 4 == [float(params[f"layers.0.branch{index}.{kind}.weight"][0]) for index in range(4)]
