"""The networks that use an operator are found from their plans."""

from __future__ import annotations

from convref import architectures
from convref.catalog.uses import (
    both,
    either,
    followed,
    gated_by_means,
    gates_positions,
    has,
    is_column,
    is_depthwise,
    is_dilated,
    is_grouped,
    is_pointwise,
    is_row,
    is_small,
    networks_using,
    over_whole_input,
    to_one_position,
)
from convref.nn import (
    GLU,
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Identity,
    Layer,
    Product,
    ReLU,
    Sequential,
    Sum,
    trace,
)
from convref.nn.blocks import gated_conv2d, squeeze_excitation
from convref.nn.trace import Plan

SEPARABLE = followed(is_depthwise, is_pointwise)


def plan(*layers: Layer) -> Plan:
    return trace(Sequential(*layers), (8, 9, 9))


def test_a_join_counts_as_a_layer_of_its_kind() -> None:
    assert has(Sum)(plan(Sum(Identity(), ReLU())))
    assert not has(Sum)(plan(ReLU()))


def test_in_place_layers_may_come_between_two_layers() -> None:
    assert SEPARABLE(plan(Conv2d(8, 8, 3, groups=8), BatchNorm2d(8), ReLU(), Conv2d(8, 4, 1)))


def test_another_convolution_may_not_come_between_two_layers() -> None:
    assert not SEPARABLE(plan(Conv2d(8, 8, 3, groups=8), Conv2d(8, 8, 3), Conv2d(8, 4, 1)))


def test_the_order_counts() -> None:
    assert not SEPARABLE(plan(Conv2d(8, 8, 1), Conv2d(8, 8, 3, groups=8)))


def test_a_branch_is_seen_through_its_join() -> None:
    assert SEPARABLE(plan(Sum(Conv2d(8, 8, 3, padding=1, groups=8), Identity()), Conv2d(8, 8, 1)))


def test_one_channel_is_not_depthwise() -> None:
    assert [False, True] == [is_depthwise(Conv2d(channels, 8, 3, groups=channels)) for channels in (1, 8)]


def test_groups_are_not_pointwise() -> None:
    assert [True, False, False] == list(
        map(is_pointwise, (Conv2d(8, 8, 1), Conv2d(8, 8, 1, groups=2), Conv2d(8, 8, 3)))
    )


def test_a_group_for_each_channel_is_not_grouped_but_depthwise() -> None:
    assert [False, True, False] == [is_grouped(Conv2d(8, 8, 3, groups=groups)) for groups in (1, 2, 8)]


def test_a_kernel_over_the_whole_input_leaves_one_position() -> None:
    whole = over_whole_input(is_depthwise)
    layers = (
        Conv2d(8, 8, 9, groups=8),
        Conv2d(8, 8, 9, padding=4, groups=8),
        Conv2d(8, 8, 7, groups=8),
        Conv2d(8, 8, 9),
    )
    assert [True, False, False, False] == [whole(plan(layer)) for layer in layers]


def test_on_an_input_of_one_position_no_kernel_counts_as_global() -> None:
    assert not over_whole_input(is_pointwise)(plan(Conv2d(8, 8, 9), Conv2d(8, 4, 1)))


def test_a_sequence_may_have_any_number_of_layers() -> None:
    down, right = Conv2d(8, 8, (3, 1), groups=8), Conv2d(8, 8, (1, 3), groups=8)
    chain = followed(is_pointwise, both(is_depthwise, is_column), both(is_depthwise, is_row))
    assert [True, False, False] == [
        chain(plan(*layers))
        for layers in (
            (Conv2d(8, 8, 1), down, ReLU(), right),
            (Conv2d(8, 8, 1), right, down),
            (down, right),
        )
    ]


def test_one_of_several_uses_is_enough() -> None:
    uses = either(has(Sum), has(BatchNorm2d))
    assert [True, False] == [uses(plan(layer)) for layer in (BatchNorm2d(8), ReLU())]


def test_a_dilation_along_one_axis_is_enough() -> None:
    assert [True, False] == [is_dilated(Conv2d(8, 8, 3, dilation=each)) for each in ((1, 2), 1)]


def test_a_small_kernel_is_three_by_three_whole_and_of_stride_one() -> None:
    others = (Conv2d(8, 8, 3, stride=2), Conv2d(8, 8, 3, groups=2), Conv2d(8, 8, 3, dilation=2), ReLU())
    assert is_small(Conv2d(8, 4, 3, padding=1))
    assert [False] * 4 == list(map(is_small, others))


def test_columns_and_rows_span_one_axis() -> None:
    layers = (Conv2d(8, 8, (3, 1)), Conv2d(8, 8, (1, 3)), Conv2d(8, 8, 3), Conv2d(8, 8, 1))
    assert [True, False, False, False] == list(map(is_column, layers))
    assert [False, True, False, False] == list(map(is_row, layers))


def test_a_gate_per_position_differs_from_a_gate_per_channel() -> None:
    layers = (GLU(dim=1), gated_conv2d(8, 8, 3), squeeze_excitation(8, 2))
    assert [True, True, False] == [gates_positions(plan(layer)) for layer in layers]


def test_global_pooling_reduces_several_positions_to_one() -> None:
    uses = to_one_position(AdaptiveAvgPool2d)
    assert [True, False] == [uses(plan(AdaptiveAvgPool2d(size))) for size in (1, 3)]
    assert not uses(trace(AdaptiveAvgPool2d(1), (8, 1, 1)))


def test_a_gate_computed_from_means_is_squeeze_and_excitation() -> None:
    assert gated_by_means(plan(squeeze_excitation(8, 2)))


def test_a_gate_computed_from_a_feature_map_is_not_squeeze_and_excitation() -> None:
    assert not gated_by_means(plan(Product(Conv2d(8, 8, 1), Identity())))
    late = Sequential(AdaptiveAvgPool2d(1), Conv2d(8, 8, 9, padding=8))
    assert not gated_by_means(plan(Product(late, Identity())))


def test_networks_that_use_an_operator_are_listed_by_family() -> None:
    found = networks_using(SEPARABLE)
    assert "shufflenet_v1" in architectures.names()
    assert "shufflenet_v1" not in found["shufflenet"]
    assert "shufflenet_v2_x0_5" in found["shufflenet"]
    assert "vgg" not in found
