"""Axes of a value along which the positions of the network's input lie, through reshapes and permutations.

Each axis of a value holds `Atom`s, the outermost first. An atom counts positions along one axis of the input:
an image's height is one atom; cut into windows it is two, the windows and the rows of a window; flattened to
tokens, one axis of the value holds the atoms of the height and of the width. An axis without atoms has no
positions: channels, heads, a single pooled value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from convref.nn import Shape


class Atom(NamedTuple):
    """Positions along an axis of the input.

    Attributes:
        axis: which axis of the input.
        size: how many positions.
        step: how many positions of that axis one step here is; 0 where they lie in no regular order.
    """

    axis: int
    size: int
    step: int


Layout: TypeAlias = "tuple[tuple[Atom, ...], ...]"
"""The atoms of each axis of a value, its whole shape."""


def placed(layout: Layout, axis: int) -> list[tuple[int, Atom]]:
    """The places of the positions of one axis of the input: the axes of the value, and the atoms.

    Example:
        >>> placed(((), (), (Atom(0, 8, 1),), (Atom(1, 8, 1),)), 1)
        [(3, Atom(axis=1, size=8, step=1))]
    """
    return [(place, atom) for place, atoms in enumerate(layout) for atom in atoms if atom.axis == axis]


def axes_of(atoms: Iterable[Atom]) -> list[int]:
    """The axes of the input among atoms, each once."""
    return list(dict.fromkeys(atom.axis for atom in atoms))


def reshaped(layout: Layout, taken: Shape, made: Shape) -> Layout | None:
    """The layout after a reshape; None where positions are cut apart in no regular way.

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
    """The factors of a shape in order: atoms, and what is no position."""
    pieces: list[tuple[int, Atom | None]] = []
    for atoms, size in zip(layout, shape, strict=True):
        positions = math.prod(atom.size for atom in atoms)
        if size % positions or (atoms and size != positions):  # further elements beside the positions
            pieces.append((size, atoms[0]._replace(size=size, step=0) if len(atoms) == 1 else None))
            continue
        if size > positions:
            pieces.append((size // positions, None))
        pieces += [(atom.size, atom) for atom in atoms if atom.size > 1]
    return [piece for piece in pieces if piece[0] > 1]


def irregular(atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    """The same positions in no regular order."""
    return tuple([atom._replace(step=0) for atom in atoms])


def single(layout: Layout, place: int, size: int) -> Atom | None:
    """The one atom of an axis whose positions are all there, in order; else None."""
    if not 0 <= place < len(layout) or len(layout[place]) != 1:
        return None
    (atom,) = layout[place]
    alone = len(placed(layout, atom.axis)) == 1
    return atom if alone and atom.step == 1 and atom.size == size else None
