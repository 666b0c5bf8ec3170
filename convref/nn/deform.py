"""Deformable convolution, whose sampling positions depend on the input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from convref.nn.base import Layer, Shape, numel
from convref.nn.conv import Conv2d, Ints
from convref.nn.cost import Cost
from convref.nn.saved import Saved
from convref.nn.window import Window


@dataclass(frozen=True, repr=False, eq=False)
class DeformConv2d(Layer):
    """2-D convolution that samples its input at computed positions, as torchvision.ops.deform_conv2d.

    The layer contains the convolution that computes these positions, `conv_offset`. It has the same kernel
    size, stride, padding and dilation, and gives two offsets (down, then right) for each tap (position of the
    kernel) and each offset group. With `modulated`, the second version of the paper, it also gives a factor
    for each tap, through a sigmoid. Samples between elements are interpolated bilinearly. Samples outside of
    the input are zero. All arguments but the last two are those of `Conv2d`.

    Shapes: (C_in, H, W) -> (C_out, H', W'), as `Conv2d`; weight (C_out, C_in / groups, K_h, K_w).

    Args:
        offset_groups: the number of groups of input channels; all channels of a group have the same offsets.
        modulated: whether each sample is multiplied by a factor that depends on the input.

    Raises:
        ArgumentError: an argument is out of its range, or `groups` or `offset_groups` does not divide the
            channels.

    Source: Dai et al., 2017, Deformable convolutional networks; Zhu et al., 2018, Deformable ConvNets v2.

    Example:
        >>> layer = DeformConv2d(64, 64, 3, padding=1, modulated=True)
        >>> layer.output_shape((64, 14, 14)), layer.parameters()["conv_offset.weight"]
        ((64, 14, 14), (27, 64, 3, 3))
    """

    in_channels: int
    out_channels: int
    kernel_size: Ints
    stride: Ints = 1
    padding: Ints = 0
    dilation: Ints = 1
    groups: int = 1
    bias: bool = True
    offset_groups: int = 1
    modulated: bool = False
    rank = 2

    def __post_init__(self) -> None:
        for name in ("kernel_size", "stride", "dilation"):
            self.normalize(**{name: self.integers(name, 2, 1)})
        self.normalize(padding=self.integers("padding", 2, 0))
        self.integer("offset_groups", 1)
        if self.convolution.in_channels % self.offset_groups:
            rule = f"must be divisible by offset_groups (={self.offset_groups})"
            raise self.fail("in_channels", self.in_channels, rule)

    @cached_property
    def convolution(self) -> Conv2d:
        """The ordinary convolution that gives the same output if all offsets are 0 and all factors are 1."""
        return Conv2d(
            self.in_channels,
            self.out_channels,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            self.bias,
        )

    @cached_property
    def conv_offset(self) -> Conv2d:
        """The convolution that computes the offsets and, if modulated, the factors of the taps."""
        each = 3 if self.modulated else 2
        channels = each * self.offset_groups * numel(self.sizes("kernel_size"))
        return Conv2d(self.in_channels, channels, self.kernel_size, self.stride, self.padding, self.dilation)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the output shape of the ordinary convolution with the same arguments."""
        return self.convolution.output_shape(input_shape)

    def window(self, input_shape: Shape | None = None) -> Window:
        """Return the window for offsets of 0. With other offsets, an output may read any input position."""
        return self.convolution.window(input_shape)

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the weight, the bias and the parameters of `conv_offset`."""
        inner = {f"conv_offset.{name}": shape for name, shape in self.conv_offset.parameters().items()}
        return self.convolution.parameters() | inner

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost of the convolution, of the convolution for the offsets, and of the sampling.

        To interpolate a sample takes 3 additions and 4 multiplications. If `modulated`, each sample is also
        multiplied by a factor, for which a sigmoid is computed.
        """
        offsets = self.conv_offset.output_shape(input_shape)
        positions = numel(offsets[1:])
        sampled = positions * numel(self.sizes("kernel_size")) * self.in_channels
        gates = positions * offsets[0] // 3 if self.modulated else 0
        sampling = Cost(adds=3 * sampled, muls=(5 if self.modulated else 4) * sampled)
        sigmoid = Cost(adds=gates, functions=2 * gates)
        return self.convolution.cost(input_shape) + self.conv_offset.cost(input_shape) + sampling + sigmoid

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the input, the offsets and, if `modulated`, the factors of the taps.
        """
        offsets = numel(self.conv_offset.output_shape(input_shape))
        gates = offsets // 3 if self.modulated else 0  # autograd keeps the output of the sigmoid
        return Saved(input=True, elements=offsets + gates)
