"""Pooling to an output size that is given, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Cost, Layer, Shape, Window, numel


@dataclass(frozen=True, repr=False, eq=False)
class _AdaptivePool(Layer):
    output_size: int | tuple[int | None, ...] | None

    def __post_init__(self) -> None:
        rank, size = self.rank or 0, self.output_size
        sizes = tuple(size) if isinstance(size, (tuple, list)) else (size,) * rank
        if len(sizes) != rank or not all(
            each is None or (isinstance(each, int) and each >= 1) for each in sizes
        ):
            what = "an integer" if rank == 1 else f"an integer or a tuple of {rank} integers"
            raise self.fail("output_size", size, f"must be {what} of at least 1; None keeps a size")
        self.normalize(output_size=sizes)

    def output_shape(self, input_shape: Shape) -> Shape:
        """(C, *output_size), None keeping the input's size."""
        channels, space = self.channels_and_space(input_shape)
        sizes = self.output_size if isinstance(self.output_size, tuple) else ()
        return (channels, *[size if want is None else want for want, size in zip(sizes, space, strict=True)])

    def window(self, input_shape: Shape) -> Window:
        """The largest of the windows, which start at `floor(i * size / output_size)`."""
        pairs = list(zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True))
        kernels = tuple(
            max(-(-(index + 1) * size // out) - index * size // out for index in range(out))
            for size, out in pairs
        )
        ones = (1,) * len(pairs)
        return Window(kernels, tuple(max(1, size // out) for size, out in pairs), (0,) * len(pairs), ones)

    def makes_map(self, input_shape: Shape) -> bool:
        """Where the size changes."""
        return self.output_shape(input_shape) != input_shape

    def pooled(self, input_shape: Shape) -> int:
        """The elements of all windows together, those of overlapping windows counted in each."""
        elements = input_shape[0]
        for size, count in zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True):
            elements *= sum(-(-(index + 1) * size // count) - index * size // count for index in range(count))
        return elements


class _AdaptiveAvgPool(_AdaptivePool):
    def cost(self, input_shape: Shape) -> Cost:
        """The additions within each window and one division for each output element."""
        out = numel(self.output_shape(input_shape))
        return Cost(adds=self.pooled(input_shape) - out, functions=out)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool1d.

    Shapes: (C, L) -> (C, output_size).

    Raises:
        ArgumentError: `output_size` is not a positive integer or None.

    Example:
        >>> AdaptiveAvgPool1d(5).output_shape((64, 8))
        (64, 5)
    """

    rank = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool2d.

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


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool3d.

    Shapes: (C, D, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None.

    Example:
        >>> AdaptiveAvgPool3d((None, 1, 1)).output_shape((64, 8, 9, 10))
        (64, 8, 1, 1)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class _AdaptiveMaxPool(_AdaptivePool):
    return_indices: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.return_indices:
            rule = "is not for a description, which gives one tensor; use convref.functional for indices"
            raise self.fail("return_indices", self.return_indices, rule)

    def cost(self, input_shape: Shape) -> Cost:
        """One comparison less than each window has elements."""
        return Cost(comparisons=self.pooled(input_shape) - numel(self.output_shape(input_shape)))


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveMaxPool1d.

    Shapes: (C, L) -> (C, output_size).

    Raises:
        ArgumentError: `output_size` is not a positive integer or None; `return_indices` is asked for.

    Example:
        >>> AdaptiveMaxPool1d(5).output_shape((64, 8))
        (64, 5)
    """

    rank = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveMaxPool2d.

    Shapes: (C, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None; `return_indices` is asked for.

    Example:
        >>> AdaptiveMaxPool2d((5, None)).output_shape((64, 8, 9))
        (64, 5, 9)
    """

    rank = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveMaxPool3d.

    Shapes: (C, D, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None; `return_indices` is asked for.

    Example:
        >>> AdaptiveMaxPool3d(2).output_shape((64, 8, 9, 10))
        (64, 2, 2, 2)
    """

    rank = 3
