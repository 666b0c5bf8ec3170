"""Softmax functions and GLU, which compute along an axis, as in torch.nn; axis 0 is the batch."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.cost import Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import INPUT_SAVED, OUTPUT_SAVED, Saved
from convref.nn.window import Reach, Reaches, own_positions, whole_axis


def _check_dim(layer: Layer, dim: object) -> None:
    if not isinstance(dim, int) or isinstance(dim, bool) or dim == 0:
        raise layer.fail("dim", dim, "must be an integer other than 0; axis 0 is the batch")


@dataclass(frozen=True, repr=False, eq=False)
class SoftmaxAlong(Pointwise):
    """The base of `Softmax`, `LogSoftmax` and `Softmin`."""

    dim: int | None = None

    def __post_init__(self) -> None:
        _check_dim(self, self.dim)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking that it has the axis `dim`."""
        self.axis("dim", input_shape)
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: per element, a comparison, a subtraction, an exp, an addition and a division."""
        return Cost(adds=2, comparisons=1, functions=2) * numel(input_shape)

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads.

        Along `dim` it reads all positions; along every other axis, only the same position.
        """
        axis, own = self.axis("dim", input_shape), own_positions(len(input_shape))
        return (*own[:axis], whole_axis(axis, input_shape[axis]), *own[axis + 1 :])

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the output, from which the gradient is computed."""
        return OUTPUT_SAVED


class Softmax(SoftmaxAlong):
    """exp(x) divided by its sum along `dim`, as in torch.nn.Softmax.

    Shapes: any with that axis, unchanged.

    Raises:
        ArgumentError: `dim` is not given, or is 0, the batch. (Without `dim`, torch would choose an axis.)

    Example:
        >>> Softmax(dim=-1).output_shape((1000,))
        (1000,)
    """


class LogSoftmax(SoftmaxAlong):
    """The logarithm of the softmax along `dim`, as in torch.nn.LogSoftmax.

    Shapes: any with that axis, unchanged.

    Raises:
        ArgumentError: `dim` is not given, or is 0, the batch.

    Example:
        >>> LogSoftmax(dim=1).output_shape((21, 65, 65))
        (21, 65, 65)
    """


class Softmin(SoftmaxAlong):
    """The softmax of -x along `dim`, as in torch.nn.Softmin.

    Shapes: any with that axis, unchanged.

    Raises:
        ArgumentError: `dim` is not given, or is 0, the batch.

    Example:
        >>> Softmin(dim=1).output_shape((10,))
        (10,)
    """


@dataclass(frozen=True, repr=False, eq=False)
class Softmax2d(Pointwise):
    """The softmax over the channels at each position of a feature map, as in torch.nn.Softmax2d.

    Shapes: (C, H, W), unchanged.

    Example:
        >>> Softmax2d().output_shape((21, 65, 65))
        (21, 65, 65)
    """

    rank = 2

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking that it is (C, H, W)."""
        self.channels_and_space(input_shape)
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost of a softmax over the channels."""
        return Softmax(1).cost(input_shape)

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only its own position along each spatial axis.

        The result has None for the channels (axis 0), because each output reads all channels.
        """
        return (None, *own_positions(len(input_shape))[1:])

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the output, from which the gradient is computed."""
        return OUTPUT_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class GLU(Layer):
    """Gated linear unit, a * sigmoid(b) for the halves a and b along `dim`, as in torch.nn.GLU.

    Shapes: any whose axis `dim` is even; that axis is halved.

    Raises:
        ArgumentError: `dim` is the batch.

    Source: Dauphin et al., 2016, Language modeling with gated convolutional networks.

    Example:
        >>> GLU(dim=1).output_shape((128, 50))
        (64, 50)
    """

    dim: int = -1

    def __post_init__(self) -> None:
        _check_dim(self, self.dim)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with the size of axis `dim` halved."""
        axis = self.axis("dim", input_shape)
        if input_shape[axis] % 2:
            rule = (
                f"must be an axis of even size, but its size is {input_shape[axis]} "
                f"in the input's shape {input_shape}"
            )
            raise ShapeError(f"dim (={self.dim}) {rule}")
        return (*input_shape[:axis], input_shape[axis] // 2, *input_shape[axis + 1 :])

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one sigmoid and one multiplication per output element."""
        return Cost(adds=1, muls=1, functions=2) * numel(self.output_shape(input_shape))

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the output counts as written over one half of the input."""
        return False

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads.

        Along `dim` it reads two positions, one in each half; along the other axes it reads only its own
        position.
        """
        axis, own = self.axis("dim", input_shape), own_positions(len(input_shape))
        half = input_shape[axis] // 2
        return (*own[:axis], Reach(axis, (0,), (half,), dilation=half), *own[axis + 1 :])

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass: the input only."""
        return INPUT_SAVED
