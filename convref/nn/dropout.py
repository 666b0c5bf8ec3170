"""Dropout layers, as in torch.nn: they drop values at random in training and do nothing at inference."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Shape, numel
from convref.nn.cost import NO_COST, Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import NOTHING_SAVED, Saved


class Dropping(Pointwise):
    """Base of layers that drop values with probability `p` in training and do nothing at inference."""

    p: float

    def __post_init__(self) -> None:
        self.number("p")
        if not 0 <= self.p <= 1:
            raise self.fail("p", self.p, "must be a probability from 0 to 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, unchanged."""
        if self.rank is not None:
            self.channels_and_space(input_shape)
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: costs are those of inference, where nothing is computed."""
        return NO_COST

    def shares_memory(self, *, training: bool) -> bool:
        """Return True at inference, or if nothing can be dropped: the output is then the input."""
        return not training or self.p == 0

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the random factors by which elements are multiplied. If `p` is 0, nothing is kept.
        """
        return self.factors(input_shape) if self.p else NOTHING_SAVED

    def factors(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - for subclasses
        """Return the random factors for one input as a `Saved`; a factor is 0 where a value is dropped."""
        raise self.unanswered("factors(input_shape)")


@dataclass(frozen=True, repr=False, eq=False)
class PlainDropout(Dropping):
    """The base of the dropout layers of torch.nn, which all have the same arguments."""

    p: float = 0.5
    inplace: bool = False


class ChannelDropout(PlainDropout):
    """The base of dropout layers that drop whole channels."""

    def factors(self, input_shape: Shape) -> Saved:
        """Return one factor per channel, as a `Saved`."""
        return Saved(elements=input_shape[0])


class Dropout(PlainDropout):
    """Zeroes elements at random in training, as torch.nn.Dropout; the identity at inference.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Srivastava et al., 2014.

    Example:
        >>> Dropout(0.2).output_shape((4096,))
        (4096,)
    """

    def factors(self, input_shape: Shape) -> Saved:
        """Return one factor per element, as a `Saved`: as large as a value on the CPU, one byte on CUDA."""
        return Saved(cpu_elements=numel(input_shape), cuda_bytes=numel(input_shape))


class Dropout1d(ChannelDropout):
    """Zeroes whole channels at random in training, as torch.nn.Dropout1d; the identity at inference.

    Shapes: (C, L), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout1d(0.2).output_shape((64, 50))
        (64, 50)
    """

    rank = 1


class Dropout2d(ChannelDropout):
    """Zeroes whole channels at random in training, as torch.nn.Dropout2d; the identity at inference.

    Shapes: (C, H, W), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout2d(0.2).output_shape((64, 14, 14))
        (64, 14, 14)
    """

    rank = 2


class Dropout3d(ChannelDropout):
    """Zeroes whole channels at random in training, as torch.nn.Dropout3d; the identity at inference.

    Shapes: (C, D, H, W), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout3d(0.2).output_shape((64, 8, 14, 14))
        (64, 8, 14, 14)
    """

    rank = 3


class AlphaDropout(PlainDropout):
    """Dropout that keeps the mean and variance of standardized inputs, as torch.nn.AlphaDropout.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Klambauer et al., 2017.

    Example:
        >>> AlphaDropout(0.1).output_shape((64,))
        (64,)
    """

    def factors(self, input_shape: Shape) -> Saved:
        """Return one factor per element, as a `Saved`: as large as a value, on CUDA too."""
        return Saved(elements=numel(input_shape))


class FeatureAlphaDropout(ChannelDropout):
    """Alpha dropout of whole channels, as in torch.nn.FeatureAlphaDropout.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Klambauer et al., 2017.

    Example:
        >>> FeatureAlphaDropout(0.1).output_shape((64, 7, 7))
        (64, 7, 7)
    """


@dataclass(frozen=True, repr=False, eq=False)
class StochasticDepth(Dropping):
    """Zeroes a whole branch at random in training, as torchvision.ops.StochasticDepth.

    At inference it is the identity.

    Shapes: any, unchanged.

    Args:
        p: the probability that the branch is zeroed.
        mode: "row" to decide for each sample of the batch separately, "batch" to decide once for all samples.

    Raises:
        ArgumentError: `p` is not a probability, or `mode` neither "row" nor "batch".

    Source: Huang et al., 2016, Deep networks with stochastic depth.

    Example:
        >>> StochasticDepth(0.1, "row").output_shape((96, 56, 56))
        (96, 56, 56)
    """

    p: float
    mode: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mode not in {"row", "batch"}:
            raise self.fail("mode", self.mode, "must be 'row' or 'batch'")

    def factors(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - whatever the shape
        """Return one factor per sample ("row"), or one factor for the whole batch ("batch"), as a `Saved`."""
        return Saved(elements=1) if self.mode == "row" else Saved(statistics=1)
