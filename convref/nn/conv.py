"""Convolutions, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.checks import spatial, too_large
from convref.nn.cost import Cost
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, Window, windowed
from convref.wording import is_among

Ints = int | tuple[int, ...]
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Padding = Ints | Literal["same", "valid"]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
KEPT_FOR_PADDING = ("reflect", "replicate")
"""The padding modes for which autograd keeps the unpadded input; for others it needs only its size."""


class GroupedChannels(Layer):
    """The base of convolutions and transposed convolutions: channels and groups."""

    in_channels: int
    out_channels: int
    groups: int

    def check_channels(self) -> None:
        """Check that channels and groups are positive, and that groups divide channels.

        Raises:
            ArgumentError: one of these conditions does not hold.
        """
        groups = self.integer("groups", 1)
        for name in ("in_channels", "out_channels"):
            channels = self.integer(name, 1)
            if channels % groups:
                raise self.fail(name, channels, f"must be divisible by groups (={groups})")


@dataclass(frozen=True, repr=False, eq=False)
class Convolution(GroupedChannels):
    """The base of convolutions for one, two and three spatial axes."""

    in_channels: int
    out_channels: int
    kernel_size: Ints
    stride: Ints = 1
    padding: Padding = 0
    dilation: Ints = 1
    groups: int = 1
    bias: bool = True
    padding_mode: PaddingMode = "zeros"

    def __post_init__(self) -> None:
        rank = self._rank
        self.check_channels()
        self.normalize(
            kernel_size=self.integers("kernel_size", rank, 1),
            stride=self.integers("stride", rank, 1),
            dilation=self.integers("dilation", rank, 1),
        )
        if not is_among(self.padding_mode, PADDING_MODES):
            raise self.fail("padding_mode", self.padding_mode, f"must be one of {', '.join(PADDING_MODES)}")
        self._check_padding()

    def _check_padding(self) -> None:
        if not isinstance(self.padding, str):
            self.normalize(padding=self.integers("padding", self._rank, 0))
        elif self.padding not in {"same", "valid"}:
            raise self.fail("padding", self.padding, "must be 'same', 'valid' or integers")
        elif self.padding == "same" and set(self.sizes("stride")) != {1}:
            raise self.fail("padding", "same", f"can only be used with stride 1, not {self.stride!r}")

    @property
    def _rank(self) -> int:
        assert self.rank is not None  # noqa: S101 - every concrete convolution has one
        return self.rank

    @cached_property
    def padding_per_side(self) -> tuple[tuple[int, int], ...]:
        """For each spatial axis, the numbers of elements added at its start and at its end, as a pair.

        If `padding` is "same" and the sum of both is odd, the end gets one element more.
        """
        if self.padding == "valid":
            return ((0, 0),) * self._rank
        if self.padding == "same":
            reach = [
                d * (k - 1) for k, d in zip(self.sizes("kernel_size"), self.sizes("dilation"), strict=True)
            ]
            return tuple([(total // 2, total - total // 2) for total in reach])
        return tuple([(each, each) for each in self.sizes("padding")])

    @cached_property
    def _window(self) -> Window:
        before = tuple([sides[0] for sides in self.padding_per_side])
        return Window(self.sizes("kernel_size"), self.sizes("stride"), before, self.sizes("dilation"))

    def window(self, input_shape: Shape | None = None) -> Window:  # noqa: ARG002 - the contract's signature
        """Return the kernel as a window, which does not depend on the input."""
        return self._window

    @cached_property
    def _reach(self) -> Reaches:
        return windowed(self._window)

    def reach(self, input_shape: Shape) -> Reaches:  # noqa: ARG002 - the contract's signature
        """Return the input positions that each output reads: along each spatial axis, its window.

        The result has None for the channels (axis 0), because each output reads all channels of its group.
        """
        return self._reach

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (out_channels, *sizes), where each size is `(size + padding - extent) // stride + 1`.

        The extent is `dilation * (kernel - 1) + 1`.
        """
        _, space = self.channels_and_space(input_shape, "in_channels")
        if self.padding == "same":  # which requires stride 1
            sizes = [*space]
        else:
            paddings = (0,) * len(space) if self.padding == "valid" else self.sizes("padding")
            fields = (self.sizes("kernel_size"), self.sizes("stride"), paddings, self.sizes("dilation"))
            sizes = list(map(_output_size, space, *fields))
        if min(sizes) < 1 or self.padding_mode != "zeros":
            self._check_fit(space)
        return (self.out_channels, *sizes)

    def _check_fit(self, space: Shape) -> None:
        extents, sides = self._window.extent, self.padding_per_side
        for axis, (size, extent, (before, after)) in enumerate(zip(space, extents, sides, strict=True)):
            padded = size + before + after
            if padded < extent:
                raise ShapeError(
                    f"kernel_size (={self.kernel_size!r}) with dilation {self.dilation!r} "
                    f"{too_large(extent, spatial(axis, len(space)), size, padded)}"
                )
            self._check_padding_mode(size, max(before, after), spatial(axis, len(space)))

    def _check_padding_mode(self, size: int, padding: int, name: str) -> None:
        limit = {"reflect": size - 1, "circular": size}.get(self.padding_mode, padding)
        if padding > limit:
            raise ShapeError(
                f"padding (={self.padding!r}) with padding_mode {self.padding_mode!r} must be at most "
                f"{limit} for an input of {name} {size}"
            )

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of weight (out_channels, in_channels / groups, *kernel_size) and bias."""
        weight = (self.out_channels, self.in_channels // self.groups, *self.sizes("kernel_size"))
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: for each output element, one MAC per weight of its filter, and the bias."""
        out = numel(self.output_shape(input_shape))
        taps = self.in_channels // self.groups * numel(self.sizes("kernel_size"))
        return Cost(macs=out * taps, bias_adds=out if self.bias else 0)

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        This is the input. In padding modes other than "zeros", and for uneven padding, PyTorch first makes a
        padded copy of the input. It then keeps the copy, and in some modes also the input.
        """
        sides = self.padding_per_side
        uneven = any(before != after for before, after in sides)
        if self.padding_mode == "zeros" and not uneven:
            return INPUT_SAVED
        sizes = [size + sum(pair) for size, pair in zip(input_shape[1:], sides, strict=True)]
        return Saved(input=self.padding_mode in KEPT_FOR_PADDING, elements=numel((input_shape[0], *sizes)))


def _output_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Return the size of the output along one axis; `size` is that of the input."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


class Conv1d(Convolution):
    """1-D convolution (cross-correlation), as in torch.nn.Conv1d.

    Shapes: (C_in, L) -> (C_out, L'); weight (C_out, C_in / groups, K).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Example:
        >>> Conv1d(16, 33, 3, stride=2).output_shape((16, 50))
        (33, 24)
    """

    rank = 1


class Conv2d(Convolution):
    """2-D convolution (cross-correlation), as in torch.nn.Conv2d.

    Shapes: (C_in, H, W) -> (C_out, H', W'); weight (C_out, C_in / groups, K_h, K_w).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Example:
        >>> conv = Conv2d(3, 64, 3, padding=1)
        >>> conv.output_shape((3, 224, 224))
        (64, 224, 224)
        >>> conv.parameters()
        {'weight': (64, 3, 3, 3), 'bias': (64,)}
        >>> conv.cost((3, 224, 224)).macs
        86704128
    """

    rank = 2


class Conv3d(Convolution):
    """3-D convolution (cross-correlation), as in torch.nn.Conv3d.

    Shapes: (C_in, D, H, W) -> (C_out, D', H', W'); weight (C_out, C_in / groups, K_d, K_h, K_w).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Example:
        >>> Conv3d(3, 16, 3, padding="same").output_shape((3, 8, 32, 32))
        (16, 8, 32, 32)
    """

    rank = 3
