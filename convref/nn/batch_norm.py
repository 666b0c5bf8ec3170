"""Batch and instance normalization, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Shape, numel
from convref.nn.checks import of_input
from convref.nn.cost import Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import Saved


class ChannelNorm(Pointwise):
    """Base of batch and instance normalization, with their parameters, running statistics and cost."""

    num_features: int
    eps: float
    momentum: float | None
    affine: bool
    track_running_stats: bool
    bias: bool

    ranks: ClassVar[tuple[int, ...]]
    """The numbers of spatial axes that an input may have."""

    def __post_init__(self) -> None:
        self.integer("num_features", 1)
        self.number("eps", 0)
        if self.momentum is not None:
            self.number("momentum")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking its axes and channels."""
        if len(input_shape) - 1 not in self.ranks:
            axes = " or ".join(str(rank) for rank in self.ranks)
            raise ShapeError(
                f"{type(self).__name__} takes an input with channels and {axes} spatial "
                f"{'axis' if max(self.ranks) == 1 else 'axes'}, but got {input_shape}"
            )
        if input_shape[0] != self.num_features:
            raise ShapeError(f"num_features (={self.num_features}) must equal {of_input(input_shape[0])}")
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of `weight` and `bias`, one number per channel, if the layer has them."""
        return scale_and_shift((self.num_features,), affine=self.affine, bias=self.bias)

    def buffers(self) -> dict[str, Shape]:
        """Return the shapes of the running mean and variance, if `track_running_stats`."""
        each = (self.num_features,)
        return {"running_mean": each, "running_var": each} if self.track_running_stats else {}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: a multiplication and an addition per element.

        If the layer has no running statistics, the cost of computing the mean and variance is added.
        """
        count = numel(input_shape)
        if self.track_running_stats:
            return Cost(adds=count, muls=count)
        return statistics_cost(count, self.num_features, affine=self.affine)


def scale_and_shift(shape: Shape, *, affine: bool, bias: bool) -> dict[str, Shape]:
    """Return the shapes of a norm's `weight` and `bias`, by name.

    Args:
        shape: the shape of both.
        affine: whether the norm has a weight.
        bias: whether a norm with a weight also has a bias.

    Example:
        >>> scale_and_shift((8,), affine=True, bias=False)
        {'weight': (8,)}
    """
    names = ("weight", "bias") if bias else ("weight",)
    return dict.fromkeys(names, shape) if affine else {}


def statistics_cost(count: int, groups: int, *, affine: bool) -> Cost:
    """Return the cost of a norm that computes its statistics from the input.

    Args:
        count: the number of elements.
        groups: the number of groups of elements; each group has its own mean and variance.
        affine: whether the result is multiplied by a weight and shifted by a bias.

    Example:
        >>> statistics_cost(8, 2, affine=False)
        Cost(macs=0, bias_adds=0, adds=24, muls=16, comparisons=0, functions=8)
    """
    scale = Cost(adds=count, muls=count) if affine else Cost()
    return Cost(adds=3 * count, muls=2 * count, functions=4 * groups) + scale


@dataclass(frozen=True, repr=False, eq=False)
class BatchNorm(ChannelNorm):
    """The base of batch normalization for one, two and three spatial axes."""

    num_features: int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True
    bias: bool = field(default=True, kw_only=True)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        These are the input, and the mean and inverse standard deviation of each channel.
        """
        return Saved(input=True, statistics=2 * self.num_features)


class BatchNorm1d(BatchNorm):
    """Normalization of each channel over the batch, as in torch.nn.BatchNorm1d.

    At inference it uses its running statistics, or, without `track_running_stats`, those of the batch.

    Shapes: (C,) or (C, L), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ioffe and Szegedy, 2015.

    Example:
        >>> BatchNorm1d(64).output_shape((64, 50))
        (64, 50)
    """

    ranks = (0, 1)


class BatchNorm2d(BatchNorm):
    """Normalization of each channel over the batch, as in torch.nn.BatchNorm2d.

    At inference it uses its running statistics, or, without `track_running_stats`, those of the batch.

    Shapes: (C, H, W), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ioffe and Szegedy, 2015.

    Example:
        >>> norm = BatchNorm2d(64)
        >>> norm.parameters() | norm.buffers()
        {'weight': (64,), 'bias': (64,), 'running_mean': (64,), 'running_var': (64,)}
    """

    ranks = (2,)


class BatchNorm3d(BatchNorm):
    """Normalization of each channel over the batch, as in torch.nn.BatchNorm3d.

    At inference it uses its running statistics, or, without `track_running_stats`, those of the batch.

    Shapes: (C, D, H, W), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ioffe and Szegedy, 2015.

    Example:
        >>> BatchNorm3d(16).output_shape((16, 8, 14, 14))
        (16, 8, 14, 14)
    """

    ranks = (3,)


@dataclass(frozen=True, repr=False, eq=False)
class InstanceNorm(ChannelNorm):
    """The base of instance normalization for one, two and three spatial axes."""

    num_features: int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = False
    track_running_stats: bool = False
    bias: bool = field(default=True, kw_only=True)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        These are the input, the mean and variance of each channel, and copies of the weight and the buffers.

        The copies arise because PyTorch runs an instance norm of N inputs with C channels as a batch norm of
        one input with N * C channels. For this it repeats the weight and the running statistics N times.
        """
        copies = 2 + self.affine + 2 * self.track_running_stats
        return Saved(input=True, elements=copies * self.num_features)


class InstanceNorm1d(InstanceNorm):
    """Normalization of each channel over the positions of one input, as in torch.nn.InstanceNorm1d.

    Shapes: (C, L), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ulyanov, Vedaldi and Lempitsky, 2016.

    Example:
        >>> InstanceNorm1d(64).parameters()
        {}
    """

    ranks = (1,)


class InstanceNorm2d(InstanceNorm):
    """Normalization of each channel over the positions of one input, as in torch.nn.InstanceNorm2d.

    Shapes: (C, H, W), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ulyanov, Vedaldi and Lempitsky, 2016.

    Example:
        >>> InstanceNorm2d(64, affine=True).parameters()
        {'weight': (64,), 'bias': (64,)}
    """

    ranks = (2,)


class InstanceNorm3d(InstanceNorm):
    """Normalization of each channel over the positions of one input, as in torch.nn.InstanceNorm3d.

    Shapes: (C, D, H, W), unchanged.

    Raises:
        ArgumentError: `num_features` is not a positive integer, or `eps` or `momentum` not a number.

    Source: Ulyanov, Vedaldi and Lempitsky, 2016.

    Example:
        >>> InstanceNorm3d(16).output_shape((16, 8, 14, 14))
        (16, 8, 14, 14)
    """

    ranks = (3,)
