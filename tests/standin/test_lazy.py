"""Lazy modules have torch's meaning: the size of their input becomes known at the first forward."""

from __future__ import annotations

from typing import Any, cast

import pytest
import torch

from convref import analyze
from convref.errors import ArgumentError
from convref.standin import installed
from convref.standin.description import description
from convref.standin.module import Module
from convref.torch import from_torch


def small(nn: Any) -> Any:
    """The same network, made of the classes of torch or of the stand-in."""
    return nn.Sequential(
        nn.LazyConv2d(8, 3, padding=1),
        nn.LazyBatchNorm2d(),
        nn.ReLU(),
        nn.LazyConvTranspose2d(4, 2, stride=2, bias=False),
        nn.LazyInstanceNorm2d(),
        nn.Flatten(),
        nn.LazyLinear(10),
    )


def test_a_network_of_lazy_modules_has_the_description_that_from_torch_gives() -> None:
    shape = (3, 8, 8)
    module = small(torch.nn)
    module(torch.zeros(2, *shape))  # torch's own need a first forward
    with installed():
        from torch import nn

        found = description(small(nn), shape)
    assert from_torch(module, shape) == found
    assert sum(each.numel() for each in module.parameters()) == analyze(found, shape).params


def test_a_lazy_module_becomes_its_layer_at_the_first_forward_and_keeps_its_mode() -> None:
    with installed():
        import torch as stand_in

        module = stand_in.nn.LazyConv2d(8, 3).eval()
        assert "LazyConv2d(8, 3)" == repr(module)
        assert [] == list(module.parameters())
        output = module(stand_in.zeros(1, 5, 9, 9))
        assert "Conv2d(5, 8, 3)" == repr(module)
        assert (1, 8, 7, 7) == tuple(output.shape)
        assert not module.training


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ((), "missing a required argument: 'out_features'"),
        ((3, True, None, None, 4), "too many positional arguments"),
    ],
)
def test_wrong_arguments_fail_where_they_are_given(given: tuple[Any, ...], mistake: str) -> None:
    with installed():
        from torch import nn

        with pytest.raises(TypeError, match=mistake):
            nn.LazyLinear(*given)


def test_an_input_without_channels_is_refused() -> None:
    with installed():
        from torch import nn

        with pytest.raises(ArgumentError, match=r"LazyConv1d in 0.*it needs an input with a batch axis"):
            description(cast(Module, nn.Sequential(nn.LazyConv1d(3, 1))), ())


def test_an_input_that_is_no_tensor_is_refused() -> None:
    with installed():
        from torch import nn

        with pytest.raises(TypeError, match="LazyLinear: the input must be a Tensor, not a int"):
            nn.LazyLinear(3)(4)
