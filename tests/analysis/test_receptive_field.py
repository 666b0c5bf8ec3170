"""Receptive fields: the recursion against brute force over what inputs reach an output."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from convref import analyze, architectures
from convref.analysis import Field, receptive_fields, side_by_side, sights
from convref.analysis.receptive_field import _all_seen, last_fields
from convref.errors import ShapeError
from convref.nn import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Flatten,
    Identity,
    Layer,
    LayerNorm,
    Linear,
    Permute,
    PixelShuffle,
    PixelUnshuffle,
    Product,
    Reach,
    ResizeLike,
    Sequential,
    Softmax,
    Sum,
    Upsample,
    trace,
)
from convref.nn.blocks import squeeze_excitation
from convref.torch import build

LENGTH = 60
CONVOLUTIONS = st.builds(
    lambda k, s, p, d: Conv1d(1, 1, k, stride=s, padding=p, dilation=d),
    *(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3)),
)
TRANSPOSED = st.builds(
    lambda k, s, d: ConvTranspose1d(1, 1, k, stride=s, dilation=d),
    *(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)),
)
UPSAMPLINGS = st.builds(
    Upsample, scale_factor=st.sampled_from([2, 3, 1.5]), mode=st.sampled_from(["nearest", "linear"])
)
POOLS = st.builds(AdaptiveAvgPool1d, st.integers(3, 12))


def sight_of(layers: Sequence[Layer], length: int) -> sights.Sight:
    """Return what the positions of a stack's output depend on, for an input of a length."""
    seen = _all_seen(trace(Sequential(*layers), (1, length)))[-1]
    assert seen is not None
    (sight,) = seen.sights
    assert sight is not None
    return sight


@settings(max_examples=60, deadline=None)
@example([Conv1d(1, 1, 1, 2, 1), Upsample(scale_factor=1.5), ConvTranspose1d(1, 1, 2, dilation=2)])
@given(st.lists(st.one_of(CONVOLUTIONS, TRANSPOSED, UPSAMPLINGS, POOLS), min_size=1, max_size=4))
def test_the_field_of_every_position_of_a_stack_is_what_gradients_reach(layers: list[Layer]) -> None:
    net = Sequential(*layers)
    try:
        lengths = [LENGTH, *(step.output_shape[-1] for step in trace(net, (1, LENGTH)).steps)]
    except ShapeError:
        assume(False)
    # What a position depends on in the input and in each value on the way, with the length of that value.
    on_the_way = [(sight_of(layers[n:], lengths[n]), lengths[n]) for n in range(len(layers))]
    sight, _ = on_the_way[0]
    model = build(net).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    x = torch.ones(1, 1, LENGTH, dtype=torch.float64, requires_grad=True)
    y = model(x)[0, 0]
    for position in {*range(0, len(y), max(1, len(y) // 20)), len(y) - 1}:
        (gradient,) = torch.autograd.grad(y[position], x, retain_graph=True)
        reached = torch.nonzero(gradient[0, 0] > 1e-12).flatten().tolist()
        first, last = sight.at(position)
        read = [(*each.at(position), length) for each, length in on_the_way]
        if all(0 <= begin <= end < length for begin, end, length in read):
            assert (first, last) == (reached[0], reached[-1])
        elif reached:  # cut off by a border of the input, or of a value on the way
            assert first <= reached[0] <= reached[-1] <= last


def test_branches_see_from_the_earliest_start_to_the_latest_end() -> None:
    net = Sum(small=Conv2d(1, 1, 3, padding=1), large=Conv2d(1, 1, 5, padding=2), none=Identity())
    assert (Field(5, 1, -2),) * 2 == receptive_fields(trace(net, (1, 9, 9)))[-1]


def test_layers_after_a_flatten_see_every_position() -> None:
    net = Sequential(Conv2d(1, 1, 3, stride=2), Flatten(), Linear(16, 4))
    fields = receptive_fields(trace(net, (1, 9, 9)))
    assert [(Field(9, 0, 0),) * 2] * 2 == fields[-2:]


@pytest.mark.parametrize("size", [7, 8, 9])
@pytest.mark.parametrize("out", [1, 2, 3, 7])
def test_the_field_of_an_adaptive_pool_is_its_largest_window(size: int, out: int) -> None:
    (field, _) = receptive_fields(trace(AdaptiveAvgPool2d(out), (1, size, size)))[-1]
    largest = max(-(-(i + 1) * size // out) - i * size // out for i in range(out))
    assert largest == field.size


@pytest.mark.parametrize(
    ("name", "size", "last"), [("vgg16", 212, "features.30"), ("alexnet", 195, "features.12")]
)
def test_fields_are_the_published_ones(name: str, size: int, last: str) -> None:
    """Araujo, Norris and Sim, 2019, table 1."""
    report = analyze(architectures.build(name), (3, 224, 224))
    assert [size] == [row.fields[0].size for row in report.rows if row.name == last]


def se_stack(blocks: int) -> Layer:
    blocks_with_gates = [
        Sequential(Conv2d(4, 4, 3, padding=1), squeeze_excitation(4, 2)) for _ in range(blocks)
    ]
    return Sequential(Conv2d(1, 4, 3, padding=1), *blocks_with_gates, Conv2d(4, 1, 3, stride=2))


@pytest.mark.parametrize("blocks", [1, 2, 5])
def test_behind_a_global_gate_every_position_sees_the_input_and_no_more(blocks: int) -> None:
    """The field reaches over the input by the padding before the first gate, whatever comes after it."""
    assert (Field(9 + 4, 0, -2),) * 2 == receptive_fields(trace(se_stack(blocks), (1, 9, 9)))[-1]


def test_gradients_reach_all_elements_that_a_gate_averages() -> None:
    model = build(Sequential(Product(value=Identity(), gate=AdaptiveAvgPool2d(1)), Conv2d(1, 1, 3)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    x = torch.ones(1, 1, 9, 9, requires_grad=True)
    model(x)[0, 0, 0, 0].backward()
    assert x.grad is not None
    assert 81 == torch.count_nonzero(x.grad)


@pytest.mark.parametrize(
    "name", ["se_resnet50", "efficientnet_b0", "mobilenet_v3_small", "deeplabv3_resnet50"]
)
def test_networks_with_global_gates_or_pooling_branches_see_the_whole_input(name: str) -> None:
    report = analyze(architectures.build(name), (3, 224, 224))
    assert report.sees_all
    assert all(224 <= size < 2 * 224 + 427 for size in report.receptive_field)


def test_one_position_spread_over_a_feature_map_keeps_its_field() -> None:
    pooled = Sequential(AdaptiveAvgPool2d(1), Upsample(scale_factor=9, mode="bilinear"))
    for net in (pooled, ResizeLike(AdaptiveAvgPool2d(1))):
        assert (Field(9, 0, 0),) * 2 == receptive_fields(trace(net, (1, 9, 9)))[-1]


def test_a_gate_that_sees_less_than_the_input_widens_the_field() -> None:
    cut = Sequential(Conv2d(1, 1, 3), AdaptiveAvgPool2d(1))  # sees all but what a stride leaves over
    net = Product(value=Conv2d(1, 1, 3, stride=2), gate=cut)
    (field, _) = receptive_fields(trace(net, (1, 10, 10)))[-1]
    assert (10, 0) == (field.size, field.stride)


def test_positions_are_tracked_through_layers_with_channels_last() -> None:
    """ConvNeXt's blocks: the norm and the linear layers take (H, W, C); two 7 x 7 windows make 13."""
    block = Sequential(Permute((0, 2, 3, 1)), LayerNorm(4), Linear(4, 4), Permute((0, 3, 1, 2)))
    conv = Conv2d(4, 4, 7, padding=3, groups=4)
    net = Sequential(conv, block, conv, AdaptiveAvgPool2d(1), Permute((0, 2, 3, 1)), LayerNorm(4))
    assert (Field(13, 1, -6),) * 2 == last_fields(trace(net, (4, 32, 32)))


def test_a_linear_layer_along_positions_mixes_them() -> None:
    net = Sequential(Conv1d(4, 4, 3), Linear(8, 8))  # (4, 8): the last axis is of places
    assert (Field(10, 0, 0),) == receptive_fields(trace(net, (4, 10)))[-1]


def test_a_sequence_with_channels_last_has_its_positions_on_the_first_axis() -> None:
    net = Sequential(Linear(4, 6), Permute((0, 2, 1)), Conv1d(6, 6, 3))
    assert [1, 1, 1, 3] == [field.size for (field,) in receptive_fields(trace(net, (10, 4)))]


def test_the_last_fields_are_those_before_the_last_pool() -> None:
    report = analyze(architectures.build("convnext_tiny"), (3, 224, 224))
    stem, downsamplings = 4, 4 * 1 + 8 * 1 + 16 * 1
    blocks = 6 * (3 * 4 + 3 * 8 + 9 * 16 + 3 * 32)
    assert (stem + downsamplings + blocks,) * 2 == report.receptive_field


def test_pixels_shuffled_into_space_lie_a_fraction_apart() -> None:
    shuffled = Sequential(PixelShuffle(2), Conv2d(1, 1, 3, padding=1))
    assert (Field(2, Fraction(1, 2), -1),) * 2 == receptive_fields(trace(shuffled, (4, 6, 6)))[-1]
    stacked = Sequential(PixelUnshuffle(2), Conv2d(4, 1, 3, padding=1))
    assert (Field(6, 2, -2),) * 2 == receptive_fields(trace(stacked, (1, 8, 8)))[-1]


def test_a_softmax_over_positions_mixes_them_and_one_over_channels_does_not() -> None:
    fields = [receptive_fields(trace(Softmax(dim), (4, 9)))[-1] for dim in (1, 2)]
    assert [(Field(1, 1, 0),), (Field(9, 0, 0),)] == fields


def test_positions_between_the_elements_that_a_sparse_kernel_spreads_see_nothing() -> None:
    (field,) = receptive_fields(trace(ConvTranspose1d(1, 1, 1, stride=3), (1, 5)))[-1]
    assert (1, 0) == (field.size, field.smallest)


def test_a_table_shows_the_range_of_a_field_that_depends_on_the_position() -> None:
    net = Sequential(up=ConvTranspose1d(1, 1, 3, stride=2), conv=Conv1d(1, 1, 1))
    report = analyze(net, (1, 9))
    assert ((2,), ((1, 2),)) == (report.receptive_field, report.receptive_extent)
    table = report.table("receptive_field")
    assert [["1"], ["1–2"], ["1–2"]] == table.texts()
    assert ["1", "1-2", "1-2"] == table.to_csv().splitlines()[1:]
    assert ["1–2"] == side_by_side({"up": report}, "receptive_field").texts()[0]


@given(st.data())
def test_a_long_pattern_is_composed_as_position_by_position(data: st.DataObject) -> None:
    numbers = st.integers(-4, 9)
    first = data.draw(st.lists(numbers, min_size=2, max_size=6))
    last = [each + data.draw(st.integers(-2, 5)) for each in first]
    reach = Reach(
        0, tuple(first), tuple(last), step=data.draw(st.integers(0, 5)), dilation=data.draw(st.integers(1, 3))
    )
    start = data.draw(numbers)
    sight = sights.Sight((start,), (start + data.draw(st.integers(-1, 4)),), data.draw(st.integers(0, 4)))
    composed = sights.composed(sight, reach, 100)
    expected = [sights._seen_from(sight, reach, position) for position in range(len(first))]
    assert expected == list(zip(composed.first, composed.last, strict=True))
