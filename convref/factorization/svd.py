"""Approximate a kernel by two successive kernels with the singular value decomposition.

The truncated SVD is the best approximation of a matrix by a matrix of a given rank (Eckart and Young, 1936),
and gives it as a product of two factors. Each function here reshapes the kernel to a matrix such that both
factors are kernels again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.windows import Array
from convref.factorization._tensors import kernel, relative_error


@dataclass(frozen=True, eq=False)
class Separable:
    """A depthwise kernel followed by a pointwise one, which together approximate a kernel.

    With r depthwise filters per input channel, `depthwise` has the shape (C · r, 1, *kernel) and `pointwise`
    (O, C · r, 1, …). `error` is the Frobenius norm of the difference from the original kernel, divided by the
    norm of that kernel.
    """

    depthwise: Array
    pointwise: Array
    groups: int
    error: float

    def full(self) -> Array:
        """Return the single kernel (O, C, *kernel) equivalent to applying both kernels in turn."""
        filters = self.depthwise.reshape(self.groups, -1, *self.depthwise.shape[2:])
        shares = self.pointwise.reshape(len(self.pointwise), *filters.shape[:2])
        return np.asarray(np.einsum("ocr,cr...->oc...", shares, filters))


@dataclass(frozen=True, eq=False)
class Asymmetric:
    """A column kernel (rank, C, KH, 1) followed by a row kernel (O, rank, 1, KW).

    Together they approximate a kernel (O, C, KH, KW). `error` is the Frobenius norm of the difference from
    this kernel, divided by its norm.
    """

    column: Array
    row: Array
    error: float

    def full(self) -> Array:
        """Return the single kernel (O, C, KH, KW) equivalent to applying both kernels in turn."""
        return np.asarray(np.einsum("rch,orw->ochw", self.column[..., 0], self.row[:, :, 0]))


def separable(weight: Array, terms: int = 1) -> Separable:
    """Approximate a kernel (O, C, *kernel) by a depthwise kernel and a pointwise kernel after it.

    The depthwise kernel has `terms` filters per input channel. For each input channel, the weights with which
    it is read form a matrix (O, K), where K is the number of kernel positions. The rank of this matrix is at
    most min(O, K); with that many terms the result is exact.

    Raises:
        ArgumentError: `terms` is not between 1 and min(O, K), or the kernel is not a finite floating-point
            array.
        ShapeError: the kernel has no spatial axis.

    Example:
        >>> weight = np.random.default_rng(0).normal(size=(8, 4, 3, 3))
        >>> [round(separable(weight, terms).error, 2) for terms in (1, 4, 8)]
        [0.8, 0.34, 0.0]
    """
    full = kernel("separable", weight)
    outputs, inputs, *size = full.shape
    by_channel = np.moveaxis(full, 1, 0).reshape(inputs, outputs, -1)
    terms = integer("separable", "terms", terms, minimum=1, maximum=min(by_channel.shape[1:]))
    left, values, right = _truncated_svd(by_channel, terms)
    depthwise = right.reshape(inputs * terms, 1, *size)
    pointwise = np.moveaxis(left * values[:, np.newaxis], 1, 0).reshape(outputs, -1, *[1] * len(size))
    found = Separable(depthwise, pointwise, inputs, error=0.0)
    return replace(found, error=relative_error(full, found.full()))


def asymmetric(weight: Array, terms: int) -> Asymmetric:
    """Approximate a kernel (O, C, KH, KW) by a column and a row kernel with `terms` channels between them.

    The kernel is reshaped to a matrix (C · KH, O · KW). The rank of this matrix is at most the smaller of its
    two sizes; with that many terms the result is exact.

    Raises:
        ArgumentError: `terms` is not between 1 and min(C · KH, O · KW), or the kernel is not a finite
            floating-point array.
        ShapeError: the kernel does not have 4 axes.

    Source: Jaderberg, Vedaldi and Zisserman, "Speeding up convolutional neural networks with low rank
    expansions" (2014), scheme 2.

    Example:
        >>> sobel = np.array([[[[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]]])
        >>> asymmetric(sobel, 1).error < 1e-15
        True
    """
    full = kernel("asymmetric", weight, spatial=2)
    outputs, inputs, height, width = full.shape
    matrix = full.transpose(1, 2, 0, 3).reshape(inputs * height, outputs * width)
    terms = integer("asymmetric", "terms", terms, minimum=1, maximum=min(matrix.shape))
    left, values, right = _truncated_svd(matrix, terms)
    column = (left * values).T.reshape(terms, inputs, height, 1)
    row = right.reshape(terms, outputs, 1, width).swapaxes(0, 1)
    found = Asymmetric(column, row, error=0.0)
    return replace(found, error=relative_error(full, found.full()))


def _truncated_svd(matrices: Array, terms: int) -> tuple[Array, Array, Array]:
    """Return the first `terms` left singular vectors, singular values and right singular vectors."""
    left, values, right = np.linalg.svd(matrices, full_matrices=False)
    return left[..., :terms], values[..., :terms], right[..., :terms, :]
