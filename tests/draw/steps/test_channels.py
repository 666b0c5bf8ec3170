"""`channel_steps`: connections and weights are those of the layer."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from convref import draw
from convref.errors import ArgumentError
from convref.nn import ChannelShuffle, Conv1d, Conv2d, Layer, Sequential
from convref.nn.blocks import basic_block, depthwise_separable_conv

NETS: dict[str, Layer] = {
    "standard": Conv2d(3, 4, 3),
    "separable": depthwise_separable_conv(3, 4, 3, padding=1),
    "shuffled": Sequential(Conv2d(6, 6, 1, groups=3), ChannelShuffle(3), Conv2d(6, 6, 1, groups=3)),
    "sequence": Conv1d(4, 4, 3, groups=2),
}


@pytest.mark.parametrize("name", NETS)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.channel_steps(NETS[name]))


def test_a_frame_connects_an_output_channel_with_the_channels_of_its_group(read: Any) -> None:
    figure = draw.channel_steps(Conv2d(6, 3, 3, groups=3))
    edges = [read(figure, frame=at).marks("edge") for at in range(3)]
    assert [[[2 * at, at], [2 * at + 1, at]] for at in range(3)] == edges


@pytest.mark.parametrize("name", ["standard", "separable", "sequence"])
def test_the_weights_of_all_frames_are_those_of_the_layers(name: str) -> None:
    captions = draw.channel_steps(NETS[name]).captions()
    weights = [int(re.findall(r"with (\d+) weight", caption)[0]) for caption in captions]
    shapes = [shape for key, shape in NETS[name].parameters().items() if key.endswith("weight")]
    assert sum(int(np.prod(shape)) for shape in shapes) == sum(weights)


def test_a_shuffle_moves_channels_as_torch_does(read: Any) -> None:
    figure = draw.channel_steps(NETS["shuffled"])
    moves = [tuple(read(figure, frame=6 + at).marks("edge")[0]) for at in range(6)]
    shuffled = nn.ChannelShuffle(3)(torch.arange(6.0).reshape(1, 6, 1, 1)).flatten()
    assert [(int(source), at) for at, source in enumerate(shuffled)] == moves
    assert "ChannelShuffle, groups 3: input channel 2 moves to position 1." == figure.captions()[7]


def test_channels_keep_the_hue_of_their_group_until_groups_are_mixed() -> None:
    last = draw.channel_steps(NETS["shuffled"]).svg(frame=-1)
    filled = re.findall(r'fill="([^"]+)" fill-opacity="0.22"', last)
    rows = [filled[at : at + 6] for at in range(0, 24, 6)]
    assert rows[0] == rows[1]
    assert rows[0][::2] == rows[2][:3]
    assert {"currentColor"} == set(rows[3])


def test_a_depthwise_kernel_has_a_cell_for_each_weight() -> None:
    caption = draw.channel_steps(Conv2d(2, 2, 5, groups=2)).captions("zh")[1]
    assert "Conv2d 5×5，逐通道：输出通道 1 读取 1 个输入通道，用到 25 个权重。" == caption


def test_too_many_channels_or_frames_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match="channel_steps: 9 channels are more than the 8 that the figure can show"
    ):
        draw.channel_steps(Conv2d(9, 4, 3))
    deep = Sequential(*[Conv2d(8, 8, 1) for _ in range(5)])
    with pytest.raises(ArgumentError, match="channel_steps: 40 frames are more than the limit of 36"):
        draw.channel_steps(deep)


def test_branches_are_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="the network branches at"):
        draw.channel_steps(basic_block(4, 4))
