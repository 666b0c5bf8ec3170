"""A convolution with its norm and activation: names, sizes, what may be left out."""

import pytest

from convref.nn import GroupNorm, ReLU6
from convref.nn.blocks import conv_norm


def test_its_layers_are_numbered_and_only_the_norm_has_a_bias() -> None:
    assert ["0.weight", "1.weight", "1.bias"] == list(conv_norm(3, 8).parameters())


@pytest.mark.parametrize(("kernel", "dilation"), [(1, 1), (3, 1), (3, 4), (5, 2), (7, 1)])
def test_odd_kernels_keep_the_size(kernel: int, dilation: int) -> None:
    assert (8, 9, 7) == conv_norm(3, 8, kernel, dilation=dilation).output_shape((3, 9, 7))


def test_norm_and_activation_can_be_replaced_or_omitted() -> None:
    block = conv_norm(4, 8, padding=0, norm=GroupNorm(2, 8), activation=ReLU6())
    assert [GroupNorm(2, 8), ReLU6()] == [child.layer for child in block.children[1:]]
    assert 2 == len(conv_norm(4, 8, activation=None).children)
    assert (8, 5, 5) == block.output_shape((4, 7, 7))
