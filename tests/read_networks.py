"""Small networks written in the ways that are common in practice, with results computed by hand.

`NETWORKS` has, by name, the module, the shape of its input (or a tuple of shapes), the number of its
parameters, and the multiply-accumulates of one input.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

Forward = Callable[..., Any]


class Network(NamedTuple):
    """A module, its input shape, and the expected numbers of parameters and multiply-accumulates."""

    module: nn.Module
    shape: tuple[Any, ...]
    params: int
    macs: int


class Written(nn.Module):
    """A module with the given parts, whose `forward` calls a function with the module and the inputs."""

    def __init__(self, forward: Forward, **parts: Any) -> None:
        super().__init__()
        self.written = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.written(self, *inputs)


def conv(taken: int = 3, made: int = 3, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(taken, made, kernel, padding=kernel // 2)


def numbers(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape))


def changed_alias(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    skip = y
    y += m.d(x)  # `skip` is the same tensor
    return torch.cat([skip, y], 1)


def changed_in_a_list(m: Any, x: torch.Tensor) -> torch.Tensor:
    kept = [m.c(x)]
    x = kept[0]
    x += m.d(x)
    return torch.cat([kept[0], x], 1)


def changed_part(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    y[:, 0] = 0
    y[..., ::2] *= 2
    first, second = y.chunk(2, 2)
    second.relu_()
    return y + torch.cat([second, first], 2)


def clamped_into(m: Any, x: torch.Tensor) -> torch.Tensor:
    y, z = m.c(x), torch.empty_like(x)
    torch.clamp(y, -0.1, 0.1, out=y)
    torch.add(y, x, out=z)
    return z


def expanded(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.p(F.adaptive_avg_pool2d(x, 1).expand_as(x) * 0.5)


def thrown_away(m: Any, x: torch.Tensor) -> torch.Tensor:
    m.d(x)
    return m.c(x)


def hooked() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    module[0].register_forward_hook(lambda _module, _inputs, output: output * 2)
    module[1].register_forward_pre_hook(lambda _module, inputs: (inputs[0] - 0.1,))
    return module


def patched() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    first: Any = module[0]
    first.forward = lambda x: F.conv2d(x, first.weight * 2, first.bias, padding=1)
    return module


def patched_inside() -> nn.Module:
    module = nn.Sequential(conv())
    first: Any = module[0]
    plain = first._conv_forward
    first._conv_forward = lambda x, weight, bias: plain(x, weight.abs(), bias)
    return module


class Tokens(nn.Module):
    """A class token, learned positions, and one attention head written with elementary operations."""

    def __init__(self) -> None:
        super().__init__()
        self.cls, self.pos = numbers(1, 1, 16), numbers(1, 17, 16)
        self.patch = nn.Conv2d(3, 16, 4, 4)
        self.q, self.k, self.v = (nn.Linear(16, 16) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos

        def heads(tokens: torch.Tensor) -> torch.Tensor:
            return tokens.reshape(x.shape[0], 17, 2, 8).transpose(1, 2)

        y = F.scaled_dot_product_attention(heads(self.q(x)), heads(self.k(x)), heads(self.v(x)))
        return y.transpose(1, 2).reshape(x.shape)[:, 0]


class StandardizedConv(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        w = self.weight
        w = (w - w.mean((1, 2, 3), keepdim=True)) / (w.var((1, 2, 3), keepdim=True) + 1e-6).sqrt()
        return F.conv2d(x, w, self.bias, self.stride, self.padding)


class Blur(nn.Module):
    def __init__(self, *, persistent: bool = True) -> None:
        super().__init__()
        taps = torch.tensor([1.0, 2.0, 1.0])
        kernel = (taps[:, None] * taps / 16).repeat(8, 1, 1, 1)
        self.register_buffer("kernel", kernel, persistent=persistent)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), self.kernel, stride=2, groups=8)  # type: ignore[arg-type]


def einsums(m: Any, x: torch.Tensor) -> torch.Tensor:
    t = m.p(x).flatten(2)
    scores = torch.einsum("bci,bcj->bij", t, t).softmax(-1)
    return torch.einsum("bij,bcj->bci", scores, t)


def selective(m: Any, x: torch.Tensor) -> torch.Tensor:
    both = torch.stack([m.c(x), m.d(x)], 1)
    z = both.sum(1).mean((2, 3), keepdim=True)
    return (both * torch.stack([z, -z], 1).softmax(1)).sum(1)


def gates(m: Any, x: torch.Tensor) -> torch.Tensor:
    x = x * torch.sigmoid(F.adaptive_avg_pool2d(x, 1) + x.amax((2, 3), keepdim=True))
    maps = torch.cat([x.mean(1, keepdim=True), x.max(1, keepdim=True).values], 1)
    return x * torch.sigmoid(m.c(maps))


def recurrent(m: Any, x: torch.Tensor) -> torch.Tensor:
    y, _ = m.r(m.c(x).transpose(1, 2))
    return m.o(y[:, -1])


def both_ends(m: Any, x: torch.Tensor) -> torch.Tensor:
    y, h = m.r(x)
    return m.o(torch.cat([y[:, -1], h[0]], 1))


def siamese(m: Any, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return m.head((m.trunk(a) - m.trunk(b)).abs())


def cross_attention(m: Any, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return m.a(x, y, y, need_weights=False)[0]


def focus(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.c(torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1))


def windows(m: Any, x: torch.Tensor) -> torch.Tensor:
    """Fold windows of 2 × 2 into the batch, shift them, attend within each, and restore the image."""
    b, c, h, w = x.shape
    x = torch.roll(x, (-1, -1), (2, 3))
    t = x.view(b, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 3, 5, 1).reshape(-1, 4, c)
    q, k, v = m.qkv(t).reshape(t.shape[0], 4, 3, c).permute(2, 0, 1, 3).unbind(0)
    t = (q @ k.transpose(-2, -1) * c**-0.5 + m.bias).softmax(-1) @ v
    t = t.view(b, h // 2, w // 2, 2, 2, c).permute(0, 5, 1, 3, 2, 4).reshape(b, c, h, w)
    return torch.roll(t, (1, 1), (2, 3))


def sampled(m: Any, x: torch.Tensor) -> torch.Tensor:
    theta = m.o(x.mean((2, 3))).view(-1, 2, 3)
    return F.grid_sample(x, F.affine_grid(theta, list(x.shape), align_corners=False), align_corners=False)


def several(m: Any, x: torch.Tensor) -> dict[str, Any]:
    y = m.c(x)
    return {"out": y, "pyramid": [F.max_pool2d(y, 2), (F.avg_pool2d(y, 4), None)]}


def standardized(_m: Any, x: torch.Tensor) -> torch.Tensor:
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1)


def in_single_precision(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    return y * y.float().softmax(1).to(y.dtype)


def grouped_queries(m: Any, x: torch.Tensor) -> torch.Tensor:
    q, k, v = m.p(x).split([16, 8, 8], -1)
    q, k, v = (each.unflatten(-1, (-1, 8)).transpose(1, 2) for each in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, enable_gqa=True, is_causal=True).transpose(1, 2).flatten(2)


def by_position(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.e(x) + m.p(torch.arange(x.shape[1], device=x.device))


def masked(m: Any, x: torch.Tensor) -> torch.Tensor:
    scores = m.p(x) @ x.transpose(1, 2)
    above = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    return scores.masked_fill(above, float("-inf")).softmax(-1) @ x


def tied() -> nn.Module:
    one, other = nn.Linear(6, 6), nn.Linear(6, 6)
    other.weight = one.weight
    return nn.Sequential(one, nn.ReLU(), other)


def language_model() -> nn.Module:
    words, head = nn.Embedding(11, 8), nn.Linear(8, 11, bias=False)
    head.weight = words.weight
    return nn.Sequential(words, head)


def spectral() -> nn.Module:
    return nn.utils.parametrizations.spectral_norm(conv(3, 8))


def with_warnings(make: Callable[[], nn.Module]) -> nn.Module:
    with warnings.catch_warnings(action="ignore"):
        return make()


def by_itself(module: nn.Module, shape: tuple[Any, ...], params: int, macs: int) -> Network:
    return Network(module.eval(), shape, params, macs)


def net(forward: Forward, shape: tuple[Any, ...], params: int, macs: int, **parts: Any) -> Network:
    return Network(Written(forward, **parts).eval(), shape, params, macs)


IMAGE = (3, 8, 8)
CONV = 3 * 3 * 9 * 64  # the products of `conv()` on an image
LSTM = 2 * (4 * 32 * (16 + 32 + 2))  # its parameters in two directions

NETWORKS: dict[str, Network] = {
    "an alias changed in place": net(changed_alias, IMAGE, 168, 2 * CONV, c=conv(), d=conv()),
    "a list of skips changed in place": net(changed_in_a_list, IMAGE, 168, 2 * CONV, c=conv(), d=conv()),
    "parts changed in place": net(changed_part, IMAGE, 84, CONV, c=conv()),
    "out=": net(clamped_into, IMAGE, 84, CONV, c=conv()),
    "expand, then arithmetic": net(expanded, (3, 16, 16), 32, 3 * 8 * 256, p=conv(3, 8, 1)),
    "a branch that leads nowhere": net(thrown_away, IMAGE, 168, 2 * CONV, c=conv(), d=conv()),
    "hooks that return values": by_itself(hooked(), IMAGE, 84, CONV),
    "a forward replaced on a leaf": by_itself(patched(), IMAGE, 84, CONV),
    "a method replaced on a leaf": by_itself(patched_inside(), IMAGE, 84, CONV),
    "half precision": by_itself(conv().half(), IMAGE, 84, CONV),
    "mixed types": Network(Written(in_single_precision, c=conv().half()).eval(), IMAGE, 84, CONV),
    "a scale of shape (C, 1, 1)": net(
        lambda m, x: m.c(x) * m.g, IMAGE, 232, 8 * 27 * 64, c=conv(3, 8), g=numbers(8, 1, 1)
    ),
    "a scale of one number": net(
        lambda m, x: m.g * m.c(x), IMAGE, 225, 8 * 27 * 64, c=conv(3, 8), g=numbers(1)
    ),
    "a scale reshaped before use": net(
        lambda m, x: m.c(x) * m.g.reshape(1, -1, 1, 1), IMAGE, 232, 8 * 27 * 64, c=conv(3, 8), g=numbers(8)
    ),
    "a parameter of the root": net(lambda m, x: x * m.weight, IMAGE, 1, 0, weight=numbers(1)),
    "class token, positions, attention": by_itself(
        Tokens(), (3, 16, 16), 784 + 16 + 272 + 3 * 272, 16 * 48 * 16 + 3 * 17 * 256 + 2 * 2 * 17 * 17 * 8
    ),
    "weights standardized before use": by_itself(StandardizedConv(3, 8, 3), IMAGE, 224, 8 * 27 * 36),
    "a fixed kernel in a buffer": by_itself(
        nn.Sequential(conv(3, 8), Blur()), IMAGE, 224, 8 * 27 * 64 + 8 * 9 * 16
    ),
    "a fixed kernel that is not saved": by_itself(
        nn.Sequential(conv(3, 8), Blur(persistent=False)), IMAGE, 224, 8 * 27 * 64 + 8 * 9 * 16
    ),
    "einsum": net(einsums, IMAGE, 32, 3 * 8 * 64 + 2 * 8 * 64 * 64, p=conv(3, 8, 1)),
    "selective kernels": net(selective, IMAGE, 168, 2 * CONV, c=conv(), d=conv()),
    "gates of channels and positions": net(gates, IMAGE, 99, 2 * 49 * 64, c=conv(2, 1, 7)),
    "LSTM behind a convolution": net(
        recurrent,
        (8, 20),
        400 + LSTM + 650,
        20 * 16 * 24 + 20 * 2 * 128 * 48 + 640,
        c=nn.Conv1d(8, 16, 3, padding=1),
        r=nn.LSTM(16, 32, bidirectional=True, batch_first=True),
        o=nn.Linear(64, 10),
    ),
    "GRU, its output and its state": net(
        both_ends,
        (5, 4),
        3 * 6 * (4 + 6 + 2) + 26,
        5 * 3 * 6 * 10 + 24,
        r=nn.GRU(4, 6, batch_first=True),
        o=nn.Linear(12, 2),
    ),
    "two layers of plain recurrence": net(
        both_ends,
        (5, 4),
        6 * (4 + 6 + 2) + 6 * (6 + 6 + 2) + 26,
        5 * 6 * 10 + 5 * 6 * 12 + 24,
        r=nn.RNN(4, 6, 2, batch_first=True, nonlinearity="relu"),
        o=nn.Linear(12, 2),
    ),
    "slices with steps": net(focus, IMAGE, 872, 12 * 8 * 9 * 16, c=conv(12, 8)),
    "windows folded into the batch": net(
        windows, (4, 6, 6), 60 + 16, 36 * 48 + 2 * 9 * 16 * 4, qkv=nn.Linear(4, 12), bias=numbers(4, 4)
    ),
    "weight_norm": by_itself(
        with_warnings(lambda: nn.utils.weight_norm(conv(3, 8))), IMAGE, 232, 8 * 27 * 64
    ),
    "weight_norm, parametrized": by_itself(
        nn.utils.parametrizations.weight_norm(conv(3, 8)), IMAGE, 232, 8 * 27 * 64
    ),
    "spectral_norm": by_itself(nn.utils.spectral_norm(conv(3, 8)), IMAGE, 224, 8 * 27 * 64),
    "spectral_norm, parametrized": by_itself(spectral(), IMAGE, 224, 8 * 27 * 64),
    "TransformerEncoder": by_itself(
        nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2),
        (10, 16),
        2 * (16 * 48 + 48 + 16 * 16 + 16 + 2 * 32 + 2 * 16 * 32 + 48),
        2 * (4 * 10 * 256 + 2 * 10 * 10 * 16 + 2 * 10 * 16 * 32),
    ),
    "two inputs, one trunk": net(
        siamese,
        (IMAGE, IMAGE),
        224 + 9,
        2 * 8 * 27 * 64 + 8,
        trunk=nn.Sequential(conv(3, 8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        head=nn.Linear(8, 1),
    ),
    "attention to another input": net(
        cross_attention,
        ((5, 8), (7, 8)),
        4 * 72,
        64 * (5 + 7 + 7 + 5) + 2 * 5 * 7 * 8,
        a=nn.MultiheadAttention(8, 2, batch_first=True),
    ),
    "sampling on a grid": net(sampled, IMAGE, 24, 18, o=nn.Linear(3, 6)),
    "several outputs, nested": net(several, IMAGE, 84, CONV, c=conv()),
    "numbers made in the forward": net(standardized, IMAGE, 0, 0),
    "heads that share keys, causal": net(
        grouped_queries, (6, 8), 8 * 32 + 32, 6 * 8 * 32 + 2 * 2 * 6 * 6 * 8, p=nn.Linear(8, 32)
    ),
    "a mask made in the forward": net(masked, (6, 8), 72, 6 * 64 + 2 * 6 * 6 * 8, p=nn.Linear(8, 8)),
    "one weight in two layers": by_itself(tied(), (6,), 36 + 12, 72),
    "words and positions": net(by_position, (7,), 88 + 80, 0, e=nn.Embedding(11, 8), p=nn.Embedding(10, 8)),
    "words and head of one weight": by_itself(language_model(), (5,), 88, 5 * 88),
    "a compiled module": Network(torch.compile(conv(), backend="eager"), IMAGE, 84, CONV),  # type: ignore[arg-type]
    "DataParallel": by_itself(nn.DataParallel(conv()), IMAGE, 84, CONV),
}
