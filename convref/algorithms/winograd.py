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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convref.algorithms.cook_toom import Scheme, cook_toom
from convref.algorithms.plan import ConvPlan
from convref.arrays.geometry import overlap
from convref.arrays.windows import Array
from convref.errors import ArgumentError

TILE = 2
"""The default number of outputs of a tile along each axis.

With 2, a 3 x 3 kernel uses F(2, 3), whose input and output transforms need only additions and subtractions.
"""

MAX_POINTS = 8
"""The largest number of points per axis; with more, single precision keeps too few correct digits."""

LIMIT = 1 << 21
"""The largest number of bytes of transformed inputs and products that are held at a time.

They are read and written many times, and should stay in the processor's second-level cache.
"""

COLUMNS = 128
"""The least number of cells that are multiplied at a time: BLAS reads all of the kernels for each product."""

EXTRA = 32
"""Unused columns of the transformed kernels; see `_transformed_kernels`."""

OUTPUTS = 64
"""The number of output channels whose kernels are transformed together if each product reads others."""

Matrix: TypeAlias = tuple[tuple[Fraction, ...], ...]
Terms: TypeAlias = list[tuple[int, float]]
"""A sum of lines of memory, each multiplied by a factor: the index of each line, and its factor."""


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
    y = np.empty((plan.batch, plan.out_channels, *plan.output), x.dtype)
    step = _rows_at_a_time(tiling, (plan.in_channels + plan.out_channels) * x.itemsize)
    # The same memory serves all parts: the system would have to map fresh memory each time.
    phases, *points = _stages(tiling, plan.in_channels, step, x.dtype, inputs=True)
    products, *sums = _stages(tiling, plan.out_channels, step, x.dtype, inputs=False)
    columns = points[-1].reshape(tiling.points, plan.groups, weight.shape[1], -1)
    columns = columns[..., : step * tiling.pitch[0]]
    results = products.reshape(tiling.points, plan.groups, -1, columns.shape[-1])
    # Kernels that only one product reads are transformed just before it, while they are in the cache.
    once = plan.groups == plan.batch == 1 and step == tiling.tiles[0]
    kernels: Iterable[tuple[slice, Array]] = _transformed_kernels(
        weight, tiling, plan.groups, OUTPUTS if once else plan.out_channels
    )
    if not once:
        kernels = list(kernels)
    for image in range(plan.batch):
        for start in range(0, tiling.tiles[0], step):
            # The last part has as many rows as the others; it computes some rows of the part before it again.
            first = min(start, tiling.tiles[0] - step)
            _read_phases(x[image], first, tiling, plan.before, phases)
            _transform_inputs([phases, *points], tiling)
            for outputs, transformed in kernels:
                np.matmul(transformed, columns, out=results[:, :, outputs])
            _transform_products([products, *sums], tiling)
            _write_outputs(sums[-1], first, tiling, y[image])
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


def _transformed_kernels(
    weight: Array, tiling: Tiling, groups: int, count: int
) -> Iterator[tuple[slice, Array]]:
    """Yield the transformed kernels of `count` output channels at a time, after the slice of these channels.

    The kernels are (points, groups, count / groups, C / groups). If there are several groups, `count` must be
    the number of all output channels, and the slice selects all channels of each group. The transforms of all
    axes are combined into one matrix, so that the transform is one BLAS product. The same memory serves all
    parts.
    """
    matrices = [_floating(scheme.kernel, weight.real.dtype) for scheme in tiling.schemes]
    points = reduce(np.kron, matrices)
    flat = weight.reshape(len(weight), -1, points.shape[1])
    # A few more columns than kernels: rows that are a power of two apart would share few lines of the cache.
    buffer = np.empty((len(points), min(count, len(flat)) * weight.shape[1] + EXTRA), weight.dtype)
    for start in range(0, len(flat), count):
        some = flat[start : start + count]
        transformed = buffer[:, : len(some) * weight.shape[1]]
        np.matmul(points, some.reshape(-1, points.shape[1]).T, out=transformed)
        kernels = transformed.reshape(len(points), groups, -1, weight.shape[1])
        yield slice(start // groups, start // groups + kernels.shape[2]), kernels


def _rows_at_a_time(tiling: Tiling, bytes_per_cell: int) -> int:
    """Return the number of rows of tiles, along the first spatial axis, that are computed at a time.

    Their transforms and products take about `LIMIT` bytes, but they have about `COLUMNS` cells at least. All
    parts but the last have this number of rows, so it is chosen to divide the rows about evenly.
    """
    rows, pitch = tiling.tiles[0], tiling.pitch[0]
    most = max(1, LIMIT // max(1, bytes_per_cell * tiling.points * pitch), COLUMNS // pitch)
    return -(-rows // -(-rows // most))


def _stages(tiling: Tiling, channels: int, rows: int, dtype: Any, *, inputs: bool) -> list[Array]:
    """Return memory for the stages of a transform, which replaces one axis of phases by points at a time.

    With two spatial axes, the stages of the inputs are (m, m, line), (n, m, line) and (n, n, line), where a
    line consists of the cells of all channels. Those of the products run from (n, n, line) to (m, m, line).
    """
    line = channels * (rows + (tiling.reach[0] if inputs else 0)) * tiling.pitch[0]
    before = [tiling.m if inputs else len(scheme.input) for scheme in tiling.schemes]
    after = [len(scheme.input) if inputs else tiling.m for scheme in tiling.schemes]
    # The first is cleared, because `_read_phases` does not write the padding left and right of the input.
    later = [np.empty((*after[:axis], *before[axis:], line), dtype) for axis in range(1, len(before) + 1)]
    return [np.zeros((*before, line), dtype), *later]


def _read_phases(x: Array, first: int, tiling: Tiling, before: Sequence[int], phases: Array) -> None:
    """Copy the inputs of some rows of tiles into `phases`, of shape (m, …, m, line).

    Args:
        x: one image, (C, *size), without padding.
        first: the index of the first row of tiles, along the first spatial axis.
        tiling: the tiling of the convolution.
        before: the number of zeros before each axis.
        phases: the memory that is written to.
    """
    m, rank = tiling.m, len(tiling.tiles)
    cells = phases.reshape(*[m] * rank, len(x), -1, *tiling.cells[1:])
    starts = [first * m, *[0] * (rank - 1)]
    for phase in product(range(m), repeat=rank):
        target = cells[phase]
        axes = zip(starts, phase, before, target.shape[1:], x.shape[1:], strict=True)
        pairs = [overlap(start + p - b, m, count, n) for start, p, b, count, n in axes]
        here, there = zip(*pairs, strict=True)
        target[(slice(None), *here)] = x[(slice(None), *there)]
        target[:, : here[0].start] = 0  # rows that another part may have written
        target[:, here[0].stop :] = 0


def _transform_inputs(stages: Sequence[Array], tiling: Tiling) -> None:
    """Transform the phases of the input, the first of the stages, into points, the last of the stages."""
    m = tiling.m
    length = stages[0].shape[-1]
    for axis, scheme in enumerate(tiling.schemes):
        # Replace the phases of one axis by its points. Value j is in phase j % m, j // m cells further on.
        length -= tiling.reach[axis] * tiling.pitch[axis]
        starts = [j // m * tiling.pitch[axis] for j in range(len(scheme.input))]
        values = [
            _lines(stages[axis], axis, j % m, slice(start, start + length)) for j, start in enumerate(starts)
        ]
        for point, terms in enumerate(_terms(scheme.input)):
            _combine(terms, values, _lines(stages[axis + 1], axis, point, slice(length)))
    # The last cells belong to no tile, but are multiplied like the others, which could give a warning.
    stages[-1][..., length:] = 0


def _transform_products(stages: Sequence[Array], tiling: Tiling) -> None:
    """Transform the products at all points, the first of the stages, into outputs, the last of the stages."""
    for axis, scheme in enumerate(tiling.schemes):
        values = [_lines(stages[axis], axis, point) for point in range(len(scheme.input))]
        for output, terms in enumerate(_terms(scheme.output)):
            _combine(terms, values, _lines(stages[axis + 1], axis, output))


def _lines(stage: Array, axis: int, index: int, cells: slice = slice(None)) -> Array:
    """Return the lines of a stage with this index along one of its axes, or a part of the cells of each."""
    selected: Any = (*[slice(None)] * axis, index, ..., cells)
    lines: Array = stage[selected]
    return lines


def _write_outputs(sums: Array, first: int, tiling: Tiling, y: Array) -> None:
    """Write the outputs of some rows of tiles into `y`.

    Args:
        sums: the outputs by their number in the tile, (m, …, m, line).
        first: the index of the first row of tiles, along the first spatial axis.
        tiling: the tiling of the convolution.
        y: the output for one image, (O, *output).
    """
    m, rank = tiling.m, len(tiling.tiles)
    cells = sums.reshape(*[m] * rank, len(y), -1, *tiling.cells[1:])
    rows = cells.shape[rank + 1]
    for offset in product(range(m), repeat=rank):
        # Output number `offset` of every tile; the last tiles may reach beyond the end.
        lines = slice(first * m + offset[0], min((first + rows) * m, y.shape[1]), m)
        target = y[(slice(None), lines, *(slice(b, None, m) for b in offset[1:]))]
        target[...] = cells[offset][(slice(None), *map(slice, target.shape[1:]))]


@cache
def _terms(matrix: Matrix) -> tuple[Terms, ...]:
    """Return each row of a matrix as the terms of a sum, without those whose factor is 0.

    Terms with factor 1 come first: a sum that starts with one needs no multiplication for factors 1 and -1.
    """
    rows = [[(index, float(factor)) for index, factor in enumerate(row) if factor] for row in matrix]
    return tuple(sorted(terms, key=lambda term: term[1] != 1) for terms in rows)


def _combine(terms: Terms, lines: Sequence[Array], out: Array) -> None:
    """Write the sum of factor · line over all terms into `out`."""
    (index, factor), *rest = terms
    total = lines[index]
    if factor != 1 or not rest:
        total = np.multiply(total, factor, out=out)
    for index, factor in rest:
        if abs(factor) == 1:
            total = (np.add if factor == 1 else np.subtract)(total, lines[index], out=out)
        else:
            total = np.add(total, lines[index] * factor, out=out)


def _floating(matrix: Matrix, dtype: Any) -> Array:
    return np.array([[float(value) for value in row] for row in matrix], dtype)
