"""Every operation of a description does in NumPy, and in the module built of it, what torch does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from read_networks import Written
from torch import nn
from torch.nn import functional as F

import convref.torch
from convref import functional
from convref.errors import ArgumentError
from convref.functional.operations.apply import RULES, apply
from convref.functional.operations.scatter import scatter
from convref.nn import N, Operation, Value, trace
from convref.nn.operations import COSTS
from convref.nn.operations.kinds import VIEWS
from convref.torch import from_torch, parameters_of

Forward = Callable[[Any, torch.Tensor], Any]
SHAPE = (4, 6, 6)

PARTS: dict[str, Callable[[], Any]] = {
    "i": lambda: nn.Parameter(torch.tensor([2, 0, 1]), requires_grad=False),
    "w": lambda: nn.Parameter(torch.linspace(-1, 1, 24).reshape(4, 6)),
    "k": lambda: nn.Parameter(torch.linspace(-1, 1, 144).reshape(4, 4, 3, 3)),
    "c": lambda: nn.Parameter(torch.linspace(0.1, 1, 4)),
    "b": lambda: nn.Parameter(torch.linspace(-1, 1, 108).reshape(3, 6, 6)),
    "l": lambda: nn.LSTM(6, 3, 2, bidirectional=True, proj_size=2),
    "g": lambda: nn.GRU(6, 3, batch_first=True, bias=False),
    "r": lambda: nn.RNN(6, 3, batch_first=True),
    "e": lambda: nn.Embedding(9, 6),
    "h": lambda: nn.MultiheadAttention(6, 2, kdim=6, vdim=6, batch_first=True, add_bias_kv=True),
}

FORWARDS: dict[str, Forward] = {
    "views": lambda _, x: (
        x.unflatten(2, (2, 3)).transpose(0, 1).reshape(4, -1).t().unsqueeze(0).squeeze((0,))
    ),
    "more views": lambda _, x: (
        x.permute(1, 0, 2, 3).movedim(0, 2).diagonal(0, 1, 3).narrow(1, 0, 3).squeeze()
    ),
    "strides": lambda _, x: x.flatten(1).unfold(1, 6, 3)[..., 1::2],
    "strided": lambda _, x: torch.as_strided(torch.ones(5, 5) * 2, (3, 2), (5, 2), 1) + x.mean(),
    "selected": lambda _, x: x[:, 1, ..., None] + x[:, -1:, 2:4, 0].sum(),
    "parts": lambda _, x: sum(each.sum(1) for each in x.split([1, 3], 1)),
    "unequal parts": lambda _, x: torch.cat([each * 2 for each in x.split(4, 2)], 2),
    "unbound": lambda _, x: torch.stack(x.unbind(1), -1) + x.tensor_split(3, 2)[1][:, :, :1].mean(),
    "repeated": lambda _, x: x.repeat(1, 2, 1, 3) + x.repeat_interleave(2, 1).repeat(1, 1, 1, 3),
    "rolled": lambda _, x: x.roll((1, -2), (2, 3)).roll(5).flip((1, 2)) + x.rot90(1, (2, 3)),
    "padded": lambda _, x: F.pad(x, (1, 2, 0, -1, 1, 0), value=2.0).sum(1),
    "padded by itself": lambda _, x: torch.cat(
        [
            F.pad(x.flatten(0, 1)[None], (1, 2, 3, 0), mode=mode)
            for mode in ("reflect", "replicate", "circular")
        ]
    ),
    "numbers": lambda _, x: ((2 - x) * 3 / 4 + 1) ** 2 // 0.5 + (x % 0.7) + 1 / (x + 9) + torch.fmod(x, 0.4),
    "pairs": lambda _, x: torch.add(x, x.abs(), alpha=2) / (x.square() + 1) - torch.sub(x, x, alpha=3),
    "rounded": lambda _, x: (
        torch.div(x, 0.3, rounding_mode="floor") + torch.div(x, 0.3, rounding_mode="trunc")
    ),
    "more rounded": lambda _, x: (
        x.floor() + x.ceil() + x.trunc() + x.round() + x.frac() + x.sign() + torch.round(x, decimals=1)
    ),
    "functions": lambda _, x: (
        x.exp() + x.abs().add(1).log() + x.sin() * x.cos() + x.tan().atan() + x.erf() + x.expm1()
    ),
    "more functions": lambda _, x: (
        x.exp2() + x.abs().log1p() + (1 + x.abs()).log2() + x.sinh() - x.cosh() + x.abs().sqrt()
    ),
    "and more": lambda _, x: (
        x.square().add(1).rsqrt() + (x.tanh() * 0.9).asin() + x.sigmoid().acos() + torch.atan2(x, x + 2)
    ),
    "powers": lambda _, x: (
        x.pow(3) + (x.abs() + 1).pow(x) + 2**x + (x + 9).reciprocal() + (x.abs() + 1).log10()
    ),
    "comparisons": lambda _, x: (
        ((x > 0) & (x < 1) | ~(x >= 2) ^ (x <= x.mean())).float() + (x == 0.5) * (x != 1)
    ),
    "logic": lambda _, x: (
        torch.logical_and(x > 0, x < 1) | torch.logical_or(x > 2, x.logical_not()).logical_xor(x > 1)
    ),
    "choices": lambda _, x: (
        torch.where(x > 0, x, 0.5) + torch.where(x > 1, 2.0, x).masked_fill(x < -1, float("inf")).clamp(max=9)
    ),
    "extremes": lambda m, x: (
        torch.maximum(x, m.w[0]) + torch.minimum(x, x.neg()) + x.clamp(min=m.w[1]) + x.clamp(m.w[3], m.w[2])
    ),
    "finite": lambda _, x: (
        torch.nan_to_num(x / x.floor()) + (x / 0).isinf() + (x * 0 / 0).isnan() + x.isfinite()
    ),
    "mixed": lambda m, x: (
        torch.lerp(x, x * 2, 0.3) + torch.addcmul(x, x, m.w[0], value=2) + torch.addcdiv(x, x, x.exp())
    ),
    "activations": lambda _, x: sum(
        f(x)
        for f in (F.elu, F.celu, F.selu, F.silu, F.mish, F.softplus, F.hardswish, F.hardsigmoid, F.logsigmoid)
    ),
    "more activations": lambda m, x: (
        F.leaky_relu(x, 0.2)
        + F.hardtanh(x)
        + F.gelu(x, approximate="tanh")
        + F.hardshrink(x)
        + F.softshrink(x)
        + F.prelu(x, m.c * 2)
        + F.threshold(x, 0.1, 2.0)
        + F.glu(x, 1).repeat(1, 2, 1, 1)
    ),
    "sums": lambda _, x: (
        x.sum((2, 3)) + x.sum(1)[:, :4, 0] + x.mean() + x.prod(3)[..., 0] + x.mean((1, 2))[:, :4] + x.sum()
    ),
    "largest": lambda _, x: (
        x.amax((2, 3)) - x.amin(2)[..., 0] + x.max() + x.min(3).values[..., 0] + x.max(2)[1][..., 1]
    ),
    "where the largest is": lambda _, x: (
        x.argmax(1) + x.argmin(1, keepdim=True)[:, 0] + x.flatten(1).argmax(1)[:, None, None]
    ),
    "spread": lambda _, x: (
        x.var(1) + x.std((1, 2), unbiased=False)[:, None] + torch.var_mean(x, 1)[1] + torch.std_mean(x, 1)[0]
    ),
    "norms": lambda _, x: (
        x.norm(dim=1) + F.normalize(x, dim=1).sum(1) + torch.linalg.vector_norm(x, 3, (1,)) + x.logsumexp(1)
    ),
    "any and all": lambda _, x: (x > 2).any(1) | (x > -2).all(1) | (x > 3).any() | (x > -3).all(),
    "sorted": lambda _, x: x.sort(1).values + x.topk(4, 1)[0] + x.argsort(2) + x.cumsum(3) + x.cumprod(3),
    "products of matrices": lambda m, x: (
        (x @ m.w.T) @ m.w + torch.bmm(x.flatten(0, 1), x.flatten(0, 1)).view(x.shape) + m.b[0]
    ),
    "further products": lambda m, x: (
        torch.baddbmm(m.b[:1], x[:, 0], x[:, 1]) + torch.addmm(m.w[0], x[:, 0, 0], m.b[0])[:, None]
    ),
    "vectors": lambda m, x: (
        torch.mv(m.w, m.w[0]) + torch.dot(m.c, m.c) + torch.outer(m.c, m.c)[0] + x.mean((0, 2, 3)) * 0
    ),
    "einsums": lambda m, x: (
        torch.einsum("bchw, bcvw -> bhv", x, x) + torch.einsum("...w,kw->...k", x, m.w).mean(1)[:, :, :1]
    ),
    "three operands": lambda m, x: (
        torch.einsum("bchw,kw,kv->bchv", x, m.w, m.w) + torch.einsum("bchw->bhw", x)[:, None]
    ),
    "distances": lambda m, x: (
        torch.cdist(x[:, 0], x[:, 1]) + torch.cdist(x[:, 0], m.w[None].repeat(len(x), 1, 1), p=1.0)[..., :1]
    ),
    "computed kernels": lambda m, x: (
        F.conv2d(x, m.k.abs(), m.c * 2, 2, 1)
        + F.conv_transpose2d(x, m.k * 2, None, 1, 2, 0, 1, 1)[..., :3, :3]
    ),
    "attention": lambda _, x: F.scaled_dot_product_attention(x, x.flip(2), x, attn_mask=x > -9, scale=0.3),
    "masked attention": lambda _, x: F.scaled_dot_product_attention(x, x, x, is_causal=True),
    "attention of several": lambda m, x: (
        m.h(x[:, 0], x[:, 1], x[:, 2])[0] + m.h(x[:, 0], x[:, 1], x[:, 2])[1].sum(-1)[..., None]
    ),
    "picked": lambda m, x: (
        x[:, m.i] + x.index_select(1, m.i) + x[:, :, m.i][:, :3, :, :].mean(2, keepdim=True)
    ),
    "gathered": lambda m, x: (
        x.gather(1, torch.zeros(len(x), 2, 6, 6, dtype=torch.long, device=x.device)) + m.w[m.i].sum()
    ),
    "put": lambda _, x: (
        x.scatter(1, torch.ones(len(x), 1, 6, 6, dtype=torch.long, device=x.device), 2.0)
        + x.scatter(1, torch.zeros(len(x), 1, 6, 6, dtype=torch.long, device=x.device), x)
    ),
    "added": lambda _, x: x.scatter_add(
        1, torch.ones(len(x), 3, 6, 6, dtype=torch.long, device=x.device), x * 2
    ),
    "added by index": lambda _, x: (
        x.index_add(1, torch.tensor([0, 2, 0]), x[:, :3], alpha=2)
        + x.index_copy(2, torch.tensor([3, 1]), x[:, :, :2])
        + x.index_fill(-1, torch.tensor([5, 0]), 0.5)
    ),
    "reduced by index": lambda _, x: (
        x.scatter_reduce(1, torch.ones(len(x), 3, 6, 6, dtype=torch.long), x, "amax")
        + x.scatter_reduce(2, torch.zeros(len(x), 4, 2, 6, dtype=torch.long), x, "sum")
        + torch.take_along_dim(x, x.argsort(-1), -1)
    ),
    "taken": lambda m, x: x + m.w.take(torch.tensor([7, 0, 3, 1, 2, 9])),
    "buckets": lambda _, x: (
        torch.bucketize(x, torch.linspace(-1, 1, 5))
        + torch.searchsorted(torch.linspace(-1, 1, 5), x, right=True)
        + torch.bucketize(x.round(), torch.arange(-2.0, 3.0), right=True)
    ),
    "diagonals": lambda m, x: (
        torch.diag_embed(x[..., 0])[:, :, :, :6]
        + torch.diag_embed(x[:, :, 0, :4], 2, 1, 3).sum(2)[:, None]
        + torch.block_diag(m.w[:2, :3], m.b[0, :4, :3])
    ),
    "running extremes": lambda _, x: (
        x.cummax(1).values + x.cummin(2)[1] + x.round().cummax(3).indices + x.kthvalue(2, 1, True)[0]
    ),
    "further functions": lambda m, x: (
        torch.erfc(x) + torch.logaddexp(x, m.w[0]) + torch.hypot(x, m.w[1]) + torch.heaviside(x, m.w[2])
    ),
    "crossed": lambda _, x: (
        torch.linalg.cross(x[:, :3], x[:, 1:], dim=1) + x[:, :3].count_nonzero(1)[:, None]
    ),
    "windows": lambda _, x: (
        x + torch.hann_window(6) + torch.hamming_window(6, periodic=False) + torch.blackman_window(6)
    ),
    "losses": lambda m, x: (
        F.mse_loss(x, x * 2, reduction="none")
        + F.smooth_l1_loss(x, x * 2, reduction="none", beta=0.5)
        + F.huber_loss(x, x * 3, reduction="none", delta=0.3)
        + F.binary_cross_entropy(x.sigmoid(), x.abs().clamp(max=1), reduction="none")
        + F.binary_cross_entropy_with_logits(x, x.sigmoid(), m.w[0], pos_weight=m.w[1], reduction="none")
    ),
    "losses of classes": lambda m, x: (
        F.cross_entropy(x.flatten(1), x[:, 0, 0].argmax(1), reduction="none")
        + F.cross_entropy(x, x.argmax(1), m.c * 2, reduction="none").sum((1, 2))
        + F.nll_loss(x.log_softmax(1), x.argmax(1), ignore_index=2, reduction="none")[:, 0, 0]
    ),
    "embedded": lambda m, x: F.embedding(m.i, m.e.weight * 2) + x[:, :3, 0],
    "assigned": lambda _, x: assigned(x.clone()),
    "assigned by a mask": lambda _, x: by_mask(x.clone()),
    "made": lambda _, x: (
        x
        + torch.arange(6.0)
        + torch.eye(6)
        + torch.zeros(6, 6)
        + torch.full((6,), 2.0)
        + torch.linspace(0, 1, 6)
    ),
    "made like": lambda _, x: (
        torch.ones_like(x)
        + torch.zeros_like(x)
        + torch.full_like(x, 3)
        + x.new_ones(6)
        + x.new_full((6,), 2.0)
    ),
    "triangles": lambda _, x: (
        x.tril()
        + x.triu(1)
        + torch.ones(6, 6).tril(-1)
        + torch.tril_indices(6, 6).sum(0).max()
        + torch.triu_indices(6, 6)[1, 0]
    ),
    "grids": lambda _, x: x + sum(torch.meshgrid(torch.arange(6), torch.arange(6), indexing="ij")),
    "types": lambda _, x: x.long().double().sin().float() + (x > 0).int() + x.half().float(),
    "norm functions": lambda m, x: (
        F.layer_norm(x, (6,), m.w[0], m.w[1])
        + F.group_norm(x, 2, m.c * 2, m.c)
        + F.rms_norm(x, (6,), m.w[0] * 2)
        + F.batch_norm(x, m.c * 1, m.c * 2, m.c + 1)
        + F.instance_norm(x)
    ),
    "soft": lambda _, x: F.softmax(x[:, None], 2)[:, 0] + x.softmax(-1) + F.log_softmax(x.flip(1), 0 + 1),
    "pools": lambda _, x: (
        F.max_pool2d(x, 3, 2, 1, return_indices=True)[1]
        + F.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)
    ),
    "pools of volumes": lambda _, x: (
        F.max_pool3d(x[:, None], 2, return_indices=True)[0]
        + F.avg_pool3d(x[:, None], 2)
        + F.adaptive_avg_pool3d(x[:, None], (2, 3, 3))
    ),
    "adaptive pools": lambda _, x: (
        F.adaptive_avg_pool2d(x[:, :, :5], (2, 3))
        + F.adaptive_max_pool2d(x[:, :, :5], (2, 3), return_indices=True)[0]
    ),
    "resized": lambda _, x: (
        F.interpolate(x, (8, 9), mode="bicubic")
        + F.interpolate(x, (8, 9), mode="bilinear", antialias=True)
        + F.interpolate(x, (8, 9), mode="nearest-exact")
        + F.interpolate(x, (8, 9), mode="bilinear", align_corners=True)
    ),
    "resized lines": lambda _, x: (
        F.interpolate(x.flatten(2), 50, mode="linear") + F.interpolate(x.flatten(2), 50)
    ),
    "resized volumes": lambda _, x: (
        F.interpolate(x[:, None], scale_factor=1.5, mode="trilinear") + F.interpolate(x[:, None], (6, 9, 9))
    ),
    "columns": lambda _, x: F.fold(F.unfold(x, 3, padding=1) * 2, (6, 6), 3, padding=1),
    "shuffled": lambda _, x: F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2) + F.channel_shuffle(x, 2),
    "LSTM": lambda m, x: m.l(x[:, 0].transpose(0, 1))[0],
    "GRU": lambda m, x: m.g(x[:, 0])[0] + m.g(x[:, 1])[1][0][:, None],
    "recurrence": lambda m, x: m.r(x[:, 0], x[None, :, 0, 0, :3])[0],
}


def assigned(x: torch.Tensor) -> torch.Tensor:
    x[:, 1:3, ::2] = x[:, :2, 1::2]
    x.select(1, 0).mul_(2)
    x.view(len(x), -1)[:, :3] = 1
    x.unsqueeze(1).squeeze(1).transpose(2, 3)[..., 0].neg_()
    first, second = x.split([1, 3], 1)
    second.fill_(0.5)
    first.zero_().add_(3)
    x.unbind(2)[1].copy_(x.sum(2))
    x[:, :, 0:1].expand(-1, -1, 6, -1)
    return x


def by_mask(x: torch.Tensor) -> torch.Tensor:
    x[x > 0.5] = 0.25
    x[:, torch.tensor([0, 2])] += 1
    return x


def module(forward: Forward) -> nn.Module:
    parts = {name: make() for name, make in PARTS.items()}
    torch.manual_seed(0)
    return Written(forward, **parts).eval()


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("what", FORWARDS)
def test_an_operation_runs_in_numpy_as_in_torch(what: str) -> None:
    from_torch(module(FORWARDS[what]), SHAPE, verify=True)


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("what", FORWARDS)
def test_torch_s_module_of_what_was_read_does_the_same(what: str) -> None:
    own = module(FORWARDS[what])
    net = from_torch(own, SHAPE)
    built, x = convref.torch.build(net, parameters_of(own, net)), torch.randn(3, *SHAPE)
    with torch.no_grad():
        torch.testing.assert_close(
            built(x), own(x.clone()), rtol=1e-4, atol=1e-4, equal_nan=True, check_dtype=False
        )


REFUSED: dict[str, tuple[Forward, str]] = {
    "a mean by index": (
        lambda _, x: x.scatter_reduce(1, torch.zeros(len(x), 4, 6, 6, dtype=torch.long), x, "mean"),
        "scatter_reduce cannot be run in NumPy with reduce='mean', include_self=True",
    ),
    "buckets of each sample": (
        lambda _, x: torch.searchsorted(x.sort(-1).values, x),
        "searchsorted cannot be run in NumPy with a sequence for each sample",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_runs_in_torch_alone_is_read_but_refused_in_numpy(what: str) -> None:
    forward, reason = REFUSED[what]
    own = module(forward)
    net = from_torch(own, SHAPE)
    with pytest.raises(ArgumentError, match=reason):
        functional.run(net, parameters_of(own, net), np.ones((2, *SHAPE), dtype=np.float32))


def test_every_operation_that_runs_in_numpy_has_a_cost() -> None:
    assert set() == RULES.keys() - COSTS.keys()


def test_every_view_that_can_be_counted_can_be_run() -> None:
    assert set() == {name for name in VIEWS if name in COSTS} - RULES.keys()


def test_a_rule_takes_the_arguments_of_torch_s_schema() -> None:
    for name in ("mean.dim", "slice.Tensor", "convolution", "native_layer_norm", "roll"):
        packet, _, overload = name.partition(".")
        schema = getattr(getattr(torch.ops.aten, packet), overload or "default")._schema
        taken = [each for each in schema.arguments if each.name != "dtype"]
        parameters = inspect.signature(RULES[name]).parameters.values()
        assert len(taken) <= len([each for each in parameters if each.kind is not each.VAR_KEYWORD])


def test_what_numpy_has_no_rule_for_is_named_with_its_line() -> None:
    odd = Operation("special_i0", (Value(0),), ((N, 2),), ((N, 2),), line="nets.py:31")
    with pytest.raises(ArgumentError, match=r"^special_i0 cannot be run in NumPy \(nets.py:31\)"):
        apply(odd, [np.zeros((1, 2))], 1, np.float64)


def test_an_unknown_operation_is_kept_when_that_is_asked_for() -> None:
    net = from_torch(Written(lambda _, x: torch.special.i0(x) + 1), SHAPE, unknown="keep")
    (step, _) = trace(net, SHAPE).steps
    assert isinstance(step.layer, Operation)
    assert (False, 0, SHAPE) == (step.layer.is_counted, step.cost.functions, step.output_shape)
    with pytest.raises(ArgumentError, match="i0: i0 cannot be run in NumPy"):
        functional.run(net, {}, np.zeros((1, *SHAPE), dtype=np.float32))


def test_another_shape_than_torch_s_is_an_error() -> None:
    wrong = Operation("relu", (Value(0),), ((N, 2),), ((N, 3),))
    with pytest.raises(ArgumentError, match=r"relu gives shape \(1, 2\) in NumPy, but \(1, 3\) in torch"):
        apply(wrong, [np.zeros((1, 2))], 1, np.float64)


def test_a_type_that_numpy_lacks_is_named() -> None:
    cast = Operation("_to_copy", (Value(0),), ((N, 2),), ((N, 2),), dtypes=("bfloat16",))
    with pytest.raises(ArgumentError, match="_to_copy gives bfloat16, which NumPy does not have"):
        apply(cast, [np.zeros((1, 2))], 1, np.float64)


def test_a_write_through_a_view_that_numpy_lacks_is_named() -> None:
    with pytest.raises(
        ArgumentError, match="a write into a view made by view_as_real cannot be run in NumPy"
    ):
        scatter(np.zeros(3), np.zeros(3), "view_as_real")
