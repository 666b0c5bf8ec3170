"""Every primitive in every form: its shapes, names and results are those of the torch module."""

import pickle

import numpy as np
import pytest
import torch
from layer_cases import COMBINATORS, PRIMITIVES, TOKENS, classes

from convref import functional, init, nn
from convref.nn import Layer, Shape
from convref.torch import build


def name(value: object) -> str:
    return repr(value).replace(" ", "")


def drawn(layer: Layer, dtype: str) -> dict[str, np.ndarray]:
    """Parameters of which none is 0 or 1, so that none can be left out."""
    rng = np.random.default_rng(0)
    return {
        name: (np.abs(rng.standard_normal(array.shape)) + 0.1).astype(dtype)
        if name == "running_var"
        else rng.standard_normal(array.shape).astype(dtype)
        for name, array in init(layer, dtype=dtype).items()
    }


def test_the_cases_hold_every_public_layer() -> None:
    described = [layer for layer, _ in (*PRIMITIVES, *COMBINATORS)] + TOKENS
    assert classes() == {type(layer) for layer in described}


@pytest.mark.parametrize(("layer", "shape"), PRIMITIVES, ids=name)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-10)])
def test_numpy_and_torch_agree_and_the_shape_is_as_described(
    layer: Layer, shape: Shape, dtype: str, tolerance: float
) -> None:
    params = drawn(layer, dtype)
    x = np.random.default_rng(1).standard_normal((2, *shape)).astype(dtype)
    with torch.no_grad():
        expected = build(layer, params)(torch.from_numpy(x.copy())).numpy()
    assert expected.shape == (2, *layer.output_shape(shape))
    result = functional.run(layer, params, x)
    assert expected.dtype == result.dtype
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(result, expected, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("layer", TOKENS, ids=name)
def test_numpy_and_torch_look_up_the_same_vectors(layer: Layer) -> None:
    tokens, params = np.array([[1, 9, 0], [2, 2, 7]]), drawn(layer, "float32")
    expected = build(layer, params)(torch.from_numpy(tokens)).detach().numpy()
    assert expected.shape == (2, *layer.output_shape((3,)))
    assert np.array_equal(expected, functional.run(layer, params, tokens))


@pytest.mark.parametrize("layer", [layer for layer, _ in PRIMITIVES] + TOKENS, ids=name)
def test_parameters_and_buffers_are_those_of_the_torch_module(layer: Layer) -> None:
    module = build(layer)
    assert layer.parameters() == {name: tuple(each.shape) for name, each in module.named_parameters()}
    buffers = {name: tuple(each.shape) for name, each in module.named_buffers()}
    buffers.pop("num_batches_tracked", None)
    assert layer.buffers() == buffers


@pytest.mark.parametrize("layer", [layer for layer, _ in PRIMITIVES] + TOKENS, ids=name)
def test_a_description_equals_what_it_prints_and_what_pickle_restores(layer: Layer) -> None:
    again = eval(repr(layer), dict(vars(nn)))
    assert layer == again
    assert hash(layer) == hash(again)
    assert layer == pickle.loads(pickle.dumps(layer))
    assert repr(layer) == repr(again)


@pytest.mark.parametrize(("layer", "shape"), PRIMITIVES, ids=name)
def test_an_inlined_layer_keeps_its_parameters_names_and_its_result(layer: Layer, shape: Shape) -> None:
    net = nn.Sequential(nn.inline(layer))
    assert layer.parameters() == net.parameters()
    params, x = drawn(layer, "float32"), torch.randn(2, *shape)
    with torch.no_grad():
        expected, result = build(layer, params)(x.clone()), build(net, params)(x.clone())
    torch.testing.assert_close(result, expected, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.DeformConv2d(2, 4, 3, padding=1, groups=2, offset_groups=2, modulated=True), (2, 4, 3)),
        (nn.RestrictedSelfAttention(4, 2, 3), (5, 4)),
        (nn.MultiheadAttention(4, 2, batch_first=True), (5, 4)),
        (nn.LayerScale(2), (2, 3, 3)),
        (nn.Scale(), (2, 3)),
        (nn.Affine(2, 1), (2, 3)),
        (nn.PositionalEncoding(4), (3, 4)),
        (nn.Permute((0, 2, 1)), (3, 4)),
        (nn.StochasticDepth(0.2, "row"), (3, 4)),
    ],
    ids=name,
)
def test_gradients_flow_through_the_modules_that_torch_lacks(layer: Layer, shape: Shape) -> None:
    torch.manual_seed(0)
    module = build(layer, drawn(layer, "float64")).train(False)
    names, params = zip(*module.named_parameters(), strict=True) if layer.parameters() else ((), ())
    x = torch.randn(1, *shape, dtype=torch.float64, requires_grad=True)

    def call(x: torch.Tensor, *params: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, dict(zip(names, params, strict=True)), (x,))

    assert torch.autograd.gradcheck(call, (x, *params), fast_mode=True)
