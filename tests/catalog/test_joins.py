"""Relations between branches are found in plans."""

from __future__ import annotations

from convref.catalog.joins import (
    joined,
    sees_several_dilations,
    sees_several_sizes,
    takes_own_input,
    takes_scaled,
)
from convref.catalog.uses import is_spatial, narrows, widens
from convref.nn import Concat, Conv2d, Identity, Layer, ReLU, Sequential, Sum, trace
from convref.nn.blocks import aspp, basic_block, dense_layer, inception_module, weighted_sum
from convref.nn.trace import Plan


def plan(*layers: Layer) -> Plan:
    return trace(Sequential(*layers), (8, 9, 9))


def test_a_shortcut_is_what_the_other_branch_is_made_of() -> None:
    uses = joined(Sum, takes_own_input)
    side_by_side = Sum(Conv2d(8, 8, 1), Conv2d(8, 8, 1))
    assert [True, False, False] == [
        uses(plan(layer)) for layer in (basic_block(8, 8), basic_block(8, 16, 2), side_by_side)
    ]


def test_two_equal_branches_are_no_shortcut() -> None:
    assert not joined(Sum, takes_own_input)(plan(ReLU(), Sum(Identity(), Identity())))


def test_a_concatenation_may_read_its_own_input_too() -> None:
    uses = joined(Concat, takes_own_input)
    assert [True, False] == [uses(plan(layer)) for layer in (dense_layer(8, 4), aspp(8, 4, (1, 2, 3)))]


def test_several_sizes_are_not_several_dilations() -> None:
    layers = (inception_module(8, 4, (2, 4), (2, 4), 4), aspp(8, 4, (1, 2, 3)))
    assert [True, False] == [joined(Concat, sees_several_sizes)(plan(layer)) for layer in layers]
    assert [False, True] == [joined(Concat, sees_several_dilations)(plan(layer)) for layer in layers]


def test_a_learnt_factor_is_found_at_the_end_of_a_branch() -> None:
    layers = (weighted_sum(Identity(), ReLU()), Sum(Identity(), ReLU()))
    assert [True, False] == [joined(Sum, takes_scaled)(plan(layer)) for layer in layers]


def test_pointwise_convolutions_narrow_or_widen() -> None:
    layers = (Conv2d(8, 4, 1), Conv2d(8, 16, 1), Conv2d(8, 8, 1), Conv2d(8, 4, 3), ReLU())
    assert [True, False, False, False, False] == list(map(narrows, layers))
    assert [False, True, False, False, False] == list(map(widens, layers))
    assert [False, False, False, True, False] == list(map(is_spatial, layers))
