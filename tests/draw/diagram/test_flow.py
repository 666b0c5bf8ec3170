"""`flow` and `network`: every step of the plan is in the figure once."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from convref import architectures, draw
from convref.draw.svg.canvas import BLUE, text_width
from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Call,
    Concat,
    Conv2d,
    Graph,
    Identity,
    Layer,
    Linear,
    MultiheadAttention,
    ReLU,
    ResizeLike,
    Sequential,
    Sum,
    Tap,
    Tapped,
    inline,
    trace,
)
from convref.nn.blocks import aspp, basic_block, bottleneck, fire, squeeze_excitation

SVG = "{http://www.w3.org/2000/svg}"


def crossing() -> Graph:
    """A network in which one value goes to a join and to what stands beside that join."""
    calls = (
        Call("left", "input"),
        Call("right", "left"),
        Call("add", ("left", "right")),
        Call("both", ("left", "add", "input")),
    )
    two, three = (Identity(),) * 2, (Identity(),) * 3
    return Graph(calls, left=conv(), right=conv(), add=Sum(*two), both=Concat(*three))


def conv() -> Layer:
    return Conv2d(64, 64, 3, padding=1)


BLOCKS: dict[str, Layer] = {
    "basic": basic_block(64, 128, 2),
    "bottleneck": bottleneck(64, 256),
    "pyramid": aspp(64, 32),
    "fire": fire(64, 16, 32),
    "gate": squeeze_excitation(64, 16),
    "web": crossing(),
    "resized": ResizeLike(Conv2d(64, 8, 3, stride=2)),
    "many branches": Concat(*[Sequential(AdaptiveAvgPool2d(4), Conv2d(64, 8, 1))] * 6),
}
NETWORKS = [
    "vgg16", "alexnet", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "shufflenet_v2_x1_0",
    "inception_v3", "squeezenet1_0", "convnext_tiny", "fcn_resnet50", "wavenet", "efficientnet_b0",
]  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_every_flow_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.flow(BLOCKS[name], (64, 16, 16)))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.network(architectures.build(name), architectures.find(name).input_shape))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_flow_has_one_box_or_join_for_each_step(name: str, read: Any) -> None:
    figure = read(draw.flow(BLOCKS[name], (64, 16, 16)))
    steps = Counter(value for kind in ("box", "join") for mark in figure.marks(kind) for value in mark)
    assert Counter(range(1, len(trace(BLOCKS[name], (64, 16, 16)).steps) + 1)) == steps


def test_the_number_of_copies_is_in_the_corner_of_a_repetition(read: Any) -> None:
    figure = read(draw.network(architectures.build("resnet50"), (3, 224, 224)))
    assert [[count - 1] for count in (3, 4, 6, 3)] == figure.marks("repeat")
    assert ["× 2", "× 3", "× 5", "× 2"] == [word for word in figure.words() if re.fullmatch(r"× \d+", word)]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("wide", [False, True])
def test_boxes_of_a_network_do_not_overlap(name: str, wide: bool, read: Any) -> None:
    drawn = draw.network(architectures.build(name), architectures.find(name).input_shape)
    figure = read(drawn, wide=wide)
    marked = [each for each in figure.root.iter(f"{SVG}rect") if each.get("data-mark", "").startswith("box")]
    frames = [[float(each.get(side)) for side in ("x", "y", "width", "height")] for each in marked]
    for index, (x, y, w, h) in enumerate(frames):
        for left, top, width, height in frames[index + 1 :]:
            assert x + w <= left or left + width <= x or y + h <= top or top + height <= y


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "inception_v3"])
def test_the_text_of_a_box_fits_into_it(name: str, read: Any) -> None:
    figure = read(draw.network(architectures.build(name), architectures.find(name).input_shape))
    box = 0.0
    for each in figure.root:
        if each.get("data-mark", "").startswith("box"):
            box = float(each.get("width", 0))
        elif each.tag == f"{SVG}text" and box and each.get("text-anchor") is None:
            assert text_width(each.text or "") <= box
        else:
            box = 0.0


@pytest.mark.parametrize("name", NETWORKS)
def test_both_layouts_have_the_same_boxes(name: str, read: Any) -> None:
    drawn = draw.network(architectures.build(name), architectures.find(name).input_shape)
    narrow, wide = (sorted(read(drawn, wide=wide).marks("box")) for wide in (False, True))
    assert narrow == wide


def test_a_long_chain_has_two_columns_where_there_is_room() -> None:
    picture = draw.network(architectures.build("vgg16"), (3, 224, 224)).picture("en")
    narrow, wide = (
        float(re.search(r'height="(\S+)"', markup)[1])  # type: ignore[index]
        for markup in (picture.markup, picture.wide)
    )
    assert wide < 0.65 * narrow


def test_a_diagram_whose_second_column_would_hold_nearly_everything_stays_in_one() -> None:
    picture = draw.network(architectures.build("transformer_encoder"), (50, 512)).picture("en")
    assert not picture.wide


def test_a_module_has_the_hue_of_its_convolutions_whatever_comes_first(read: Any) -> None:
    unit = Sequential(unit=Sequential(AvgPool2d(2), ReLU(), Conv2d(8, 8, 1)), head=Conv2d(8, 8, 1))
    figure = read(draw.network(unit, (8, 8, 8), depth=1))
    hues = {each.get("stroke") for each in figure.root if each.get("data-mark", "").startswith("box")}
    assert {BLUE} == hues


def test_branches_are_side_by_side_where_there_is_room(read: Any) -> None:
    drawn = draw.network(architectures.build("googlenet"), (3, 224, 224))
    rows = Counter(
        each.get("y") for each in read(drawn, wide=True).root if each.get("data-mark", "").startswith("box")
    )
    assert [4, 4, 4] == [count for count in rows.values() if count > 2]


MODULES = [
    ("resnet50", 2),
    ("mobilenet_v2", 2),
    ("mobilenet_v3_small", 2),
    ("googlenet", 1),
    ("densenet121", 2),
]


@pytest.mark.parametrize(("name", "depth"), MODULES)
def test_a_network_drawn_by_modules_is_well_formed(
    name: str, depth: int, check: Callable[[Any], None]
) -> None:
    check(draw.network(architectures.build(name), architectures.find(name).input_shape, depth=depth))


def test_a_module_is_one_box_that_says_what_it_computes() -> None:
    alt = draw.network(architectures.build("mobilenet_v2"), (3, 224, 224), depth=2).alt()
    assert (
        "→ 1×1, 96 → 3×3 depthwise, stride 2 → 1×1, 24 → 1×1, 144 → 3×3 depthwise → 1×1, 24 + input →" in alt
    )


def test_a_shortcut_with_a_kernel_is_what_is_added() -> None:
    alt = draw.network(Sequential(block=basic_block(64, 128, 2)), (64, 16, 16), depth=1).alt("zh")
    assert "3×3 步幅 2, 128 → 3×3, 128 + 1×1 步幅 2, 128" in alt


def test_modules_that_come_again_fold_and_list_what_differs(read: Any) -> None:
    drawn = draw.network(architectures.build("mobilenet_v3_large"), (3, 224, 224), depth=2)
    assert "1×1, 200 / 184 → 3×3 depthwise → 1×1, 80 + input" in drawn.alt()
    figure = read(drawn)
    assert ["× 2", "× 3", "× 2"] == [word for word in figure.words() if re.fullmatch(r"× \d+", word)]
    assert "features.8 … 10" in figure.words()


def test_every_step_belongs_to_a_box_or_to_a_copy_of_one(read: Any) -> None:
    net = Sequential(stem=conv(), block=basic_block(64, 64), head=conv())
    figure = read(draw.network(net, (64, 16, 16), depth=1))
    steps = {value for mark in figure.marks("box") for value in mark}
    assert set(range(1, len(trace(net, (64, 16, 16)).steps) + 1)) == steps


def test_a_depth_below_one_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"network: depth \(=0\) must be at least 1"):
        draw.network(conv(), (64, 9, 9), depth=0)


def test_a_short_diagram_has_one_layout() -> None:
    assert "" == draw.flow(basic_block(64, 64), (64, 9, 9)).picture("en").wide


def test_copies_that_differ_list_their_values_in_order(read: Any) -> None:
    words = read(draw.network(architectures.build("googlenet"), (3, 224, 224))).words()
    assert "Conv2d 1×1, 64 / 128" in words
    assert any(word.startswith("× n: the part in the dashed frame") for word in words)


def test_a_range_of_copies_is_named_by_what_differs(read: Any) -> None:
    words = read(draw.network(architectures.build("googlenet"), (3, 224, 224)), wide=True).words()
    assert "…inception3a … 3b" in words


def test_shapes_are_written_where_they_change(read: Any) -> None:
    net = Sequential(Conv2d(3, 8, 3, stride=2), ReLU(), Conv2d(8, 8, 1), AdaptiveAvgPool2d(1))
    words = read(draw.flow(net, (3, 33, 33))).words()
    assert ["input 3 × 33 × 33", "8 × 16 × 16", "output 8 × 1 × 1"] == [
        word for word in words if " × " in word
    ]


def test_both_languages_say_what_a_box_is(read: Any) -> None:
    net = Sequential(Conv2d(8, 8, 3, stride=2, groups=4), Sum(Identity(), ReLU()))
    assert "stride 2, groups 4" in read(draw.flow(net, (8, 9, 9))).words()
    assert "步幅 2，分组数 4" in read(draw.flow(net, (8, 9, 9)), "zh").words()
    assert "[原样 | ReLU] 相加" in draw.flow(net, (8, 9, 9)).alt("zh")


def test_auxiliary_outputs_are_listed_below_with_their_shapes(read: Any) -> None:
    body = Sequential(stem=Conv2d(3, 8, 3), top=Conv2d(8, 4, 3))
    net = Tapped(inline(body), aux=Tap("stem", Sequential(AdaptiveAvgPool2d(1), Conv2d(8, 5, 1))))
    assert "Auxiliary output aux: 5 × 1 × 1" in read(draw.network(net, (3, 9, 9))).words()


def test_features_of_a_linear_layer_on_a_sequence_are_its_last_axis(read: Any) -> None:
    assert "Linear, 7" in read(draw.flow(Linear(16, 7), (10, 16))).words()


def test_attention_has_its_features_and_its_heads(read: Any) -> None:
    words = read(draw.flow(MultiheadAttention(16, 4, batch_first=True), (10, 16))).words()
    assert {"MultiheadAttention, 16", "heads 4"} <= set(words)


def test_a_gate_is_one_box_with_the_sign_of_its_product(read: Any) -> None:
    words = " ".join(read(draw.network(squeeze_excitation(64, 16), (64, 9, 9))).words())
    assert "× (AdaptiveAvgPool2d · Conv2d 1×1 · ReLU · Conv2d 1×1 · Sigmoid)" in words


def test_resizing_to_the_input_is_a_box_with_the_size(read: Any) -> None:
    net = ResizeLike(Conv2d(3, 21, 3, stride=2))
    assert "resize 33 × 33" in read(draw.network(net, (3, 33, 33))).words()
    assert "resize" in read(draw.flow(net, (3, 33, 33))).words()


def test_dilations_of_copies_are_shown_as_a_range(read: Any) -> None:
    rates = (2, 4, 8, 1)
    blocks = [Sum(Conv2d(8, 8, 3, padding=rate, dilation=rate), Identity()) for rate in rates]
    assert "dilation 1 … 8" in read(draw.network(Sequential(*blocks), (8, 33, 33))).words()


def test_the_frame_of_a_web_surrounds_its_boxes(read: Any) -> None:
    figure = read(draw.network(architectures.build("wavenet"), (256, 4096)))
    frame = next(each for each in figure.root if each.get("data-mark") == "repeat 28")
    left, top, wide, tall = (float(frame.get(side)) for side in ("x", "y", "width", "height"))
    inside = [
        each
        for each in figure.root.iter(f"{SVG}rect")
        if each is not frame and top < float(each.get("y")) < top + tall
    ]
    assert 8 == len(inside)
    for each in inside:
        assert left < float(each.get("x"))
        assert float(each.get("x")) + float(each.get("width")) < left + wide
        assert float(each.get("y")) + float(each.get("height")) < top + tall


def test_an_input_that_does_not_fit_raises_with_the_path_of_the_layer() -> None:
    with pytest.raises(ShapeError, match=r"1: in_channels \(=3\) must equal the 8 channels"):
        draw.flow(Sequential(Conv2d(3, 8, 3), Conv2d(3, 8, 3)), (3, 9, 9))
