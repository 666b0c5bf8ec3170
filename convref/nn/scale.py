"""Layers that multiply by learnt factors, or multiply and add constants."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Shape, numel
from convref.nn.cost import Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import NOTHING_SAVED, Saved


@dataclass(frozen=True, repr=False, eq=False)
class LayerScale(Pointwise):
    """Multiplies each channel by a learnt factor, initially small, as at the end of ConvNeXt's blocks.

    Shapes: (C, H, W), unchanged; layer_scale (C, 1, 1).

    Args:
        channels: the number of channels C.
        init: the initial value of all factors.

    Raises:
        ArgumentError: `channels` is not a positive integer, or `init` not a number.

    Source: Touvron et al., 2021, Going deeper with image transformers; Liu et al., 2022, ConvNeXt.

    Example:
        >>> LayerScale(96).parameters()
        {'layer_scale': (96, 1, 1)}
    """

    channels: int
    init: float = 1e-6
    rank = 2

    def __post_init__(self) -> None:
        self.integer("channels", 1)
        self.number("init")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking its channels."""
        self.channels_and_space(input_shape, "channels")
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of the factors, named as in torchvision."""
        return {"layer_scale": (self.channels, 1, 1)}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one multiplication per element."""
        return Cost(muls=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class Scale(Pointwise):
    """Multiplies all elements by one learnt factor.

    A `Sum` with a `Scale` at the end of each branch is a weighted sum.

    Shapes: any, unchanged; weight (1).

    Args:
        init: the factor's initial value.

    Raises:
        ArgumentError: `init` is not a number.

    Source: Ahmed, Keskar and Socher, 2017, Weighted transformer network for machine translation.

    Example:
        >>> Scale(0.5).parameters()
        {'weight': (1,)}
    """

    init: float = 1.0

    def __post_init__(self) -> None:
        self.number("init")

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of the factor, `weight`."""
        return {"weight": (1,)}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one multiplication per element."""
        return Cost(muls=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class Affine(Pointwise):
    """Computes `factor * x + offset` with two constants, for networks that scale or shift values.

    Shapes: any, unchanged.

    Args:
        factor: the multiplier.
        offset: the number added to the product.

    Raises:
        ArgumentError: `factor` or `offset` is not a number.

    Example:
        >>> from convref.nn import Sequential, Sigmoid
        >>> gate = Sequential(Sigmoid(), Affine(-1.0, 1.0))  # one minus the sigmoid
        >>> gate.output_shape((8, 4, 4)), gate.cost((8, 4, 4)).muls
        ((8, 4, 4), 128)
    """

    factor: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        self.number("factor")
        self.number("offset")

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: per element, a product unless `factor` is 1, and a sum unless `offset` is 0."""
        count = numel(input_shape)
        return Cost(adds=count if self.offset else 0, muls=count if self.factor != 1 else 0)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`: the gradient needs only the factor, so autograd keeps no values."""
        return NOTHING_SAVED
