"""PyTorch's own samples of its modules are read right, or refused for a reason that is stated."""

import collections
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.testing._internal.common_modules import module_db

from convref import analyze
from convref.errors import ArgumentError
from convref.torch import from_torch

REASONS = (
    "it multiplies different samples of the batch",  # batch_first=False: samples are the second axis
    r"Expected hidden size \(\d+, \d+, \d+\), got",  # likewise: the state's first axis is layers
)
"""What is refused: inputs whose samples are not the first axis, which no shape without it can say."""


def samples(info: Any) -> Iterator[tuple[torch.nn.Module, tuple[torch.Tensor, ...]]]:
    """The modules of one class with inputs that are tensors, as torch tests them."""
    for each in info.module_inputs_func(
        info, device="cpu", dtype=torch.float32, requires_grad=False, training=False
    ):
        made, called = each.constructor_input, each.forward_input
        if called is None or called.kwargs or not called.args:
            continue
        if all(isinstance(given, torch.Tensor) for given in called.args):
            yield info.module_cls(*made.args, **made.kwargs).eval(), called.args


def shape_of(tensors: tuple[torch.Tensor, ...], *, batched: bool) -> Any:
    shapes = tuple([tuple(each.shape[1:] if batched else each.shape) for each in tensors])
    return shapes if len(shapes) > 1 else shapes[0]


def read(module: torch.nn.Module, tensors: tuple[torch.Tensor, ...]) -> str:
    """Read a sample as it is, or with its first axis for the batch; the reason where neither can be."""
    reasons = []
    for batched in (True, False):
        if batched and any(each.ndim == 0 for each in tensors):
            continue
        shape = shape_of(tensors, batched=batched)
        try:
            net = from_torch(module, shape, verify=True)
        except ArgumentError as error:
            reasons.append(str(error))
            continue
        params = sum(each.numel() for each in module.parameters())
        assert params == analyze(net, shape).params
        return ""
    return reasons[0]


@pytest.mark.parametrize(
    "info", [info for info in module_db if "Loss" not in info.name], ids=lambda info: info.name
)
def test_torch_s_samples_of_a_module_are_read_right_or_refused_for_a_reason(info: Any) -> None:
    read_count: collections.Counter[bool] = collections.Counter()
    with warnings.catch_warnings(action="ignore"):
        for module, tensors in samples(info):
            with torch.no_grad():
                try:
                    module(*[each.clone() for each in tensors])
                except (RuntimeError, ValueError):  # samples for training alone, or for another device
                    continue
            reason = read(module, tensors)
            assert not reason or any(re.search(each, reason) for each in REASONS), (module, reason)
            read_count[not reason] += 1
    assert read_count[True] > 0 or not read_count or info.name.startswith("nn.Transformer")
