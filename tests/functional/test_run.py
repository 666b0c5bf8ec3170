"""`run` computes the output and the taps, skips unneeded steps, and names the layer in errors."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional, init
from convref.errors import ArgumentError, ShapeError
from convref.functional.run import FROM_STATE
from convref.nn import (
    BatchNorm2d,
    Concat,
    Conv2d,
    Embedding,
    Flatten,
    Identity,
    Layer,
    Linear,
    Product,
    ReLU,
    Sequential,
    Split,
    Sum,
    Tap,
    Tapped,
    inline,
)

TAPPED = Tapped(
    inline(Sequential(stem=Conv2d(3, 4, 3), top=Conv2d(4, 2, 3))),
    aux=Tap(at="stem", head=Sequential(Flatten(), Linear(36, 5))),
    late=Tap(at="top", head=Flatten(), when="training"),
)


def images(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def test_equal_seeds_draw_equal_parameters_and_others_differ() -> None:
    net = Sequential(Conv2d(3, 4, 3), Conv2d(4, 4, 3))
    first, again, other = (init(net, seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not any(np.array_equal(first[name], other[name]) for name in first)
    assert not np.array_equal(first["0.bias"], first["1.bias"])
    assert {np.dtype(np.float32)} == {array.dtype for array in first.values()}


def test_parameters_must_be_of_a_floating_type() -> None:
    with pytest.raises(ArgumentError, match=r"init: dtype \(=int32\) must be a floating type"):
        init(Linear(2, 2), dtype=np.int32)


def test_only_the_main_output_is_returned_unless_taps_are_requested() -> None:
    params, x = init(TAPPED), images(2, 3, 5, 5)
    output, taps = functional.run(TAPPED, params, x, taps=True)
    assert (2, 2, 1, 1) == output.shape
    assert {"aux": (2, 5)} == {name: value.shape for name, value in taps.items()}
    assert np.array_equal(output, functional.run(TAPPED, params, x))


def test_a_head_is_not_run_unless_taps_are_requested() -> None:
    params = init(TAPPED)
    params["aux.1.weight"][:] = np.nan
    assert np.isfinite(functional.run(TAPPED, params, images(1, 3, 5, 5))).all()


def test_combinators_join_values_as_numpy_does() -> None:
    x = images(2, 4, 3, 3)
    same = Identity()
    assert np.array_equal(x + x, functional.run(Sum(same, same), {}, x))
    assert np.array_equal(x * x, functional.run(Product(same, same), {}, x))
    assert np.array_equal(np.concatenate([x, x], 1), functional.run(Concat(same, same), {}, x))
    assert np.array_equal(np.concatenate([x, x], 3), functional.run(Concat(same, same, dim=-1), {}, x))
    assert np.array_equal(x, functional.run(Split(same, same), {}, x))
    halves = np.concatenate([x[:, :2], 2 * x[:, 2:]], 1)
    assert np.array_equal(halves, functional.run(Split(same, Sum(same, same)), {}, x))


def test_the_input_is_not_changed() -> None:
    net = Sequential(Conv2d(3, 4, 3), Flatten())
    x = images(1, 3, 5, 5)
    x.flags.writeable = False
    assert (1, 36) == functional.run(net, init(net), x).shape


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_modes_repeat_values_of_the_input(mode: Any) -> None:
    net = Conv2d(1, 1, 3, padding=1, padding_mode=mode, bias=False)
    x = np.full((1, 1, 4, 4), 2.0, dtype=np.float32)
    params = {"weight": np.ones((1, 1, 3, 3), dtype=np.float32)}
    assert np.array_equal(np.full((1, 1, 4, 4), 18.0), functional.run(net, params, x))


def test_an_input_without_its_batch_is_refused() -> None:
    with pytest.raises(
        ShapeError,
        match=r"run: x must have the batch as its first axis, \(N, C, …\), but its shape is \(3,\)",
    ):
        functional.run(Linear(3, 2), init(Linear(3, 2)), np.ones(3, dtype=np.float32))


def test_a_missing_parameter_is_named() -> None:
    params = init(TAPPED)
    del params["stem.bias"]
    with pytest.raises(ArgumentError, match=r"missing: stem\.bias; unknown: none"):
        functional.run(TAPPED, params, images(1, 3, 5, 5))


def test_an_input_that_does_not_fit_names_the_layer() -> None:
    with pytest.raises(ShapeError, match=r"^stem: in_channels \(=3\) must equal the 4 channels of the input"):
        functional.run(TAPPED, init(TAPPED), images(1, 4, 5, 5))


def test_a_missing_batch_axis_is_refused_with_the_code_that_adds_it() -> None:
    rule = (
        r"but got \(5, 5\); x has the shape \(3, 5, 5\), whose first axis is "
        r"taken for the batch \(x\[None\] adds a batch axis\)$"
    )
    with pytest.raises(ShapeError, match=rule):
        functional.run(TAPPED, init(TAPPED), images(3, 5, 5))


def test_an_input_that_is_not_an_array_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"run: x \(a list\) must be a NumPy array"):
        functional.run(Linear(2, 2), init(Linear(2, 2)), [[1.0, 2.0]])  # type: ignore[call-overload]


def test_an_input_of_another_dtype_than_the_parameters_is_refused_with_both_remedies() -> None:
    net = Sequential(ReLU(), Linear(3, 2))
    rule = (
        r"^run: x \(of type float64\) must have the type of the parameters, float32; "
        r"x\.astype\('float32'\) converts it, and init\(net, dtype='float64'\) makes"
    )
    with pytest.raises(ArgumentError, match=rule):
        functional.run(net, init(net), np.ones((1, 3)))
    assert np.float64 == functional.run(net, init(net, dtype="float64"), np.ones((1, 3))).dtype


def test_an_error_of_a_layer_s_function_names_the_layer() -> None:
    net = Sequential(features=Sequential(ReLU(), Linear(3, 2)))
    params = init(net)
    params["features.1.weight"] = params["features.1.weight"].astype(np.float64)
    with pytest.raises(
        ArgumentError, match=r"^features\.1: linear: weight .* must have input's type, float32$"
    ):
        functional.run(net, params, np.ones((1, 3), dtype=np.float32))


def test_an_input_of_integers_is_refused_with_the_dtype_that_it_must_have() -> None:
    net = Sequential(ReLU(), Linear(3, 2))
    rule = r"^run: x .* must have the type of the parameters, float32; x\.astype\('float32'\) converts it$"
    with pytest.raises(ArgumentError, match=rule):
        functional.run(net, init(net), np.ones((1, 3), dtype=np.int64))


def test_an_embedding_takes_integers() -> None:
    net = Sequential(Embedding(5, 3), Linear(3, 2))
    assert (1, 4, 2) == functional.run(net, init(net), np.ones((1, 4), dtype=np.int64)).shape


def test_an_input_with_channels_last_is_recognized() -> None:
    rule = (
        r"x has the shape \(2, 6, 5, 3\), and the channels seem to be its last "
        r"axis \(np\.moveaxis\(x, -1, 1\) puts them after"
    )
    net, x = Conv2d(3, 4, 3), images(2, 6, 5, 3)
    with pytest.raises(ShapeError, match=rule):
        functional.run(net, init(net), x)
    assert (2, 4, 4, 3) == functional.run(net, init(net), np.moveaxis(x, -1, 1)).shape


def test_tensors_are_refused_with_the_code_that_converts_them() -> None:
    model = torch.nn.Linear(3, 2)
    net, x = Linear(3, 2), np.ones((1, 3), dtype=np.float32)
    rule = "run: params must be NumPy arrays, but weight is a Tensor; " + FROM_STATE
    with pytest.raises(ArgumentError, match=re.escape(rule)):
        functional.run(net, model.state_dict(), x)
    with pytest.raises(ArgumentError, match=r"but weight is a Parameter; "):
        functional.run(net, dict(model.named_parameters()), x)  # type: ignore[arg-type]
    params = eval(FROM_STATE, {"model": model})
    assert (1, 2) == functional.run(net, params, x).shape
    rule = "run: x (a Tensor) must be a NumPy array; x.detach().cpu().numpy() converts it"
    with pytest.raises(ArgumentError, match=re.escape(rule)):
        functional.run(net, params, torch.ones(1, 3))  # type: ignore[call-overload]


def test_numbers_are_inputs_of_elementwise_layers_and_nothing_else_is_without_axes() -> None:
    assert [0.0, 2.0] == functional.run(ReLU(), {}, np.array([-1.0, 2.0])).tolist()
    with pytest.raises(
        ShapeError, match=r"run: x must have the batch as its first axis, \(N, …\), but its shape is \(\)"
    ):
        functional.run(ReLU(), {}, np.array(1.0))


def drawn(net: Layer, seed: int = 0) -> dict[str, Any]:
    """Return parameters and running statistics of a network, all of them drawn at random."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.uniform(0.5, 2, array.shape).astype(array.dtype) if array.dtype.kind == "f" else array
        for name, array in init(net).items()
    }


@pytest.mark.parametrize("options", [
    {},
    {"bias": False, "stride": 2},
    {"groups": 4},
    {"padding": 2, "padding_mode": "reflect"},
])  # fmt: skip
def test_a_batch_norm_that_is_folded_into_a_convolution_gives_what_it_gives_alone(options: Any) -> None:
    conv, norm = Conv2d(4, 8, 3, **options), BatchNorm2d(8)
    net, x = Sequential(conv=conv, norm=norm), images(2, 4, 9, 9).astype(np.float64)
    params = {name: array.astype(np.float64) for name, array in drawn(net).items()}
    first, second = (
        {name.removeprefix(part): array for name, array in params.items() if name.startswith(part)}
        for part in ("conv.", "norm.")
    )
    expected = functional.run(norm, second, functional.run(conv, first, x))
    np.testing.assert_allclose(functional.run(net, params, x), expected, rtol=1e-12)


def test_a_batch_norm_is_not_folded_where_the_convolution_s_output_is_read_elsewhere() -> None:
    conv, norm = Conv2d(3, 4, 3), BatchNorm2d(4)
    net = Sequential(conv=conv, sum=Sum(norm=norm, same=Identity()))
    params, x = drawn(net), images(1, 3, 9, 9)
    inner = functional.run(conv, {name: params[f"conv.{name}"] for name in ("weight", "bias")}, x)
    own = {name.removeprefix("sum.norm."): each for name, each in params.items() if "norm" in name}
    np.testing.assert_allclose(
        functional.run(net, params, x), inner + functional.run(norm, own, inner), rtol=1e-5
    )


def test_a_tapped_convolution_is_returned_without_the_batch_norm_after_it() -> None:
    conv, norm = Conv2d(3, 4, 3), BatchNorm2d(4)
    net = Tapped(inline(Sequential(conv=conv, norm=norm)), seen=Tap(at="conv", head=Identity()))
    params, x = drawn(net), images(1, 3, 9, 9)
    weights = {name: params[f"conv.{name}"] for name in ("weight", "bias")}
    _, seen = functional.run(net, params, x, taps=True)
    assert np.array_equal(functional.run(conv, weights, x), seen["seen"])


def test_a_batch_norm_whose_factor_is_infinite_is_not_folded() -> None:
    net = Sequential(conv=Conv2d(2, 1, 1, bias=False), norm=BatchNorm2d(1, eps=0.0))
    params = {name: np.ones_like(array) for name, array in init(net).items()}
    params["norm.running_var"][:] = 0
    params["norm.running_mean"][:] = -1
    x = np.array([2, -1], dtype=np.float32).reshape(1, 2, 1, 1)
    # The convolution gives 1. With the factor in its kernels, it would add infinity and minus infinity.
    assert np.inf == functional.run(net, params, x).item()


def test_a_batch_norm_is_not_folded_where_a_kernel_would_overflow() -> None:
    net = Sequential(conv=Conv2d(1, 1, 1, bias=False), norm=BatchNorm2d(1, eps=0.0))
    params = {name: np.zeros_like(array) for name, array in init(net).items()}
    params["conv.weight"][:] = 1e30
    params["norm.weight"][:] = 1
    params["norm.running_var"][:] = 1e-20  # the factor is 1e10
    x = np.zeros((1, 1, 1, 1), dtype=np.float32)
    assert 0 == functional.run(net, params, x).item()
