"""Sizes of axes that grow with the batch: an axis with 64 windows for each of N samples has size 64 * N.

The shapes of layers are written without the batch axis. Operations on tensors may move this axis, merge it
with another one, or be applied to tensors that do not have it. So operations have *full shapes*, which
include the batch axis: `(N, 8, 4, 4)`, `(64 * N, 49, 96)`, or `(1, 197, 768)` for a tensor without a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from convref.nn.base import Shape


@dataclass(frozen=True, slots=True)
class Size:
    """The size of an axis, `fixed + batched * N`, where N is the number of samples in the batch.

    Example:
        >>> 64 * N, N + 1, (64 * N).at(2)
        (64 * N, N + 1, 128)
    """

    fixed: int
    batched: int

    def at(self, batch: int) -> int:
        """Return the size as an integer, for a batch of `batch` samples."""
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

    def __str__(self) -> str:
        """Return the size as tables write it, such as `64N`; a sum is in brackets, since × may follow it."""
        grows = "N" if self.batched == 1 else f"{self.batched}N"
        return f"({grows} + {self.fixed})" if self.fixed else grows


N = Size(0, 1)
"""The number of samples in the batch."""
FullShape: TypeAlias = tuple["int | Size", ...]
"""The sizes of all axes of a value, the batch axis included."""


def at(shape: FullShape, batch: int) -> Shape:
    """Return a full shape as a tuple of integers, for a batch of `batch` samples.

    Example:
        >>> at((64 * N, 49, 96), 2)
        (128, 49, 96)
    """
    if Size not in map(type, shape):  # the shape of most values without the batch axis
        return shape  # type: ignore[return-value] # no size is a `Size`
    return tuple([size.at(batch) if isinstance(size, Size) else size for size in shape])


def sized(one: int, other: int, batches: tuple[int, int]) -> int | Size | None:
    """Infer from the values of a size for two batches how it depends on the number of samples.

    The result is an integer if both values are equal; a `Size` if the size grows by the same integer with
    each sample; and None otherwise.

    Args:
        one: the size for a batch of `batches[0]` samples.
        other: the size for a batch of `batches[1]` samples.
        batches: the two numbers of samples.

    Example:
        >>> sized(128, 448, (2, 7)), sized(49, 49, (2, 7)), sized(1, 3, (2, 7))
        (64 * N, 49, None)
    """
    if one == other:
        return one
    batched, rest = divmod(other - one, batches[1] - batches[0])
    return None if rest else Size(one - batched * batches[0], batched)


def full(shape: Sequence[int]) -> FullShape:
    """Return the full shape for a shape without the batch axis: N is inserted as the first size.

    Example:
        >>> full((3, 224, 224))
        (N, 3, 224, 224)
    """
    return (N, *shape)


def listed(shape: FullShape) -> FullShape:
    """Return the shape that tables list for a full shape: without a first axis of size N, the batch.

    Other sizes that depend on N remain formulas.

    Example:
        >>> listed((N, 3, 8)), listed((64, 36 * N)), listed((1, 197, 768))
        ((3, 8), (64, 36 * N), (1, 197, 768))
    """
    return shape[1:] if shape and shape[0] == N else shape


def shown(shape: FullShape) -> Shape:
    """Return a full shape without the batch axis, in integers.

    A first axis of size N is the batch and is left out. If other sizes depend on N, as in `(64 * N, 49, 96)`,
    the result has their values for one sample.

    Example:
        >>> shown((N, 3, 8)), shown((64 * N, 49, 96)), shown((1, 197, 768))
        ((3, 8), (64, 49, 96), (1, 197, 768))
    """
    return at(listed(shape), 1)
