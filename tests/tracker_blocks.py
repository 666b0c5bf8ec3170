"""Blocks of published networks that break other counters, written anew from reports in their issue trackers.

`BLOCKS` has the form of the dicts in `tracker_networks`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from read_networks import CONV, IMAGE, Written, conv, numbers
from torch import nn
from torch.nn import functional as F
from tracker_networks import Kind, attends, written


def given_state(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.r(x, m.h.expand(-1, x.shape[0], -1).contiguous())[0]


def by_the_function(m: Any, x: torch.Tensor) -> torch.Tensor:
    a, tokens = m.a, x.transpose(0, 1)
    weights = a.in_proj_weight, a.in_proj_bias, None, None, False, 0.0, a.out_proj.weight, a.out_proj.bias
    return F.multi_head_attention_forward(tokens, tokens, tokens, 8, 2, *weights, training=False)[
        0
    ].transpose(0, 1)


def bucketed(m: Any, x: torch.Tensor) -> torch.Tensor:
    """Attention with a bias for each bucket of distances: 0, 1, and the logarithms of larger ones."""
    steps = torch.arange(x.shape[1])
    apart = (steps[None] - steps[:, None]).abs()
    far = 2 + (torch.log(apart.float().clamp(min=1) / 2) / math.log(4) * 2).to(torch.long)
    buckets = torch.where(apart < 2, apart, torch.min(far, torch.full_like(far, 3)))
    return (x @ x.transpose(1, 2) + m.e(buckets).squeeze(-1)).softmax(-1) @ x


def with_relative_positions() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        bias = m.table[m.index.view(-1)].view(4, 4, -1).permute(2, 0, 1)
        return (x @ x.transpose(1, 2) + bias).sum(1)

    module = Written(forward, table=numbers(7, 1))
    module.register_buffer("index", torch.arange(4)[None] - torch.arange(4)[:, None] + 3)
    return module


def quantized(m: Any, x: torch.Tensor) -> torch.Tensor:
    codes = m.e.weight
    apart = x.pow(2).sum(-1, keepdim=True) - 2 * x @ codes.t() + codes.pow(2).sum(1)
    return x + (m.e(apart.argmin(-1)) - x).detach()


def put_back(m: Any, x: torch.Tensor) -> torch.Tensor:
    best = m.score(x).squeeze(-1).topk(2, 1).indices[..., None].expand(-1, -1, 4)
    return x.scatter(1, best, m.f(x.gather(1, best)))


def along_edges(scatter: bool) -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        messages = x[:, m.source]
        if not scatter:
            return m.l(torch.zeros_like(x).index_add(1, m.target, messages))
        places = m.target[None, :, None].expand_as(messages)
        return m.l(torch.zeros_like(x).scatter_add_(1, places, messages))

    module = Written(forward, l=nn.Linear(3, 4))
    module.register_buffer("source", torch.tensor([0, 1, 2, 2]))
    module.register_buffer("target", torch.tensor([1, 0, 1, 4]))
    return module


def neighbours(m: Any, x: torch.Tensor) -> torch.Tensor:
    """Edge features to the two nearest points, which one index for all samples selects."""
    b, n, c = x.shape
    nearest = (-torch.cdist(x, x)).topk(2, -1).indices + torch.arange(b).view(-1, 1, 1) * n
    features = x.reshape(b * n, c)[nearest.view(-1)].view(b, n, 2, c) - x[:, :, None]
    return m.l(features).max(2)[0]


def aligned(m: Any, x: torch.Tensor) -> torch.Tensor:
    turn = m.l(x.max(2)[0]) + torch.eye(3).view(1, 9).repeat(x.shape[0], 1)
    return m.c(torch.bmm(turn.view(-1, 3, 3), x)).max(-1)[0]


def residuals(m: Any, x: torch.Tensor) -> torch.Tensor:
    share, features = m.c(x).flatten(2).softmax(1), x.flatten(2)
    sums = torch.bmm(share, features.transpose(1, 2)) - share.sum(-1, keepdim=True) * m.centres
    return F.normalize(F.normalize(sums, dim=2).flatten(1))


def covariance_root(_m: Any, x: torch.Tensor) -> torch.Tensor:
    """Two steps of Newton and Schulz to the root of the covariance of 3 channels."""
    features = x.flatten(2) - x.flatten(2).mean(-1, keepdim=True)
    a = features @ features.transpose(1, 2) / 63
    trace = a.diagonal(dim1=1, dim2=2).sum(-1)[:, None, None]
    y, z = a / trace, torch.eye(3).expand_as(a)
    for _ in range(2):
        step = 0.5 * (3 * torch.eye(3) - z @ y)
        y, z = y @ step, step @ z
    above = torch.triu_indices(3, 3)
    return (y * trace.sqrt())[:, above[0], above[1]]


def boxes() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        y = m.c(x)
        b, _, h, w = y.shape
        y = y.view(b, 2, 6, h, w).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
        rows, columns = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        y[..., :2] = (y[..., :2] * 2 - 0.5 + torch.stack((columns, rows), 2).view(1, 1, h, w, 2)) * 8
        y[..., 2:4] = (y[..., 2:4] * 2) ** 2 * m.anchors.view(1, 2, 1, 1, 2)
        return y.view(b, -1, 6)

    module = Written(forward, c=conv(3, 12, 1))
    module.register_buffer("anchors", torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    return module


def involution(m: Any, x: torch.Tensor) -> torch.Tensor:
    windows = F.unfold(x, 3, padding=1).view(-1, 3, 9, 8, 8)
    return (m.k(x).unsqueeze(1) * windows).sum(2)


def partial_convolution(m: Any, x: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
    with torch.no_grad():
        count = F.conv2d(mask, torch.ones(1, 1, 3, 3), padding=1)
        seen = count.clamp(0, 1)
    y = F.conv2d(x * mask, m.c.weight, None, padding=1) * 9 / (count + 1e-8) * seen
    return y + m.c.bias.view(1, -1, 1, 1), seen


def octave(m: Any, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
    low = F.avg_pool2d(x, 2)
    return m.hh(x) + F.interpolate(m.lh(low), scale_factor=2), m.hl(low)


def non_local(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, _, h, w = x.shape
    theta = m.theta(x).view(b, 2, -1)
    phi, g = (F.max_pool2d(part(x), 2).view(b, 2, -1) for part in (m.phi, m.g))
    made = torch.matmul(theta.transpose(1, 2), phi).softmax(-1) @ g.transpose(1, 2)
    return x + m.o(made.transpose(1, 2).reshape(b, 2, h, w))


def mixed_kernels(m: Any, x: torch.Tensor) -> torch.Tensor:
    shares = m.route(x.mean((2, 3))).softmax(1)
    return torch.einsum("bk,bkchw->bchw", shares, torch.stack([part(x) for part in m.parts], 1))


BLOCKS: dict[str, Kind] = {
    # the mask has one channel
    "a partial convolution": Kind(
        written(partial_convolution, c=conv), (IMAGE, (1, 8, 8)), 84, CONV + 9 * 64, IMAGE
    ),
    # two convolutions at half the resolution
    "octaves": Kind(
        written(octave, hh=conv, hl=conv, lh=conv), IMAGE, 3 * 84, CONV + 2 * CONV // 4, IMAGE
    ),
    # 64 positions attend to 16
    "a non-local block": Kind(
        written(
            non_local,
            o=lambda: conv(2, 3, 1),
            **dict.fromkeys(("theta", "phi", "g"), lambda: conv(3, 2, 1)),
        ),
        IMAGE, 3 * 8 + 9, 4 * 6 * 64 + 2 * 64 * 16 * 2, IMAGE,
    ),
    # 21 cells of 3 channels
    "a pyramid of pools": Kind(
        written(
            lambda m, x: m.l(torch.cat([F.adaptive_max_pool2d(x, k).flatten(1) for k in (1, 2, 4)], 1)),
            l=lambda: nn.Linear(63, 2),
        ),
        IMAGE, 128, 126, (2,),
    ),
    "outputs mixed by a router": Kind(
        written(
            mixed_kernels, route=lambda: nn.Linear(3, 2), parts=lambda: nn.ModuleList([conv(), conv()])
        ),
        IMAGE, 8 + 2 * 84, 6 + 2 * CONV + 2 * 192, IMAGE,
    ),
    "a learned first state": Kind(
        written(given_state, r=lambda: nn.GRU(4, 6, batch_first=True), h=lambda: numbers(1, 1, 6)),
        (5, 4), 18 * 12 + 6, 5 * 180, (5, 6),
    ),
    # without biases: four projections of 8 x 8, two layers of 8 x 16, and three norms
    "an encoder with its norms first, without biases": Kind(
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(
                8, 2, 16, activation="gelu", norm_first=True, batch_first=True, bias=False
            ),
            1,
            norm=nn.LayerNorm(8),
        ),
        (4, 8), 4 * 64 + 2 * 128 + 2 * 8 + 16, attends(4, 4) + 4 * 256, (4, 8),
    ),
    "attention by its function": Kind(
        written(by_the_function, a=lambda: nn.MultiheadAttention(8, 2)),
        (4, 8), 4 * 72, attends(4, 4), (4, 8),
    ),
    "a bias for each bucket of distances": Kind(
        written(bucketed, e=lambda: nn.Embedding(4, 1)), (6, 4), 4, 2 * 36 * 4, (6, 4)
    ),
    "a table of relative positions": Kind(with_relative_positions, (4, 5), 7, 16 * 5, (4,)),
    "the nearest code": Kind(written(quantized, e=lambda: nn.Embedding(7, 4)), (5, 4), 28, 5 * 28, (5, 4)),
    "tokens that are put back": Kind(
        written(put_back, score=lambda: nn.Linear(4, 1), f=lambda: nn.Linear(4, 4)),
        (5, 4), 5 + 20, 5 * 4 + 2 * 16, (5, 4),
    ),
    "messages along edges": Kind(lambda: along_edges(scatter=False), (5, 3), 16, 60, (5, 4)),
    "messages along edges, by scatter": Kind(lambda: along_edges(scatter=True), (5, 3), 16, 60, (5, 4)),
    "neighbours by an index for all samples": Kind(
        written(neighbours, l=lambda: nn.Linear(3, 4)), (5, 3), 16, 5 * 2 * 12, (5, 4)
    ),
    "points turned by a predicted matrix": Kind(
        written(aligned, l=lambda: nn.Linear(3, 9), c=lambda: nn.Conv1d(3, 4, 1)),
        (3, 6), 36 + 16, 27 + 9 * 6 + 12 * 6, (4,),
    ),
    "residuals to centres": Kind(
        written(residuals, c=lambda: conv(3, 4, 1), centres=lambda: numbers(4, 3)),
        IMAGE, 16 + 12, 2 * 12 * 64, (12,),
    ),
    # 3 x 64 by 64 x 3, and three products of 3 x 3 in each of two steps
    "the root of a covariance": Kind(written(covariance_root), IMAGE, 0, 9 * 64 + 6 * 27, (6,)),
    "boxes on a grid": Kind(boxes, IMAGE, 48, 36 * 64, (128, 6)),
    "kernels for each position": Kind(
        written(involution, k=lambda: conv(3, 9, 1)), IMAGE, 36, 27 * 64, IMAGE
    ),
    "batch norm over all tokens": Kind(
        written(
            lambda m, x: m.n(m.l(x).view(-1, 4)).view(-1, 5, 4),
            l=lambda: nn.Linear(3, 4),
            n=lambda: nn.BatchNorm1d(4),
        ),
        (5, 3), 16 + 8, 60, (5, 4),
    ),
    "a convolution over tokens": Kind(
        lambda: nn.Sequential(nn.Conv1d(5, 5, 1), nn.GELU()), (5, 4), 30, 100, (5, 4)
    ),
    # torch's counter has no formula for bilinear forms and distances
    "a bilinear form": Kind(lambda: nn.Bilinear(3, 4, 5), ((3,), (4,)), 60 + 5, 0, (5,)),
    "distances to prototypes": Kind(
        written(
            lambda m, x: -torch.cdist(m.l(x), m.prototypes),
            l=lambda: nn.Linear(3, 4),
            prototypes=lambda: numbers(6, 4),
        ),
        (3,), 16 + 24, 12, (6,),
    ),
}  # fmt: skip
