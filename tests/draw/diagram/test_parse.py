"""Plans are parsed into boxes, forks and webs, and repetitions are folded."""

from collections import Counter

import pytest

from convref import architectures
from convref.draw.diagram.parse import Box, Chain, Fork, Repeat, Web, chain, values
from convref.draw.diagram.repeats import fold_repeats
from convref.nn import (
    BatchNorm2d,
    Call,
    Concat,
    Conv2d,
    Graph,
    Identity,
    Layer,
    MaxPool2d,
    ReLU,
    ResizeLike,
    Sequential,
    Split,
    Sum,
    trace,
)
from convref.nn.blocks import squeeze_excitation


def conv(channels: int = 4) -> Layer:
    return Conv2d(channels, channels, 3, padding=1)


def parsed(net: Layer) -> Chain:
    return chain(trace(net, (4, 8, 8)))


def shortened(net: Layer) -> Chain:
    plan = trace(net, (4, 8, 8))
    return fold_repeats(plan, chain(plan))


def test_consecutive_layers_are_boxes() -> None:
    assert (Box((1,)), Box((2,)), Box((3,))) == parsed(Sequential(conv(), ReLU(), conv()))


def test_branches_of_a_sum_are_the_branches_of_a_fork() -> None:
    net = Sequential(ReLU(), Sum(Sequential(conv(), ReLU()), Identity()))
    assert (Box((1,)), Fork(1, ((Box((2,)), Box((3,))), (Box((4,)),)), 5)) == parsed(net)


def test_a_fork_inside_a_branch_is_a_separate_fork() -> None:
    net = Concat(conv(), Sum(conv(), Identity()))
    assert (Fork(0, ((Box((1,)),), (Fork(0, ((Box((2,)),), (Box((3,)),)), 4),)), 5),) == parsed(net)


def test_the_parts_of_a_split_begin_the_branches_of_its_join() -> None:
    plan = trace(Split(Identity(), Conv2d(2, 2, 1)), (4, 8, 8))
    (fork,) = chain(plan)
    assert isinstance(fork, Fork)
    assert ["part", "part"] == [plan.steps[next(values(branch[0])) - 1].kind for branch in fork.branches]


def test_a_value_used_only_for_its_size_is_an_empty_branch() -> None:
    (fork,) = parsed(ResizeLike(MaxPool2d(2)))
    assert isinstance(fork, Fork)
    assert ((Box((1,)),), ()) == fork.branches


NAMES = [
    "vgg16", "alexnet", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "mobilenet_v3_large",
    "shufflenet_v2_x1_0", "inception_v3", "efficientnet_b0", "convnext_tiny", "squeezenet1_0",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_step_of_a_network_is_in_its_diagram_once(name: str) -> None:
    plan = trace(architectures.build(name), architectures.find(name).input_shape)
    expected = Counter(range(1, len(plan.steps) + 1))
    parts = chain(plan)
    assert expected == Counter(value for element in parts for value in values(element))
    assert expected == Counter(value for element in fold_repeats(plan, parts) for value in values(element))


def test_an_in_place_layer_joins_the_box_before_it() -> None:
    assert (Box((1, 2, 3)), Box((4,))) == shortened(Sequential(conv(), BatchNorm2d(4), ReLU(), MaxPool2d(2)))


def test_only_a_step_with_the_same_parent_as_a_join_is_drawn_with_it() -> None:
    block = Sequential(Sum(conv(), Identity()), relu=ReLU())
    elements = shortened(Sequential(block=block, norm=BatchNorm2d(4)))
    assert (Fork(0, ((Box((1,)),), (Box((2,)),)), 3, (4,)), Box((5,))) == elements


def test_boxes_fold_if_their_channels_are_equal() -> None:
    assert (Repeat(((Box((1,)),), (Box((2,)),))),) == shortened(Sequential(conv(), conv()))
    assert (Box((1,)), Box((2,))) == shortened(Sequential(conv(), Conv2d(4, 8, 3, padding=1)))


def test_repeated_pairs_of_boxes_fold() -> None:
    pair = (Conv2d(4, 4, 3, padding=1, groups=4), Conv2d(4, 4, 1))
    assert (Repeat(((Box((1,)), Box((2,))), (Box((3,)), Box((4,))))),) == shortened(Sequential(*pair, *pair))


def test_a_repetition_begins_where_modules_do() -> None:
    deep, point = Conv2d(4, 4, 3, padding=1, groups=4), Conv2d(4, 4, 1)
    pair = Sequential(deep, point)
    elements = shortened(Sequential(Sequential(MaxPool2d(1), point), pair, pair))
    assert (
        Box((1,)),
        Box((2,)),
        Repeat(((Box((3,)), Box((4,))), (Box((5,)), Box((6,))))),
    ) == elements  # not the pairs (2, 3) and (4, 5), which are as many


def test_a_repetition_may_split_modules_if_there_is_no_other() -> None:
    deep, point = Conv2d(4, 4, 3, padding=1, groups=4), Conv2d(4, 4, 1)
    elements = shortened(Sequential(Sequential(MaxPool2d(1), point), Sequential(deep, point), deep))
    assert (Box((1,)), Repeat(((Box((2,)), Box((3,))), (Box((4,)), Box((5,)))))) == elements


def test_blocks_with_growing_channels_fold() -> None:
    net = Sequential(*[Concat(Identity(), Conv2d(4 + 2 * index, 2, 3, padding=1)) for index in range(5)])
    (repeat,) = shortened(net)
    assert isinstance(repeat, Repeat)
    assert 5 == len(repeat.copies)


def test_parts_of_several_elements_fold_only_if_their_channels_are_equal() -> None:
    def pair(channels: int) -> list[Layer]:
        return [Sum(conv(channels), Identity()), Conv2d(channels, 2 * channels, 1)]

    assert 4 == len(shortened(Sequential(*pair(4), *pair(8))))


def test_blocks_of_different_spatial_sizes_do_not_fold() -> None:
    block = Sum(conv(), Identity())
    assert 3 == len(shortened(Sequential(block, MaxPool2d(2), block)))


def crossing() -> Graph:
    """A network in which one value goes to a join and to what stands beside that join."""
    calls = (
        Call("left", "input"),
        Call("right", "input"),
        Call("add", ("left", "right")),
        Call("both", ("left", "add")),
    )
    join = (Identity(), Identity())
    return Graph(calls, left=conv(), right=conv(), add=Sum(*join), both=Concat(*join))


def test_crossing_connections_are_a_web() -> None:
    assert (Web(0, tuple(Box((value,)) for value in (1, 2, 3, 4))),) == parsed(crossing())


def test_equal_webs_fold() -> None:
    shrink = Conv2d(8, 4, 1)
    (repeat,) = shortened(Sequential(crossing(), shrink, crossing(), shrink))
    assert isinstance(repeat, Repeat)


def test_in_a_web_an_in_place_layer_joins_its_only_source() -> None:
    plan = trace(architectures.build("wavenet", layers=4, stacks=1), (256, 64))
    web = next(each for each in fold_repeats(plan, chain(plan)) if isinstance(each, Web))
    names = [[plan.steps[value - 1].name.rpartition(".")[2] for value in box.values] for box in web.boxes]
    assert ["conv", "tanh"] in names
    assert ["conv", "sigmoid"] in names


def test_the_layers_of_wavenet_are_framed_except_the_first_and_the_last() -> None:
    plan = trace(architectures.build("wavenet"), (256, 4096))
    web = next(each for each in fold_repeats(plan, chain(plan)) if isinstance(each, Web))
    (frame,) = web.frames
    assert 28 == frame.times
    add_frames = web.boxes[frame.start : frame.start + frame.period]
    assert {f"stack0.1.{part}" for part in ("gated", "skip", "total", "residual", "sum")} == {
        ".".join(plan.steps[value - 1].name.split(".")[:3]) for box in add_frames for value in box.values
    }


def test_a_network_that_is_resized_to_its_input_is_a_chain() -> None:
    elements = shortened(ResizeLike(Sequential(Conv2d(4, 8, 3, 2), ResizeLike(MaxPool2d(2)))))
    assert (Box((1,)), Box((2,)), Box((3,)), Box((4,))) == elements


def test_a_gate_is_one_box() -> None:
    net = Sequential(conv(), squeeze_excitation(4, 2), conv())
    assert ["Box", "Box", "Box"] == [type(element).__name__ for element in shortened(net)]


def test_repeated_blocks_may_differ_in_dilation_and_repeated_boxes_may_not() -> None:
    convs = [Conv2d(4, 4, 3, padding=rate, dilation=rate) for rate in (1, 2, 4)]
    assert 3 == len(shortened(Sequential(*convs)))
    (repeat,) = shortened(Sequential(*[Sum(each, Identity()) for each in convs]))
    assert isinstance(repeat, Repeat)
