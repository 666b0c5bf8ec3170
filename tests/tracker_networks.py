"""Kinds of networks that break other counters, written anew from reports in their issue trackers.

`SHARING`, `WEIGHTS` and `SEQUENCES` have, by name, a function that makes the module, the shape of its input
(or a tuple of shapes), the numbers of its parameters and multiply-accumulates, and the shape of its first
output. All numbers are derived by hand. `tracker_forwards` has more of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
import torch.nn.utils.prune
from read_networks import CONV, IMAGE, Written, conv, numbers
from torch import nn
from torch.nn import functional as F


class Kind(NamedTuple):
    """A function that makes a module, its input shape, and the numbers and the output shape to expect."""

    make: Callable[[], nn.Module]
    shape: tuple[Any, ...]
    params: int
    macs: int
    output: tuple[int, ...]


def written(forward: Callable[..., Any], **parts: Callable[[], Any]) -> Callable[[], nn.Module]:
    """Return a function that makes a module with this forward and with parts that it makes anew."""
    return lambda: Written(forward, **{name: make() for name, make in parts.items()})


# Modules and parameters that several parts of a network share


class Block(nn.Module):
    def __init__(self, act: nn.Module) -> None:
        super().__init__()
        self.layers, self.act = nn.ModuleList(nn.Linear(4, 4) for _ in range(2)), act

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = self.act(layer(x))
        return x


def one_activation() -> nn.Module:
    act = nn.ReLU()
    return nn.Sequential(*[Block(act) for _ in range(3)])


def in_two_parents() -> nn.Module:
    linear = nn.Linear(10, 10)
    return Written(lambda m, x: m.block(m.linear(x)), linear=linear, block=nn.Sequential(linear))


class Lists(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([numbers(4, 4), numbers(4, 4)])
        self.named = nn.ParameterDict({"shift": numbers(4), "scale": numbers(1)})
        self.last = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for weight in self.weights:
            x = x @ weight
        return self.last(x) * self.named["scale"] + self.named["shift"]


class ReZero(nn.Sequential):
    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__(*blocks)
        self.register_parameter("weights", numbers(len(blocks)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for index, block in enumerate(self):
            x = x + self.get_parameter("weights")[index] * block(x)
        return x


SHARING: dict[str, Kind] = {
    # 27 products for each of 3 channels, at 8x8, 4x4 and 2x2 positions
    "a layer at three sizes": Kind(
        written(lambda m, x: [m.c(F.avg_pool2d(x, k)) for k in (1, 2, 4)], c=conv),
        IMAGE, 84, 81 * (64 + 16 + 4), IMAGE,
    ),
    "one activation in three blocks": Kind(one_activation, (4,), 6 * 20, 6 * 16, (4,)),
    "a layer in two parents": Kind(in_two_parents, (20, 10), 110, 2 * 20 * 100, (20, 10)),
    "a layer three times in a row": Kind(lambda: nn.Sequential(*[nn.Linear(5, 5)] * 3), (5,), 30, 75, (5,)),
    "lists and dicts of parameters": Kind(Lists, (4,), 32 + 5 + 20, 3 * 16, (4,)),
    "a Sequential with parameters": Kind(
        lambda: ReZero(nn.Linear(2, 2), nn.Linear(2, 2)), (2,), 2 * 6 + 2, 8, (2,)
    ),
    "forward called directly": Kind(
        written(lambda m, x: m.b(m.a.forward(x)), a=lambda: nn.Linear(3, 5), b=lambda: nn.Linear(5, 5)),
        (3,), 20 + 30, 15 + 25, (5,),
    ),
    "a weight and its transpose": Kind(
        written(lambda m, x: F.linear(m.e(x), m.e.weight.t()), e=lambda: nn.Linear(6, 2)),
        (6,), 14, 24, (6,),
    ),
    "DataParallel within": Kind(
        lambda: nn.Sequential(nn.DataParallel(conv()), nn.ReLU()), IMAGE, 84, CONV, IMAGE
    ),
    "a module that is not called": Kind(
        written(lambda m, x: m.c(x), c=conv, never=lambda: nn.Sequential(conv(), nn.BatchNorm2d(3))),
        IMAGE, 84 + 84 + 6, CONV, IMAGE,
    ),
    "averaged weights": Kind(
        lambda: torch.optim.swa_utils.AveragedModel(nn.Sequential(conv(), nn.ReLU())), IMAGE, 84, CONV, IMAGE
    ),
}  # fmt: skip


# Weights that are computed, and products in every notation


def per_sample(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, c, h, w = x.shape
    weight = (m.route(x.mean((2, 3))).sigmoid() @ m.w.flatten(1)).view(b * 4, 3, 3, 3)
    return F.conv2d(x.reshape(1, b * c, h, w), weight, padding=1, groups=b).view(b, 4, h, w)


def modulated(m: Any, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    b, c, h, w = x.shape
    weight = m.w * m.style(z).view(b, 1, c, 1, 1)
    weight = weight * torch.rsqrt(weight.pow(2).sum([2, 3, 4], keepdim=True) + 1e-8)
    return F.conv2d(x.view(1, b * c, h, w), weight.view(b * 4, c, 3, 3), padding=1, groups=b).view(b, 4, h, w)


def by_unfold(m: Any, x: torch.Tensor) -> torch.Tensor:
    return F.fold(m.c.weight.view(4, -1) @ F.unfold(x, 3, padding=1), (8, 8), 1)


class Symmetric(nn.Module):
    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return w.triu() + w.triu(1).transpose(-1, -2)


def symmetric() -> nn.Module:
    linear = nn.Linear(3, 3)
    nn.utils.parametrize.register_parametrization(linear, "weight", Symmetric())
    return linear


def cached(m: Any, x: torch.Tensor) -> torch.Tensor:
    with nn.utils.parametrize.cached():
        return m.l(m.l(x))


def pruned() -> nn.Module:
    layer = conv()
    torch.nn.utils.prune.l1_unstructured(layer, "weight", 0.5)
    return nn.Sequential(layer)


def splines() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        basis = ((x[..., None] >= m.grid[:-1]) & (x[..., None] < m.grid[1:])).to(x.dtype)
        return torch.einsum("bik,iko->bo", basis, m.w)

    module = Written(forward, w=numbers(3, 5, 2))
    module.register_buffer("grid", torch.linspace(-1, 1, 6))
    return module


def on_a_graph() -> nn.Module:
    module = Written(lambda m, x: m.adjacency @ m.l(x), l=nn.Linear(3, 4))
    module.register_buffer("adjacency", torch.eye(5))
    return module


def capsules(m: Any, x: torch.Tensor) -> torch.Tensor:
    votes = torch.einsum("bid,ijdk->bijk", x, m.w)
    logits = torch.zeros(x.shape[0], 4, 2)
    for _ in range(2):
        v = (logits.softmax(2)[..., None] * votes).sum(1)
        v = v * v.norm(dim=-1, keepdim=True) / (1 + v.norm(dim=-1, keepdim=True) ** 2)
        logits = logits + (votes * v[:, None]).sum(-1)
    return v


NORM = nn.utils.parametrizations.weight_norm
WEIGHTS: dict[str, Kind] = {
    "weights made by a layer": Kind(
        written(
            lambda m, x: F.conv2d(x, m.g(m.z).view(4, 3, 3, 3), padding=1),
            z=lambda: numbers(5),
            g=lambda: nn.Linear(5, 108),
        ),
        IMAGE, 5 + 6 * 108, 5 * 108 + 4 * 27 * 64, (4, 8, 8),
    ),
    "a kernel for each sample": Kind(
        written(per_sample, route=lambda: nn.Linear(3, 2), w=lambda: numbers(2, 4, 3, 3, 3)),
        IMAGE, 8 + 216, 6 + 2 * 108 + 4 * 27 * 64, (4, 8, 8),
    ),
    "modulated convolution": Kind(
        written(modulated, style=lambda: nn.Linear(6, 3), w=lambda: numbers(1, 4, 3, 3, 3)),
        (IMAGE, (6,)), 21 + 108, 18 + 4 * 27 * 64, (4, 8, 8),
    ),
    # a transposed convolution multiplies each input element by the kernel, so the input's size counts
    "transposed convolution": Kind(lambda: nn.ConvTranspose2d(3, 1, 2, 2), (3, 2, 2), 13, 12 * 4, (1, 4, 4)),
    "transposed, grouped, dilated": Kind(
        lambda: nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2, dilation=2),
        (4, 5, 5), 4 * 3 * 9 + 6, 4 * 3 * 9 * 25, (6, 12, 12),
    ),
    "transposed in one dimension, as a function": Kind(
        written(
            lambda m, x: F.conv_transpose1d(x, m.w, stride=3, output_padding=1), w=lambda: numbers(4, 2, 5)
        ),
        (4, 7), 40, 40 * 7, (2, 24),
    ),
    "an even kernel with padding same": Kind(
        lambda: nn.Conv2d(3, 4, (2, 4), padding="same", dilation=(1, 3)), IMAGE, 96 + 4, 96 * 64, (4, 8, 8)
    ),
    "circular padding": Kind(
        lambda: nn.Conv1d(2, 3, 4, padding=2, padding_mode="circular"), (2, 9), 24 + 3, 24 * 10, (3, 10)
    ),
    "replicated borders in three dimensions": Kind(
        lambda: nn.Conv3d(1, 2, 3, padding=1, padding_mode="replicate"),
        (1, 3, 4, 5), 54 + 2, 54 * 60, (2, 3, 4, 5),
    ),
    "a convolution by unfold": Kind(
        written(by_unfold, c=lambda: conv(3, 4)), IMAGE, 112, 4 * 27 * 64, (4, 8, 8)
    ),
    # (1, 4, 8) @ (3, 8, 5) is broadcast to three products; the vector has one product for each row
    "matrices that are broadcast, and a vector": Kind(
        written(lambda m, x: x.unsqueeze(1) @ m.w @ m.v, w=lambda: numbers(3, 8, 5), v=lambda: numbers(5)),
        (4, 8), 120 + 5, 3 * 4 * 8 * 5 + 3 * 4 * 5, (3, 4),
    ),
    "a matrix and a vector of the module": Kind(
        written(lambda m, x: m.w @ m.v * x, w=lambda: numbers(3, 4), v=lambda: numbers(4)),
        (3,), 16, 12, (3,),
    ),
    "a linear function of one output": Kind(
        written(lambda m, x: F.linear(x, m.w), w=lambda: numbers(4)), (3, 4), 4, 12, (3,)
    ),
    "samples times a vector": Kind(written(lambda m, x: x @ m.w, w=lambda: numbers(4)), (4,), 4, 4, ()),
    "einsum of three with an ellipsis": Kind(
        written(
            lambda m, x: torch.einsum("...i,ij,jk->...k", x, m.a, m.b),
            a=lambda: numbers(4, 5),
            b=lambda: numbers(5, 6),
        ),
        (3, 2, 4), 20 + 30, 6 * 4 * 5 + 6 * 5 * 6, (3, 2, 6),
    ),
    "baddbmm and tensordot": Kind(
        written(
            lambda m, x: torch.tensordot(torch.baddbmm(m.b, x, x.transpose(1, 2)), m.w, dims=([2], [0])),
            b=lambda: numbers(1, 3, 3),
            w=lambda: numbers(3, 5),
        ),
        (3, 4), 9 + 15, 9 * 4 + 3 * 3 * 5, (3, 5),
    ),
    "addmm": Kind(
        written(
            lambda m, x: torch.addmm(m.b, x, m.w.t(), beta=2), b=lambda: numbers(4), w=lambda: numbers(4, 3)
        ),
        (3,), 16, 12, (4,),
    ),
    "cosines to the classes": Kind(
        written(lambda m, x: 16 * F.linear(F.normalize(x), F.normalize(m.w)), w=lambda: numbers(7, 4)),
        (4,), 28, 28, (7,),
    ),
    # a length for each output, and the direction
    "a linear layer with weight norm": Kind(lambda: NORM(nn.Linear(3, 4)), (3,), 12 + 4 + 4, 12, (4,)),
    "a transposed convolution with weight norm": Kind(
        lambda: NORM(nn.ConvTranspose1d(3, 4, 2, 2), dim=1), (3, 5), 24 + 4 + 4, 24 * 5, (4, 10)
    ),
    "a symmetric weight": Kind(symmetric, (3,), 12, 9, (3,)),
    "a parametrization that is cached": Kind(written(cached, l=symmetric), (3,), 12, 18, (3,)),
    "a pruned convolution": Kind(pruned, IMAGE, 84, CONV, IMAGE),
    "splines on a grid": Kind(splines, (3,), 30, 30, (2,)),
    "a convolution on a graph": Kind(on_a_graph, (5, 3), 16, 5 * 12 + 5 * 5 * 4, (5, 4)),
    "capsules": Kind(written(capsules, w=lambda: numbers(4, 2, 3, 5)), (4, 3), 120, 120, (2, 5)),
    "parameters given by functional_call": Kind(
        written(
            lambda m, x: torch.func.functional_call(m.l, {k: 2 * v for k, v in m.l.named_parameters()}, (x,)),
            l=lambda: nn.Linear(3, 4),
        ),
        (3,), 16, 12, (4,),
    ),
}  # fmt: skip


# Recurrence and attention


def with_states(m: Any, x: torch.Tensor) -> torch.Tensor:
    state = torch.zeros(1, x.size(0), 6, device=x.device), torch.zeros(1, x.size(0), 6)
    _, (h, c) = m.r(x, state)
    return torch.cat([h[-1], c.squeeze(0)], 1)


def lstm_cells(m: Any, x: torch.Tensor) -> torch.Tensor:
    h = c = x.new_zeros(x.shape[0], 6)
    for step in range(x.shape[1]):
        h, c = m.cell(x[:, step], (h, c))
    return h


def cells(m: Any, x: torch.Tensor) -> torch.Tensor:
    made = [m.cell(x[:, 0])]
    for step in range(1, x.shape[1]):
        made.append(m.cell(x[:, step], made[-1]))
    return torch.stack(made, 1)


def conv_lstm(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, steps, _, height, width = x.shape
    h = x.new_zeros(b, 3, height, width)
    c = torch.zeros_like(h)
    for step in range(steps):
        i, f, o, g = m.c(torch.cat([x[:, step], h], 1)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
    return h


def selective_scan(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, steps, d = x.shape
    u = F.silu(m.c(x.transpose(1, 2))[..., :steps].transpose(1, 2))
    dt, a, h, made = F.softplus(m.dt(u)), -torch.exp(m.a), x.new_zeros(b, d, 2), []
    for t in range(steps):
        h = torch.exp(dt[:, t, :, None] * a) * h + (dt * u)[:, t, :, None] * m.b(u[:, t])[:, None]
        made.append((h * m.o(u[:, t])[:, None]).sum(-1))
    return torch.stack(made, 1) + u * m.d


def causal(m: Any, x: torch.Tensor) -> torch.Tensor:
    mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
    return m.a(x, x, x, attn_mask=mask, need_weights=False, is_causal=True)[0]


def masked_words(m: Any, words: torch.Tensor) -> torch.Tensor:
    return m.l(m.e(words), src_key_padding_mask=words == 0)


def complex_rotation() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        b, steps, _ = x.shape
        z = torch.view_as_complex(m.q(x).float().reshape(b, steps, 2, 2, 2))
        return torch.view_as_real(z * m.turns[:steps].view(1, steps, 1, 2)).flatten(2).type_as(x)

    module = Written(forward, q=nn.Linear(8, 8))
    angles = torch.outer(torch.arange(5).float(), 100 ** -(torch.arange(0, 4, 2).float() / 4))
    module.register_buffer("turns", torch.polar(torch.ones_like(angles), angles), persistent=False)
    return module


class Positions(nn.Module):
    """Positions that are computed at the first call and kept."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: torch.Tensor | None = None
        self.l = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.kept is None or self.kept.shape[0] < x.shape[1]:
            at = torch.arange(x.shape[1]).float()[:, None]
            rate = torch.exp(torch.arange(0, 4, 2).float() * (-math.log(1e4) / 4))
            self.kept = torch.zeros(x.shape[1], 4)
            self.kept[:, 0::2], self.kept[:, 1::2] = torch.sin(at * rate), torch.cos(at * rate)
        return self.l(x + self.kept[: x.shape[1]])


class Maps(nn.Module):
    """Attention that keeps its weights for a plot."""

    def __init__(self) -> None:
        super().__init__()
        self.q = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.attention = (self.q(x) @ x.transpose(1, 2)).softmax(-1)
        self.maps = [self.attention.detach()]
        return self.attention @ x


def heads(**more: Any) -> Callable[[], nn.Module]:
    return lambda: nn.MultiheadAttention(8, 2, **more)


def encoder_layer() -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)


MHA = 4 * 8 * 8 + 4 * 8  # parameters of `heads()`
FEED = 8 * 16 + 16 + 16 * 8 + 8  # parameters of the two linear layers
ENCODER = MHA + FEED + 2 * 16  # with two layer norms
DECODER = 2 * MHA + FEED + 3 * 16


def attends(queries: int, keys: int) -> int:
    """The products of `heads()`: four projections, the scores, and their products with the values."""
    return 64 * (queries + keys + keys + queries) + 2 * queries * keys * 8


TRANSFORMER = attends(4, 4) + 4 * 256 + attends(3, 3) + attends(3, 4) + 3 * 256
SEQUENCES: dict[str, Kind] = {
    # the second layer reads both directions of the first
    "two layers of GRU in both directions": Kind(
        written(lambda m, x: m.r(x)[0], r=lambda: nn.GRU(4, 6, 2, bidirectional=True, batch_first=True)),
        (5, 4), 2 * 18 * (4 + 6 + 2) + 2 * 18 * (12 + 6 + 2), 5 * 2 * (18 * 10 + 18 * 18), (5, 12),
    ),
    # the state has 3 elements, projected from 6
    "LSTM with a projection": Kind(
        written(lambda m, x: m.r(x)[0], r=lambda: nn.LSTM(4, 6, proj_size=3, batch_first=True)),
        (5, 4), 24 * (4 + 3 + 2) + 18, 5 * (24 * 7 + 18), (5, 3),
    ),
    "LSTM with a projection, two layers, both directions": Kind(
        written(
            lambda m, x: m.r(x)[0],
            r=lambda: nn.LSTM(4, 6, 2, proj_size=3, batch_first=True, bidirectional=True),
        ),
        (5, 4), 2 * (24 * 9 + 18) + 2 * (24 * 11 + 18), 5 * 2 * (24 * 7 + 18 + 24 * 9 + 18), (5, 6),
    ),
    "LSTM with time as its first axis": Kind(
        written(lambda m, x: m.r(x.transpose(0, 1))[0].transpose(0, 1), r=lambda: nn.LSTM(4, 6)),
        (5, 4), 24 * 12, 5 * 240, (5, 6),
    ),
    "LSTM states, given and returned": Kind(
        written(with_states, r=lambda: nn.LSTM(4, 6, batch_first=True)), (5, 4), 24 * 12, 5 * 240, (12,)
    ),
    "a loop over an LSTM cell": Kind(
        written(lstm_cells, cell=lambda: nn.LSTMCell(4, 6)), (5, 4), 24 * 12, 5 * 240, (6,)
    ),
    "a loop over a GRU cell": Kind(
        written(cells, cell=lambda: nn.GRUCell(4, 6)), (5, 4), 18 * 12, 5 * 180, (5, 6)
    ),
    "a loop over a plain cell": Kind(
        written(cells, cell=lambda: nn.RNNCell(4, 6, nonlinearity="relu")), (5, 4), 6 * 12, 5 * 60, (5, 6)
    ),
    "convolutional LSTM": Kind(
        written(conv_lstm, c=lambda: nn.Conv2d(5, 12, 3, padding=1)),
        (4, 2, 5, 5), 12 * 45 + 12, 4 * 12 * 45 * 25, (3, 5, 5),
    ),
    # the padded convolution makes 8 positions, of which 5 are used
    "selective scan": Kind(
        written(
            selective_scan,
            c=lambda: nn.Conv1d(3, 3, 4, groups=3, padding=3),
            dt=lambda: nn.Linear(3, 3),
            a=lambda: numbers(3, 2),
            b=lambda: nn.Linear(3, 2, bias=False),
            o=lambda: nn.Linear(3, 2, bias=False),
            d=lambda: numbers(3),
        ),
        (5, 3), 15 + 12 + 6 + 6 + 6 + 3, 12 * 8 + 5 * 9 + 5 * 12, (5, 3),
    ),
    "attention with keys and values of other sizes": Kind(
        written(
            lambda m, q, k, v: m.a(q, k, v, need_weights=False)[0],
            a=heads(kdim=5, vdim=3, batch_first=True),
        ),
        ((4, 8), (6, 5), (6, 3)), 64 + 40 + 24 + 24 + 64 + 8,
        4 * 64 + 6 * 40 + 6 * 24 + 4 * 64 + 2 * 4 * 6 * 8, (4, 8),
    ),
    "the weights of each head": Kind(
        written(lambda m, x: m.a(x, x, x, average_attn_weights=False)[1], a=heads(batch_first=True)),
        (4, 8), MHA, attends(4, 4), (2, 4, 4),
    ),
    "attention with time as its first axis": Kind(
        written(lambda m, x: m.a(*[x.transpose(0, 1)] * 3)[0].transpose(0, 1), a=heads()),
        (4, 8), MHA, attends(4, 4), (4, 8),
    ),
    "causal attention": Kind(written(causal, a=heads(batch_first=True)), (4, 8), MHA, attends(4, 4), (4, 8)),
    "a mask as an input": Kind(
        written(lambda m, x, pad: m.a(x, x, x, key_padding_mask=pad)[0], a=heads(batch_first=True)),
        ((4, 8), (4,)), MHA, attends(4, 4), (4, 8),
    ),
    "a mask made from the words": Kind(
        written(
            masked_words,
            e=lambda: nn.Embedding(11, 8, padding_idx=0),
            l=lambda: nn.TransformerEncoder(encoder_layer(), 1),
        ),
        (4,), 88 + ENCODER, attends(4, 4) + 4 * 256, (4, 8),
    ),
    "a frozen encoder layer": Kind(
        lambda: encoder_layer().requires_grad_(False), (4, 8), ENCODER, attends(4, 4) + 4 * 256, (4, 8)
    ),
    # encoder and decoder end with a layer norm each
    "encoder and decoder": Kind(
        lambda: nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
        ((4, 8), (3, 8)), ENCODER + DECODER + 2 * 16, TRANSFORMER, (3, 8),
    ),
    "a decoder alone": Kind(
        lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, batch_first=True), 1),
        ((3, 8), (4, 8)), DECODER, attends(3, 3) + attends(3, 4) + 3 * 256, (3, 8),
    ),
    "rotary positions in complex numbers": Kind(complex_rotation, (5, 8), 72, 5 * 64, (5, 8)),
    "positions kept from the first call": Kind(Positions, (5, 4), 20, 80, (5, 4)),
    "attention kept for a plot": Kind(Maps, (5, 4), 20, 5 * 16 + 2 * 5 * 5 * 4, (5, 4)),
    "a bag of words": Kind(lambda: nn.EmbeddingBag(10, 4), (6,), 40, 0, (4,)),
    "a bag of words, summed, with padding": Kind(
        lambda: nn.EmbeddingBag(10, 4, mode="sum", padding_idx=0), (6,), 40, 0, (4,)
    ),
    "a bag of words, the largest": Kind(
        lambda: nn.EmbeddingBag(10, 4, mode="max", padding_idx=1), (6,), 40, 0, (4,)
    ),
    "a bag of words with weights": Kind(
        written(
            lambda m, words, scale: m.e(words, per_sample_weights=scale),
            e=lambda: nn.EmbeddingBag(10, 4, mode="sum"),
        ),
        ((6,), (6,)), 40, 0, (4,),
    ),
}  # fmt: skip
