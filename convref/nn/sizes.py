"""Sizes that grow with the batch: `64 * N` is 64 windows of each of N samples.

A layer's shapes are written without the batch. Operations on tensors may move the batch, fold other axes into
it, or have none, so their shapes are written whole: `(N, 8, 4, 4)`, `(64 * N, 49, 96)`, `(1, 197, 768)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from convref.nn.base import Shape


@dataclass(frozen=True, slots=True)
class Size:
    """A size of `fixed + batched * N`, where N is the number of samples in the batch.

    Example:
        >>> 64 * N, N + 1, (64 * N).at(2)
        (64 * N, N + 1, 128)
    """

    fixed: int
    batched: int

    def at(self, batch: int) -> int:
        """The size for so many samples."""
        return self.fixed + self.batched * batch

    def __mul__(self, factor: int) -> Size:
        return Size(self.fixed * factor, self.batched * factor)

    __rmul__ = __mul__

    def __add__(self, other: int) -> Size:
        return Size(self.fixed + other, self.batched)

    __radd__ = __add__

    def __repr__(self) -> str:
        grows = "N" if self.batched == 1 else f"{self.batched} * N"
        return f"{grows} + {self.fixed}" if self.fixed else grows


N = Size(0, 1)
"""The number of samples in the batch."""
FullShape: TypeAlias = tuple["int | Size", ...]
"""All the sizes of a value, the batch where it is."""


def at(shape: FullShape, batch: int) -> Shape:
    """A shape for so many samples.

    Example:
        >>> at((64 * N, 49, 96), 2)
        (128, 49, 96)
    """
    return tuple([size.at(batch) if isinstance(size, Size) else size for size in shape])


def sized(one: int, other: int, batches: tuple[int, int]) -> int | Size | None:
    """The size that is `one` and `other` for these numbers of samples; None where no such size is.

    Example:
        >>> sized(128, 448, (2, 7)), sized(49, 49, (2, 7)), sized(1, 3, (2, 7))
        (64 * N, 49, None)
    """
    if one == other:
        return one
    batched, rest = divmod(other - one, batches[1] - batches[0])
    return None if rest else Size(one - batched * batches[0], batched)


def full(shape: Sequence[int]) -> FullShape:
    """The whole shape of a value whose shape is written without the batch.

    Example:
        >>> full((3, 224, 224))
        (N, 3, 224, 224)
    """
    return (N, *shape)


def shown(shape: FullShape) -> Shape:
    """A shape as tables show it: without the batch where it is the first axis, else for one sample.

    Example:
        >>> shown((N, 3, 8)), shown((64 * N, 49, 96)), shown((1, 197, 768))
        ((3, 8), (64, 49, 96), (1, 197, 768))
    """
    return at(shape[1:] if shape and shape[0] == N else shape, 1)
