"""Dropout in its kinds, as in torch.nn: at random in training, the identity at inference."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Layer, Shape


class Dropping(Layer):
    """What drops with probability `p`: any shape of its rank goes in and comes out."""

    p: float

    def __post_init__(self) -> None:
        self.number("p")
        if not 0 <= self.p <= 1:
            raise self.fail("p", self.p, "must be a probability from 0 to 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        if self.rank is not None:
            self.channels_and_space(input_shape)
        return input_shape


@dataclass(frozen=True, repr=False, eq=False)
class _Dropout(Dropping):
    p: float = 0.5
    inplace: bool = False


class Dropout(_Dropout):
    """Zeroes elements at random in training, as in torch.nn.Dropout; the identity at inference.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Srivastava et al., 2014.

    Example:
        >>> Dropout(0.2).output_shape((4096,))
        (4096,)
    """


class Dropout1d(_Dropout):
    """Zeroes whole channels at random in training, as in torch.nn.Dropout1d.

    Shapes: (C, L), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout1d(0.2).output_shape((64, 50))
        (64, 50)
    """

    rank = 1


class Dropout2d(_Dropout):
    """Zeroes whole channels at random in training, as in torch.nn.Dropout2d.

    Shapes: (C, H, W), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout2d(0.2).output_shape((64, 14, 14))
        (64, 14, 14)
    """

    rank = 2


class Dropout3d(_Dropout):
    """Zeroes whole channels at random in training, as in torch.nn.Dropout3d.

    Shapes: (C, D, H, W), unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Tompson et al., 2014, Efficient object localization using convolutional networks.

    Example:
        >>> Dropout3d(0.2).output_shape((64, 8, 14, 14))
        (64, 8, 14, 14)
    """

    rank = 3


class AlphaDropout(_Dropout):
    """Dropout that keeps the mean and variance of SELU's outputs, as in torch.nn.AlphaDropout.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Klambauer et al., 2017.

    Example:
        >>> AlphaDropout(0.1).output_shape((64,))
        (64,)
    """


class FeatureAlphaDropout(_Dropout):
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
    """Drops a branch at random in training, as in torchvision.ops.StochasticDepth; the identity at inference.

    Shapes: any, unchanged.

    Args:
        p: the probability that the branch gives zeros.
        mode: "row" decides for each element of the batch, "batch" for all together.

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
