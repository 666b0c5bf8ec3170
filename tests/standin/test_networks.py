"""Networks as people write them are described without PyTorch as `from_torch` describes them with it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from convref import analyze
from convref.nn import Layer, ReLU
from convref.standin import installed
from convref.standin.description import description
from convref.torch import from_torch

WRITTEN = Path(__file__).parents[1] / "written_networks.py"


def loaded() -> ModuleType:
    """The file of networks, run with what `import torch` finds at present."""
    spec = importlib.util.spec_from_file_location("written_networks", WRITTEN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WITH_TORCH = loaded().NETWORKS


def without_torch(name: str) -> Layer:
    with installed():
        make, shape = loaded().NETWORKS[name]
        return description(make(), shape)


@pytest.mark.parametrize("name", WITH_TORCH)
def test_a_network_has_the_description_that_from_torch_gives(name: str) -> None:
    make, shape = WITH_TORCH[name]
    assert from_torch(make(), shape) == without_torch(name)


@pytest.mark.parametrize("name", WITH_TORCH)
def test_its_numbers_and_shapes_are_those_of_from_torch(name: str) -> None:
    make, shape = WITH_TORCH[name]
    reports = [analyze(net, shape) for net in (from_torch(make(), shape), without_torch(name))]
    first, second = [
        (each.params, each.macs, each.receptive_field, each.peak_activation_bytes, rows(each))
        for each in reports
    ]
    assert first == second


def rows(report: Any) -> list[Any]:
    return [(row.name, row.output, row.cost) for row in report.rows]


def test_resnet_50_has_its_published_number_of_parameters() -> None:
    assert 25_557_032 == analyze(without_torch("ResNet-50"), (3, 224, 224)).params


def test_pytorch_is_as_before_after_the_stand_in_was_installed() -> None:
    import torch

    with installed():
        import torch as other

        assert other is not torch
    import torch as again

    assert torch is again


@pytest.mark.parametrize("decorator", ["@torch.no_grad", "@torch.no_grad()", "@torch.inference_mode()"])
def test_a_forward_without_gradients_is_followed(decorator: str) -> None:
    with installed():
        method = f"    {decorator}\n    def forward(self, x):\n        return torch.relu(x)"
        source = f"class Net(torch.nn.Module):\n{method}"
        names: dict[str, Any] = {"__name__": "nets", "torch": __import__("torch")}
        exec(source, names)  # noqa: S102
        assert ReLU() == description(names["Net"](), (3, 5, 5)).children[0].layer


def test_parameters_and_buffers_are_found_by_path() -> None:
    with installed():
        from torch import nn

        net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8))
        assert net[0].weight is net.get_parameter("0.weight")
        assert net[1].running_mean is net.get_buffer("1.running_mean")
        with pytest.raises(AttributeError, match="'weight' is not a buffer of the module; its buffers are"):
            net.get_buffer("0.weight")
