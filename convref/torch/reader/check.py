"""Compare a description with the recording from which it was made: shapes and multiply-accumulates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.flop_counter import flop_registry

from convref.assembly.assemble import Assembly
from convref.assembly.check import checked_shapes
from convref.assembly.nodes import Node, Ref, refs, replaced
from convref.assembly.recording import Recording
from convref.assembly.refusals import Refusal, Unreadable
from convref.nn import Graph, Operation, Plan
from convref.nn.operations import COSTS
from convref.nn.operations.rules import Call as Counted

OWN_COUNT = frozenset({"lstm", "gru", "rnn_tanh", "rnn_relu"})
"""Functions recorded without running their operations, for which torch therefore counts nothing."""
VECTORS = frozenset({"mv", "dot", "addmv"})
"""Operations that multiply by a vector; torch's counter has no formula for them."""
COUNTED = frozenset({"matmul", "linear"})
"""Functions for which operations in `VECTORS` are counted nevertheless; see `convref.nn.operations.costs`."""

MIXED_SAMPLES = (
    "it multiplies different samples of the batch with each other, so the cost of one sample is not defined; "
    "if the module has an argument batch_first, try True"
)


def check(net: Graph, recording: Recording, assembly: Assembly, shapes: Sequence[Any], batch: int) -> None:
    """Compare the shapes of all values, and the total of multiply-accumulates, with those of the recording.

    Args:
        net: the description.
        recording: the recorded run with `batch` samples.
        assembly: the object that built `net`; it has the name that each recorded value has in `net`.
        shapes: the shapes of the inputs, without the batch.
        batch: the number of samples of the recording.

    Raises:
        Unreadable: a shape or the total differs, which is a bug of this package.
        Refusal: an operation multiplies different samples of the batch with each other.
    """
    plan = checked_shapes(net, recording, assembly, shapes, batch)
    macs = sum(step.cost.macs for step in plan.steps)
    expected = counted(recording, batch, assembly)
    # For complex numbers, torch computes several real products, which its formulas count inconsistently.
    if expected is not None and macs != expected and not assembly.dtype.is_complex:
        _check_proportional(plan)
        raise Unreadable(
            f"torch counts {expected} multiply-accumulates but the resulting "
            f"description has {macs}, which is a bug of convref"
        )


def _check_proportional(plan: Plan) -> None:
    """Check that no operation multiplies different samples of the batch with each other.

    The cost of such an operation grows faster than the number of samples.

    Raises:
        Refusal: an operation multiplies different samples with each other.
    """
    for step in plan.steps:
        if isinstance(step.layer, Operation):
            one, two, three = (step.layer.cost_at(batch).macs for batch in (1, 2, 3))
            if three - two != two - one:
                scope = step.name.rpartition(".")[0]
                raise Refusal(step.layer.name, MIXED_SAMPLES, scope, step.layer.line)


def counted(recording: Recording, batch: int, assembly: Assembly) -> int | None:
    """Return the number of multiply-accumulates for one sample, as torch's own formulas count them.

    A part of the total may not depend on the batch size, such as a product of two parameters. If there is a
    second recording with another batch size, the difference of both totals shows how large this part is.
    Return None if the total does not grow linearly with the batch size.
    """
    first = _total(recording)
    if assembly.sizes is None:
        return first // batch
    other, batches = assembly.sizes.other, assembly.sizes.batches
    each, rest = divmod(_total(other) - first, batches[1] - batches[0])
    return None if rest else first - each * (batches[0] - 1)


def _total(recording: Recording) -> int:
    return sum(_products(node, recording) for node in recording.nodes)


def _products(node: Node, recording: Recording) -> int:
    if node.name in OWN_COUNT:
        return _own(node, recording)
    packet = getattr(node.call, "overloadpacket", None)
    formula = flop_registry.get(packet)
    if node.name in VECTORS and node.function in COUNTED:
        made = recording.values[node.outputs[0]].shape
        return math.prod(made) * recording.values[node.inputs[-1]].shape[0]  # the second factor is a vector
    if formula is None:
        return 0

    def shape(each: Any) -> Any:
        return torch.Size(recording.values[each.value].shape) if isinstance(each, Ref) else each

    out = torch.Size(recording.values[node.outputs[0]].shape)
    return int(formula(*replaced(node.args, shape), **replaced(node.kwargs, shape), out_val=out)) // 2


def _own(node: Node, recording: Recording) -> int:
    taken = list(dict.fromkeys(ref.value for ref in refs((node.args, node.kwargs))))
    place = {value: index for index, value in enumerate(taken)}
    from convref.nn import Value

    args = replaced(node.args, lambda each: Value(place[each.value]) if isinstance(each, Ref) else each)
    call = Counted(
        [recording.values[value].shape for value in taken],
        [recording.values[value].shape for value in node.outputs],
        args,
        {},
    )
    return COSTS[node.name](call).macs
