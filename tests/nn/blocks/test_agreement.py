"""Every block runs alike in NumPy and in torch, under the same names, and prints as what makes it."""

import inspect

import numpy as np
import pytest
import torch

from convref import functional, init, nn
from convref.nn import Identity, Layer, Shape, blocks
from convref.torch import build

BLOCKS: dict[str, tuple[Layer, Shape]] = {
    "aspp": (blocks.aspp(4, 3, (1, 2)), (4, 7, 6)),
    "asymmetric_conv": (blocks.asymmetric_conv(4, 6, 3, 1, hidden=5), (4, 7, 6)),
    "basic_block": (blocks.basic_block(4, 6, 2), (4, 7, 6)),
    "bottleneck": (
        blocks.bottleneck(4, 8, 2, groups=2, attention=blocks.squeeze_excitation(8, 2)),
        (4, 7, 6),
    ),
    "conv_norm": (blocks.conv_norm(4, 6, stride=2), (4, 7, 6)),
    "dense_block": (blocks.dense_block(4, 3, 2), (4, 7, 6)),
    "dense_layer": (blocks.dense_layer(4, 3, bottleneck=1), (4, 7, 6)),
    "dense_transition": (blocks.dense_transition(4), (4, 7, 6)),
    "depthwise_conv": (blocks.depthwise_conv(4, 3, multiplier=2, rank=1), (4, 7)),
    "depthwise_separable_conv": (blocks.depthwise_separable_conv(4, 6, 3, rank=3), (4, 5, 4, 3)),
    "diagonalwise_refactorization": (
        blocks.diagonalwise_refactorization(blocks.depthwise_conv(4, 3), 2),
        (4, 7, 6),
    ),
    "dilated_conv": (blocks.dilated_conv(4, 6, 3, 2), (4, 7, 6)),
    "fire": (blocks.fire(4, 2, 3), (4, 7, 6)),
    "flattened_conv": (blocks.flattened_conv(4, 6, 3, 1), (4, 7, 6)),
    "gated_conv1d": (blocks.gated_conv1d(4, 6, 3, dilation=2), (4, 7)),
    "gated_conv2d": (blocks.gated_conv2d(4, 6, 3, 2, 1), (4, 7, 6)),
    "global_conv": (blocks.global_conv(4, 6, (7, 6)), (4, 7, 6)),
    "global_depthwise_conv": (blocks.global_depthwise_conv(4, (7, 6)), (4, 7, 6)),
    "group_conv": (blocks.group_conv(4, 6, 3, 2, stride=2, padding=1, shared=True), (4, 7, 6)),
    "inception_module": (blocks.inception_module(4, 2, (1, 3), (None, 2), 2), (4, 7, 6)),
    "pointwise_conv": (blocks.pointwise_conv(4, 6, rank=1), (4, 7)),
    "pointwise_group_conv": (blocks.pointwise_group_conv(4, 6, 2, bias=False), (4, 7, 6)),
    "residual": (blocks.residual(Identity(), Identity()), (4, 7, 6)),
    "shortcut": (blocks.shortcut(4, 6, 2), (4, 7, 6)),
    "shuffled_concat": (blocks.shuffled_concat(Identity(), blocks.pointwise_conv(4, 4)), (4, 7, 6)),
    "squeeze_excitation": (blocks.squeeze_excitation(4, 2), (4, 7, 6)),
    "stacked_conv": (blocks.stacked_conv(4, 6, 3, activation=nn.ReLU()), (4, 7, 6)),
    "weighted_sum": (blocks.weighted_sum(Identity(), blocks.pointwise_conv(4, 4)), (4, 7, 6)),
    "widened_sum": (
        blocks.widened_sum([Identity(), blocks.pointwise_conv(4, 6)], [4, 6], 6, mean=True),
        (4, 7, 6),
    ),
}


def test_the_table_holds_every_block() -> None:
    assert BLOCKS.keys() == {name for name, each in vars(blocks).items() if inspect.isfunction(each)}


@pytest.mark.parametrize("name", BLOCKS)
def test_numpy_and_torch_agree_and_the_shape_is_as_foretold(name: str) -> None:
    net, shape = BLOCKS[name]
    rng = np.random.default_rng(0)
    params = {key: rng.uniform(0.1, 1, array.shape) for key, array in init(net).items()}
    x = rng.standard_normal((2, *shape))
    module = build(net, params)
    with torch.no_grad():
        expected = module(torch.from_numpy(x)).numpy()
    assert expected.shape == (2, *net.output_shape(shape))
    np.testing.assert_allclose(functional.run(net, params, x), expected, rtol=1e-10, atol=1e-10)
    state = {key: tuple(each.shape) for key, each in module.state_dict().items() if "num_batches" not in key}
    assert state == net.parameters() | net.buffers()


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_prints_as_the_layers_that_it_is(name: str) -> None:
    net, _ = BLOCKS[name]
    assert net == eval(repr(net), dict(vars(nn)))
