"""Transposed convolutions, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from convref.errors import ShapeError
from convref.nn.base import Shape, numel
from convref.nn.conv import GroupedChannels, Ints, PaddingMode
from convref.nn.cost import Cost
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, Window, spread_axis


@dataclass(frozen=True, repr=False, eq=False)
class TransposedConvolution(GroupedChannels):
    """The base of transposed convolutions for one, two and three spatial axes."""

    in_channels: int
    out_channels: int
    kernel_size: Ints
    stride: Ints = 1
    padding: Ints = 0
    output_padding: Ints = 0
    groups: int = 1
    bias: bool = True
    dilation: Ints = 1
    padding_mode: PaddingMode = "zeros"

    def __post_init__(self) -> None:
        rank = self.rank or 0
        self.check_channels()
        for name, minimum in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
            self.normalize(**{name: self.integers(name, rank, minimum)})
        self.normalize(output_padding=self.integers("output_padding", rank, 0))
        if self.padding_mode != "zeros":
            raise self.fail(
                "padding_mode",
                self.padding_mode,
                "must be 'zeros', the only mode of a transposed convolution",
            )
        limits = map(max, self.sizes("stride"), self.sizes("dilation"))
        if any(extra >= limit for extra, limit in zip(self.sizes("output_padding"), limits, strict=True)):
            rule = "must be smaller than the larger of stride and dilation"
            raise self.fail("output_padding", self.output_padding, rule)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (out_channels, *sizes).

        Each size is `(input size - 1) * stride - 2 * padding + extent + output_padding`, where the extent is
        `dilation * (kernel - 1) + 1`.
        """
        _, space = self.channels_and_space(input_shape, "in_channels")
        names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
        sizes = [
            (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
            for size, kernel, stride, padding, extra, dilation in zip(
                space, *map(self.sizes, names), strict=True
            )
        ]
        if min(sizes) < 1:
            raise ShapeError(
                f"padding (={self.shown('padding', self.padding)}) crops the output to the sizes "
                f"{tuple(sizes)} for an input of shape {input_shape}; each size must be at least 1"
            )
        return (self.out_channels, *sizes)

    def window(self, input_shape: Shape | None = None) -> Window:  # noqa: ARG002 - the contract's signature
        """Return the window of the input that an output reads.

        Neighbouring outputs are 1 / `stride` input elements apart. This fraction is the window's stride.
        """
        kernels, befores = [], []
        names = ("kernel_size", "stride", "padding", "dilation")
        for kernel, stride, padding, dilation in zip(*map(self.sizes, names), strict=True):
            reach = dilation * (kernel - 1)
            kernels.append(reach // stride + 1)
            befores.append((reach - padding) // stride)
        strides = tuple(Fraction(1, stride) for stride in self.sizes("stride"))
        return Window(tuple(kernels), strides, tuple(befores), (1,) * len(kernels))

    def reach(self, input_shape: Shape) -> Reaches:  # noqa: ARG002 - the contract's signature
        """Return the input positions that each output reads; their pattern repeats every `stride` outputs."""
        names = ("kernel_size", "stride", "padding", "dilation")
        parts = enumerate(zip(*map(self.sizes, names), strict=True), 1)
        return (None, *[spread_axis(axis, *window) for axis, window in parts])

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of weight (in_channels, out_channels / groups, *kernel_size) and bias."""
        weight = (self.in_channels, self.out_channels // self.groups, *self.sizes("kernel_size"))
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one MAC per product of an input element with a weight, and the bias additions."""
        taps = self.out_channels // self.groups * numel(self.sizes("kernel_size"))
        bias_adds = numel(self.output_shape(input_shape)) if self.bias else 0
        return Cost(macs=numel(input_shape) * taps, bias_adds=bias_adds)

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass: the input only."""
        return INPUT_SAVED


class ConvTranspose1d(TransposedConvolution):
    """The transpose of a 1-D convolution, as in torch.nn.ConvTranspose1d.

    Shapes: (C_in, L) -> (C_out, L'); weight (C_in, C_out / groups, K).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Source: Zeiler et al., 2010, Deconvolutional networks; Dumoulin and Visin, 2016.

    Example:
        >>> ConvTranspose1d(16, 8, 4, stride=2, padding=1).output_shape((16, 50))
        (8, 100)
    """

    rank = 1


class ConvTranspose2d(TransposedConvolution):
    """The transpose of a 2-D convolution, as in torch.nn.ConvTranspose2d.

    It is the adjoint of the convolution with the same weight, not its inverse.

    Shapes: (C_in, H, W) -> (C_out, H', W'); weight (C_in, C_out / groups, K_h, K_w).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Source: Zeiler et al., 2010, Deconvolutional networks; Dumoulin and Visin, 2016.

    Example:
        >>> up = ConvTranspose2d(21, 21, 64, stride=32, bias=False)
        >>> up.output_shape((21, 7, 7))
        (21, 256, 256)
        >>> up.parameters()
        {'weight': (21, 21, 64, 64)}
    """

    rank = 2


class ConvTranspose3d(TransposedConvolution):
    """The transpose of a 3-D convolution, as in torch.nn.ConvTranspose3d.

    Shapes: (C_in, D, H, W) -> (C_out, D', H', W'); weight (C_in, C_out / groups, K_d, K_h, K_w).

    Raises:
        ArgumentError: an argument is out of its range, or `groups` does not divide both channel numbers.

    Source: Zeiler et al., 2010, Deconvolutional networks; Dumoulin and Visin, 2016.

    Example:
        >>> ConvTranspose3d(16, 8, 2, stride=2).output_shape((16, 4, 7, 7))
        (8, 8, 14, 14)
    """

    rank = 3
