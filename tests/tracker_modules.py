"""Modules with unusual parts that break other counters, written anew from reports in their issue trackers.

`WRAPPED` has the form of the dicts in `tracker_networks`.
"""

from __future__ import annotations

import collections
import math
import threading
from collections.abc import Iterator
from typing import Any

import torch
from read_networks import CONV, IMAGE, conv
from torch import nn
from tracker_networks import Kind, written

# Wrappers, names, and what a module holds besides tensors


class Shadowed(nn.Module):
    """Attributes that hide methods of torch.nn.Module."""

    def __init__(self) -> None:
        super().__init__()
        self.c = conv()
        self.modules = self.parameters = self.buffers = {"width": 3}  # type: ignore[assignment]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(x)


class FrozenNorm(nn.Module):
    """A method `train` that returns nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.c, self.norm = conv(), nn.BatchNorm2d(3)

    def train(self, mode: bool = True) -> None:  # type: ignore[override]
        super().train(mode)
        self.norm.eval()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.c(x))


class Holds(nn.Module):
    """A module with attributes that cannot be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.c, self.lock, self.math = conv(), threading.RLock(), math
        self.doubled = torch.jit.trace(lambda x: 2 * x, torch.ones(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with self.lock:
            return self.doubled(self.c(x)) * self.math.pi


class Keeps(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = conv()
        self.last: torch.Tensor | None = None
        self(torch.ones(1, 3, 8, 8))  # the value has a gradient function, so that torch cannot copy it

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.last = self.c(x)
        return self.last


class Owned(nn.Module):
    """A part that knows the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.c = conv()
        self.c.owner = [self]  # type: ignore[assignment]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(x) * 2


class Passes(nn.Module):
    """Unknown attributes are those of a part."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = conv()

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("inner"), name)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x)


class Called(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = conv()

    def __call__(self, x: torch.Tensor, factor: int = 2) -> torch.Tensor:
        return super().__call__(x) * factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(x)


class Hidden(nn.Module):
    """A class whose list of parameters is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.c = conv()

    def named_parameters(self, *_args: Any, **_named: Any) -> Iterator[tuple[str, nn.Parameter]]:
        return iter([])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(x)


class Skips(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c, self.f = conv(), torch.ao.nn.quantized.FloatFunctional()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.f.add_relu(self.c(x), x)


def after_another_counter() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    for part in module.modules():
        part.register_buffer("total_ops", torch.zeros(1, dtype=torch.float64))
    return module


def counting_hooks() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    count: dict[str, int] = {}

    def hook(part: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        count[type(part).__name__] = count.get(type(part).__name__, 0) + output.numel()

    for part in module.modules():
        part.register_forward_hook(hook)
    return module


def compiled() -> nn.Module:
    module: Any = torch.compile(conv(), backend="eager")
    return module


def compiled_in_place() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    module.compile(backend="eager")
    return module


def odd_names() -> nn.Module:
    names = {"conv-1": conv(), "a b": nn.ReLU(), "7/8": conv(), "output": nn.ReLU()}
    return nn.Sequential(collections.OrderedDict(names))


WRAPPED: dict[str, Kind] = {
    "a scripted part": Kind(
        lambda: nn.Sequential(conv(), torch.jit.script(nn.ReLU())), IMAGE, 84, CONV, IMAGE
    ),
    "a compiled part": Kind(
        lambda: nn.Sequential(compiled(), nn.ReLU()),
        IMAGE, 84, CONV, IMAGE,
    ),
    "compiled in place": Kind(compiled_in_place, IMAGE, 84, CONV, IMAGE),
    "a traced graph": Kind(
        lambda: torch.fx.symbolic_trace(nn.Sequential(conv(), nn.ReLU())), IMAGE, 84, CONV, IMAGE
    ),
    "stubs for quantization": Kind(
        lambda: nn.Sequential(torch.ao.quantization.QuantStub(), conv(), torch.ao.quantization.DeQuantStub()),
        IMAGE, 84, CONV, IMAGE,
    ),
    "sums for quantization": Kind(Skips, IMAGE, 84, CONV, IMAGE),
    "batch norm over processes": Kind(
        lambda: nn.Sequential(conv(), nn.SyncBatchNorm(3)), IMAGE, 84 + 6, CONV, IMAGE
    ),
    "buffers that another counter left": Kind(after_another_counter, IMAGE, 84, CONV, IMAGE),
    "hooks that count": Kind(counting_hooks, IMAGE, 84, CONV, IMAGE),
    "names of operations": Kind(
        written(lambda m, x: m.add(m.input(x)) + m.cat(x), input=conv, add=nn.ReLU, cat=conv),
        IMAGE, 168, 2 * CONV, IMAGE,
    ),
    "names that Python does not allow": Kind(odd_names, IMAGE, 168, 2 * CONV, IMAGE),
    "attributes that hide methods": Kind(Shadowed, IMAGE, 84, CONV, IMAGE),
    "train that returns nothing": Kind(FrozenNorm, IMAGE, 84 + 6, CONV, IMAGE),
    "what cannot be copied": Kind(Holds, IMAGE, 84, CONV, IMAGE),
    "a value of an earlier run": Kind(Keeps, IMAGE, 84, CONV, IMAGE),
    "a part that knows the whole": Kind(Owned, IMAGE, 84, CONV, IMAGE),
    "attributes of a part": Kind(Passes, IMAGE, 84, CONV, IMAGE),
    "a call that is replaced": Kind(Called, IMAGE, 84, CONV, IMAGE),
    "a list of parameters that is replaced": Kind(Hidden, IMAGE, 84, CONV, IMAGE),
    "double precision": Kind(lambda: nn.Sequential(conv()).double(), IMAGE, 84, CONV, IMAGE),
}  # fmt: skip
