"""Modules with unusual parts that break other counters, written anew from reports in their issue trackers.

`WRAPPED` has the form of the dicts in `tracker_networks`. `REFUSED` has, by name, a function that makes a
module which cannot be read, its input shape, and a pattern for the reason.
"""

from __future__ import annotations

import collections
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import torch
from read_networks import CONV, IMAGE, Written, conv
from torch import nn
from torch.nn import functional as F
from tracker_forwards import Boxed
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


# What cannot be read


class Late(nn.Module):
    """A layer that is made at the first call."""

    def __init__(self) -> None:
        super().__init__()
        self.l: nn.Linear | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.l is None:
            self.l = nn.Linear(x.shape[-1], 4)
        return self.l(x)


class Uninitialized(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = nn.UninitializedParameter()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


class Incomplete(nn.Module):
    def __init__(self) -> None:
        pass


class Strange(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rest = (number for number in range(3))


class ByName(nn.Module):
    def forward(self, *, x: torch.Tensor) -> torch.Tensor:
        return x


def in_a_list() -> nn.Module:
    module = Written(lambda m, x: m.modules[0](x))
    module.modules = [conv()]  # type: ignore[assignment]
    return module


def packed(m: Any, x: torch.Tensor) -> torch.Tensor:
    given = nn.utils.rnn.pack_padded_sequence(x, [5] * x.size(0), batch_first=True)
    return nn.utils.rnn.pad_packed_sequence(m.r(given)[0], batch_first=True)[0]


def chosen_experts(m: Any, x: torch.Tensor) -> torch.Tensor:
    made = torch.zeros_like(x)
    for index, expert in enumerate(m.experts):
        chosen = m.gate(x).argmax(-1) == index
        made[chosen] = expert(x[chosen])
    return made


def quantized() -> nn.Module:
    return torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(3, 4)), {nn.Linear})


def counts_in_buffers() -> nn.Module:
    module: Any = after_another_counter()
    module[0].register_forward_hook(lambda part, _inputs, _output: part.total_ops.add_(1) and None)
    return module


META = r"\(from_torch runs the module on torch's meta device, where tensors have shapes but no elements\)"
VALUES = "depends on values in a tensor"
REFUSED: dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...], str]] = {
    "a layer made at the first call": (Late, (3,), "the forward makes a parameter, which the module"),
    "a parameter that nothing initializes": (Uninitialized, (3,), "w still has no shape after a call"),
    "a lazy layer and a wrong shape": (
        lambda: nn.Sequential(nn.LazyConv2d(3, 9)), IMAGE, r"the shape of 0\.weight is set by the first call"
    ),
    "super().__init__ is not called": (
        Incomplete, (3,), r"module \(=a Incomplete\) is not complete: its __init__ does not call super"
    ),
    "a generator": (Strange, (3,), "the module cannot be copied: cannot pickle 'generator' object"),
    "a list of modules that hides a method": (in_a_list, IMAGE, r"modules\[0\] is a module: torch finds"),
    "no forward": (lambda: nn.ModuleList([conv()]), IMAGE, 'is missing the required "forward" function'),
    "packed sequences": (
        written(packed, r=lambda: nn.LSTM(4, 6, batch_first=True)), (5, 4), "does not support packed"
    ),
    "experts that are chosen": (
        written(
            chosen_experts,
            gate=lambda: nn.Linear(4, 1),
            experts=lambda: nn.ModuleList([nn.Linear(4, 4)]),
        ),
        (4,), VALUES,
    ),
    "a check of the values": (written(lambda _m, x: x if not x.isnan().any() else 0 * x), (3,), VALUES),
    "Python's max": (written(lambda _m, x: max(x.mean(), x.sum())), (3,), VALUES),
    "numbers for Python": (written(lambda _m, x: x * sum(x.flatten().tolist())), (3,), META),
    "NumPy in the forward": (written(lambda _m, x: torch.from_numpy(x.numpy() * 2)), (3,), META),
    "noise": (written(lambda _m, x: F.gumbel_softmax(x, dim=-1)), (3,), "it draws random numbers in"),
    "torch.cond": (
        written(lambda _m, x: torch.cond(x.sum() > 0, lambda t: 2 * t, lambda t: t - 1, (x,))),
        (3,), "torch.cond and other operators that call functions are not supported",
    ),
    "a quantized layer": (quantized, (3,), "from_torch does not support quantized operations"),
    "hooks that count in buffers": (counts_in_buffers, IMAGE, r"the forward changes 0\.total_ops"),
    "a table that is normalized when it is read": (
        lambda: nn.Embedding(10, 4, max_norm=1.0), (6,), "the forward changes weight"
    ),
    "an object as the result": (
        written(lambda m, x: Boxed(m.c(x)), c=conv), IMAGE, "it must return a tensor, or tensors in tuples"
    ),
    "a matrix exponential": (
        lambda: nn.utils.parametrizations.orthogonal(nn.Linear(3, 3)), (3,), "cannot read linalg_matrix_exp"
    ),
    "keyword arguments alone": (ByName, (3,), "forward takes no inputs"),
}  # fmt: skip
