"""Ways to write a forward that break other counters, written anew from reports in their issue trackers.

`MOVED` and `CONTROL` have the form of the dicts in `tracker_networks`.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import math
from typing import Any

import torch
from read_networks import CONV, IMAGE, Written, conv
from torch import nn
from torch.distributions import Categorical
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint, checkpoint_sequential
from tracker_networks import Kind, written

JIT: Any = torch.jit  # it does not export all its functions

# Elements that are moved, selected or counted


def unpooled(m: Any, x: torch.Tensor) -> torch.Tensor:
    y, places = F.max_pool2d(x, 2, return_indices=True)
    size: Any = 2  # torch declares a list of sizes, and takes one size too
    return F.max_unpool2d(m.c(y), places, size)


def segnet(m: Any, x: torch.Tensor) -> torch.Tensor:
    y, places = m.p(x)
    return m.u(m.c(y), places, output_size=x.shape)


def filled(_m: Any, x: torch.Tensor) -> torch.Tensor:
    made = torch.FloatTensor(x.shape)
    made[..., :-1], made[..., -1:] = x[..., :-1], x[..., -1:] + 1
    return made


def best_tokens(m: Any, x: torch.Tensor) -> torch.Tensor:
    score, place = m.l(x).squeeze(-1).topk(2, 1)
    return x.gather(1, place[..., None].expand(-1, -1, 4)) * score[..., None]


def experts(m: Any, x: torch.Tensor) -> torch.Tensor:
    weight, which = m.gate(x).softmax(-1).topk(2, -1)
    every = torch.stack([expert(x) for expert in m.experts], 1)
    return (torch.gather(every, 1, which[..., None].expand(-1, -1, 4)) * weight[..., None]).sum(1)


def shifted_in_time(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, steps, _, h, w = x.shape
    made = torch.zeros_like(x)
    made[:, :-1, :1], made[:, 1:, 1:2], made[:, :, 2:] = x[:, 1:, :1], x[:, :-1, 1:2], x[:, :, 2:]
    return m.c(made.flatten(0, 1)).view(b, steps, 3, h, w).mean(1)


def with_coordinates(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, _, h, w = x.shape
    axes = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    return m.c(torch.cat([x, torch.stack(axes).unsqueeze(0).repeat(b, 1, 1, 1).to(x)], 1))


def distribution_focal(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, _, anchors = x.shape
    return m.c(x.view(b, 4, 4, anchors).transpose(2, 1).softmax(1)).view(b, 4, anchors)


def complex_values(m: Any, x: torch.Tensor) -> torch.Tensor:
    z = torch.complex(m.re(x), m.im(x))
    return torch.view_as_real(z * torch.conj(z)).sum(-1) + z.abs() + z.real


MOVED: dict[str, Kind] = {
    "pixels shuffled both ways": Kind(
        lambda: nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 8, 1), nn.PixelShuffle(2)),
        IMAGE, 96 + 8, 96 * 16, (2, 8, 8),
    ),
    "pools that keep an axis": Kind(
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d((None, 3)), nn.AdaptiveMaxPool2d((5, None))),
        IMAGE, 0, 0, (3, 5, 3),
    ),
    "unpooling by indices": Kind(written(unpooled, c=conv), IMAGE, 84, 81 * 16, IMAGE),
    "unpooling to an odd size": Kind(
        written(segnet, p=lambda: nn.MaxPool2d(2, return_indices=True), u=lambda: nn.MaxUnpool2d(2), c=conv),
        (3, 9, 9), 84, 81 * 16, (3, 9, 9),
    ),
    # a window of 5 with stride 1 and one row of padding on each side
    "a dilated pool": Kind(
        written(lambda _m, x: F.max_pool2d(x, 3, 1, 1, dilation=2, ceil_mode=True)), IMAGE, 0, 0, (3, 6, 6)
    ),
    "a factor for each axis": Kind(
        written(
            lambda _m, x: F.interpolate(x, scale_factor=(2, 1.5), mode="bicubic", align_corners=True)
        ),
        IMAGE, 0, 0, (3, 16, 12),
    ),
    "a factor that is computed again": Kind(
        written(
            lambda _m, x: F.interpolate(x, scale_factor=0.6, mode="bilinear", recompute_scale_factor=True)
        ),
        IMAGE, 0, 0, (3, 4, 4),
    ),
    "new memory that is filled by parts": Kind(written(filled), IMAGE, 0, 0, IMAGE),
    "the best tokens": Kind(written(best_tokens, l=lambda: nn.Linear(4, 1)), (5, 4), 5, 20, (2, 4)),
    "sorted and summed up": Kind(
        written(lambda _m, x: x.sort(-1).values.cumsum(-1) + x.argsort(-1).float() + x.cumprod(1)),
        (5, 4), 0, 0, (5, 4),
    ),
    "the class as a vector": Kind(
        written(lambda m, x: F.one_hot(m.l(x).argmax(-1), 4).float(), l=lambda: nn.Linear(3, 4)),
        (3,), 16, 12, (4,),
    ),
    "a mask that is scattered": Kind(
        written(lambda _m, x: torch.zeros_like(x).scatter_(1, x.topk(2, 1).indices, 1.0) * x),
        (5,), 0, 0, (5,),
    ),
    "experts that all run": Kind(
        written(
            experts,
            gate=lambda: nn.Linear(4, 3),
            experts=lambda: nn.ModuleList(nn.Linear(4, 4) for _ in range(3)),
        ),
        (4,), 15 + 3 * 20, 12 + 3 * 16, (4,),
    ),
    "frames in the batch, shifted in time": Kind(
        written(shifted_in_time, c=conv), (4, 3, 8, 8), 84, 4 * CONV, IMAGE
    ),
    "coordinates as channels": Kind(
        written(with_coordinates, c=lambda: conv(5, 4)), IMAGE, 4 * 45 + 4, 4 * 45 * 64, (4, 8, 8)
    ),
    "a fixed convolution over a distribution": Kind(
        written(distribution_focal, c=lambda: nn.Conv2d(4, 1, 1, bias=False).requires_grad_(False)),
        (16, 10), 4, 4 * 4 * 10, (4, 10),
    ),
    "windows of Tensor.unfold": Kind(
        written(lambda _m, x: x.unfold(2, 4, 2).unfold(3, 4, 2).mean((-1, -2))), IMAGE, 0, 0, (3, 3, 3)
    ),
    "maxout": Kind(
        written(lambda m, x: m.l(x).view(x.shape[0], 4, 2).max(-1)[0], l=lambda: nn.Linear(3, 8)),
        (3,), 32, 24, (4,),
    ),
    "complex values": Kind(
        written(complex_values, re=conv, im=conv), IMAGE, 168, 2 * CONV, IMAGE
    ),
    "images of bytes": Kind(
        written(lambda m, x: m.c(x.to(torch.uint8).float() / 255), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "straight-through rounding": Kind(
        written(lambda m, x: m.c(x) + (torch.round(m.c(x) * 8) / 8 - m.c(x)).detach(), c=conv),
        IMAGE, 84, 3 * CONV, IMAGE,
    ),
}  # fmt: skip


# What a forward does besides arithmetic


def swish(x: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(x)


def with_a_script() -> nn.Module:
    scripted = torch.jit.script(swish)
    return Written(lambda m, x: scripted(m.c(x)), c=conv())


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x * x.sigmoid()


class Doubles(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.mark_dirty(x)
        return x.mul_(2)


def changed_by_a_function(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    Doubles.apply(y)
    return y


def gradients_off_and_on(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        target = m.d(x)
    with torch.enable_grad():
        y = m.c(x)
    with torch.set_grad_enabled(False):
        return y * target.detach().data


def in_inference_mode(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return m.c(x)


def without_autocast(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.autocast("cpu", enabled=False):
        return m.c(x.float())


def until_one_is_left(m: Any, x: torch.Tensor) -> torch.Tensor:
    while x.shape[-1] > 1:
        x = F.max_pool2d(m.c(x), 2)
    return x.flatten(1)


def asks_about_the_tensor(m: Any, x: torch.Tensor) -> torch.Tensor:
    if not torch.is_tensor(x) or x.is_cuda or x.device.type == "mps" or x.dtype == torch.float64:
        return x
    assert x.is_floating_point()
    assert x.is_contiguous()
    if JIT.is_scripting() or JIT.is_tracing() or torch.onnx.is_in_onnx_export():
        return x
    return m.c(x.to(memory_format=torch.channels_last).contiguous())


class Output(collections.OrderedDict[str, Any]):
    """A dict whose values are attributes too, as libraries of language models return it."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        vars(self).update(values)


@dataclasses.dataclass
class Logits:
    logits: torch.Tensor
    further: Any = None
    loss: float = 0.5


class Boxed:
    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor


class Conditioned(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.e, self.c = nn.Embedding(10, 3), conv()

    def forward(self, image: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return self.c(image + self.e(label)[:, :, None, None])


class Tabular(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.e, self.l = nn.ModuleList([nn.Embedding(5, 2), nn.Embedding(7, 3)]), nn.Linear(9, 2)

    def forward(self, categories: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        return self.l(torch.cat([e(categories[:, i]) for i, e in enumerate(self.e)] + [values], 1))


class Denoiser(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.t, self.c = nn.Linear(4, 3), conv()

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        rates = torch.exp(-math.log(1e4) * torch.arange(2, dtype=torch.float32, device=t.device) / 2)
        angles = t[:, None].float() * rates[None]
        return self.c(x) + self.t(torch.cat([angles.cos(), angles.sin()], -1))[..., None, None]


class Optional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = conv()

    def forward(self, x: Any, *more: Any, scale: Any = None, mode: str = "relu", **options: Any) -> Any:
        del more, options
        y = self.c(x)
        return getattr(F, mode)(y if scale is None else y * scale)


class Partial(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = conv()
        self.forward = functools.partial(self.run, flip=True)

    def run(self, x: torch.Tensor, *, flip: bool) -> torch.Tensor:
        return self.c(x).flip(-1) if flip else x


def hooked_with_keywords() -> nn.Module:
    module: Any = Written(lambda m, x: m.b(x, scale=2), b=Optional())
    module.b.register_forward_pre_hook(
        lambda _m, args, named: (args, {"scale": 3 * named["scale"]}), with_kwargs=True
    )
    module.b.register_forward_hook(lambda _m, _args, named, made: made + named["scale"], with_kwargs=True)
    return module


CONTROL: dict[str, Kind] = {
    "a scripted function": Kind(with_a_script, IMAGE, 84, CONV, IMAGE),
    "an autograd function": Kind(written(lambda m, x: Swish.apply(m.c(x)), c=conv), IMAGE, 84, CONV, IMAGE),
    "an autograd function in place": Kind(written(changed_by_a_function, c=conv), IMAGE, 84, CONV, IMAGE),
    "checkpoints": Kind(
        written(
            lambda m, x: checkpoint(m.c, x, use_reentrant=False) + checkpoint(m.d, x, use_reentrant=True),
            c=conv,
            d=conv,
        ),
        IMAGE, 168, 2 * CONV, IMAGE,
    ),
    "a sequence of checkpoints": Kind(
        written(
            lambda m, x: checkpoint_sequential(m.s, 2, x, use_reentrant=False),
            s=lambda: nn.Sequential(conv(), nn.ReLU(), conv()),
        ),
        IMAGE, 168, 2 * CONV, IMAGE,
    ),
    "gradients off and on": Kind(
        written(gradients_off_and_on, c=conv, d=conv), IMAGE, 168, 2 * CONV, IMAGE
    ),
    "inference mode": Kind(written(in_inference_mode, c=conv), IMAGE, 84, CONV, IMAGE),
    "autocast switched off": Kind(written(without_autocast, c=conv), IMAGE, 84, CONV, IMAGE),
    "a copy of a layer, made in the forward": Kind(
        written(lambda m, x: copy.deepcopy(m.c)(x), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    # at 8x8, 4x4 and 2x2 positions
    "a loop until one position is left": Kind(
        written(until_one_is_left, c=conv), IMAGE, 84, 81 * (64 + 16 + 4), (3,)
    ),
    "questions about the tensor": Kind(written(asks_about_the_tensor, c=conv), IMAGE, 84, CONV, IMAGE),
    "a distribution": Kind(
        written(
            lambda m, x: Categorical(logits=m.l(x), validate_args=False).probs, l=lambda: nn.Linear(3, 4)
        ),
        (3,), 16, 12, (4,),
    ),
    "an image and its label": Kind(Conditioned, (IMAGE, ()), 30 + 84, CONV, IMAGE),
    "categories and numbers": Kind(Tabular, ((2,), (4,)), 10 + 21 + 20, 18, (2,)),
    "an image and a time": Kind(Denoiser, (IMAGE, ()), 15 + 84, 12 + CONV, IMAGE),
    "optional arguments": Kind(Optional, IMAGE, 84, CONV, IMAGE),
    "any number of inputs": Kind(
        written(lambda m, *given: torch.cat([m.c(x) for x in given], 1), c=conv),
        (IMAGE, IMAGE), 84, 2 * CONV, (6, 8, 8),
    ),
    "a forward that is a partial": Kind(Partial, IMAGE, 84, CONV, IMAGE),
    "a dict that is an object": Kind(
        written(lambda m, x: Output(logits=m.c(x), states=(x, None)), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a dataclass with other values": Kind(
        written(lambda m, x: [Logits(m.c(x), {"means": [x.mean(1)]})], c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "an object between two parts": Kind(
        written(lambda m, x: m.b(x).tensor * 2, b=written(lambda m, x: Boxed(m.c(x)), c=conv)),
        IMAGE, 84, CONV, IMAGE,
    ),
    "hooks with keyword arguments": Kind(hooked_with_keywords, IMAGE, 84, CONV, IMAGE),
}  # fmt: skip
