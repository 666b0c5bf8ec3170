"""Modules as people write them are read with their parameters and operations, and run to the same numbers."""

from collections.abc import Callable
from typing import Any

import counting_tools
import numpy as np
import pytest
import torch
import torchvision_models
from samples import sample
from torch import nn
from torch.nn import functional as F

from convref import analyze, functional
from convref.torch import from_torch

Forward = Callable[..., object]


class Written(nn.Module):
    """A module of named parts, whose forward is a function of it and of the input."""

    def __init__(self, forward: Forward, **parts: nn.Module) -> None:
        super().__init__()
        self.written = forward
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> object:
        return self.written(self, x) if mask is None else x


def branches(m: Any, x: torch.Tensor) -> torch.Tensor:
    """Branches and loops on sizes, which are known."""
    if x.shape[-1] > 4 and len(x) > 0 and x.dim() == 4:
        x = m.a(x)
    for _ in range(x.size(1) // 4):
        x = m.b(x) + x
    assert 4 == x.shape[1]
    return x


def squeeze_and_excite(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, c, _, _ = x.size()
    return x * m.gate(m.pool(x).view(b, c)).view(b, c, 1, 1).expand_as(x)


def unet(m: Any, x: torch.Tensor) -> torch.Tensor:
    a = m.a(x)
    up = m.up(F.max_pool2d(a, 2))
    dy, dx = a.size(2) - up.size(2), a.size(3) - up.size(3)
    up = F.pad(up, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
    return m.o(torch.cat([a, up], dim=1))


def resized(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.down(x)
    if y.shape[-2:] != x.shape[-2:]:
        y = F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=False)
    return y + m.side(x)


def in_place(m: Any, x: torch.Tensor) -> torch.Tensor:
    """What is changed is changed for all that hold it."""
    y = m.a(x)
    z = m.relu(y)
    w = y + z
    w.clamp_(0, 6)
    x += w
    return x * w


def uneven(m: Any, x: torch.Tensor) -> torch.Tensor:
    a, b = torch.split(m.a(x), [1, 3], dim=1)
    p, q, r = x.chunk(3, dim=2)
    return (
        torch.cat((b, a, x[:, 1:3, :, :]), 1)[:, :, 1:-1, 2:] + torch.cat((m.b(p), q, r), 2)[:, 0:6, 1:-1, 2:]
    )


def views(m: Any, x: torch.Tensor) -> torch.Tensor:
    b, c, h, w = x.shape
    y = x.view(b, c // 2, 2, h * w).transpose(1, 2).reshape(b, -1)
    return m.fc(y).unsqueeze(1).squeeze(1).float().type_as(x)


def stacked(m: Any, x: torch.Tensor) -> torch.Tensor:
    return torch.stack([m.a(x), x], dim=2).flatten(1, 2)[:, -1]


def attended(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.norm(x + m.attention(x, x, x, need_weights=False)[0])[:, 0]


def listed(m: Any, x: torch.Tensor) -> dict[str, torch.Tensor]:
    values = []
    for layer in m.layers:
        x = m.acts["relu"](layer(x)) + x
        values.append(x)
    return {"out": torch.cat(values, 1), "last": x}


def shared(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.again(torch.relu(m.once(x)))


def conv(a: int, b: int, k: int = 1, **more: Any) -> nn.Module:
    return nn.Conv2d(a, b, k, **more)


def twins() -> dict[str, nn.Module]:
    once, again = nn.Linear(6, 6), nn.Linear(6, 6)
    again.weight, again.bias = once.weight, once.bias
    return {"once": once, "again": again}


def layers() -> dict[str, nn.Module]:
    three = nn.ModuleList(conv(4, 4, 3, padding=1) for _ in range(3))
    return {"layers": three, "acts": nn.ModuleDict({"relu": nn.ReLU(inplace=True)})}


def gate() -> dict[str, nn.Module]:
    gate = nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 4), nn.Sigmoid())
    return {"gate": gate, "pool": nn.AdaptiveAvgPool2d(1)}


CASES: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "branches": (Written(branches, a=conv(3, 4), b=conv(4, 4, 3, padding=1)), (3, 8, 8)),
    "squeeze": (Written(squeeze_and_excite, **gate()), (4, 8, 8)),
    "unet": (Written(unet, a=conv(3, 4), up=nn.ConvTranspose2d(4, 4, 2, 2), o=conv(8, 2)), (3, 9, 11)),
    "resized": (Written(resized, down=conv(3, 4, 3, stride=2), side=conv(3, 4)), (3, 8, 8)),
    "in place": (Written(in_place, a=conv(4, 4), relu=nn.ReLU(inplace=True)), (4, 8, 8)),
    "uneven": (Written(uneven, a=conv(6, 4), b=conv(6, 6)), (6, 9, 8)),
    "views": (Written(views, fc=nn.Linear(128, 10)), (8, 4, 4)),
    "stacked": (Written(stacked, a=conv(4, 4)), (4, 8, 8)),
    "listed": (Written(listed, **layers()), (4, 8, 8)),
    "shared": (Written(shared, **twins()), (6,)),
}


def counted(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The products that torch counts as it runs the module."""
    return counting_tools.count("torchvision", module, torch.randn(1, *shape))


def close(module: nn.Module, shape: tuple[int, ...]) -> None:
    """The description that is read runs to the module's numbers, on the module's parameters."""
    x = torch.randn(2, *shape)
    net = from_torch(module, shape)
    held = dict(module.named_parameters()) | dict(module.named_buffers())
    got, taps = functional.run(net, {name: each.numpy() for name, each in held.items()}, x.numpy(), taps=True)
    wanted = module(x)
    every = list(wanted.values()) if isinstance(wanted, dict) else [wanted]
    assert len(every) == len(taps) + 1
    for one, want in zip((got, *taps.values()), every, strict=True):
        np.testing.assert_allclose(one, want.numpy(), rtol=1e-4, atol=1e-4 * float(want.std()))


@pytest.mark.parametrize("case", CASES)
@torch.inference_mode()
def test_what_people_write_is_read_with_its_totals_and_runs_to_its_numbers(case: str) -> None:
    module, shape = CASES[case][0].eval(), CASES[case][1]
    report = analyze(from_torch(module, shape), shape)
    assert sum(each.numel() for each in module.parameters()) == report.params
    assert counted(module, shape) == report.macs
    close(module, shape)


@torch.inference_mode()
def test_attention_to_itself_is_read_whatever_it_returns_beside() -> None:
    attention = nn.MultiheadAttention(16, 4, batch_first=True)
    module = Written(attended, attention=attention, norm=nn.LayerNorm(16)).eval()
    length, dim = 10, 16
    assert 4 * length * dim**2 + 2 * length**2 * dim == analyze(from_torch(module, (10, 16)), (10, 16)).macs
    close(module, (10, 16))


@pytest.mark.parametrize("module", [nn.Conv2d(3, 4, 3), nn.Linear(5, 2), nn.BatchNorm2d(3).eval()])
@torch.inference_mode()
def test_a_single_module_is_its_description(module: nn.Module) -> None:
    close(module, (3, 8, 5))
    assert type(module).__name__ == type(from_torch(module, (3, 8, 5))).__name__


@pytest.mark.parametrize(
    ("kind", "name", "size"),
    sample(
        [
            ("detection", "fasterrcnn_mobilenet_v3_large_fpn", 64),
            ("detection", "retinanet_resnet50_fpn_v2", 64),
            ("detection", "ssdlite320_mobilenet_v3_large", 64),
            ("segmentation", "lraspp_mobilenet_v3_large", 65),
            ("segmentation", "deeplabv3_mobilenet_v3_large", 65),
        ],
        every=3,
    ),
)
@torch.inference_mode()
def test_torchvision_s_backbones_and_segmenters_are_read(kind: str, name: str, size: int) -> None:
    models = torchvision_models.library()
    module = getattr(getattr(models, kind), name)(weights=None, weights_backbone=None).eval()
    module = module.backbone if kind == "detection" else module
    shape = (3, size, size)
    report = analyze(from_torch(module, shape), shape)
    assert sum(each.numel() for each in module.parameters()) == report.params
    assert counted(module, shape) == report.macs
    close(module, shape)
