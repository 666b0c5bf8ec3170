"""Decompose tensors into sums of outer products of vectors (canonical polyadic decomposition).

A tensor of rank 1 is an outer product of vectors, one per axis. The decomposition (CP) writes any tensor as a
sum of such products. There is no closed form for the vectors. But if the vectors of all axes but one are
fixed, those of this axis solve a least-squares problem. So the axes are updated in turn (alternating least
squares).

Sources: Harshman, "Foundations of the PARAFAC procedure" (1970); for kernels Lebedev et al., "Speeding-up
convolutional neural networks using fine-tuned CP-decomposition" (2014), and Jin, Dundar and Culurciello,
"Flattened convolutional neural networks for feedforward acceleration" (2014).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.windows import Array
from convref.errors import ShapeError
from convref.factorization._tensors import floating, kernel, relative_error, unfold

_LETTERS = "abcdefghij"


@dataclass(frozen=True, eq=False)
class CP:
    """A sum of `rank` outer products, stored as one matrix (size, rank) per axis of the tensor.

    `error` is the Frobenius norm of the difference from the tensor, divided by the tensor's norm. `sweeps` is
    the number of sweeps over all matrices, each of which updates every matrix once.
    """

    factors: tuple[Array, ...]
    error: float
    sweeps: int

    @property
    def rank(self) -> int:
        """The number of outer products."""
        return int(self.factors[0].shape[1])

    def full(self) -> Array:
        """Return the tensor that the decomposition represents: the sum of the outer products."""
        axes = _LETTERS[: len(self.factors)]
        return np.asarray(np.einsum(",".join(axis + "z" for axis in axes) + "->" + axes, *self.factors))

    def kernels(self) -> tuple[Array, ...]:
        """Return the kernels of successive layers that together apply the decomposed kernel.

        For a kernel (O, C, *kernel) they are: a pointwise kernel (rank, C, 1, …); for each spatial axis, a
        depthwise kernel (rank, 1, …, K, …) in `rank` groups; and a pointwise kernel (O, rank, 1, …).
        """
        outputs, inputs, *spatial = self.factors
        ones = [1] * len(spatial)
        between = [
            factor.T.reshape(self.rank, 1, *ones[:axis], -1, *ones[axis + 1 :])
            for axis, factor in enumerate(spatial)
        ]
        return (inputs.T.reshape(self.rank, -1, *ones), *between, outputs.reshape(-1, self.rank, *ones))


@dataclass(frozen=True, eq=False)
class Flattened:
    """A kernel whose filters, one per output channel, are each a sum of `terms` outer products.

    An outer product has a vector over the channels and a vector along each spatial axis. The vectors are
    stored as kernels of successive convolutions. The first, `lateral` (O · terms, C, 1, …), mixes the
    channels. Then `spatial` has a depthwise kernel (O · terms, 1, …, K, …) for each axis. Finally, the
    `terms` channels that belong to the same output channel are added. `error` is the Frobenius norm of the
    difference from the original kernel, divided by the norm of that kernel.
    """

    lateral: Array
    spatial: tuple[Array, ...]
    terms: int
    error: float

    def full(self) -> Array:
        """Return the single kernel (O, C, *kernel) equivalent to applying all parts in turn."""
        product = reduce(np.multiply, self.spatial, self.lateral)
        return np.asarray(product.reshape(-1, self.terms, *product.shape[1:]).sum(axis=1))


def cp(tensor: Array, terms: int, *, sweeps: int = 200, tolerance: float = 1e-10, seed: int = 0) -> CP:
    """Approximate a tensor, such as a kernel, by a sum of `terms` outer products.

    A sweep solves for the matrix of each axis in turn, with all other matrices fixed. The error never grows,
    but may converge to a local minimum. The initial matrix of an axis has the leading singular vectors of the
    tensor unfolded along this axis. If there are fewer than `terms`, random columns are added.

    Args:
        tensor: a floating-point tensor of any shape.
        terms: the number of outer products, the rank.
        sweeps: the maximum number of sweeps.
        tolerance: the sweeps end when one lowers the relative error by less than this.
        seed: the seed of the random columns.

    Raises:
        ArgumentError: `terms` is not a positive integer, or the tensor is not a finite floating-point array.
        ShapeError: the tensor has no axis, has more than ten axes, or has an axis of size 0.

    Example:
        >>> a = np.einsum("i,j,k->ijk", [1.0, 2.0], [3.0, 4.0], [5.0, 6.0])
        >>> cp(a, 1).error < 1e-12
        True
    """
    x = floating("cp", "tensor", tensor)
    terms = integer("cp", "terms", terms, minimum=1)
    if not 1 <= x.ndim <= len(_LETTERS):
        raise ShapeError(f"cp: tensor (of shape {x.shape}) must have 1 to {len(_LETTERS)} axes")
    factors = _start(x, terms, np.random.default_rng(seed))
    found = CP(factors, relative_error(x, CP(factors, 0.0, 0).full()), 0)
    for sweep in range(1, sweeps + 1):
        better = _sweep(x, found.factors)
        error = relative_error(x, CP(better, 0.0, 0).full())
        gain = found.error - error
        found = CP(better, error, sweep)
        if gain < tolerance:
            break
    return found


def flattened(weight: Array, terms: int = 1, *, sweeps: int = 200) -> Flattened:
    """Approximate the filter of each output channel of a kernel by `terms` outer products, with `cp`.

    The kernel has the shape (O, C, *kernel).

    Raises:
        ArgumentError: `terms` is not a positive integer, or the kernel is not a finite floating-point array.
        ShapeError: the kernel has no spatial axis.

    Example:
        >>> mean = np.full((1, 3, 3, 3), 1 / 27)
        >>> parts = flattened(mean)
        >>> parts.lateral.shape, [each.shape for each in parts.spatial], parts.error < 1e-12
        ((1, 3, 1, 1), [(1, 1, 3, 1), (1, 1, 1, 3)], True)
    """
    full = kernel("flattened", weight)
    terms = integer("flattened", "terms", terms, minimum=1)
    fits = [cp(each, terms, sweeps=sweeps) for each in full]
    lateral, *spatial = (
        np.concatenate([fit.factors[axis].T for fit in fits]) for axis in range(full.ndim - 1)
    )
    ones = [1] * len(spatial)
    found = Flattened(
        lateral=lateral.reshape(*lateral.shape, *ones),
        spatial=tuple(
            each.reshape(len(each), 1, *ones[:axis], -1, *ones[axis + 1 :])
            for axis, each in enumerate(spatial)
        ),
        terms=terms,
        error=0.0,
    )
    return replace(found, error=relative_error(full, found.full()))


def _start(x: Array, terms: int, generator: np.random.Generator) -> tuple[Array, ...]:
    """Return an initial matrix for each axis: leading left singular vectors, and random columns if needed."""
    factors = []
    for axis in range(x.ndim):
        left = np.linalg.svd(unfold(x, axis), full_matrices=False)[0][:, :terms]
        drawn = generator.normal(size=(x.shape[axis], terms - left.shape[1]))
        factors.append(np.concatenate([left, drawn], axis=1).astype(x.dtype))
    return tuple(factors)


def _sweep(x: Array, factors: tuple[Array, ...]) -> tuple[Array, ...]:
    """Update the matrix of every axis once, each by solving a least-squares problem."""
    improved = list(factors)
    for axis in range(x.ndim):
        rest = [factor for other, factor in enumerate(improved) if other != axis]
        columns = reduce(_column_products, rest) if rest else np.ones((1, factors[0].shape[1]), x.dtype)
        improved[axis] = np.linalg.lstsq(columns, unfold(x, axis).T, rcond=None)[0].T
        # A term can be scaled up in one axis and down in another. Unit columns in all axes but the last
        # keep the numbers in range.
        if axis < x.ndim - 1:
            norms = np.linalg.norm(improved[axis], axis=0)
            improved[axis] = improved[axis] / np.where(norms > 0, norms, 1)
    return tuple(improved)


def _column_products(a: Array, b: Array) -> Array:
    """Return the Khatri-Rao product: in each column, every entry of `a` times every entry of `b`."""
    return (a[:, np.newaxis] * b).reshape(-1, a.shape[1])
