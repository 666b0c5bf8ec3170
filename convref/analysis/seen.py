"""The class `Seen`, the receptive fields of all positions of a value, and how operations change them.

A position of a value *sees* the elements of the network's input on which it depends. A `Sight` describes
these elements along one input axis, for all positions. In this module, an argument `place` is the index of an
axis of a value, counted with the batch as axis 0; `taken` and `made` are the shapes before and after an
operation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from convref.analysis import positions
from convref.analysis.positions import Atom, Layout
from convref.analysis.sights import Sight, composed, spread, still, union
from convref.nn import Reach, Shape


class Seen(NamedTuple):
    """The receptive fields of all positions of a value, and the axes on which these positions lie.

    Attributes:
        sights: a `Sight` for each spatial axis of the input: the elements along this axis on which each
            position depends. It is None if they are not known.
        layout: for each axis of the value, the input positions to which its indices correspond. If an input
            axis does not occur here, all elements of the value depend on the same elements along it.
    """

    sights: tuple[Sight | None, ...]
    layout: Layout


def reached(seen: Seen, taken: Shape, made: Shape, reaches: Sequence[Reach | None]) -> Seen:
    """Return the receptive fields of a layer's output.

    Args:
        seen: the receptive fields of the layer's input.
        taken: the shape of the layer's input, with the batch axis.
        made: the shape of the layer's output, with the batch axis.
        reaches: for each axis after the batch, the positions of the input that each output position reads;
            None if every output reads the whole axis.
    """
    sights, layout = list(seen.sights), [()] * len(made)
    rows: list[tuple[Atom, ...]] = [*layout]
    for place, atoms in enumerate(seen.layout):
        if not atoms:
            continue
        reach = Reach(-1) if place == 0 else reaches[place - 1]
        moved = None if reach is None else reach.axis + 1
        own = reach is not None and (reach.first, reach.last, reach.step) == ((0,), (0,), 1)
        atom = positions.single(seen.layout, place, taken[place])
        for axis in positions.axes_of(atoms):
            out = 1 if moved is None else made[moved]
            sights[axis] = _through_axis(sights[axis], reach, atom, taken[place], out)
            if atom is None and not own and not still(sights[axis]):
                sights[axis] = _mixed_sight(seen, axis, place, reach)
        if moved is not None:
            resized = [each._replace(size=made[moved]) for each in atoms] if len(atoms) == 1 else list(atoms)
            rows[moved] = (*rows[moved], *resized)
    return Seen(tuple(sights), tuple(rows))


def _through_axis(
    sight: Sight | None, reach: Reach | None, atom: Atom | None, size: int, out: int
) -> Sight | None:
    """Return the elements along one axis of the network's input on which a layer's output depends.

    Args:
        sight: the same for the layer's input; None if it is not known.
        reach: the positions that each output reads along the layer's axis; None if it reads all of them.
        atom: the layer's axis as a series of positions of the network's input. It is None if the axis does
            not consist of all positions of one input axis in order; `sight` is then returned unchanged.
        size: the size of the axis in the layer's input.
        out: the size of the axis in the layer's output.
    """
    if sight is None or atom is None:
        return sight
    if reach is None:  # every output depends on the whole axis
        return spread(sight, size)
    if size == 1 and reach.step < len(reach.first):  # a single position is enlarged: all outputs depend on it
        return spread(sight, 1)
    return composed(sight, reach, out)


def _mixed_sight(seen: Seen, axis: int, place: int, reach: Reach | None) -> Sight | None:
    """Return the elements along `axis` of the network's input on which a layer's output depends.

    The function handles an axis `place` of the layer's input that does not consist of all positions of `axis`
    in order, as after a flattening. The result is then known only if each output reads the whole axis
    `place`; otherwise it is None.
    """
    if reach is None or reach.step == 0:
        return mixed(seen, place, keeps=reach is not None).sights[axis]
    return None


def mixed(seen: Seen, place: int, *, keeps: bool) -> Seen:
    """Return the receptive fields after an operation whose outputs each read all elements along one axis.

    Args:
        seen: the receptive fields before the operation.
        place: the index of the axis.
        keeps: True if the axis keeps its size, as in a softmax (all its positions then have the same field);
            False if it is reduced to one element, as by a sum.
    """
    sights, layout = list(seen.sights), list(seen.layout)
    atoms = layout[place]
    for axis in positions.axes_of(atoms):
        sight, inside = sights[axis], [atom for atom in atoms if atom.axis == axis]
        outer = [
            atom for where, atom in positions.placed(seen.layout, axis) if where != place and atom.size > 1
        ]
        if sight is None or still(sight):
            continue
        count = math.prod(atom.size for atom in inside)
        if not outer:
            sights[axis] = spread(sight, count)
        elif keeps or not _inner(inside, outer):
            sights[axis] = None
        else:  # each window is mixed separately
            sights[axis] = composed(sight, Reach(0, (0,), (count - 1,), step=count), outer[0].size)
            layout = [
                tuple([a._replace(step=a.step // count) if a.axis == axis else a for a in each])
                for each in layout
            ]
    layout[place] = positions.irregular(atoms) if keeps else ()
    return Seen(tuple(sights), tuple(layout))


def _inner(inside: Sequence[Atom], outer: Sequence[Atom]) -> bool:
    """Return whether `outer` are windows that lie side by side, and `inside` the positions within a window.

    Both belong to one input axis. Windows lie side by side if the distance between neighbouring windows is
    the number of positions within a window.
    """
    count = math.prod(atom.size for atom in inside)
    return all(atom.step >= 1 for atom in inside) and min(atom.step for atom in outer) == count


def everything(seen: Seen, rank: int) -> Seen:
    """Return the receptive fields of a result whose elements each depend on all elements of a value.

    `seen` has the receptive fields of this value, and `rank` is the number of axes of the result.
    """
    sights = []
    for axis, sight in enumerate(seen.sights):
        count = math.prod(atom.size for _, atom in positions.placed(seen.layout, axis))
        sights.append(spread(sight, count) if sight is not None else None)
    return Seen(tuple(sights), ((),) * rank)


def regrouped(seen: Seen, taken: Shape, made: Shape) -> Seen:
    """Return the receptive fields after a reshape from shape `taken` to shape `made`.

    If the reshape merges the channels and all positions into one axis, as before a linear layer, each element
    counts as depending on all positions.
    """
    layout = positions.reshaped(seen.layout, taken, made)
    if layout is None:
        known = tuple([sight if still(sight) else None for sight in seen.sights])
        return Seen(known, ((),) * len(made))
    every = {axis for axis in range(len(seen.sights)) if positions.placed(layout, axis)}
    for place, (atoms, size) in enumerate(zip(layout, made, strict=True)):
        beside = size > math.prod(atom.size for atom in atoms)
        vector = beside or math.prod(made) == math.prod((made[0], size) if place else (size,))
        if every and vector and len(made) < len(taken) and every == set(positions.axes_of(atoms)):
            return everything(seen, len(made))
    return Seen(seen.sights, layout)


def joined(before: Sequence[Seen], shapes: Sequence[Shape], made: Shape, extents: Shape) -> Seen:
    """Return the receptive fields of the result of an elementwise operation on several values, such as a sum.

    Args:
        before: the receptive fields of each of these values.
        shapes: the shapes of the values, which are broadcast as in NumPy.
        made: the shape of the result.
        extents: the sizes of the spatial axes of the network's input.
    """
    rank = len(made)
    layouts = [((),) * (rank - len(each.layout)) + each.layout for each in before]
    sizes = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    layout: list[tuple[Atom, ...]] = []
    apart: set[int] = set()
    for place in range(rank):
        wide = [
            own[place] for own, size in zip(layouts, sizes, strict=True) if own[place] and size[place] > 1
        ]
        found = list(dict.fromkeys(wide))
        if len(found) > 1:  # two values have the positions of an input axis in different orders
            apart.update(positions.axes_of(atom for atoms in found for atom in atoms))
        layout.append(found[0] if found else next((own[place] for own in layouts if own[place]), ()))
    sights: list[Sight | None] = []
    for axis, extent in enumerate(extents):
        along: list[Sight | None] = []
        places = [place for place, _ in positions.placed(tuple(layout), axis)]
        for each, own, size in zip(before, layouts, sizes, strict=True):
            sight = each.sights[axis]
            here = [place for place, _ in positions.placed(own, axis)]
            narrow = all(size[place] == 1 for place in here) and any(made[place] > 1 for place in places)
            along.append(spread(sight, 1) if sight is not None and narrow else sight)
        count = math.prod(made[place] for place in places)
        known = axis not in apart or all(map(still, along))
        sights.append(union(along, extent, count) if known else None)
    return Seen(tuple(sights), tuple(layout))
