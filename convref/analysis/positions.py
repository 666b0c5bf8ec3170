"""Layouts: where the positions of the network's input (its rows and columns) are in a value.

Reshapes and permutations move them to other axes. A layout has, for each axis of a value, a tuple of `Atom`s.
An atom is a series of evenly spaced positions along one axis of the input: the height of an image is one
atom. If the image is cut into windows, the height becomes two atoms on two axes: the windows, and the rows
within a window. If the image is flattened to a sequence, one axis has two atoms: the height, and in each row
the width. An axis without atoms does not correspond to positions of the input, such as the channels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from convref.nn import Shape


class Atom(NamedTuple):
    """Evenly spaced positions along one axis of the network's input.

    Attributes:
        axis: the index of the axis among the spatial axes of the input: 0 for the height, 1 for the width.
        size: the number of positions.
        step: the distance between neighbouring positions, in positions of the input; 0 marks positions that
            are no longer evenly spaced.
    """

    axis: int
    size: int
    step: int


Layout: TypeAlias = "tuple[tuple[Atom, ...], ...]"
"""A tuple of atoms for each axis of a value, including the batch axis."""


def placed(layout: Layout, axis: int) -> list[tuple[int, Atom]]:
    """Return the atoms of one input axis in a layout, as pairs (axis of the value, atom).

    Example:
        >>> placed(((), (), (Atom(0, 8, 1),), (Atom(1, 8, 1),)), 1)
        [(3, Atom(axis=1, size=8, step=1))]
    """
    return [(place, atom) for place, atoms in enumerate(layout) for atom in atoms if atom.axis == axis]


def axes_of(atoms: Iterable[Atom]) -> list[int]:
    """Return the indices of the input axes to which atoms belong, without repetitions."""
    return list(dict.fromkeys(atom.axis for atom in atoms))


def reshaped(layout: Layout, taken: Shape, made: Shape) -> Layout | None:
    """Return the layout after a reshape, or None if no layout can describe the new order of the positions.

    Args:
        layout: the layout before the reshape.
        taken: the shape before it, with the batch axis.
        made: the shape after it, with the batch axis.

    Example:
        >>> tokens = reshaped(((), (), (Atom(0, 8, 1),), (Atom(1, 8, 1),)), (2, 3, 8, 8), (2, 3, 64))
        >>> tokens
        ((), (), (Atom(axis=0, size=8, step=1), Atom(axis=1, size=8, step=1)))
        >>> reshaped(((), (Atom(0, 8, 1),)), (2, 8), (2, 2, 4))
        ((), (Atom(axis=0, size=2, step=4),), (Atom(axis=0, size=4, step=1),))
    """
    pieces = _pieces(layout, taken)
    found: list[tuple[Atom, ...]] = []
    for size in made:
        atoms: list[Atom] = []
        left = size
        while left > 1:
            if not pieces:
                return None
            count, atom = pieces.pop(0)
            common = math.gcd(count, left) if count > left or left % count else count
            if common == 1 or (count > left and common != left):
                return None
            inner = count // common
            if inner > 1:  # only a part of this piece belongs to this axis
                if atom is not None and not atom.step:
                    return None
                pieces.insert(0, (inner, atom._replace(size=inner) if atom is not None else None))
            if atom is not None:
                atoms.append(atom if inner == 1 else atom._replace(size=common, step=atom.step * inner))
            left //= common
        found.append(tuple(atoms))
    return tuple(found)


def _pieces(layout: Layout, shape: Shape) -> list[tuple[int, Atom | None]]:
    """Split the size of each axis into factors, and return a pair (factor, atom) for each of them, in order.

    The atom has the input positions to which the factor corresponds. It is None for a factor that does not
    correspond to positions, such as channels.
    """
    pieces: list[tuple[int, Atom | None]] = []
    for atoms, size in zip(layout, shape, strict=True):
        positions = math.prod(atom.size for atom in atoms)
        if size % positions or (atoms and size != positions):  # the axis has more elements than positions
            pieces.append((size, atoms[0]._replace(size=size, step=0) if len(atoms) == 1 else None))
            continue
        if size > positions:
            pieces.append((size // positions, None))
        pieces += [(atom.size, atom) for atom in atoms if atom.size > 1]
    return [piece for piece in pieces if piece[0] > 1]


def irregular(atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    """Return the atoms with their step set to 0: their positions are no longer evenly spaced."""
    return tuple([atom._replace(step=0) for atom in atoms])


def single(layout: Layout, place: int, size: int) -> Atom | None:
    """Return the atom of an axis if the axis consists of all positions of one input axis, in their order.

    Args:
        layout: the layout of a value.
        place: the index of the axis.
        size: the size of the axis.

    Returns:
        The atom; or None if the axis has no atom or several, if it has elements that are not positions, or if
        it has only some of the positions of the input axis.
    """
    if not 0 <= place < len(layout) or len(layout[place]) != 1:
        return None
    (atom,) = layout[place]
    alone = len(placed(layout, atom.axis)) == 1
    return atom if alone and atom.step == 1 and atom.size == size else None
