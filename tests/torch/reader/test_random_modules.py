"""Random modules of a grammar of what people write are read right: parameters, products, outputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import counting_tools
import hypothesis.strategies as st
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn
from torch.nn import functional as F

from convref import analyze
from convref.torch import from_torch

CHANNELS, SIZE = 4, 6
Values = list[torch.Tensor]
Step = Callable[["Drawn", Values, int, int, int], None]
"""What a statement does to the values so far: it takes two of them, and a number of its own."""


class Drawn(nn.Module):
    """A module whose forward is a list of statements."""

    def __init__(self, program: list[tuple[str, int, int, int]]) -> None:
        super().__init__()
        self.program = program
        generator = torch.Generator().manual_seed(0)
        self.conv = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.depthwise = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=CHANNELS, bias=False)
        self.norm, self.group = nn.BatchNorm2d(CHANNELS), nn.GroupNorm(2, CHANNELS)
        self.last, self.linear = nn.LayerNorm(SIZE), nn.Linear(SIZE, SIZE)
        self.relu, self.drop, self.same = nn.ReLU(inplace=True), nn.Dropout(), nn.Identity()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(CHANNELS, CHANNELS, 1), nn.Sigmoid())
        self.gamma = nn.Parameter(torch.randn(CHANNELS, 1, 1, generator=generator))
        self.beta = nn.Parameter(torch.randn(1, CHANNELS, SIZE, SIZE, generator=generator))
        self.factor = nn.Parameter(torch.full((1,), 0.7))
        self.register_buffer("kernel", torch.rand(CHANNELS, 1, 3, 3, generator=generator) / 9)
        self.shift = torch.rand(CHANNELS, 1, 1, generator=generator)  # in no state_dict

    def forward(self, x: torch.Tensor) -> Any:
        values = [x]
        for name, one, other, number in self.program:
            STATEMENTS[name](self, values, one % len(values), other % len(values), number)
        return tuple(values[-3:]) if len(values) % 2 else values[-1]


def new(function: Callable[[Any, torch.Tensor, torch.Tensor, int], torch.Tensor]) -> Step:
    """A statement that adds a value."""
    return lambda m, values, one, other, k: values.append(function(m, values[one], values[other], k))


def written(function: Callable[[Any, torch.Tensor, torch.Tensor, int], object]) -> Step:
    """A statement that changes a value in place, and all that share its memory."""

    def step(m: Drawn, values: Values, one: int, other: int, k: int) -> None:
        function(m, values[one], values[other], k)

    return step


def attended(_m: Any, x: torch.Tensor, y: torch.Tensor, _k: int) -> torch.Tensor:
    q, v = x.flatten(2), y.flatten(2)
    return ((q.transpose(1, 2) @ q / 4).softmax(-1) @ v.transpose(1, 2)).transpose(1, 2).reshape(x.shape)


def windowed(m: Any, x: torch.Tensor, _y: torch.Tensor, k: int) -> torch.Tensor:
    b, c, h, w = x.shape
    size = 2 if k % 2 else 3
    t = x.reshape(b, c, h // size, size, w // size, size).permute(0, 2, 4, 1, 3, 5).reshape(-1, c, size, size)
    t = F.conv2d(t, m.kernel, padding=1, groups=c)
    t = t.reshape(b, h // size, w // size, c, size, size).permute(0, 3, 1, 4, 2, 5)
    return t.reshape(b, c, h, w)


def looped(m: Any, x: torch.Tensor, y: torch.Tensor, k: int) -> torch.Tensor:
    for _ in range(x.shape[1] // 2 + k % 2):
        x = m.depthwise(x) + y
    return x if x.size(2) == SIZE else y


def swapped(_m: Any, x: torch.Tensor, _y: torch.Tensor, k: int) -> torch.Tensor:
    first, second = x.chunk(2, 1 + k % 3)
    return torch.cat([second, first.relu()], 1 + k % 3)


def listed(m: Any, x: torch.Tensor, y: torch.Tensor, _k: int) -> torch.Tensor:
    kept = [x, y]
    kept.append(m.conv(kept[0]))
    kept[-1] += kept[1]
    return sum(kept[1:])  # type: ignore[return-value]


def assigned(_m: Any, x: torch.Tensor, y: torch.Tensor, k: int) -> None:
    x[:, k % CHANNELS] = y[:, 0]
    x[..., k % SIZE :: 2] = 0.5


def through_a_view(_m: Any, x: torch.Tensor, _y: torch.Tensor, k: int) -> None:
    flat = x.view(x.shape[0], CHANNELS, -1)
    flat[:, k % CHANNELS].mul_(2)
    x.permute(0, 2, 3, 1)[..., 0].clamp_(-1, 1)


STATEMENTS: dict[str, Step] = {
    "conv": new(lambda m, x, _y, _k: m.conv(x)),
    "norm": new(lambda m, x, _y, _k: m.norm(m.depthwise(x))),
    "group": new(lambda m, x, _y, _k: m.group(x)),
    "linear": new(lambda m, x, _y, _k: m.linear(m.last(x))),
    "gate": new(lambda m, x, y, _k: x * m.gate(y)),
    "relu": new(lambda m, x, _y, _k: m.relu(x)),
    "drop": new(lambda m, x, _y, _k: m.drop(m.same(x))),
    "function": new(lambda m, x, _y, _k: F.gelu(F.conv2d(x, m.conv.weight, None, padding=1))),
    "computed weight": new(
        lambda m, x, _y, _k: F.conv2d(x, m.conv.weight * m.factor, m.conv.bias, padding=1)
    ),
    "sum": new(lambda _m, x, y, _k: x + y),
    "difference": new(lambda _m, x, y, k: x - y * (k / 4)),
    "quotient": new(lambda _m, x, y, _k: x / (1 + y.abs())),
    "scale": new(lambda m, x, _y, _k: x * m.gamma),
    "positions": new(lambda m, x, _y, _k: m.beta + x),
    "constant": new(lambda m, x, _y, _k: x - m.shift),
    "pooled": new(
        lambda _m, x, _y, k: (
            F.interpolate(F.max_pool2d(x, 2), size=SIZE) if k % 2 else F.avg_pool2d(x, 3, 1, 1)
        )
    ),
    "mean": new(lambda _m, x, y, _k: x.mean((2, 3), keepdim=True).expand_as(y) * y),
    "extreme": new(lambda _m, x, y, k: torch.maximum(x.max(1 + k % 3, keepdim=True)[0], y)),
    "softmax": new(lambda _m, x, _y, k: x.softmax(1 + k % 3)),
    "standardized": new(
        lambda _m, x, _y, _k: (x - x.mean(1, keepdim=True)) / (x.var(1, keepdim=True) + 1).sqrt()
    ),
    "attention": new(attended),
    "windows": new(windowed),
    "loop": new(looped),
    "swap": new(swapped),
    "list": new(listed),
    "stack": new(lambda _m, x, y, _k: torch.stack([x, y], 2).sum(2)),
    "einsum": new(lambda _m, x, y, _k: torch.einsum("bchw,bcwk->bchk", x, y) / SIZE),
    "roll": new(lambda _m, x, _y, k: torch.roll(x, (k, 1), (2, 3)).flip(3)),
    "pad": new(
        lambda _m, x, _y, k: (
            F.pad(x, (1, 0, 0, 0), mode="circular")[..., :-1] if k % 2 else F.pad(x[..., 1:], (0, 1))
        )
    ),
    "where": new(lambda _m, x, y, _k: torch.where(x > y, x, 2 * y)),
    "alias": new(lambda _m, x, _y, _k: x.contiguous()),
    "part": new(lambda _m, x, y, _k: torch.cat([x[:, :1], y[:, 1:]], 1)),
    "copy": new(lambda _m, x, _y, _k: x.clone()),
    "unused": written(lambda m, x, _y, _k: m.conv(x)),
    "relu_": written(lambda _m, x, _y, _k: F.relu_(x)),
    "in place": written(lambda _m, x, y, _k: x.add_(y.detach().tanh())),
    "out": written(lambda _m, x, _y, k: torch.clamp(x, -k - 0.5, 1, out=x)),
    "assignment": written(assigned),
    "view": written(through_a_view),
}
PROGRAMS = st.lists(
    st.tuples(st.sampled_from(sorted(STATEMENTS)), *[st.integers(0, 7)] * 3), min_size=1, max_size=9
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(PROGRAMS)
def test_a_random_module_is_read_right(program: list[tuple[str, int, int, int]]) -> None:
    module, shape = Drawn(program).eval(), (CHANNELS, SIZE, SIZE)
    with warnings.catch_warnings(action="ignore"):
        net = from_torch(module, shape, verify=True)
    report = analyze(net, shape)
    assert sum(each.numel() for each in module.parameters()) == report.params
    assert counting_tools.count("torchvision", module, torch.randn(1, *shape)) == report.macs
    assert all(size >= 1 for size in report.receptive_field)
    assert {name for name, _ in module.named_parameters()} == net.parameters().keys()
