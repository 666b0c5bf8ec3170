"""Rules for the receptive fields of operations that move, slice, concatenate or repeat along axes."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis import positions
from convref.analysis.fields.passed import Passed, Rule, elementwise, named
from convref.analysis.seen import Seen, joined, regrouped
from convref.analysis.sights import composed, still
from convref.nn import Reach, Shape


def _reshape(passed: Passed) -> Seen:
    seen, taken = passed.first
    return regrouped(seen, taken, passed.made)


def _permute(passed: Passed) -> Seen:
    seen, taken = passed.first
    return Seen(seen.sights, tuple([seen.layout[dim % len(taken)] for dim in passed.args[1]]))


def _transpose(passed: Passed) -> Seen:
    seen, taken = passed.first
    order = list(range(len(taken)))
    one, other = (
        (dim % len(taken) for dim in passed.args[1:3]) if len(passed.args) > 2 else (0, len(taken) - 1)
    )
    order[one], order[other] = order[other], order[one]
    return Seen(seen.sights, tuple([seen.layout[dim] for dim in order]))


def _expand(passed: Passed) -> Seen:
    seen, taken = passed.first
    return _spread_out(joined([seen], [taken], passed.made, passed.extents), taken, passed.made)


def _spread_out(seen: Seen, taken: Shape, made: Shape) -> Seen:
    """Return the receptive fields after axes of size 1 were expanded.

    The new positions have the receptive field of the one position that was repeated.
    """
    layout = list(seen.layout)
    before = (1,) * (len(made) - len(taken)) + taken
    for place, (old, new) in enumerate(zip(before, made, strict=True)):
        if old == 1 < new and len(layout[place]) == 1:
            layout[place] = (layout[place][0]._replace(size=new),)
    return Seen(seen.sights, tuple(layout))


def _unsqueeze(passed: Passed) -> Seen:
    seen, _ = passed.first
    place = passed.args[1] % len(passed.made)
    return Seen(seen.sights, (*seen.layout[:place], (), *seen.layout[place:]))


def _slice(passed: Passed) -> Seen:
    seen, taken = passed.first
    place = passed.option(1, "dim", 0) % len(taken)
    start, _, step = slice(*passed.args[2:5], *[None] * (3 - len(passed.args[2:5]))).indices(taken[place])
    return _cut(seen, place, taken, start=start, step=step, count=passed.made[place])


def _cut(seen: Seen, place: int, taken: Shape, *, start: int, step: int, count: int) -> Seen:
    """Return the receptive fields of a slice `start:stop:step` along one axis, which has `count` positions.

    `place` is the index of the axis, and `taken` is the shape of the value before the slice.
    """
    atoms = seen.layout[place]
    if not atoms or count == taken[place]:
        return seen
    atom = positions.single(seen.layout, place, taken[place])
    sights, layout = list(seen.sights), list(seen.layout)
    if atom is None:
        for axis in positions.axes_of(atoms):
            sights[axis] = sights[axis] if still(sights[axis]) else None
        layout[place] = positions.irregular(atoms) if count > 1 else ()
        return Seen(tuple(sights), tuple(layout))
    sight = sights[atom.axis]
    if sight is not None:
        sights[atom.axis] = composed(sight, Reach(0, (start,), (start,), step), count)
    layout[place] = (atom._replace(size=count),)
    return Seen(tuple(sights), tuple(layout))


def _select(passed: Passed) -> Seen:
    seen, taken = passed.first
    place = passed.args[1] % len(taken)
    cut = _cut(seen, place, taken, start=passed.args[2] % taken[place], step=1, count=1)
    return Seen(cut.sights, (*cut.layout[:place], *cut.layout[place + 1 :]))


def _split(passed: Passed) -> Seen:
    seen, taken = passed.first
    place = passed.option(2, "dim", 0) % len(taken)
    size = passed.args[1]
    start = sum(size[: passed.output]) if isinstance(size, list) else size * passed.output
    return _cut(seen, place, taken, start=start, step=1, count=passed.made[place])


def _unbind(passed: Passed) -> Seen:
    seen, taken = passed.first
    place = passed.option(1, "dim", 0) % len(taken)
    cut = _cut(seen, place, taken, start=passed.output, step=1, count=1)
    return Seen(cut.sights, (*cut.layout[:place], *cut.layout[place + 1 :]))


def _cat(passed: Passed) -> Seen:
    """Return the receptive fields of a concatenation.

    The positions along its axis come from several values, so they are marked as not evenly spaced.
    """
    made = elementwise(passed)
    place = passed.option(1, "dim", 0) % len(passed.made)
    if not made.layout[place]:
        return made
    layout = list(made.layout)
    layout[place] = positions.irregular(made.layout[place])
    return Seen(made.sights, tuple(layout))


def _stack(passed: Passed) -> Seen:
    place = passed.option(1, "dim", 0) % len(passed.made)
    pairs = [(each, shape) for each, shape in zip(passed.seen, passed.taken, strict=True) if each is not None]
    inner = passed.made[:place] + passed.made[place + 1 :]
    one = joined([each for each, _ in pairs], [shape for _, shape in pairs], inner, passed.extents)
    return Seen(one.sights, (*one.layout[:place], (), *one.layout[place:]))


def _repeat(passed: Passed) -> Seen:
    seen, taken = passed.first
    before = (1,) * (len(passed.made) - len(taken)) + taken
    spread = tuple([new if old == 1 else old for old, new in zip(before, passed.made, strict=True)])
    wide = _spread_out(joined([seen], [taken], spread, passed.extents), taken, spread)
    moved = [
        place
        for place, (size, old) in enumerate(zip(passed.made, spread, strict=True))
        if size != old and wide.layout[place]
    ]
    return _disordered(wide, moved)


def _roll(passed: Passed) -> Seen:
    seen, taken = passed.first
    dims = passed.option(2, "dims", []) or range(len(taken))
    return _disordered(seen, [dim % len(taken) for dim in dims])


def _flip(passed: Passed) -> Seen:
    seen, taken = passed.first
    return _disordered(seen, [dim % len(taken) for dim in passed.args[1]])


def _disordered(seen: Seen, places: Sequence[int]) -> Seen:
    """Return the receptive fields after the positions along some axes were reordered, as by a flip or a roll.

    Each position keeps its field, but the positions are marked as not evenly spaced. `places` are the indices
    of the axes.
    """
    layout = list(seen.layout)
    for place in places:
        layout[place] = positions.irregular(layout[place])
    return Seen(seen.sights, tuple(layout))


def _pad(passed: Passed) -> Seen:
    seen, taken = passed.first
    sights, layout, sides = list(seen.sights), list(seen.layout), list(passed.args[1])
    for index in range(len(sides) // 2):
        place = len(taken) - 1 - index
        atom = positions.single(seen.layout, place, taken[place])
        if not seen.layout[place] or passed.made[place] == taken[place]:
            continue
        if atom is None:
            layout[place] = positions.irregular(seen.layout[place])
            continue
        sight, left = sights[atom.axis], sides[2 * index]
        if sight is not None:
            sights[atom.axis] = composed(sight, Reach(0, (-left,), (-left,)), passed.made[place])
        layout[place] = (atom._replace(size=passed.made[place]),)
    return Seen(tuple(sights), tuple(layout))


AXES: dict[str, Rule] = {
    **named("view _unsafe_view reshape squeeze squeeze.dim squeeze.dims", _reshape),
    "permute": _permute,
    **named("transpose.int t", _transpose),
    "expand": _expand,
    "unsqueeze": _unsqueeze,
    "slice.Tensor": _slice,
    "select.int": _select,
    **named("split.Tensor split_with_sizes", _split),
    "unbind.int": _unbind,
    "cat": _cat,
    "stack": _stack,
    "repeat": _repeat,
    "roll": _roll,
    "flip": _flip,
    **named(
        "constant_pad_nd pad reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
        "replication_pad2d replication_pad3d",
        _pad,
    ),
}
