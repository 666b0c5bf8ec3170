"""The receptive fields of operations on tensors: a rule for each that is known, by torch's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from convref.analysis import positions
from convref.analysis.positions import Layout
from convref.analysis.seen import Seen, everything, joined, mixed, reached, regrouped
from convref.analysis.sights import Sight, composed, still
from convref.nn import Operation, Reach, Shape, Step, Value, Window
from convref.nn.operations.costs import COSTS
from convref.nn.operations.kinds import ELEMENTWISE, REDUCTIONS
from convref.nn.sizes import at
from convref.nn.window import resampled_axis, windowed


class Passed(NamedTuple):
    """An operation and what arrives.

    Attributes:
        seen: what each input sees; None for parameters.
        taken: the whole shapes of the inputs, for one sample.
        made: that of the output.
        args, options: the arguments, tensors by their `Value`.
        extents: the sizes of the input's axes.
        output: which of its outputs.
    """

    seen: Sequence[Seen | None]
    taken: Sequence[Shape]
    made: Shape
    args: Sequence[Any]
    options: dict[str, Any]
    extents: Shape
    output: int

    def operand(self, position: int) -> tuple[Seen | None, Shape]:
        """What the tensor at a position of the arguments sees, and its shape."""
        index = self.args[position].index
        return self.seen[index], self.taken[index]

    def option(self, position: int, name: str, default: Any = None) -> Any:
        """An argument by its position or by its name."""
        return self.args[position] if len(self.args) > position else self.options.get(name, default)

    @property
    def first(self) -> tuple[Seen, Shape]:
        """The first input that sees anything, and its shape."""
        return next(
            (each, shape) for each, shape in zip(self.seen, self.taken, strict=True) if each is not None
        )


Rule = Callable[[Passed], Seen]


def through_operation(
    step: Step, before: Sequence[Seen | None], taken: Sequence[Shape], extents: Shape
) -> Seen | None:
    """What the result of an operation sees; None where it is made of parameters alone."""
    if not any(each is not None for each in before):
        return None
    assert isinstance(step.layer, Operation)  # noqa: S101 - the kind of the step says so
    args, options = step.layer.given_for(1, Value)
    made = at(step.whole, 1)
    passed = Passed(before, taken, made, args, options, extents, step.index)
    rule = RULES.get(step.layer.name, _unknown)
    return rule(passed)


def _unknown(passed: Passed) -> Seen:
    """Without a rule, the field is known only where every position sees the whole input already."""
    known = [each for each in passed.seen if each is not None]
    sights: list[Sight | None] = []
    for axis in range(len(passed.extents)):
        along = [each.sights[axis] for each in known]
        sights.append(along[0] if all(map(still, along)) else None)
    same = len(passed.made) == len(known[0].layout)
    return Seen(tuple(sights), known[0].layout if same else ((),) * len(passed.made))


def _elementwise(passed: Passed) -> Seen:
    pairs = [(each, shape) for each, shape in zip(passed.seen, passed.taken, strict=True) if each is not None]
    return joined([each for each, _ in pairs], [shape for _, shape in pairs], passed.made, passed.extents)


def _same(passed: Passed) -> Seen:
    return passed.first[0]


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
    return joined([seen], [taken], passed.made, passed.extents)


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
    """Every `step`-th position along an axis, from `start` on."""
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
    """Beside each other along an axis; where that has positions, they lie in no regular order then."""
    made = _elementwise(passed)
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
    layout: Layout = ((),) * (len(passed.made) - len(taken)) + seen.layout
    moved = [
        place
        for place, (size, old) in enumerate(
            zip(passed.made, (*[1] * (len(passed.made) - len(taken)), *taken), strict=True)
        )
        if size != old and layout[place]
    ]
    return _disordered(Seen(seen.sights, layout), moved)


def _roll(passed: Passed) -> Seen:
    seen, taken = passed.first
    dims = passed.option(2, "dims", []) or range(len(taken))
    return _disordered(seen, [dim % len(taken) for dim in dims])


def _flip(passed: Passed) -> Seen:
    seen, taken = passed.first
    return _disordered(seen, [dim % len(taken) for dim in passed.args[1]])


def _disordered(seen: Seen, places: Sequence[int]) -> Seen:
    """The positions of some axes in another order, each with the field that it had."""
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


def _reduced(passed: Passed) -> Seen:
    seen, taken = passed.first
    dim = passed.option(1, "dim")
    dims = range(len(taken)) if dim in (None, []) else [dim] if isinstance(dim, int) else dim
    gone = sorted(each % len(taken) for each in dims)
    for place in gone:
        seen = mixed(seen, place, keeps=False)
    if len(passed.made) == len(taken):
        return seen
    return Seen(seen.sights, tuple([each for place, each in enumerate(seen.layout) if place not in gone]))


def _norm_reduced(passed: Passed) -> Seen:
    return _reduced(passed._replace(args=[passed.args[0], *passed.args[2:]]))


def _along(passed: Passed) -> Seen:
    """What sees all along an axis, as softmax and running sums do."""
    seen, taken = passed.first
    place = passed.args[1] % len(taken)
    return mixed(seen, place, keeps=True) if seen.layout[place] else seen


def _product(passed: Passed) -> Seen:
    """Of matrices: all along the inner axis, for each row of the one and each column of the other."""
    (one, left), (other, right) = passed.operand(0), passed.operand(1)
    return _matrices(passed, one, left, other, right)


def _added_product(passed: Passed) -> Seen:
    (one, left), (other, right) = passed.operand(1), passed.operand(2)
    return _matrices(passed, one, left, other, right)


def _matrices(passed: Passed, one: Seen | None, left: Shape, other: Seen | None, right: Shape) -> Seen:
    rank = len(passed.made)
    parts: list[tuple[Seen, Shape]] = []
    if len(left) < 2 or len(right) < 2:
        return _unknown(passed)
    if one is not None:
        rows = mixed(one, len(left) - 1, keeps=False)
        parts.append((rows, (*left[:-1], 1)))
    if other is not None:
        columns = mixed(other, len(right) - 2, keeps=False)
        parts.append((columns, (*right[:-2], 1, right[-1])))
    made = joined([each for each, _ in parts], [shape for _, shape in parts], passed.made, passed.extents)
    return _without_pairs(made, rank)


def _without_pairs(seen: Seen, rank: int) -> Seen:
    """A position of the input along two axes, as in scores, sees two fields, which are not one."""
    sights = list(seen.sights)
    for axis, sight in enumerate(sights):
        found = positions.placed(seen.layout, axis)
        steps = [atom.step for _, atom in found]
        if len({place for place, _ in found}) > 1 and len(set(steps)) < len(steps) and not still(sight):
            sights[axis] = None
    return Seen(tuple(sights), seen.layout[:rank])


def _attention(passed: Passed) -> Seen:
    """Each query sees its own field, and those of all keys and values."""
    (query, taken), parts = passed.operand(0), []
    if query is not None:
        parts.append((query, (*taken[:-1], 1)))
    for position in (1, 2):
        each, shape = passed.operand(position)
        if each is not None:
            seen = mixed(each, len(shape) - 2, keeps=False)
            parts.append((seen, (*shape[:-2], 1, 1)))
    return joined([each for each, _ in parts], [shape for _, shape in parts], passed.made, passed.extents)


def _multi_head(passed: Passed) -> Seen:
    (query, taken), parts = passed.operand(0), []
    if passed.output:
        return _unknown(passed)
    if query is not None:
        parts.append((query, taken))
    for position in (1, 2):
        each, shape = passed.operand(position)
        if each is not None:
            parts.append((mixed(each, 0, keeps=False), (1, *shape[1:])))
    return joined([each for each, _ in parts], [shape for _, shape in parts], passed.made, passed.extents)


def _linear(passed: Passed) -> Seen:
    seen, taken = passed.operand(0)
    if seen is None or any(passed.seen[each.index] for each in passed.args[1:] if isinstance(each, Value)):
        return _unknown(passed)
    return mixed(seen, len(taken) - 1, keeps=False)


def _einsum(passed: Passed) -> Seen:
    terms, _, result = passed.args[0].replace(" ", "").partition("->")
    letters = terms.split(",")
    if not result or "." in terms or any(len(set(term)) < len(term) for term in letters):
        return _unknown(passed)
    parts: list[tuple[Seen, Shape]] = []
    for position, term in enumerate(letters, 1):
        seen, taken = passed.operand(position)
        if seen is None:
            continue
        for place, letter in enumerate(term):
            if letter not in result:
                seen = mixed(seen, place, keeps=False)
        where = {letter: place for place, letter in enumerate(term)}
        layout = tuple([seen.layout[where[each]] if each in where else () for each in result])
        shape = tuple([taken[where[each]] if each in where else 1 for each in result])
        parts.append((Seen(seen.sights, layout), shape))
    made = joined([each for each, _ in parts], [shape for _, shape in parts], passed.made, passed.extents)
    return _without_pairs(made, len(passed.made))


def _convolution(passed: Passed) -> Seen:
    seen, taken = passed.operand(0)
    weight = passed.taken[passed.args[1].index]
    if seen is None or passed.args[6]:
        return _unknown(passed)
    kernel = weight[2:]
    stride, padding, dilation = (tuple(each) * (len(kernel) // len(each)) for each in passed.args[3:6])
    reaches = windowed(Window(kernel, stride, padding, dilation))
    return reached(seen, taken, passed.made, reaches)


def _pool(passed: Passed) -> Seen:
    seen, taken = passed.first
    kernel = tuple(passed.args[1])
    rank = len(kernel)
    stride = tuple(passed.option(2, "stride", ()) or kernel) * rank
    padding = tuple(passed.option(3, "padding", ()) or (0,)) * rank
    window = Window(kernel, stride[:rank], padding[:rank], (1,) * rank)
    channels = tuple([Reach(axis) for axis in range(len(taken) - 1 - rank)])
    spatial = [each for each in windowed(window)[1:] if each is not None]
    shifted = [replace(each, axis=each.axis - 1 + len(channels)) for each in spatial]
    return reached(seen, taken, passed.made, (*channels, *shifted))


def _resized(mode: str) -> Rule:
    def rule(passed: Passed) -> Seen:
        seen, taken = passed.first
        corners = mode not in {"nearest", "nearest-exact"} and len(passed.args) > 2 and bool(passed.args[2])
        reaches = [Reach(0)]
        for axis, (size, out) in enumerate(zip(taken[2:], passed.made[2:], strict=True), 1):
            ratio = Fraction(size - 1, max(out - 1, 1)) if corners else Fraction(size, out)
            reaches.append(resampled_axis(axis, ratio, mode, align_corners=corners))
        return reached(seen, taken, passed.made, reaches)

    return rule


def _recurrent(passed: Passed) -> Seen:
    """A sequence; the further outputs are the states after its end."""
    seen, _ = passed.first
    place = 1 if passed.args[-1] else 0
    whole = mixed(seen, place, keeps=passed.output == 0)
    return whole if passed.output == 0 else everything(whole, len(passed.made))


def _named(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


RULES: dict[str, Rule] = {
    **dict.fromkeys(sorted(ELEMENTWISE & COSTS.keys()), _elementwise),
    **_named("native_batch_norm native_layer_norm native_group_norm _fused_rms_norm copy normalize", _same),
    **_named("alias detach _to_copy lift_fresh_copy clone", _same),
    **_named("view _unsafe_view reshape squeeze squeeze.dim squeeze.dims", _reshape),
    "permute": _permute,
    **_named("transpose.int t", _transpose),
    "expand": _expand,
    "unsqueeze": _unsqueeze,
    "slice.Tensor": _slice,
    "select.int": _select,
    **_named("split.Tensor split_with_sizes", _split),
    "unbind.int": _unbind,
    "cat": _cat,
    "stack": _stack,
    "repeat": _repeat,
    "roll": _roll,
    "flip": _flip,
    **_named(
        "constant_pad_nd pad reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
        "replication_pad2d replication_pad3d",
        _pad,
    ),
    **dict.fromkeys(sorted(REDUCTIONS - {"topk", "argmax", "argmin"}), _reduced),
    **_named("linalg_vector_norm norm.ScalarOpt_dim", _norm_reduced),
    **_named("_softmax _log_softmax _safe_softmax cumsum", _along),
    **_named("matmul mm bmm", _product),
    **_named("addmm baddbmm", _added_product),
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head,
    "linear": _linear,
    "einsum": _einsum,
    "convolution": _convolution,
    **_named("max_pool2d_with_indices max_pool3d_with_indices avg_pool2d avg_pool3d", _pool),
    **_named("upsample_nearest1d upsample_nearest2d upsample_nearest3d", _resized("nearest")),
    **_named("upsample_linear1d upsample_bilinear2d upsample_trilinear3d", _resized("bilinear")),
    **_named("lstm gru rnn_tanh rnn_relu", _recurrent),
    "scatter": _elementwise,
}
"""How fields pass an operation. What is not here is known only where all positions see everything already."""
