"""Layers that a user's package could add, defined by the steps that `convref.nn.base` lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from convref.nn import Cost, Layer, Saved, Shape, Step, Window, register
from convref.nn.activation import Elementwise
from convref.nn.joins import ElementwiseJoin

if TYPE_CHECKING:
    import torch

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, repr=False, eq=False)
class LocallyConnected1d(Layer):
    """A layer that reads windows as a convolution does, with different weights at every position.

    Shapes: (C_in, length) -> (C_out, L); weight (L, C_out, C_in * kernel_size).
    """

    in_channels: int
    out_channels: int
    length: int
    kernel_size: int
    rank = 1

    def __post_init__(self) -> None:
        for name in ("in_channels", "out_channels", "length", "kernel_size"):
            self.integer(name, 1)

    @property
    def positions(self) -> int:
        return self.length - self.kernel_size + 1

    def output_shape(self, input_shape: Shape) -> Shape:
        self.channels_and_space(input_shape, "in_channels")
        return (self.out_channels, self.positions)

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.positions, self.out_channels, self.in_channels * self.kernel_size)}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - its length is fixed
        return Cost(macs=self.positions * self.out_channels * self.in_channels * self.kernel_size)

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - always
        return True

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the windows are a copy
        return Saved(elements=self.positions * self.in_channels * self.kernel_size)

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the same for every input
        return Window((self.kernel_size,), (1,), (0,), (1,))


def run_locally_connected(layer: LocallyConnected1d, params: Mapping[str, Array], x: Array) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view(x, layer.kernel_size, axis=2)  # (N, C, L, K)
    columns = windows.transpose(2, 0, 1, 3).reshape(layer.positions, len(x), -1)
    return (columns @ params["weight"].swapaxes(1, 2)).transpose(1, 2, 0)


def draw_locally_connected(layer: LocallyConnected1d, rng: np.random.Generator) -> dict[str, Array]:
    (shape,) = layer.parameters().values()
    return {"weight": rng.standard_normal(shape) * np.sqrt(2 / shape[-1])}


def locally_connected_module(layer: LocallyConnected1d) -> torch.nn.Module:
    import torch

    class LocallyConnected1d(torch.nn.Module):
        def __init__(self, shape: Shape, kernel_size: int) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.randn(shape))
            self.kernel_size = kernel_size

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            windows = x.unfold(2, self.kernel_size, 1).permute(2, 0, 1, 3)  # (L, N, C, K)
            columns = windows.reshape(len(windows), len(x), -1)
            return torch.bmm(columns, self.weight.transpose(1, 2)).permute(1, 2, 0).contiguous()

    return LocallyConnected1d(layer.parameters()["weight"], layer.kernel_size)


def count_macs(_layer: Layer, step: Step) -> int:
    return step.cost.macs


def count_nothing(_layer: Layer, _step: Step) -> int:
    return 0


def count_params(layer: LocallyConnected1d, _step: Step) -> int:
    return int(np.prod(layer.parameters()["weight"]))


register(
    LocallyConnected1d,
    numpy=run_locally_connected,
    init=draw_locally_connected,
    torch=locally_connected_module,
    costs={"fvcore": count_macs, "ptflops": count_macs, "thop": count_nothing, "torchinfo": count_params},
)


@dataclass(frozen=True, repr=False, eq=False)
class Square(Elementwise):
    """x ** 2, an activation function."""

    each = Cost(muls=1)


def square_module(_layer: Square) -> torch.nn.Module:
    import torch

    class Square(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.square(x)

    return Square()


register(Square, numpy=lambda _layer, _params, x: np.square(x), torch=square_module)


class Maximum(ElementwiseJoin):
    """The elementwise maximum of its children's outputs."""

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        return Cost(comparisons=(len(shapes) - 1) * int(np.prod(self.join_shape(shapes))))

    def join_saves(self) -> bool:
        return True


def torch_maximum(_layer: Maximum, values: Sequence[torch.Tensor]) -> torch.Tensor:
    import torch

    return reduce(torch.maximum, values)


register(
    Maximum,
    numpy=lambda _layer, values: reduce(np.maximum, values),
    torch=torch_maximum,
    costs=count_nothing,
)
