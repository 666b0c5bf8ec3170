"""Networks that torchvision has, too, have its parameter names, order and shapes."""

import pytest
import torch
import torchvision_models

from convref import architectures
from convref.nn import Shape


def shapes(tensors: dict[str, torch.Tensor]) -> list[tuple[str, Shape]]:
    return [
        (name, tuple(tensor.shape))
        for name, tensor in tensors.items()
        if not name.endswith("num_batches_tracked")
    ]


def test_torchvision_has_36_of_the_registered_networks() -> None:
    assert 36 == len(set(torchvision_models.NAMES) & set(architectures.names()))


@pytest.mark.parametrize("name", torchvision_models.NAMES)
def test_parameters_and_buffers_are_torchvision_s_by_name_order_and_shape(name: str) -> None:
    net, model = architectures.build(name), torchvision_models.build(name)
    assert shapes(dict(model.named_parameters())) == list(net.parameters().items())
    assert shapes(dict(model.named_buffers())) == list(net.buffers().items())


def test_the_heads_that_only_training_needs_have_torchvision_s_names_too() -> None:
    for name, with_heads in (("googlenet", True), ("inception_v3", False)):
        net = architectures.build(name, aux=with_heads)
        model = torchvision_models.build(name, aux_logits=with_heads)
        assert shapes(dict(model.named_parameters())) == list(net.parameters().items())


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("mobilenet_v2", 0.35),
        ("mobilenet_v2", 1.4),
        ("mobilenet_v3_small", 0.5),
        ("mobilenet_v3_large", 0.75),
    ],
)
def test_other_widths_are_torchvision_s_too(name: str, argument: float) -> None:
    net, model = (
        architectures.build(name, width_mult=argument),
        torchvision_models.build(name, width_mult=argument),
    )
    assert shapes(dict(model.named_parameters())) == list(net.parameters().items())
