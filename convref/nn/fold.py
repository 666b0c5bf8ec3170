"""Windows as columns, and back, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, numel
from convref.nn.checks import arriving
from convref.wording import counted

Ints = int | tuple[int, ...]


class _Windows(Layer):
    """What layers with sliding windows on two axes share."""

    kernel_size: Ints
    dilation: Ints
    padding: Ints
    stride: Ints

    def _check_windows(self) -> None:
        for name, minimum in (("kernel_size", 1), ("dilation", 1), ("padding", 0), ("stride", 1)):
            self.normalize(**{name: self.integers(name, 2, minimum)})

    def _places(self, space: Shape) -> Shape:
        """How many windows fit along each axis."""
        names = ("kernel_size", "dilation", "padding", "stride")
        counts = tuple(
            (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
            for size, kernel, dilation, padding, stride in zip(space, *map(self.sizes, names), strict=True)
        )
        if min(counts) < 1:
            raise ShapeError(
                f"kernel_size (={self.shown('', self.kernel_size)}) does not fit the size {space} "
                f"with padding {self.shown('', self.padding)}"
            )
        return counts


@dataclass(frozen=True, repr=False, eq=False)
class Unfold(_Windows):
    """Every window of a map as a column, as in torch.nn.Unfold.

    Shapes: (C, H, W) -> (C * K_h * K_w, L), L the number of windows.

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> Unfold(3, padding=1).output_shape((64, 14, 14))
        (576, 196)
    """

    kernel_size: Ints
    dilation: Ints = 1
    padding: Ints = 0
    stride: Ints = 1
    rank = 2

    def __post_init__(self) -> None:
        self._check_windows()

    def output_shape(self, input_shape: Shape) -> Shape:
        """(C * K_h * K_w, L)."""
        channels, space = self.channels_and_space(input_shape)
        return (channels * numel(self.sizes("kernel_size")), numel(self._places(space)))

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Always."""
        return True


@dataclass(frozen=True, repr=False, eq=False)
class Fold(_Windows):
    """Columns laid back as windows of a map, summed where they overlap, as in torch.nn.Fold.

    Shapes: (C * K_h * K_w, L) -> (C, *output_size).

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> Fold((14, 14), 3, padding=1).output_shape((576, 196))
        (64, 14, 14)
    """

    output_size: Ints
    kernel_size: Ints
    dilation: Ints = 1
    padding: Ints = 0
    stride: Ints = 1
    rank = 1

    def __post_init__(self) -> None:
        self.normalize(output_size=self.integers("output_size", 2, 1))
        self._check_windows()

    def output_shape(self, input_shape: Shape) -> Shape:
        """(C, *output_size)."""
        rows, (count,) = self.channels_and_space(input_shape)
        channels, over = divmod(rows, numel(self.sizes("kernel_size")))
        if over:
            raise ShapeError(
                f"kernel_size (={self.shown('', self.kernel_size)}) must divide {arriving(rows, 'row')}"
            )
        places = numel(self._places(self.sizes("output_size")))
        if places != count:
            raise ShapeError(
                f"output_size (={self.shown('', self.output_size)}) has {counted(places, 'window')}, "
                f"which {arriving(count, 'column')} must equal"
            )
        return (channels, *self.sizes("output_size"))

    def cost(self, input_shape: Shape) -> Cost:
        """One addition for each element that comes in."""
        return Cost(adds=numel(input_shape))

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Always."""
        return True
