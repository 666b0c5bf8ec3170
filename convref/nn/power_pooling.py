"""Power-average pooling, as in torch.nn: the p-norm of each window."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Shape, numel
from convref.nn.cost import Cost
from convref.nn.pooling import Ints, WindowedPool
from convref.nn.saved import Saved


@dataclass(frozen=True, repr=False, eq=False)
class LPPool(WindowedPool):
    """The base of power-average pooling for one, two and three spatial axes."""

    norm_type: float
    kernel_size: Ints
    stride: Ints | None = None
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.number("norm_type")
        if self.norm_type == 0:
            raise self.fail("norm_type", self.norm_type, "must not be 0: the formula divides by it")

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: per output element, the powers of the elements in its window, a sum and a root."""
        out, count = numel(self.output_shape(input_shape)), numel(self.sizes("kernel_size"))
        return Cost(adds=out * (count - 1), functions=out * (count + 1))

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: the input, its powers and four values per output element."""
        out = numel(self.output_shape(input_shape))
        return Saved(input=True, elements=numel(input_shape) + 4 * out)


class LPPool1d(LPPool):
    """The p-norm of each window, as in torch.nn.LPPool1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> LPPool1d(2, 3, stride=2).output_shape((16, 50))
        (16, 24)
    """

    rank = 1


class LPPool2d(LPPool):
    """The p-norm of each window, as in torch.nn.LPPool2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> LPPool2d(2, 2).output_shape((6, 28, 28))
        (6, 14, 14)
    """

    rank = 2


class LPPool3d(LPPool):
    """The p-norm of each window, as in torch.nn.LPPool3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> LPPool3d(2, 2).output_shape((6, 8, 28, 28))
        (6, 4, 14, 14)
    """

    rank = 3
