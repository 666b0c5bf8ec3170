"""Modules drawn from a grammar are described alike with PyTorch and without it, or refused by both."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import ALL

from convref import analyze
from convref.errors import ArgumentError
from convref.standin import installed
from convref.standin.description import description
from convref.torch import from_torch

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
"""
MODULES = (
    "nn.Conv2d(4, 4, 3, padding=1)",
    "nn.Conv2d(4, 4, 3, 2, 1, groups=2, bias=False)",
    "nn.BatchNorm2d(4)",
    "nn.ReLU(inplace=True)",
    "nn.MaxPool2d(2)",
    "nn.Sequential(nn.Conv2d(4, 4, 1), nn.SiLU())",
    "nn.Dropout(0.1)",
    "nn.ConvTranspose2d(4, 4, 2, 2)",
    "nn.GroupNorm(2, 4)",
    "nn.AdaptiveAvgPool2d(3)",
    "nn.Identity()",
    "nn.Upsample(scale_factor=2)",
)
STEPS = (
    "x = F.relu(x)",
    "x = F.max_pool2d(x, 2, stride=1)",
    "x = F.avg_pool2d(x, 3, 1, 1)",
    "x += x.mean((2, 3), keepdim=True)",
    "x = x * torch.sigmoid(x)",
    "x = x - 0.5",
    "x = x / x.norm(dim=1, keepdim=True)",
    "x = torch.cat([x[:, :2], x[:, 2:]], 1)",
    "x = torch.cat(x.chunk(2, 1)[::-1], dim=1)",
    "x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)",
    "x = x.flatten(2).transpose(1, 2).reshape(x.shape[0], -1, 4).transpose(1, 2).view(x.shape)",
    "x = x.view(x.size(0), 2, 2, *x.shape[2:]).transpose(1, 2).reshape(x.shape)",
    "x = F.pad(x, (0, 1, 1, 0))",
    "x = F.interpolate(x, size=(6, 6), mode='bilinear', align_corners=False)",
    "x = x.softmax(1)",
    "x = torch.stack([x, -x], 1).sum(1)",
    "x = x.clamp(min=0) ** 2",
    "x = x + y if x.shape == y.shape else x",
    "y = x",
    "x = torch.einsum('bchw,bdhw->bcd', x, x).unsqueeze(-1) * x.flatten(2).mean(-1)[:, :, None, None]",
    "x = x.squeeze()",
    "x = x.view(-1, 4 * 36)",
    "x = x.max(dim=3, keepdim=True)[0] + x",
    "x = x.expand(-1, -1, -1, -1).relu_()",
    "x = x.repeat(1, 1, 2, 1)[..., ::2, :]",
    "x = F.layer_norm(x, x.shape[1:])",
)


def source(modules: list[str], steps: list[int]) -> str:
    parts = [f"        self.m{index} = {module}" for index, module in enumerate(modules)]
    calls = [f"x = self.m{index}(x)" for index in range(len(modules))]
    known = [*STEPS, *calls]
    body = "\n".join(f"        {known[step % len(known)]}" for step in steps)
    return "\n".join(
        [
            HEAD.rstrip(),
            *parts,
            "",
            "    def forward(self, x):",
            "        y = x",
            body,
            "        return x",
            "",
        ]
    )


def outcome(code: str, read: Any, shape: tuple[int, ...]) -> Any:
    """The description of the module that the code defines; None where it is refused."""
    names: dict[str, Any] = {"__name__": "nets"}
    exec(compile(code, "nets.py", "exec"), names)  # noqa: S102
    try:
        return read(names["Net"](), shape)
    except ArgumentError:
        return None


@settings(max_examples=60 if ALL else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(MODULES), min_size=1, max_size=4),
    st.lists(st.integers(0, 1000), min_size=1, max_size=7),
)
def test_a_random_module_is_described_alike_or_refused(modules: list[str], steps: list[int]) -> None:
    code, shape = source(modules, steps), (4, 12, 10)
    expected = outcome(code, from_torch, shape)
    with installed():
        found = outcome(code, description, shape)
    if found is not None:  # it may refuse more, but never describe something else
        assert expected is not None
        first, second = (analyze(net, shape) for net in (expected, found))
        assert (first.params, first.macs) == (second.params, second.macs)
        assert first.receptive_field == second.receptive_field
        assert expected.output_shape(shape) == found.output_shape(shape)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_the_grammar_is_described_as_with_pytorch(step: str) -> None:
    code, shape = source([MODULES[0]], [STEPS.index(step)]), (4, 6, 6)
    expected = outcome(code, from_torch, shape)
    with installed():
        assert expected == outcome(code, description, shape)
