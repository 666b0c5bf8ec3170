"""Tensors as sums of outer products of vectors (canonical polyadic), by alternating least squares.

Sources: Harshman, "Foundations of the PARAFAC procedure" (1970); for kernels Lebedev et al., "Speeding-up
convolutional neural networks using fine-tuned CP-decomposition" (2014), and Jin, Dundar and Culurciello,
"Flattened convolutional neural networks for feedforward acceleration" (2014).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from convref.errors import ShapeError
from convref.factorization._tensors import Array, floating, kernel, rank, relative_error, unfold

_LETTERS = "abcdefghij"


@dataclass(frozen=True, eq=False)
class CP:
    """A sum of `rank` outer products: one matrix (size, rank) for each axis of the tensor.

    `error` is what they miss of it, relative, in the Frobenius norm; `sweeps` how many times all
    matrices were improved.
    """

    factors: tuple[Array, ...]
    error: float
    sweeps: int

    @property
    def rank(self) -> int:
        """The number of terms."""
        return int(self.factors[0].shape[1])

    def full(self) -> Array:
        """The tensor that the terms sum up to."""
        axes = _LETTERS[: len(self.factors)]
        return np.asarray(np.einsum(",".join(axis + "z" for axis in axes) + "->" + axes, *self.factors))

    def kernels(self) -> tuple[Array, ...]:
        """For a kernel (O, C, *kernel): the layers whose composition it is.

        Pointwise (rank, C, 1, …), for each spatial axis depthwise (rank, 1, …, K, …) in `rank` groups, and
        pointwise (O, rank, 1, …).
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
    """Each output's filter as a sum of `terms` products of a filter over channels and one for each axis.

    `lateral` is (O · terms, C, 1, …); `spatial` has for each axis a depthwise kernel (O · terms, 1, …, K, …);
    the sum over an output's terms follows. `error` is what they miss of the full kernel, relative, in
    the Frobenius norm.
    """

    lateral: Array
    spatial: tuple[Array, ...]
    terms: int
    error: float

    def full(self) -> Array:
        """The kernel (O, C, *kernel) that does what they do one after the other."""
        product = reduce(np.multiply, self.spatial, self.lateral)
        return np.asarray(product.reshape(-1, self.terms, *product.shape[1:]).sum(axis=1))


def cp(tensor: Array, terms: int, *, sweeps: int = 200, tolerance: float = 1e-10, seed: int = 0) -> CP:
    """The tensor as nearly as found by `terms` outer products; one of an axis or more, not only a kernel.

    Each sweep solves for the matrix of one axis after the other, the rest being held: the error never
    grows, but where it ends depends on the start, which is the leading singular vectors of each unfolding,
    filled up from `seed` where there are too few.

    Args:
        tensor: floating, of any shape.
        terms: the rank.
        sweeps: the most sweeps.
        tolerance: stop when a sweep lowers the relative error by less.
        seed: for what is drawn.

    Raises:
        ArgumentError: `terms` is no positive integer, or the tensor is not finite and floating.
        ShapeError: the tensor has an empty axis, or more than ten.

    Example:
        >>> a = np.einsum("i,j,k->ijk", [1.0, 2.0], [3.0, 4.0], [5.0, 6.0])
        >>> cp(a, 1).error < 1e-12
        True
    """
    x = floating("cp", "tensor", tensor)
    terms = rank("cp", "terms", terms)
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
    """A full kernel (O, C, *kernel) in flattened form: a `cp` of `terms` terms for each output's filter.

    Raises:
        ArgumentError: `terms` is no positive integer, or the kernel is not finite and floating.
        ShapeError: the kernel has too few axes.

    Example:
        >>> mean = np.full((1, 3, 3, 3), 1 / 27)
        >>> parts = flattened(mean)
        >>> parts.lateral.shape, [each.shape for each in parts.spatial], parts.error < 1e-12
        ((1, 3, 1, 1), [(1, 1, 3, 1), (1, 1, 1, 3)], True)
    """
    full = kernel("flattened", weight)
    terms = rank("flattened", "terms", terms)
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
    factors = []
    for axis in range(x.ndim):
        left = np.linalg.svd(unfold(x, axis), full_matrices=False)[0][:, :terms]
        drawn = generator.normal(size=(x.shape[axis], terms - left.shape[1]))
        factors.append(np.concatenate([left, drawn], axis=1).astype(x.dtype))
    return tuple(factors)


def _sweep(x: Array, factors: tuple[Array, ...]) -> tuple[Array, ...]:
    improved = list(factors)
    for axis in range(x.ndim):
        rest = [factor for other, factor in enumerate(improved) if other != axis]
        columns = reduce(_column_products, rest) if rest else np.ones((1, factors[0].shape[1]), x.dtype)
        improved[axis] = np.linalg.lstsq(columns, unfold(x, axis).T, rcond=None)[0].T
        if axis < x.ndim - 1:  # the last axis alone carries the terms' sizes
            norms = np.linalg.norm(improved[axis], axis=0)
            improved[axis] = improved[axis] / np.where(norms > 0, norms, 1)
    return tuple(improved)


def _column_products(a: Array, b: Array) -> Array:
    """The Khatri-Rao product: all products of rows, column by column."""
    return (a[:, np.newaxis] * b).reshape(-1, a.shape[1])
