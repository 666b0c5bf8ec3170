"""Convert between grouped kernels and dense kernels; a grouped one is block-diagonal over the channels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.windows import Array
from convref.errors import ShapeError
from convref.factorization._tensors import kernel, relative_error


@dataclass(frozen=True, eq=False)
class Grouped:
    """A grouped kernel (O, C / groups, *kernel) that approximates a dense kernel.

    `error` is the Frobenius norm of the difference from the dense kernel, divided by the norm of that kernel.
    """

    weight: Array
    groups: int
    error: float

    def full(self) -> Array:
        """Return the equivalent dense kernel (O, C, *kernel), which is 0 outside of the blocks."""
        return block_diagonal(self.weight, self.groups)


def block_diagonal(weight: Array, groups: int) -> Array:
    """Convert a grouped kernel (O, C / groups, *kernel) to the equivalent dense kernel (O, C, *kernel).

    A depthwise kernel (C, 1, *kernel) has C groups, and becomes a kernel that is diagonal over the channels.

    Raises:
        ArgumentError: `groups` is not a positive integer.
        ShapeError: `groups` does not divide the output channels (first axis of `weight`).

    Example:
        >>> block_diagonal(np.array([[[1.0]], [[2.0]]]), 2)[..., 0]
        array([[1., 0.],
               [0., 2.]])
    """
    kernels = kernel("block_diagonal", weight)
    groups = integer("block_diagonal", "groups", groups, minimum=1)
    outputs, inputs = kernels.shape[:2]
    if outputs % groups:
        raise ShapeError(
            f"block_diagonal: groups (={groups}) must divide the {outputs} output channels "
            "(first axis of weight)"
        )
    dense = np.zeros((groups, outputs // groups, groups, inputs, *kernels.shape[2:]), kernels.dtype)
    each = np.arange(groups)
    dense[each, :, each] = kernels.reshape(groups, -1, *kernels.shape[1:])
    return dense.reshape(outputs, groups * inputs, *kernels.shape[2:])


def grouped(weight: Array, groups: int) -> Grouped:
    """Return the grouped kernel nearest to a dense kernel, which consists of its diagonal blocks.

    Raises:
        ArgumentError: `groups` is not a positive integer.
        ShapeError: `groups` does not divide the input or the output channels.

    Example:
        >>> grouped(np.array([[[3.0], [4.0]], [[0.0], [0.0]]]), 2).error
        0.8
    """
    dense = kernel("grouped", weight)
    groups = integer("grouped", "groups", groups, minimum=1)
    outputs, inputs = dense.shape[:2]
    if outputs % groups or inputs % groups:
        raise ShapeError(
            f"grouped: groups (={groups}) must divide the {outputs} output and {inputs} input channels"
        )
    blocks = dense.reshape(groups, outputs // groups, groups, inputs // groups, *dense.shape[2:])
    each = np.arange(groups)
    kept = blocks[each, :, each].reshape(outputs, inputs // groups, *dense.shape[2:])
    return Grouped(kept, groups, relative_error(dense, block_diagonal(kept, groups)))
