"""Receptive fields: the recursion against brute force over what inputs reach an output."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import analyze, architectures
from convref.analysis import Field, receptive_fields
from convref.analysis.receptive_field import last_fields
from convref.nn import (
    AdaptiveAvgPool2d,
    Conv1d,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    LayerNorm,
    Linear,
    Permute,
    Product,
    ResizeLike,
    Sequential,
    Sum,
    Upsample,
    trace,
)
from convref.nn.blocks import squeeze_excitation
from convref.torch import build

WINDOWS = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3))


@settings(max_examples=40, deadline=None)
@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_the_field_of_a_stack_is_what_gradients_reach(windows: list[tuple[int, int, int, int]]) -> None:
    net = Sequential(*[Conv1d(1, 1, k, stride=s, padding=p, dilation=d) for k, s, p, d in windows])
    plan = trace(net, (1, 400))
    (field,) = receptive_fields(plan)[-1]
    model = build(net)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    x = torch.zeros(1, 1, 400, requires_grad=True)
    position = plan.output_shape[1] // 2
    model(x)[0, 0, position].backward()
    reached = torch.nonzero(x.grad[0, 0]).flatten().tolist()
    first = field.start + position * field.stride
    assert (first, first + field.size - 1) == (reached[0], reached[-1])


def test_branches_see_from_the_earliest_start_to_the_latest_end() -> None:
    net = Sum(small=Conv2d(1, 1, 3, padding=1), large=Conv2d(1, 1, 5, padding=2), none=Identity())
    assert (Field(5, 1, -2),) * 2 == receptive_fields(trace(net, (1, 9, 9)))[-1]


def test_what_comes_after_flattening_has_seen_every_position() -> None:
    net = Sequential(Conv2d(1, 1, 3, stride=2), Flatten(), Linear(16, 4))
    fields = receptive_fields(trace(net, (1, 9, 9)))
    assert [(Field(9, 0, 0),) * 2] * 2 == fields[-2:]


@pytest.mark.parametrize("size", [7, 8, 9])
@pytest.mark.parametrize("out", [1, 2, 3, 7])
def test_an_adaptive_pool_s_window_is_its_largest(size: int, out: int) -> None:
    (field, _) = receptive_fields(trace(AdaptiveAvgPool2d(out), (1, size, size)))[-1]
    largest = max(-(-(i + 1) * size // out) - i * size // out for i in range(out))
    assert largest == field.size


@pytest.mark.parametrize(
    ("name", "size", "last"), [("vgg16", 212, "features.30"), ("alexnet", 195, "features.12")]
)
def test_published_fields_are_met(name: str, size: int, last: str) -> None:
    """Araujo, Norris and Sim, 2019, table 1."""
    report = analyze(architectures.build(name), (3, 224, 224))
    assert [size] == [row.fields[0].size for row in report.rows if row.name == last]


def se_stack(blocks: int) -> Layer:
    blocks_with_gates = [
        Sequential(Conv2d(4, 4, 3, padding=1), squeeze_excitation(4, 2)) for _ in range(blocks)
    ]
    return Sequential(Conv2d(1, 4, 3, padding=1), *blocks_with_gates, Conv2d(4, 1, 3, stride=2))


@pytest.mark.parametrize("blocks", [1, 2, 5])
def test_behind_a_gate_of_the_whole_map_every_place_sees_the_input_once(blocks: int) -> None:
    """The field reaches over the input by the padding before the first gate, whatever comes after it."""
    assert (Field(9 + 4, 0, -2),) * 2 == receptive_fields(trace(se_stack(blocks), (1, 9, 9)))[-1]


def test_gradients_reach_all_that_a_gate_averages() -> None:
    model = build(Sequential(Product(value=Identity(), gate=AdaptiveAvgPool2d(1)), Conv2d(1, 1, 3)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    x = torch.ones(1, 1, 9, 9, requires_grad=True)
    model(x)[0, 0, 0, 0].backward()
    assert 81 == torch.count_nonzero(x.grad)


@pytest.mark.parametrize(
    "name", ["se_resnet50", "efficientnet_b0", "mobilenet_v3_small", "deeplabv3_resnet50"]
)
def test_networks_with_gates_or_pooled_images_see_all(name: str) -> None:
    report = analyze(architectures.build(name), (3, 224, 224))
    assert report.sees_all
    assert all(224 <= size < 2 * 224 + 427 for size in report.receptive_field)


def test_one_place_spread_over_a_map_sees_what_it_saw() -> None:
    pooled = Sequential(AdaptiveAvgPool2d(1), Upsample(scale_factor=9, mode="bilinear"))
    for net in (pooled, ResizeLike(AdaptiveAvgPool2d(1))):
        assert (Field(9, 0, 0),) * 2 == receptive_fields(trace(net, (1, 9, 9)))[-1]


def test_a_gate_of_less_than_the_input_adds_to_what_is_seen() -> None:
    cut = Sequential(Conv2d(1, 1, 3), AdaptiveAvgPool2d(1))  # sees all but what a stride leaves over
    net = Product(value=Conv2d(1, 1, 3, stride=2), gate=cut)
    (field, _) = receptive_fields(trace(net, (1, 10, 10)))[-1]
    assert (10, 0) == (field.size, field.stride)


def test_places_are_found_where_channels_come_last() -> None:
    """ConvNeXt's blocks: the norm and the linear layers take (H, W, C); two 7 x 7 windows make 13."""
    block = Sequential(Permute((0, 2, 3, 1)), LayerNorm(4), Linear(4, 4), Permute((0, 3, 1, 2)))
    conv = Conv2d(4, 4, 7, padding=3, groups=4)
    net = Sequential(conv, block, conv, AdaptiveAvgPool2d(1), Permute((0, 2, 3, 1)), LayerNorm(4))
    assert (Field(13, 1, -6),) * 2 == last_fields(trace(net, (4, 32, 32)))


def test_a_linear_layer_along_places_mixes_them() -> None:
    net = Sequential(Conv1d(4, 4, 3), Linear(8, 8))  # (4, 8): the last axis is of places
    assert (Field(10, 0, 0),) == receptive_fields(trace(net, (4, 10)))[-1]


def test_a_sequence_with_channels_last_has_its_places_on_the_first_axis() -> None:
    net = Sequential(Linear(4, 6), Permute((0, 2, 1)), Conv1d(6, 6, 3))
    assert [1, 1, 1, 3] == [field.size for (field,) in receptive_fields(trace(net, (10, 4)))]


def test_the_last_fields_are_those_before_the_last_pool() -> None:
    report = analyze(architectures.build("convnext_tiny"), (3, 224, 224))
    stem, downsamplings = 4, 4 * 1 + 8 * 1 + 16 * 1
    blocks = 6 * (3 * 4 + 3 * 8 + 9 * 16 + 3 * 32)
    assert (stem + downsamplings + blocks,) * 2 == report.receptive_field
