"""Parts of a tensor -> layers: slices, single places and unequal parts, as paddings that cut."""

from __future__ import annotations

from typing import Any

from convref import nn
from convref.nn import Layer
from convref.torch.reader.modules import Unreadable
from convref.torch.reader.operations import Shape, Shapes, reshaped

WHOLE = slice(None)


def indexed(shapes: Shapes, index: Any) -> tuple[Layer, ...]:
    """What `x[index]` does: slices, numbers and None.

    Raises:
        Unreadable: the batch is cut, or the index has a step or a tensor.

    Example:
        >>> indexed(Shapes((2, 3, 8, 8), (2, 3, 8, 7)), (..., slice(1, None)))
        (ZeroPad2d((-1, 0, 0, 0)),)
    """
    items = list(index) if isinstance(index, tuple) else [index]
    axes = sum(item is not None and item is not Ellipsis for item in items)
    if Ellipsis in items:
        place = items.index(Ellipsis)
        items[place : place + 1] = [WHOLE] * (len(shapes.taken) - axes)
    kept = [item for item in items if item is not None]
    kept += [WHOLE] * (len(shapes.taken) - len(kept))
    if not all(isinstance(item, (slice, int)) for item in kept):
        raise Unreadable("an index must be of slices and numbers")
    if kept[0] != WHOLE or items[0] is None:
        raise Unreadable("the batch must stay the first axis, whole")
    ranges = [_range(item, size) for item, size in zip(kept, shapes.taken, strict=True)]
    cut = tuple(stop - start for start, stop in ranges)
    return (*_cut(shapes.taken, ranges), *reshaped(Shapes(cut, shapes.made)))


def part(taken: Shape, dim: int, start: int, size: int) -> tuple[Layer, ...]:
    """What is cut out along one axis, from `start` on.

    Example:
        >>> part((2, 9, 6, 6), 1, 4, 5)
        (Unflatten(1, (1, 9)), ZeroPad3d((0, 0, 0, 0, -4, 0)), Flatten(end_dim=2))
    """
    ranges = [(0, each) for each in taken]
    ranges[dim] = (start, start + size)
    return _cut(taken, ranges)


def _range(item: slice | int, size: int) -> tuple[int, int]:
    if isinstance(item, int):
        return item % size, item % size + 1
    start, stop, step = item.indices(size)
    if step != 1:
        raise Unreadable("a step of a slice is not known here")
    return start, stop


def _cut(taken: Shape, ranges: list[tuple[int, int]]) -> tuple[Layer, ...]:
    """Paddings cut spatial axes; for channels, an axis is put before them, so that they are one."""
    channels = ranges[1] != (0, taken[1])
    axes = range(1 if channels else 2, len(taken))
    if all(ranges[axis] == (0, taken[axis]) for axis in axes):
        return ()
    pads = {1: nn.ZeroPad1d, 2: nn.ZeroPad2d, 3: nn.ZeroPad3d}
    if len(axes) not in pads:
        raise Unreadable(f"a part of {len(taken) - 1} axes with the channels is not known here")
    sides = [(-ranges[axis][0], ranges[axis][1] - taken[axis]) for axis in reversed(axes)]
    pad = pads[len(axes)](tuple(side for pair in sides for side in pair))
    return (nn.Unflatten(1, (1, taken[1])), pad, nn.Flatten(1, 2)) if channels else (pad,)
