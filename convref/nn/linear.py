"""Fully connected layers, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.cost import Cost
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, own_positions, whole_axis


@dataclass(frozen=True, repr=False, eq=False)
class Linear(Layer):
    """Fully connected layer along the last axis, as in torch.nn.Linear.

    Shapes: (*, in_features) -> (*, out_features); weight (out_features, in_features).

    Raises:
        ArgumentError: a size is not a positive integer.

    Example:
        >>> fc = Linear(4096, 1000)
        >>> fc.output_shape((4096,)), fc.cost((4096,)).macs
        ((1000,), 4096000)
    """

    in_features: int
    out_features: int
    bias: bool = True
    channel_axis = -1

    def __post_init__(self) -> None:
        self.integer("in_features", 1)
        self.integer("out_features", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with its last axis replaced by `out_features`."""
        if not input_shape or input_shape[-1] != self.in_features:
            missing = numel(input_shape) == self.in_features
            raise ShapeError(
                f"in_features (={self.in_features}) must equal the last size of the input's shape "
                f"{input_shape}{'; perhaps a Flatten is missing' if missing else ''}"
            )
        return (*input_shape[:-1], self.out_features)

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of `weight`, (out_features, in_features), and `bias`, (out_features,)."""
        weight = (self.out_features, self.in_features)
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: `in_features` multiply-accumulates per output element, and the bias additions."""
        out = numel(self.output_shape(input_shape))
        return Cost(macs=out * self.in_features, bias_adds=out if self.bias else 0)

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads.

        Along the last axis it reads all positions; along every other axis, only the same position.
        """
        last = len(input_shape) - 1
        return (*own_positions(last), whole_axis(last, input_shape[last]))

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass: the input only."""
        return INPUT_SAVED
