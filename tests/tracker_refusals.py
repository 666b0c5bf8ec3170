"""Modules that cannot be read, of kinds that break other counters, written anew from their issue trackers.

`REFUSED` has, by name, a function that makes the module, its input shape, and a pattern for the reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from read_networks import IMAGE, Written, conv
from torch import nn
from torch.nn import functional as F
from tracker_forwards import Boxed
from tracker_modules import after_another_counter
from tracker_networks import written


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


def in_one_memory() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        m.a.weight.data.clamp_(-0.1, 0.1)
        return m.b(m.a(x))

    one, other = nn.Linear(3, 4, bias=False), nn.Linear(4, 3, bias=False)
    other.weight = nn.Parameter(one.weight.detach().t())
    return Written(forward, a=one, b=other)


def with_data_of(change: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[[], nn.Module]:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        m.c.weight.data = change(m.c.weight.data, x)
        return m.c(x)

    return written(forward, c=conv)


def halved(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        m.c.weight.mul_(0.5)
    return m.c(x)


def with_a_generator() -> nn.Module:
    module: Any = Written(lambda m, x: m.c(x) * m.chance.random(), c=conv())
    module.chance = np.random.default_rng(0)
    return module


def sampled(m: Any, x: torch.Tensor) -> torch.Tensor:
    mean, log_variance = m.l(x).chunk(2, -1)
    return mean + torch.randn_like(mean) * (0.5 * log_variance).exp()


def force(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        return torch.autograd.grad(m.l(x).tanh().sum(), x)[0]


def on_a_sparse_graph() -> nn.Module:
    module = Written(lambda m, x: torch.sparse.mm(m.graph, m.l.weight).sum() * x, l=nn.Linear(3, 4))
    module.register_buffer("graph", torch.eye(4).to_sparse())
    return module


@torch.library.custom_op("convref_tests::doubled", mutates_args=())
def doubled(x: torch.Tensor) -> torch.Tensor:
    return 2 * x


@doubled.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(x)


CHANGES = r"c\.weight, so another call could give a different result"
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
    "a weight that is halved at each call": (
        written(halved, c=conv), IMAGE, rf"at .*tracker_refusals\.py:\d+: the forward changes {CHANGES}"
    ),
    "data that is halved at each call": (with_data_of(lambda data, _x: data / 2), IMAGE, CHANGES),
    "a weight that an input changes": (with_data_of(lambda data, x: data * x.mean()), IMAGE, CHANGES),
    "a change of one of two parameters in one memory": (
        in_one_memory, (3,), r"the forward changes a\.weight"
    ),
    "a branch by Python's random numbers": (
        written(lambda m, x: m.c(x) if random.random() < 2 else x, c=conv),  # noqa: S311 - likewise
        IMAGE, "cannot read the forward: it draws random numbers in evaluation mode, from Python's random$",
    ),
    "NumPy's random numbers": (
        written(lambda m, x: m.c(x) * float(np.random.rand()), c=conv),  # noqa: NPY002 - as people write it
        IMAGE, r"in evaluation mode, from numpy\.random$",
    ),
    "random numbers of a generator that is held": (
        with_a_generator, IMAGE, "in evaluation mode, from chance$"
    ),
    "a variational bottleneck": (
        written(sampled, l=lambda: nn.Linear(3, 4)), (3,), r"cannot read randn_like at .*: it draws random"
    ),
    "a gradient in the forward": (
        written(force, l=lambda: nn.Linear(3, 4)), (3,), "cannot read tanh_backward"
    ),
    "a Fourier transform": (
        written(lambda _m, x: torch.fft.fft2(x).real), (5, 4), r"cannot read _fft_c2c at .*does not know this"
    ),
    "a sparse matrix": (on_a_sparse_graph, (3,), "cannot read _sparse_addmm at .*does not know this"),
    "nested tensors": (
        written(lambda _m, x: torch.nested.nested_tensor([x[0], x[1]])),
        (3,), "from_torch does not support nested tensors; pass a padded tensor",
    ),
    "an operator of a library": (
        written(lambda m, x: doubled(m.c(x)), c=conv),
        IMAGE, "cannot read convref_tests::doubled at .*does not know this",
    ),
    "a dict as the input": (
        written(lambda m, batch: m.c(batch["image"]), c=conv), IMAGE, "it takes a dict, but the inputs of a"
    ),
    "a loop over the samples": (
        written(lambda m, x: torch.stack([m.c(each) for each in x]), c=conv),
        IMAGE, "what the forward does depends on the number of samples",
    ),
    "no result": (written(lambda _m, _x: None), IMAGE, "it must return a tensor, or tensors in tuples"),
    "keyword arguments alone": (ByName, (3,), "forward takes no inputs"),
}  # fmt: skip
