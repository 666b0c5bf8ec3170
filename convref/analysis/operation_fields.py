"""Compute the receptive fields of operations on tensors, with a table of functions by operation name."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis.fields.axes import AXES
from convref.analysis.fields.mixing import MIXING
from convref.analysis.fields.passed import Passed, Rule, elementwise, named, unknown
from convref.analysis.fields.windows import WINDOWS
from convref.analysis.seen import Seen
from convref.nn import Operation, Shape, Step, Value
from convref.nn.operations.costs import COSTS
from convref.nn.operations.kinds import ELEMENTWISE
from convref.nn.sizes import at


def through_operation(
    step: Step, before: Sequence[Seen | None], taken: Sequence[Shape], extents: Shape
) -> Seen | None:
    """Return the receptive fields of an operation's result; None if the result depends only on parameters.

    Args:
        step: a step of kind "operation".
        before: the receptive fields of each input; None for an input that depends only on parameters.
        taken: the shapes of the inputs for one sample, with the batch axis.
        extents: the sizes of the spatial axes of the network's input.
    """
    if not any(each is not None for each in before):
        return None
    assert isinstance(step.layer, Operation)  # noqa: S101 - the kind of the step says so
    args, options = step.layer.given_for(1, Value)
    made = at(step.whole, 1)
    passed = Passed(before, taken, made, args, options, extents, step.index)
    rule = RULES.get(step.layer.name, unknown)
    return rule(passed)


def _same(passed: Passed) -> Seen:
    return passed.first[0]


RULES: dict[str, Rule] = {
    **dict.fromkeys(sorted(ELEMENTWISE & COSTS.keys()), elementwise),
    **named("native_batch_norm native_layer_norm native_group_norm _fused_rms_norm copy normalize", _same),
    **named("alias detach _to_copy lift_fresh_copy clone", _same),
    **AXES,
    **MIXING,
    **WINDOWS,
    "scatter": elementwise,
}
"""The rule for each operation. For others the field is known only if all positions see the same already."""
