"""Every block runs alike in NumPy and in torch, under the same names, and prints as what makes it."""

import inspect

import numpy as np
import pytest
import torch
from layer_cases import BLOCKS

from convref import functional, init, nn
from convref.nn import blocks
from convref.torch import build


def test_the_cases_hold_every_block() -> None:
    assert BLOCKS.keys() == {name for name, each in vars(blocks).items() if inspect.isfunction(each)}


@pytest.mark.parametrize("name", BLOCKS)
def test_numpy_and_torch_agree_and_the_shape_is_as_described(name: str) -> None:
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
def test_a_block_prints_as_the_layers_that_it_consists_of(name: str) -> None:
    net, _ = BLOCKS[name]
    assert net == eval(repr(net), dict(vars(nn)))
