"""Rules for the receptive fields of operations that mix positions, such as reductions and attention."""

from __future__ import annotations

from convref.analysis import positions
from convref.analysis.fields.passed import Passed, Rule, named, unknown
from convref.analysis.seen import Seen, everything, joined, mixed
from convref.analysis.sights import still
from convref.nn import Shape, Value
from convref.nn.operations.kinds import REDUCTIONS


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
    """Return the receptive fields of a softmax or a running sum: each position depends on the whole axis."""
    seen, taken = passed.first
    place = passed.args[1] % len(taken)
    return mixed(seen, place, keeps=True) if seen.layout[place] else seen


def _product(passed: Passed) -> Seen:
    """Return the receptive fields of a product of matrices.

    An element depends on everything that its row of the left operand and its column of the right one depend
    on.
    """
    (one, left), (other, right) = passed.operand(0), passed.operand(1)
    return _matrices(passed, one, left, other, right)


def _added_product(passed: Passed) -> Seen:
    (one, left), (other, right) = passed.operand(1), passed.operand(2)
    return _matrices(passed, one, left, other, right)


def _matrices(passed: Passed, one: Seen | None, left: Shape, other: Seen | None, right: Shape) -> Seen:
    rank = len(passed.made)
    parts: list[tuple[Seen, Shape]] = []
    if len(left) < 2 or len(right) < 2:
        return unknown(passed)
    if one is not None:
        rows = mixed(one, len(left) - 1, keeps=False)
        parts.append((rows, (*left[:-1], 1)))
    if other is not None:
        columns = mixed(other, len(right) - 2, keeps=False)
        parts.append((columns, (*right[:-2], 1, right[-1])))
    made = joined([each for each, _ in parts], [shape for _, shape in parts], passed.made, passed.extents)
    return _without_pairs(made, rank)


def _without_pairs(seen: Seen, rank: int) -> Seen:
    """Mark the field along an input axis as unknown if two axes of the value hold positions of this axis.

    In a matrix of attention scores, for example, the rows are positions and so are the columns. A score
    depends on the fields of its query and of its key, which may be far apart, so that one field per element
    cannot describe this.
    """
    sights = list(seen.sights)
    for axis, sight in enumerate(sights):
        found = positions.placed(seen.layout, axis)
        steps = [atom.step for _, atom in found]
        if len({place for place, _ in found}) > 1 and len(set(steps)) < len(steps) and not still(sight):
            sights[axis] = None
    return Seen(tuple(sights), seen.layout[:rank])


def _attention(passed: Passed) -> Seen:
    """Return the receptive fields of attention.

    Each includes the field of its own query, and the fields of all keys and values.
    """
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
        return unknown(passed)
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
        return unknown(passed)
    return mixed(seen, len(taken) - 1, keeps=False)


def _einsum(passed: Passed) -> Seen:
    terms, _, result = passed.args[0].replace(" ", "").partition("->")
    letters = terms.split(",")
    if not result or "." in terms or any(len(set(term)) < len(term) for term in letters):
        return unknown(passed)
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


def _recurrent(passed: Passed) -> Seen:
    """Return the receptive fields of a recurrent layer: each output depends on the whole sequence.

    Output 0 has one element per position of the sequence. All other outputs are final states.
    """
    seen, _ = passed.first
    place = 1 if passed.args[-1] else 0
    whole = mixed(seen, place, keeps=passed.output == 0)
    return whole if passed.output == 0 else everything(whole, len(passed.made))


MIXING: dict[str, Rule] = {
    **dict.fromkeys(sorted(REDUCTIONS - {"topk", "argmax", "argmin"}), _reduced),
    **named("linalg_vector_norm norm.ScalarOpt_dim", _norm_reduced),
    **named("_softmax _log_softmax _safe_softmax cumsum", _along),
    **named("matmul mm bmm", _product),
    **named("addmm baddbmm", _added_product),
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head,
    "linear": _linear,
    "einsum": _einsum,
    **named("lstm gru rnn_tanh rnn_relu", _recurrent),
}
