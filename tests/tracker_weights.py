"""Weights and buffers in forms that break other counters, written anew from reports in their issue trackers.

`STORED` and `COMPUTED` have the form of the dicts in `tracker_networks`.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch
from read_networks import CONV, IMAGE, Written, conv, numbers
from torch import nn
from torch.nn import functional as F
from tracker_networks import Kind, written

# Parameters and buffers of unusual classes, types and layouts


class Positive(nn.Parameter):
    """A parameter with a method."""

    def positive(self) -> torch.Tensor:
        return self.exp()


def in_eight_bits() -> nn.Module:
    module = Written(lambda m, x: F.linear(x, m.w.float() * m.scale), scale=numbers(4, 1))
    module.register_buffer("w", torch.arange(12, dtype=torch.int8).view(4, 3))
    return module


def in_one_memory() -> nn.Module:
    one, other = nn.Linear(3, 4, bias=False), nn.Linear(4, 3, bias=False)
    other.weight = nn.Parameter(one.weight.detach().t())
    return nn.Sequential(one, nn.ReLU(), other)


def in_a_buffer() -> nn.Module:
    module: Any = Written(lambda m, x: torch.where(m.mask, m.c(x), 0.0), c=conv())
    module.mask = nn.Buffer(torch.eye(8, dtype=torch.bool))
    return module


def mixed(m: Any, x: torch.Tensor) -> Any:
    return sum(weight * part(x) for weight, part in zip(m.mixture.softmax(-1), m.parts, strict=True))


def in_a_plain_list() -> nn.Module:
    module: Any = Written(lambda m, x: m.scales[0].exp() * m.c(x), c=conv())
    module.scales = [torch.zeros((), requires_grad=True)]
    return module


def without_a_parameter() -> nn.Module:
    linear: Any = nn.Linear(3, 4)
    weight = linear.weight.detach()
    del linear.weight
    linear.weight = weight
    return nn.Sequential(linear)


def with_a_buffer() -> nn.Module:
    layer: Any = conv()
    weight = layer.weight.detach()
    del layer.weight
    layer.register_buffer("weight", weight)
    return nn.Sequential(layer, nn.ReLU())


STORED: dict[str, Kind] = {
    "a parameter of another class": Kind(
        written(lambda m, x: m.c(x) * m.s.positive(), c=conv, s=lambda: Positive(torch.zeros(3, 1, 1))),
        IMAGE, 84 + 3, CONV, IMAGE,
    ),
    "a scale without axes": Kind(
        written(lambda m, x: m.c(x) * m.s, c=conv, s=lambda: nn.Parameter(torch.tensor(2.0))),
        IMAGE, 84 + 1, CONV, IMAGE,
    ),
    "a parameter without elements": Kind(
        written(lambda m, x: m.c(x), c=conv, s=lambda: nn.Parameter(torch.zeros(0, 4))),
        IMAGE, 84, CONV, IMAGE,
    ),
    "channels chosen by an integer parameter": Kind(
        written(
            lambda m, x: m.c(x[:, m.i]),
            c=lambda: conv(2, 3),
            i=lambda: nn.Parameter(torch.tensor([2, 0]), requires_grad=False),
        ),
        IMAGE, 54 + 3 + 2, 54 * 64, IMAGE,
    ),
    "weights in eight bits": Kind(in_eight_bits, (3,), 4, 12, (4,)),
    "two parameters in one memory": Kind(in_one_memory, (3,), 2 * 12, 2 * 12, (3,)),
    "a mask in a Buffer": Kind(in_a_buffer, IMAGE, 84, CONV, IMAGE),
    "weights of a mixture": Kind(
        written(
            mixed,
            mixture=lambda: numbers(3),
            parts=lambda: nn.ModuleList([conv(), nn.MaxPool2d(3, 1, 1), nn.Identity()]),
        ),
        IMAGE, 84 + 3, CONV, IMAGE,
    ),
    "a trainable tensor in a plain list": Kind(in_a_plain_list, IMAGE, 84, CONV, IMAGE),
    # the bias alone is a parameter
    "a weight that is a plain tensor": Kind(without_a_parameter, (3,), 4, 12, (4,)),
    "a weight that is a buffer": Kind(with_a_buffer, IMAGE, 3, CONV, IMAGE),
    "weights in the layout channels_last": Kind(
        lambda: nn.Sequential(conv(), nn.BatchNorm2d(3), conv()).to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        IMAGE, 2 * 84 + 6, 2 * CONV, IMAGE,
    ),
}  # fmt: skip


# Weights that are computed from others


class Slimmable(nn.Conv2d):
    """A convolution that uses the first 5 of its 8 kernels, and as many of its channels as arrive."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert self.bias is not None
        return F.conv2d(x, self.weight[:5, : x.shape[1]], self.bias[:5], padding=1)


class MaskedConv(nn.Conv2d):
    """A causal convolution that sets the weights of later positions to zero before each use."""

    def __init__(self) -> None:
        super().__init__(3, 3, 3, padding=1)
        mask = torch.ones(3, 3, 3, 3)
        mask[:, :, 1, 1:] = mask[:, :, 2:] = 0
        self.register_buffer("mask", mask)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.weight.data *= self.get_buffer("mask")
        return super().forward(x)


class DataSet(MaskedConv):
    """The same, by other means."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.weight.data = torch.mul(self.weight.data, self.get_buffer("mask"))
        return super(MaskedConv, self).forward(x)


class Clipped(nn.Sequential):
    """Layers whose parameters are clipped before each use."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for parameter in self.parameters():
            parameter.data.clamp_(-0.05, 0.05)
        return super().forward(x)


def normalized(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        m.l.weight.copy_(F.normalize(m.l.weight.data.clone(), dim=1))
    return m.l(x)


def without_later_positions(m: Any, x: torch.Tensor) -> torch.Tensor:
    m.c.weight.data[:, :, 1, 1:] = 0
    m.c.weight.data[..., 2, :].zero_()
    return m.c(x)


def known_by_a_weak_reference() -> nn.Module:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        layer = m.part.whole().c
        layer.weight.data = layer.weight.data.clamp(-0.1, 0.1)
        return m.c(x)

    module: Any = Written(forward, c=conv(), part=nn.Identity())
    module.part.whole = weakref.ref(module)
    KEPT.append(module)
    return module


KEPT: list[nn.Module] = []
"""Modules to which there are weak references."""


def joined(m: Any, x: torch.Tensor) -> torch.Tensor:
    real, imaginary = torch.cat([m.a, -m.b], 1), torch.cat([m.b, m.a], 1)
    return F.conv2d(x, torch.cat([real, imaginary]), padding=1)


def rotated(m: Any, x: torch.Tensor) -> torch.Tensor:
    turned = torch.cat([torch.rot90(m.w, turns, (2, 3)) for turns in range(4)])
    return F.conv2d(x, turned, padding=1).view(-1, 4, 2, 8, 8).amax(1)


def ensemble(m: Any, x: torch.Tensor) -> torch.Tensor:
    return torch.func.vmap(lambda weight, bias: F.linear(x, weight, bias))(m.w, m.b).mean(0)


COMPUTED: dict[str, Kind] = {
    # 5 of 8 kernels on 3 of 6 channels
    "a part of a weight": Kind(
        lambda: Slimmable(6, 8, 3), IMAGE, 8 * 54 + 8, 5 * 27 * 64, (5, 8, 8)
    ),
    "a kernel joined from parts": Kind(
        written(joined, a=lambda: numbers(3, 2, 3, 3), b=lambda: numbers(3, 2, 3, 3)),
        (4, 8, 8), 2 * 54, 6 * 36 * 64, (6, 8, 8),
    ),
    "a kernel in four rotations": Kind(
        written(rotated, w=lambda: numbers(2, 3, 3, 3)), IMAGE, 54, 8 * 27 * 64, (2, 8, 8)
    ),
    # the product of the thin matrices is the same for any number of samples
    "a weight plus a product of thin matrices": Kind(
        written(
            lambda m, x: F.linear(x, m.l.weight + 0.5 * m.up @ m.down, m.l.bias),
            l=lambda: nn.Linear(6, 5),
            up=lambda: numbers(5, 2),
            down=lambda: numbers(2, 6),
        ),
        (4, 6), 35 + 10 + 12, 4 * 30 + 5 * 2 * 6, (4, 5),
    ),
    "a Kronecker product as the weight": Kind(
        written(lambda m, x: x @ torch.kron(m.a, m.b), a=lambda: numbers(2, 3), b=lambda: numbers(4, 2)),
        (8,), 6 + 8, 48, (6,),
    ),
    "a weight that is masked before each use": Kind(MaskedConv, IMAGE, 84, CONV, IMAGE),
    "a weight whose data is replaced": Kind(DataSet, IMAGE, 84, CONV, IMAGE),
    "weights that are clipped": Kind(lambda: Clipped(conv(), nn.ReLU()), IMAGE, 84, CONV, IMAGE),
    "prototypes that are normalized": Kind(
        written(normalized, l=lambda: nn.Linear(3, 4, bias=False)), (3,), 12, 12, (4,)
    ),
    "parts of a weight set to zero": Kind(
        written(without_later_positions, c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a weight that is changed through a weak reference": Kind(
        known_by_a_weak_reference, IMAGE, 84, CONV, IMAGE
    ),
    "positions that are resized": Kind(
        written(
            lambda m, x: m.c(x) + F.interpolate(m.pos, size=x.shape[-2:], mode="bicubic"),
            c=conv,
            pos=lambda: numbers(1, 3, 4, 4),
        ),
        IMAGE, 84 + 48, CONV, IMAGE,
    ),
    "one kernel for every channel, in a loop": Kind(
        written(
            lambda m, x: torch.cat([F.conv2d(x[:, i : i + 1], m.k, padding=1) for i in range(3)], 1),
            k=lambda: numbers(1, 1, 3, 3),
        ),
        IMAGE, 9, 3 * 9 * 64, IMAGE,
    ),
    "an ensemble by vmap": Kind(
        written(ensemble, w=lambda: numbers(3, 2, 4), b=lambda: numbers(3, 2)), (4,), 24 + 6, 24, (2,)
    ),
    # 36 products for 8 logits: 4 words and 2 clusters, then 8 -> 4 -> 3 and 8 -> 2 -> 3
    "an adaptive softmax": Kind(
        written(
            lambda m, x: m.a.log_prob(x),
            a=lambda: nn.AdaptiveLogSoftmaxWithLoss(8, 10, [4, 7], div_value=2.0),
        ),
        (8,), 48 + 44 + 22, 48 + 44 + 22, (10,),
    ),
}  # fmt: skip
