"""Decompose tensors into a small core and one matrix per axis (Tucker decomposition).

The higher-order SVD (HOSVD) unfolds the tensor along each axis, and takes the leading singular vectors as the
matrix of this axis. Higher-order orthogonal iteration (HOOI) then improves each matrix in turn, with all
other matrices fixed.

Sources: De Lathauwer, De Moor and Vandewalle, "A multilinear singular value decomposition" and "On the
best rank-1 and rank-(R1, …, RN) approximation" (2000); for kernels Kim et al., "Compression of deep
convolutional neural networks for fast and low power mobile applications" (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.factorization._tensors import floating, relative_error, unfold


@dataclass(frozen=True, eq=False)
class Tucker:
    """A small core tensor, and for each axis a matrix (size, rank) with orthonormal columns, or None.

    None marks an axis that is not compressed. `error` is the Frobenius norm of the difference from the
    tensor, divided by the tensor's norm. `sweeps` is the number of sweeps over all matrices, each of which
    updates every matrix once.
    """

    core: Array
    factors: tuple[Array | None, ...]
    error: float
    sweeps: int

    def full(self) -> Array:
        """Return the tensor that the decomposition represents: the core times the matrices."""
        return _multiplied(self.core, self.factors)

    def kernels(self) -> tuple[Array, Array, Array]:
        """Return the kernels of three successive layers that together apply the decomposed kernel.

        They are a pointwise kernel (R_in, C, 1, …), the core (R_out, R_in, *kernel), and a pointwise kernel
        (O, R_out, 1, …), where R_out and R_in are the ranks of the two channel axes.

        Raises:
            ArgumentError: a spatial axis is compressed, or a channel axis is not compressed.
        """
        outputs, inputs, *spatial = self.factors
        if outputs is None or inputs is None or any(factor is not None for factor in spatial):
            raise ArgumentError(
                "kernels: the ranks must have been (R_out, R_in), because only channels may be compressed"
            )
        ones = [1] * len(spatial)
        return inputs.T.reshape(*inputs.T.shape, *ones), self.core, outputs.reshape(*outputs.shape, *ones)


def tucker(
    tensor: Array, ranks: Sequence[int | None], *, sweeps: int = 50, tolerance: float = 1e-12
) -> Tucker:
    """Approximate a tensor by a core of shape `ranks` and one matrix per axis.

    The error never grows from one sweep to the next, but may converge to a local minimum.

    Args:
        tensor: a floating-point tensor of any shape.
        ranks: the sizes of the core along the axes. An axis with None, or without an entry, is not
            compressed.
        sweeps: the maximum number of sweeps of HOOI; with 0, only the HOSVD is computed.
        tolerance: the sweeps end when one lowers the relative error by less than this.

    Raises:
        ArgumentError: a rank is larger than the size of its axis, there are more ranks than axes, or the
            tensor is not a finite floating-point array.
        ShapeError: the tensor has an axis of size 0.

    Example:
        >>> weight = np.random.default_rng(0).normal(size=(8, 4, 3, 3))
        >>> parts = tucker(weight, (8, 3))
        >>> parts.core.shape, [each.shape for each in parts.kernels()]
        ((8, 3, 3, 3), [(3, 4, 1, 1), (8, 3, 3, 3), (8, 8, 1, 1)])
    """
    x = floating("tucker", "tensor", tensor)
    if len(ranks) > x.ndim:
        raise ArgumentError(f"tucker: ranks (={ranks!r}) must have at most {x.ndim} entries, one per axis")
    sizes = [
        None if r is None else integer("tucker", f"ranks[{axis}]", r, minimum=1, maximum=x.shape[axis])
        for axis, r in enumerate([*ranks, *[None] * (x.ndim - len(ranks))])
    ]
    factors = tuple(None if r is None else _leading(x, axis, r) for axis, r in enumerate(sizes))
    found = _fitted(x, factors, 0)
    for sweep in range(1, sweeps + 1):
        better = list(found.factors)
        for axis, r in enumerate(sizes):
            if r is not None:
                others = [None if other == axis else factor for other, factor in enumerate(better)]
                better[axis] = _leading(_multiplied(x, others, transpose=True), axis, r)
        previous, found = found, _fitted(x, tuple(better), sweep)
        if previous.error - found.error < tolerance:
            break
    return found


def _fitted(x: Array, factors: tuple[Array | None, ...], sweeps: int) -> Tucker:
    """Return a `Tucker` with these matrices and the best core for them: the projection of the tensor."""
    core = _multiplied(x, factors, transpose=True)
    return Tucker(core, factors, relative_error(x, _multiplied(core, factors)), sweeps)


def _leading(x: Array, axis: int, amount: int) -> Array:
    """Return the first `amount` left singular vectors of the matrix to which `x` is unfolded along `axis`."""
    left = np.linalg.svd(unfold(x, axis), full_matrices=x.shape[axis] > x.size // x.shape[axis])[0]
    return left[:, :amount]


def _multiplied(x: Array, factors: Sequence[Array | None], *, transpose: bool = False) -> Array:
    """Multiply each axis of `x` by its matrix, or by the transposed matrix; skip axes with None."""
    for axis, factor in enumerate(factors):
        if factor is not None:
            matrix = factor.T if transpose else factor
            x = np.moveaxis(np.tensordot(matrix, x, axes=(1, axis)), 0, axis)
    return x
