"""Ways to call parts of a network that break other counters, written anew from reports in their trackers.

`CALLS` and `SHAPES` have the form of the dicts in `tracker_networks`.
"""

from __future__ import annotations

import collections
import weakref
from typing import Any

import numpy as np
import torch
from read_networks import CONV, IMAGE, Written, conv, numbers
from torch import nn
from torch.nn import functional as F
from tracker_networks import Kind, written

# How parts are called, and what watches them


class Encoder(nn.Module):
    """A part with methods beside its forward."""

    def __init__(self) -> None:
        super().__init__()
        self.c, self.d = conv(), conv()

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(x)

    def decode(self, x: torch.Tensor) -> torch.Tensor:
        return self.d(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.decode(self.encode(x))


class Again(nn.Module):
    """A module that calls itself."""

    def __init__(self) -> None:
        super().__init__()
        self.c = conv()

    def forward(self, x: torch.Tensor, depth: int = 2) -> torch.Tensor:
        made = self.c(x)
        return made if depth == 0 else self(made, depth - 1)


class Passing(nn.Sequential):
    """A sequence whose parts may take and return several values."""

    def forward(self, *given: Any) -> Any:
        for part in self:
            given = part(*given) if isinstance(given, tuple) else part(given)
        return given


class Stages(nn.ModuleDict):
    """A dict of stages that returns the outputs of all but the first."""

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        outputs = collections.OrderedDict()
        for name, stage in self.items():
            x = outputs[name] = stage(x)
        del outputs["stem"]
        return outputs


def growing(m: Any, x: torch.Tensor) -> torch.Tensor:
    found = list(m.a(x).chunk(2, 1))
    found.extend(part(found[-1]) for part in m.parts)
    return m.b(torch.cat(found, 1))


def with_backward_hooks() -> nn.Module:
    module = nn.Sequential(conv(), nn.ReLU())
    module[0].register_full_backward_hook(lambda *_: None)
    module[0].register_full_backward_pre_hook(lambda *_: None)
    module[0].weight.register_hook(lambda gradient: 2 * gradient)  # type: ignore[operator]
    return module


def in_a_range(m: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.profiler.record_function("stem"):
        return m.c(x)


def printed(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    print(y.shape, y.dtype, y)  # noqa: T201 - as people look for a fault
    return y


def asserted(m: Any, x: torch.Tensor) -> torch.Tensor:
    torch._assert(x.shape[1] == 3, "an image has three channels")
    torch._check(x.shape[2] > 2)
    return m.c(x)


def doubled(x: torch.Tensor) -> torch.Tensor:
    return 2 * x.relu()


COMPILED: Any = torch.compile(doubled, backend="eager")


def knows_the_whole() -> nn.Module:
    module: Any = Written(lambda m, x: m.c(x) * m.part.whole().s, c=conv(), s=numbers(1), part=nn.Identity())
    module.part.whole = weakref.ref(module)
    return module


def with_a_generator() -> nn.Module:
    module: Any = Written(lambda m, x: m.c(x), c=conv())
    module.generator = torch.Generator()
    return module


CALLS: dict[str, Kind] = {
    "methods of a part": Kind(
        written(lambda m, x: m.e.decode(m.e.encode(x).relu()), e=Encoder), IMAGE, 168, 2 * CONV, IMAGE
    ),
    "a module that calls itself": Kind(Again, IMAGE, 84, 3 * CONV, IMAGE),
    # the second half of the sequence has a quarter of the positions
    "slices of a Sequential": Kind(
        written(
            lambda m, x: m.s[2:](m.s[:2](x)[..., ::2, ::2]),
            s=lambda: nn.Sequential(conv(), nn.ReLU(), conv()),
        ),
        IMAGE, 168, CONV + CONV // 4, (3, 4, 4),
    ),
    "a Sequential of several values": Kind(
        lambda: Passing(
            written(lambda m, x, y: (m.c(x), y), c=conv)(), written(lambda m, x, y: m.c(x) + y, c=conv)()
        ),
        (IMAGE, IMAGE), 168, 2 * CONV, IMAGE,
    ),
    "a ModuleDict with a forward": Kind(
        lambda: Stages({"stem": conv(), "c1": nn.MaxPool2d(2), "c2": conv()}),
        IMAGE, 168, CONV + CONV // 4, (3, 4, 4),
    ),
    "an empty Sequential": Kind(
        lambda: nn.Sequential(conv(), nn.Sequential(), nn.Identity()), IMAGE, 84, CONV, IMAGE
    ),
    "nothing but an empty Sequential": Kind(nn.Sequential, IMAGE, 0, 0, IMAGE),
    "a list with None in it": Kind(
        written(
            lambda m, x: sum(x if part is None else part(x) for part in m.parts),
            parts=lambda: nn.ModuleList([None, conv()]),  # type: ignore[list-item]
        ),
        IMAGE, 84, CONV, IMAGE,
    ),
    "a tuple of one value": Kind(
        written(lambda m, x: 2 * m.part(x)[0], part=written(lambda m, x: (m.c(x),), c=conv)),
        IMAGE, 84, CONV, IMAGE,
    ),
    # 1x1 from 3 to 4 channels, twice 3x3 on 2, 1x1 from 8 to 3
    "a list that grows by its last element": Kind(
        written(
            growing,
            a=lambda: conv(3, 4, 1),
            parts=lambda: nn.ModuleList([conv(2, 2), conv(2, 2)]),
            b=lambda: conv(8, 3, 1),
        ),
        IMAGE, 16 + 2 * 38 + 27, (12 + 2 * 36 + 24) * 64, IMAGE,
    ),
    "hooks for gradients": Kind(with_backward_hooks, IMAGE, 84, CONV, IMAGE),
    "a compiled function": Kind(written(lambda m, x: COMPILED(m.c(x)), c=conv), IMAGE, 84, CONV, IMAGE),
    "a part that is not compiled": Kind(
        written(lambda m, x: torch.compiler.disable(m.c)(x), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a range for the profiler": Kind(written(in_a_range, c=conv), IMAGE, 84, CONV, IMAGE),
    "a print in the forward": Kind(written(printed, c=conv), IMAGE, 84, CONV, IMAGE),
    "assertions of torch": Kind(written(asserted, c=conv), IMAGE, 84, CONV, IMAGE),
    "vmap over an axis": Kind(
        written(lambda m, x: torch.func.vmap(m.l, 1, 1)(x), l=lambda: nn.Linear(4, 2)), (5, 4), 10, 40, (5, 2)
    ),
    "a weak reference to the whole": Kind(knows_the_whole, IMAGE, 84 + 1, CONV, IMAGE),
    "a random generator that is held": Kind(with_a_generator, IMAGE, 84, CONV, IMAGE),
    "the input among the outputs": Kind(
        written(lambda m, x: (m.c(x), x, x), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "integers as names of outputs": Kind(
        written(lambda m, x: {0: m.c(x), 1: x.mean(1)}, c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a mask as the output": Kind(written(lambda m, x: m.c(x) > 0, c=conv), IMAGE, 84, CONV, IMAGE),
    # the layer is called twice
    "a loss beside the output": Kind(
        written(lambda m, x, label: (m.l(x), F.cross_entropy(m.l(x), label)), l=lambda: nn.Linear(3, 4)),
        ((3,), ()), 16, 2 * 12, (4,),
    ),
    "the loss alone": Kind(
        written(lambda m, x, y: F.mse_loss(m.l(x), y), l=lambda: nn.Linear(3, 4)),
        ((3,), (4,)), 16, 12, (),
    ),
    "numbers and words among the outputs": Kind(
        written(lambda m, x: (m.c(x), 0.0, None, "mean", 3), c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a loss of each sample": Kind(
        written(
            lambda m, x, label: F.cross_entropy(m.l(x), label, reduction="none"), l=lambda: nn.Linear(3, 4)
        ),
        ((3,), ()), 16, 12, (),
    ),
}  # fmt: skip


# Sizes, strides and grids


def by_a_mask(m: Any, x: torch.Tensor) -> torch.Tensor:
    y = m.c(x)
    y[y < 0] = 0.0
    return y


def operators(_m: Any, x: torch.Tensor) -> torch.Tensor:
    powers = (2**x // 1 % 3 - -(x**2)).abs()
    return powers + (x > 0) * 1.0 + (~(x > 1) & (x < 2) | (x == 0)) - abs(x) / 3 + divmod(7, 2)[0]


def transformed(m: Any, x: torch.Tensor) -> torch.Tensor:
    theta = m.o(x.mean((2, 3, 4))).view(-1, 3, 4)
    return F.grid_sample(x, F.affine_grid(theta, list(x.shape), align_corners=True), align_corners=True)


def turned_in_place(m: Any, x: torch.Tensor) -> torch.Tensor:
    return m.c(x).transpose_(1, 2).unsqueeze_(1).squeeze_(1).swapaxes_(1, 2)


SHAPES: dict[str, Kind] = {
    "axes exchanged in place": Kind(written(turned_in_place, c=conv), IMAGE, 84, CONV, IMAGE),
    "a branch for the processor": Kind(
        written(lambda m, x: m.c(x) if x.is_cpu and x.device.type == "cpu" else x, c=conv),
        IMAGE, 84, CONV, IMAGE,
    ),
    "tensors that are moved to the processor": Kind(
        written(lambda m, x: m.c(x.cpu()).to("cpu").add_(torch.zeros(8, device=x.device)), c=conv),
        IMAGE, 84, CONV, IMAGE,
    ),
    "NumPy on a shape": Kind(
        written(lambda m, x: m.l(x.view(-1, np.prod(x.size()[1:]))), l=lambda: nn.Linear(192, 2)),
        IMAGE, 386, 384, (2,),
    ),
    "a side that a tensor of the shape gives": Kind(
        written(
            lambda _m, x: (
                x.transpose(1, 2).view(-1, 3, int(torch.tensor(x.shape[1]).float().sqrt().item()), 8)
            )
        ),
        (64, 3), 0, 0, (3, 8, 8),
    ),
    "squeeze of all axes": Kind(
        written(lambda m, x: m.l(F.adaptive_avg_pool2d(x, 1).squeeze()), l=lambda: nn.Linear(3, 2)),
        IMAGE, 8, 6, (2,),
    ),
    # 4x5 positions between the two
    "output_size of a transposed convolution": Kind(
        written(
            lambda m, x: m.u(m.d(x), output_size=x.shape[2:]),
            d=lambda: nn.Conv2d(3, 4, 3, 2, 1),
            u=lambda: nn.ConvTranspose2d(4, 3, 3, 2, 1),
        ),
        (3, 8, 9), 112 + 111, 2 * 4 * 27 * 20, (3, 8, 9),
    ),
    "strides and padding in lists": Kind(
        written(
            lambda m, x: F.conv_transpose2d(x, m.w, stride=[2, 1], padding=[1, 0]),
            w=lambda: numbers(3, 2, 3, 3),
        ),
        IMAGE, 54, 54 * 64, (2, 15, 10),
    ),
    "a functional convolution with padding same": Kind(
        written(
            lambda m, x: F.conv2d(x, m.w, padding="same", dilation=2), w=lambda: numbers(2, 3, 3, 3)
        ),
        IMAGE, 54, 54 * 64, (2, 8, 8),
    ),
    # 5 columns and 9 rows are left
    "negative padding": Kind(
        written(lambda m, x: m.c(F.pad(x, (-1, -2, 2, -1))), c=conv), IMAGE, 84, 81 * 45, (3, 9, 5)
    ),
    "resizing against aliasing": Kind(
        written(lambda _m, x: F.interpolate(x, size=4, mode="bilinear", antialias=True)),
        IMAGE, 0, 0, (3, 4, 4),
    ),
    "resizing to the exact nearest and by area": Kind(
        written(
            lambda _m, x: (
                F.interpolate(x, size=5, mode="nearest-exact") + F.interpolate(x, size=5, mode="area")
            )
        ),
        IMAGE, 0, 0, (3, 5, 5),
    ),
    # frames of 4 numbers, two apart
    "overlapping frames by as_strided": Kind(
        written(lambda _m, x: x.as_strided((x.shape[0], 3, 4), (x.stride(0), 2, 1)).sum(-1)),
        (8,), 0, 0, (3,),
    ),
    "sampling in three dimensions": Kind(
        written(transformed, o=lambda: nn.Linear(2, 12)), (2, 3, 4, 5), 36, 24, (2, 3, 4, 5)
    ),
    "negative elements set to zero by a mask": Kind(
        written(by_a_mask, c=conv), IMAGE, 84, CONV, IMAGE
    ),
    "a window from NumPy": Kind(
        written(lambda m, x: m.l(x * torch.from_numpy(np.hanning(8)).float()), l=lambda: nn.Linear(8, 2)),
        (8,), 18, 16, (2,),
    ),
    "operators of Python": Kind(written(operators), (5,), 0, 0, (5,)),
}  # fmt: skip
