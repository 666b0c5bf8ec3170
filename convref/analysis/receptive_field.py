"""Compute the receptive fields of a network: the input elements on which each position of a value depends.

Along one axis, each position of a value depends on a field of `size` input elements. The fields of
neighbouring positions are `stride` elements apart, and the first starts at element `start` (negative in the
padding). A layer with window (kernel, stride, padding, dilation) on such a value gives

    size'   = size + dilation * (kernel - 1) * stride
    stride' = stride * the layer's stride
    start'  = start - padding * stride

so a kernel enlarges the field by the product of the strides of all layers before it, not by its own stride.
Where branches are joined by a sum, a product or a concatenation, the field extends from the first to the last
element of the fields of all branches. After a layer that mixes all positions (attention, a linear layer, a
global pool that is broadcast again), all positions have the same field, and `stride` is 0. If this field is
the whole input, later layers and joins do not change it.

After a layer that enlarges its input (a transposed convolution, interpolation), the size depends on the
position: an output between two input elements depends on both, but an output exactly at an element depends
only on this one. The sizes then repeat with a period. A field is computed for each position of a period;
`Field.size` is the largest size and `Field.smallest` the smallest.

Similar rules apply to operations on tensors (`operation_fields`). If an operation mixes positions in a way
that no single field describes, as attention within shifted windows does, the receptive field is not known.
The result is then an empty tuple.

Source: Araujo, Norris and Sim, 2019, Computing receptive fields of convolutional neural networks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from convref.analysis import positions
from convref.analysis.operation_fields import through_operation
from convref.analysis.positions import Atom
from convref.analysis.seen import Seen, joined, reached, regrouped
from convref.analysis.sights import Field, Fields, Sight, union
from convref.nn import Flatten, Plan, Reach, Shape, Step, Unflatten
from convref.nn.sizes import at
from convref.nn.window import own_positions


def receptive_fields(plan: Plan) -> list[Fields]:
    """Return the receptive fields of every value of a plan, in the order of the values' numbers.

    The entry of a value is a tuple with a `Field` for each spatial axis. The tuple is empty if the fields are
    not known, or if the value is a parameter, which does not depend on the input.

    Raises:
        MissingRuleError: a layer defines neither `window` nor `reach`; the error names the layer's path.

    Example:
        >>> from convref.nn import Conv2d, MaxPool2d, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3), MaxPool2d(2), Conv2d(8, 8, 3))
        >>> [fields[0].size for fields in receptive_fields(trace(net, (3, 32, 32)))]
        [1, 3, 4, 8]
    """
    known: dict[Sight, Field] = {}  # most axes of an image are alike
    return [() if seen is None else _fields(seen.sights, known) for seen in _all_seen(plan)]


def _fields(sights: Sequence[Sight | None], known: dict[Sight, Field]) -> Fields:
    found = []
    for sight in sights:
        if sight is None:
            return ()
        if sight not in known:
            known[sight] = sight.field()
        found.append(known[sight])
    return tuple(found)


def last_fields(plan: Plan) -> Fields:
    """Return the receptive field, per axis, of the last value that still has more than one position.

    The search goes backwards from the main output. The output may join branches that each end in a pool to
    one position; the result is then the union of the fields before these pools. It is empty if a field is not
    known.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 5), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 10))
        >>> last_fields(trace(net, (3, 32, 32)))[0]
        Field(size=5, stride=1, start=0, smallest=5)
    """
    all_seen, places = _all_seen(plan), _positions(plan)
    todo, found, visited = [plan.output], [], set()
    while todo:
        value = todo.pop()
        seen = all_seen[value]
        if seen is None or value in visited:
            continue
        visited.add(value)
        if value and not any(atom.size > 1 for atoms in seen.layout for atom in atoms):
            todo += plan.steps[value - 1].reads
        else:
            found.append(seen)
    sights = []
    for axis, place in enumerate(places):
        counts = [math.prod(atom.size for _, atom in positions.placed(seen.layout, axis)) for seen in found]
        size = plan.input_shapes[0][place]
        sights.append(union([seen.sights[axis] for seen in found], size, max(counts)))
    return _fields(sights, {})


def _all_seen(plan: Plan) -> list[Seen | None]:
    """Return the receptive fields of every value as a list of `Seen`, in the order of the values' numbers.

    An entry is None if the value is a parameter or computed only from parameters.
    """
    extents = tuple([plan.input_shapes[0][place] for place in _positions(plan)])
    all_seen: list[Seen | None] = [_input(plan)]
    wholes = [(1, *plan.input_shapes[0])]
    for step in plan.steps:
        made = at(step.whole, 1)
        before = [all_seen[value] for value in step.inputs]
        taken = [wholes[value] for value in step.inputs]
        seen: Seen | None
        if step.kind == "operation":
            seen = through_operation(step, before, taken, extents)
        elif not step.inputs or before[0] is None:
            seen = None
        elif step.kind == "part" and len(plan.input_shapes) > 1 and step.inputs == (0,):
            seen = _one_input(plan, step.index)
        elif step.kind == "join" and len(step.reads) > 1:
            seen = joined([each for each in before if each is not None], taken, made, extents)
        else:
            seen = _through_layer(step, before[0], taken[0], made)
        all_seen.append(seen)
        wholes.append(made)
    return all_seen


def _positions(plan: Plan) -> tuple[int, ...]:
    """Return the indices of the input's spatial axes: all axes except the channels."""
    axes = tuple(range(len(plan.input_shapes[0])))
    first = next((step.layer for step in plan.steps if step.inputs and step.kind != "part"), None)
    channels = 0 if first is None else first.channel_axis
    return axes if channels is None else tuple([axis for axis in axes if axis != channels % len(axes)])


def _input(plan: Plan) -> Seen:
    shape, places = plan.input_shapes[0], _positions(plan)
    layout: list[tuple[Atom, ...]] = [()] * (len(shape) + 1)
    for axis, place in enumerate(places):
        layout[place + 1] = (Atom(axis, shape[place], 1),)
    alike = len(set(plan.input_shapes)) == 1  # positions of inputs with different sizes cannot be compared
    return Seen((Sight() if alike else None,) * len(places), tuple(layout))


def _one_input(plan: Plan, index: int) -> Seen:
    first, shape = _input(plan), plan.input_shapes[index]
    return first if shape == plan.input_shapes[0] else Seen(first.sights, ((),) * (len(shape) + 1))


def _through_layer(step: Step, seen: Seen, taken: Shape, made: Shape) -> Seen:
    reaches = step.reaches[0]
    if reaches is own_positions(len(taken) - 1) and len(made) == len(taken) and step.kind != "part":
        return seen
    if isinstance(step.layer, (Flatten, Unflatten)):
        return regrouped(seen, taken, made)
    if step.kind == "part":
        cuts = step.layer.part_slices(step.input_shapes[0], step.index)
        starts = [cut.start or 0 for cut in cuts] + [0] * (len(taken) - 1 - len(cuts))
        reaches = tuple([Reach(axis, (start,), (start,)) for axis, start in enumerate(starts)])
    return reached(seen, taken, made, reaches)
