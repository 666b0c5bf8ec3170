"""Adaptive pooling, which pools to a given output size, as in torch.nn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from convref.nn.base import Layer, Shape, numel
from convref.nn.cost import Cost
from convref.nn.saved import INPUT_SAVED, NOTHING_SAVED, Saved
from convref.nn.window import Reach, Reaches, Window, pooled_axis


@dataclass(frozen=True, repr=False, eq=False)
class AdaptivePool(Layer):
    """The base of adaptive pooling, which pools to a given output size."""

    output_size: int | tuple[int | None, ...] | None

    def __post_init__(self) -> None:
        rank, size = self.rank or 0, self.output_size
        sizes = tuple(size) if isinstance(size, (tuple, list)) else (size,) * rank
        if len(sizes) != rank or not all(
            each is None or (isinstance(each, int) and each >= 1) for each in sizes
        ):
            what = "an integer" if rank == 1 else f"an integer or a tuple of {rank} integers"
            raise self.fail(
                "output_size", size, f"must be {what} of at least 1, or None to keep the size of an axis"
            )
        self.normalize(output_size=sizes)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *output_size); an axis whose `output_size` is None keeps the input's size."""
        channels, space = self.channels_and_space(input_shape)
        sizes = self.output_size if isinstance(self.output_size, tuple) else ()
        return (channels, *[size if want is None else want for want, size in zip(sizes, space, strict=True)])

    def window(self, input_shape: Shape) -> Window:
        """Return the largest of the pooling windows; window `i` starts at `floor(i * size / output_size)`."""
        pairs = list(zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True))
        # A window is largest where rounding i * size / out down cuts off the most: (out - gcd) / out.
        kernels = tuple(-(-(size + out - math.gcd(size, out)) // out) for size, out in pairs)
        ones = (1,) * len(pairs)
        return Window(kernels, tuple(max(1, size // out) for size, out in pairs), (0,) * len(pairs), ones)

    def makes_map(self, input_shape: Shape) -> bool:
        """Return whether the output is a new feature map, which it is if the spatial size changes."""
        return self.output_shape(input_shape) != input_shape

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: its window, in its own channel."""
        pairs = zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True)
        return (Reach(0), *[pooled_axis(axis, *sizes) for axis, sizes in enumerate(pairs, 1)])

    def pooled(self, input_shape: Shape) -> int:
        """Return the number of elements in all windows of all channels together."""
        elements = input_shape[0]
        for size, count in zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True):
            # Neighbouring windows share an element, except at the common divisors of the two sizes.
            elements *= size + count - math.gcd(size, count)
        return elements


class AdaptiveAvgPool(AdaptivePool):
    """The base of adaptive average pooling for one, two and three spatial axes."""

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: n - 1 additions for each window of n elements, and one division per window."""
        out = numel(self.output_shape(input_shape))
        return Cost(adds=self.pooled(input_shape) - out, functions=out)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        This is the input. Only for a global mean the `Saved` is empty, because its gradient needs no values.
        """
        return NOTHING_SAVED if numel(self.output_shape(input_shape)[1:]) == 1 else INPUT_SAVED


class AdaptiveAvgPool1d(AdaptiveAvgPool):
    """Average pooling into `output_size` windows, as in torch.nn.AdaptiveAvgPool1d.

    Shapes: (C, L) -> (C, output_size).

    Raises:
        ArgumentError: `output_size` is not a positive integer or None.

    Example:
        >>> AdaptiveAvgPool1d(5).output_shape((64, 8))
        (64, 5)
    """

    rank = 1


class AdaptiveAvgPool2d(AdaptiveAvgPool):
    """Average pooling into windows, one per output position, as in torch.nn.AdaptiveAvgPool2d.

    With `output_size` 1 it is global average pooling.

    Shapes: (C, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None.

    Example:
        >>> AdaptiveAvgPool2d((7, 7)).output_shape((512, 14, 14))
        (512, 7, 7)
        >>> AdaptiveAvgPool2d((7, 7)).makes_map((512, 7, 7))
        False
    """

    rank = 2


class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """Average pooling into windows, one per output position, as in torch.nn.AdaptiveAvgPool3d.

    Shapes: (C, D, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None.

    Example:
        >>> AdaptiveAvgPool3d((None, 1, 1)).output_shape((64, 8, 9, 10))
        (64, 8, 1, 1)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class AdaptiveMaxPool(AdaptivePool):
    """The base of adaptive max pooling for one, two and three spatial axes."""

    return_indices: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.return_indices:
            rule = "must be False: a layer has one output; the functions of convref.functional return indices"
            raise self.fail("return_indices", self.return_indices, rule)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: n - 1 comparisons for each window of n elements."""
        return Cost(comparisons=self.pooled(input_shape) - numel(self.output_shape(input_shape)))

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: the input and the index of each maximum."""
        return Saved(input=True, indices=numel(self.output_shape(input_shape)))


class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """Max pooling into `output_size` windows, as in torch.nn.AdaptiveMaxPool1d.

    Shapes: (C, L) -> (C, output_size).

    Raises:
        ArgumentError: `output_size` is not a positive integer or None; `return_indices` is True.

    Example:
        >>> AdaptiveMaxPool1d(5).output_shape((64, 8))
        (64, 5)
    """

    rank = 1


class AdaptiveMaxPool2d(AdaptiveMaxPool):
    """Max pooling into windows, one per output position, as in torch.nn.AdaptiveMaxPool2d.

    Shapes: (C, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None; `return_indices` is True.

    Example:
        >>> AdaptiveMaxPool2d((5, None)).output_shape((64, 8, 9))
        (64, 5, 9)
    """

    rank = 2


class AdaptiveMaxPool3d(AdaptiveMaxPool):
    """Max pooling into windows, one per output position, as in torch.nn.AdaptiveMaxPool3d.

    Shapes: (C, D, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None; `return_indices` is True.

    Example:
        >>> AdaptiveMaxPool3d(2).output_shape((64, 8, 9, 10))
        (64, 2, 2, 2)
    """

    rank = 3
