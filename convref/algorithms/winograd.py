"""Compute convolutions by Winograd's minimal filtering, which needs fewer multiplications.

`cook_toom` derives the algorithm F(m, r), which computes m outputs of a filter of r taps from n = m + r - 1
inputs, with n multiplications instead of m · r. Over several axes the one-dimensional scheme is applied to
each axis in turn, so the saving multiplies: F(2 x 2, 3 x 3) takes 16 multiplications for four outputs, where
the definition takes 36.

The input is cut into overlapping tiles of n values per axis, whose starts are m apart. Tiles and kernels are
transformed (by sums of a few terms) and multiplied elementwise, and the products are transformed back. A
transformed tile has one value for each point (n points per axis) at which the algorithm evaluates
polynomials. For all channels and tiles together, the multiplications at one point are a matrix product: (O,
C) by (C, tiles).

The transforms must not cost more than they save. Neighbouring tiles start m entries apart, so reading value j
of every tile in the input's order would skip m - 1 entries each time, which is slow. The input is therefore
first reordered into m phases per axis: phase p consists of the entries whose index is p modulo m. An entry of
a phase is called a cell. Value j of successive tiles is then a contiguous line of cells in one phase, which
runs on through all rows and channels, and a transform adds whole lines. Where a line passes from one row or
channel to the next, a few of its sums belong to no tile. These are dropped.

The price is accuracy. Larger tiles need more points, and the transforms multiply by powers of the points,
which magnifies rounding errors. A NaN or an infinity reaches all outputs of the tiles that contain it.

Source: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2015).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convref.algorithms.cook_toom import Scheme, cook_toom
from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant
from convref.errors import ArgumentError

TILE = 2
"""The default number of outputs of a tile along each axis.

With 2, a 3 x 3 kernel uses F(2, 3), whose input and output transforms need only additions and subtractions.
"""

MAX_POINTS = 8
"""The largest number of points per axis; with more, single precision keeps too few correct digits."""

LIMIT = 1 << 23
"""The largest number of bytes of transformed inputs and products that are held at a time."""

Lines: TypeAlias = dict[tuple[int, ...], Array]
"""Lines of memory, by a tuple with one index per axis: of a phase, of a point, or of an output in a tile."""

Matrix: TypeAlias = tuple[tuple[Fraction, ...], ...]


def winograd(x: Array, weight: Array, plan: ConvPlan, tile: int = TILE) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias.

    Raises:
        ArgumentError: stride or dilation is not 1, or the kernel is too large for the tile.
    """
    if {*plan.stride, *plan.dilation} != {1}:
        given = f"stride {plan.stride} and dilation {plan.dilation}"
        raise ArgumentError(f"winograd: {given} must be 1 on every axis")
    if tile + max(plan.kernel) - 1 > MAX_POINTS:
        raise ArgumentError(
            f"winograd: kernel size {plan.kernel} must be at most {MAX_POINTS + 1 - tile} "
            f"on every axis with tile {tile}"
        )
    tiling = Tiling.of(plan, tile)
    kernels = _transformed_kernels(weight, tiling, plan.groups)
    beyond = [n - b - s for n, b, s in zip(tiling.padded, plan.before, plan.size, strict=True)]
    padded = pad_constant(x, plan.before, beyond)
    y = np.empty((plan.batch, plan.out_channels, *plan.output), x.dtype)
    points, pitch = tiling.points, tiling.pitch[0]
    bytes_per_row = (plan.in_channels + plan.out_channels) * points * pitch * x.itemsize
    step = min(tiling.tiles[0], max(1, LIMIT // max(1, bytes_per_row)))
    # One buffer serves all parts: the system would have to map fresh memory each time.
    inputs = np.empty((points, plan.in_channels * (step + tiling.reach[0]) * pitch), x.dtype)
    products = np.empty((points, plan.out_channels * step * pitch), x.dtype)
    for image in range(plan.batch):
        for start in range(0, tiling.tiles[0], step):
            rows = range(start, min(start + step, tiling.tiles[0]))
            line = len(rows) * pitch
            transformed = _transform_inputs(padded[image], rows, tiling, inputs)
            cells = transformed.shape[-1]
            grouped = transformed.reshape(*kernels.shape[:2], -1, cells)[..., :line]
            part = products[:, : plan.out_channels * line]
            np.matmul(kernels, grouped, out=part.reshape(*kernels.shape[:3], line))
            _write_outputs(part, rows, tiling, y[image])
    return y


@dataclass(frozen=True)
class Tiling:
    """The tiling of a convolution's output, and the memory layout of its transformed input.

    `m` is the number of outputs of a tile along each axis, and `schemes` has the matrices of F(m, r) for each
    axis. `tiles` is the number of tiles on each axis. `cells` is the number of cells of a phase on each axis:
    one for the start of each tile, and a few more because the last tile is longer than m inputs.
    """

    m: int
    schemes: tuple[Scheme, ...]
    tiles: tuple[int, ...]
    cells: tuple[int, ...]

    @classmethod
    def of(cls, plan: ConvPlan, m: int = TILE) -> Tiling:
        """Return the tiling of a convolution's output by tiles of m outputs per axis."""
        tiles = tuple(-(-n // m) for n in plan.output)
        cells = tuple(t + (m + r - 2) // m for t, r in zip(tiles, plan.kernel, strict=True))
        return cls(m, tuple(cook_toom(m, r) for r in plan.kernel), tiles, cells)

    @property
    def padded(self) -> tuple[int, ...]:
        """The size of the input on each axis, padded so that all phases have the same number of cells."""
        return tuple(n * self.m for n in self.cells)

    @property
    def points(self) -> int:
        """The number of values of a transformed tile: the product of the numbers of points of all axes."""
        return prod(len(scheme.input) for scheme in self.schemes)

    @property
    def reach(self) -> tuple[int, ...]:
        """The number of cells on each axis that a tile reads after its first cell."""
        return tuple(cells - tiles for cells, tiles in zip(self.cells, self.tiles, strict=True))

    @property
    def pitch(self) -> tuple[int, ...]:
        """For each axis, the distance in a line between two cells that are neighbours on that axis."""
        return tuple(prod(self.cells[axis + 1 :]) for axis in range(len(self.cells)))


def _transformed_kernels(weight: Array, tiling: Tiling, groups: int) -> Array:
    """Return the transformed kernels, (points, groups, O / groups, C / groups).

    The transforms of all axes are combined into one matrix, so that the transform is one BLAS product.
    """
    matrices = [_floating(scheme.kernel, weight.real.dtype) for scheme in tiling.schemes]
    points = reduce(np.kron, matrices)
    flat = weight.reshape(-1, points.shape[1])
    return np.asarray(np.matmul(points, flat.T).reshape(len(points), groups, -1, weight.shape[1]))


def _transform_inputs(x: Array, rows: range, tiling: Tiling, buffer: Array) -> Array:
    """Transform the inputs of some rows of tiles, and return them as (points, C, cells of the rows).

    Args:
        x: one padded image, (C, *padded).
        rows: the indices of the rows of tiles, along the first spatial axis.
        tiling: the tiling of the convolution.
        buffer: the memory that the result is written into.
    """
    m, rank, reach = tiling.m, len(tiling.tiles), tiling.reach
    counts = [len(scheme.input) for scheme in tiling.schemes]
    part = x[:, rows.start * m : (rows.stop + reach[0]) * m]
    lines: Lines = {
        phase: part[(slice(None), *(slice(b, None, m) for b in phase))].ravel()
        for phase in product(range(m), repeat=rank)
    }
    length = part.size // m**rank
    points = buffer[:, :length]
    for axis, scheme in enumerate(tiling.schemes):
        # Replace the phases of one axis by its points. Value j is in phase j % m, j // m cells further on.
        pitch, transformed = tiling.pitch[axis], {}
        length -= reach[axis] * pitch
        for key in product(*map(range, counts[: axis + 1]), *[range(m)] * (rank - axis - 1)):
            out = points[np.ravel_multi_index(key, counts)] if axis == rank - 1 else np.empty_like(points[0])
            values = (
                lines[(*key[:axis], j % m, *key[axis + 1 :])][j // m * pitch :]
                for j in range(len(scheme.input))
            )
            transformed[key] = _combined(scheme.input[key[axis]], values, out, length)
        lines = transformed
    return points.reshape(tiling.points, len(x), -1)


def _write_outputs(products: Array, rows: range, tiling: Tiling, y: Array) -> None:
    """Transform the products of some rows of tiles back into outputs, and write these into `y`.

    Args:
        products: the matrix products at each point, (points, O · cells of the rows).
        rows: the indices of the rows of tiles, along the first spatial axis.
        tiling: the tiling of the convolution.
        y: the output for one image, (O, *output).
    """
    m, rank = tiling.m, len(tiling.tiles)
    counts = [len(scheme.input) for scheme in tiling.schemes]
    lines: Lines = dict(zip(product(*map(range, counts)), products, strict=True))
    for axis, scheme in enumerate(tiling.schemes):
        transformed = {}
        for key in product(*[range(m)] * (axis + 1), *map(range, counts[axis + 1 :])):
            values = (lines[(*key[:axis], j, *key[axis + 1 :])] for j in range(counts[axis]))
            out = np.empty_like(products[0])
            transformed[key] = _combined(scheme.output[key[axis]], values, out, len(out))
        lines = transformed
    for offset in product(range(m), repeat=rank):
        # Output number `offset` of every tile; the last tiles may reach beyond the end.
        first = slice(rows.start * m + offset[0], min(rows.stop * m, y.shape[1]), m)
        target = y[(slice(None), first, *(slice(b, None, m) for b in offset[1:]))]
        cells = lines[offset].reshape(len(y), len(rows), *tiling.cells[1:])
        target[...] = cells[(slice(None), *map(slice, target.shape[1:]))]


def _combined(factors: Sequence[Fraction], lines: Iterable[Array], out: Array, length: int) -> Array:
    """Write the sum of factor · line over all lines into the first `length` entries of `out`.

    Return `out`.
    """
    terms = [(float(f), line[:length]) for f, line in zip(factors, lines, strict=True) if f]
    # Factors of 1 and -1 cost no multiplication, if the sum starts with a factor of 1.
    terms.sort(key=lambda term: term[0] != 1)
    (factor, total), *rest = terms
    target = out[:length]
    if factor != 1 or not rest:
        total = np.multiply(total, factor, out=target)
    for factor, line in rest:
        if abs(factor) == 1:
            total = (np.add if factor == 1 else np.subtract)(total, line, out=target)
        else:
            total = np.add(total, line * factor, out=target)
    return out


def _floating(matrix: Matrix, dtype: Any) -> Array:
    return np.array([[float(value) for value in row] for row in matrix], dtype)
