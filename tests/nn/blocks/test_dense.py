"""Dense blocks: channels grow layer by layer, what came before passes unchanged."""

import numpy as np

from convref import functional, init
from convref.nn.blocks import dense_block, dense_layer, dense_transition


def test_each_layer_sees_all_channels_before_it() -> None:
    parameters = dense_block(64, growth_rate=32, count=4).parameters()
    assert [64, 96, 128, 160] == [parameters[f"denselayer{index}.conv1.weight"][1] for index in range(1, 5)]
    assert {(32, 128, 3, 3)} == {parameters[f"denselayer{index}.conv2.weight"] for index in range(1, 5)}


def test_the_first_channels_of_the_output_are_the_input() -> None:
    net = dense_layer(4, 3)
    x = np.random.default_rng(0).standard_normal((2, 4, 5, 5)).astype(np.float32)
    output = functional.run(net, init(net), x)
    assert (2, 7, 5, 5) == output.shape
    assert np.array_equal(x, output[:, :4])


def test_a_transition_halves_channels_and_size_by_default() -> None:
    assert (32, 7, 7) == dense_transition(64).output_shape((64, 14, 14))
    assert (48, 7, 7) == dense_transition(64, 48).output_shape((64, 14, 14))
