"""Constructors are torch's: `Conv2d(3, 64, 3, padding=1)` means the same under both imports."""

import inspect

import pytest
import torch

from convref import nn
from convref.nn import Layer
from convref.torch.build import OURS as MODULES

NO_LAYERS = (
    *(torch.nn.modules.loss._Loss, torch.nn.RNNBase, torch.nn.RNNCellBase, torch.nn.Container),
    *(torch.nn.ModuleDict, torch.nn.ModuleList, torch.nn.ParameterDict, torch.nn.ParameterList),
)
PARAMETERS = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
LAYERS = {
    name: each
    for name, each in vars(nn).items()
    if isinstance(each, type) and issubclass(each, Layer) and each is not Layer
}

OURS = {  # what torch.nn lacks, combinators, and the nodes of a graph that are not layers
    *(kind.__name__ for kind in MODULES if not hasattr(torch.nn, kind.__name__)),
    *(name for name, each in LAYERS.items() if each.composite),
    *("Operation", "Parameter"),
}


def signature(layer: type) -> list[tuple[str, object, object]]:
    return [
        (each.name, each.kind, each.default)
        for each in inspect.signature(layer).parameters.values()
        if each.kind in PARAMETERS and each.name not in {"device", "dtype"} and not each.name.startswith("_")
    ]


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - OURS))
def test_names_order_and_defaults_are_torch_s(name: str) -> None:
    assert hasattr(torch.nn, name), (
        f"torch.nn has no {name}: OURS in convref/torch/build.py must have its module"
    )
    assert signature(getattr(torch.nn, name)) == signature(LAYERS[name])


def test_only_two_have_a_name_of_torch_with_another_signature() -> None:
    assert {"Sequential", "Parameter"} == {name for name in OURS if hasattr(torch.nn, name)}


def test_every_torch_layer_with_one_input_is_described() -> None:
    modules = {
        name
        for name, each in vars(torch.nn).items()
        if inspect.isclass(each) and issubclass(each, torch.nn.Module) and not issubclass(each, NO_LAYERS)
    }
    others = {name for name in modules if name.startswith(("Lazy", "Transformer")) or "Loss" in name}
    several_tensors = {
        *("Bilinear", "CosineSimilarity", "PairwiseDistance", "EmbeddingBag"),
        *("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"),
    }
    random_even_at_inference = {"FractionalMaxPool2d", "FractionalMaxPool3d"}
    base_or_old_or_distributed = {"Module", "CrossMapLRN2d", "SyncBatchNorm", "DataParallel"}
    left = modules - LAYERS.keys() - others
    assert set() == left - several_tensors - random_even_at_inference - base_or_old_or_distributed
