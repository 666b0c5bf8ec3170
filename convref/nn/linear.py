"""Fully connected layers, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, numel


@dataclass(frozen=True, repr=False, eq=False)
class Linear(Layer):
    """Fully connected layer on the last axis, as in torch.nn.Linear.

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

    def __post_init__(self) -> None:
        self.integer("in_features", 1)
        self.integer("out_features", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape with `out_features` last."""
        if not input_shape or input_shape[-1] != self.in_features:
            missing = numel(input_shape) == self.in_features
            raise ShapeError(
                f"in_features (={self.in_features}) must equal the last axis "
                f"of the {input_shape} that arrives{'; a Flatten before it is missing' if missing else ''}"
            )
        return (*input_shape[:-1], self.out_features)

    def parameters(self) -> dict[str, Shape]:
        """The weight (out_features, in_features) and the bias (out_features)."""
        weight = (self.out_features, self.in_features)
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def cost(self, input_shape: Shape) -> Cost:
        """One multiply-accumulate for each output element and input feature."""
        out = numel(self.output_shape(input_shape))
        return Cost(macs=out * self.in_features, bias_adds=out if self.bias else 0)

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Always."""
        return True
