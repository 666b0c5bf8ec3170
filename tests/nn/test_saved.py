"""What each layer says that training keeps is what PyTorch's autograd keeps, on the CPU."""

from __future__ import annotations

import pytest
from autograd_memory import autograd_keeps
from layer_cases import COMBINATORS, PRIMITIVES

from convref import nn
from convref.analysis.memory import kept_bytes
from convref.nn import Layer, Shape, trace

BATCH = 3
VARYING = (nn.AttentionHeads, nn.DeformConv2d, nn.MultiheadAttention, nn.RestrictedSelfAttention)
"""Layers that keep what the chosen kernel keeps, or whose module here is composed of slower parts."""
CASES = [case for case in (*PRIMITIVES, *COMBINATORS) if not isinstance(case[0], VARYING)]


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=repr)
def test_training_on_the_cpu_keeps_what_autograd_keeps(layer: Layer, shape: Shape) -> None:
    plan = trace(layer, shape, training=True)
    hint = (
        f"{type(layer).__name__}.saved must return what autograd keeps: 4 bytes per element, {BATCH} inputs"
    )
    assert autograd_keeps(layer, shape, BATCH, inner=True) == kept_bytes(plan, BATCH, 4, "cpu"), hint
