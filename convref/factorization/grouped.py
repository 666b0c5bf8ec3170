"""Grouped and depthwise kernels as dense ones: block-diagonal over the channels, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convref.errors import ShapeError
from convref.factorization._tensors import Array, kernel, rank, relative_error


@dataclass(frozen=True, eq=False)
class Grouped:
    """A kernel (O, C / groups, *kernel) for `groups` groups, and what it misses of the dense one.

    `error` is relative, in the Frobenius norm.
    """

    weight: Array
    groups: int
    error: float

    def full(self) -> Array:
        """The dense kernel (O, C, *kernel), 0 outside of the blocks."""
        return block_diagonal(self.weight, self.groups)


def block_diagonal(weight: Array, groups: int) -> Array:
    """The dense kernel (O, C, *kernel) that does what (O, C / groups, *kernel) does in groups.

    A depthwise kernel (C, 1, *kernel) has groups = C, and becomes diagonal.

    Raises:
        ArgumentError: `groups` is no positive integer.
        ShapeError: it does not divide the rows of `weight`.

    Example:
        >>> block_diagonal(np.array([[[1.0]], [[2.0]]]), 2)[..., 0]
        array([[1., 0.],
               [0., 2.]])
    """
    kernels = kernel("block_diagonal", weight)
    groups = rank("block_diagonal", "groups", groups)
    outputs, inputs = kernels.shape[:2]
    if outputs % groups:
        raise ShapeError(f"block_diagonal: groups (={groups}) must divide the {outputs} rows of weight")
    dense = np.zeros((groups, outputs // groups, groups, inputs, *kernels.shape[2:]), kernels.dtype)
    each = np.arange(groups)
    dense[each, :, each] = kernels.reshape(groups, -1, *kernels.shape[1:])
    return dense.reshape(outputs, groups * inputs, *kernels.shape[2:])


def grouped(weight: Array, groups: int) -> Grouped:
    """The blocks on the diagonal of a dense kernel: the nearest kernel in groups.

    Raises:
        ArgumentError: `groups` is no positive integer.
        ShapeError: it does not divide the channels on both sides.

    Example:
        >>> grouped(np.array([[[3.0], [4.0]], [[0.0], [0.0]]]), 2).error
        0.8
    """
    dense = kernel("grouped", weight)
    groups = rank("grouped", "groups", groups)
    outputs, inputs = dense.shape[:2]
    if outputs % groups or inputs % groups:
        raise ShapeError(f"grouped: groups (={groups}) must divide the {outputs} outputs and {inputs} inputs")
    blocks = dense.reshape(groups, outputs // groups, groups, inputs // groups, *dense.shape[2:])
    each = np.arange(groups)
    kept = blocks[each, :, each].reshape(outputs, inputs // groups, *dense.shape[2:])
    return Grouped(kept, groups, relative_error(dense, block_diagonal(kept, groups)))
