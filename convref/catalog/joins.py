"""Predicates that test how the branches of a network are related where they are joined.

A plan (`convref.nn.trace.Plan`) is the sequence of a network's steps, each of which applies one layer. A join
is a step that combines several branches, as a sum or a concatenation does. Values are numbered: 0 is the
input of the network, 1 the result of the first step, and so on.
"""

from __future__ import annotations

from collections.abc import Callable

from convref.catalog.uses import CONVOLUTIONS, Uses, makers
from convref.nn import Identity, Layer, Plan, Scale, Step, Window

Joins = Callable[[Plan, Step], bool]

SEVERAL = 3


def joined(kind: type[Layer], how: Joins) -> Uses:
    """Return a predicate that tests whether a network has a join of class `kind` that satisfies `how`.

    Example:
        >>> from convref.nn import Conv2d, Sum, trace
        >>> net = Sum(Conv2d(8, 8, 3, padding=1), Identity())
        >>> joined(Sum, takes_own_input)(trace(net, (8, 9, 9)))
        True
    """
    return lambda plan: any(isinstance(step.layer, kind) and how(plan, step) for step in plan.steps)


def takes_own_input(plan: Plan, step: Step) -> bool:
    """Return whether a join has a shortcut: a branch that is the unchanged input of all other branches."""
    sources = [_unchanged(plan, value) for value in step.inputs]
    return any(
        all(source in _ancestors(plan, value) for value in sources if value != source)
        for source in sources
        if sources.count(source) < len(sources)
    )


def sees_several_sizes(plan: Plan, step: Step) -> bool:
    """Return whether a join has at least three branches that end in convolutions of different kernel sizes.

    Two of the sizes must differ; the others may be equal. No convolution may be dilated.
    """
    windows = _windows(plan, step)
    return (
        len(step.inputs) >= SEVERAL
        and all(max(window.dilation) == 1 for window in windows)
        and len({window.kernel for window in windows}) > 1
    )


def sees_several_dilations(plan: Plan, step: Step) -> bool:
    """Return whether the branches of a join end in convolutions of at least three different dilations."""
    return len({window.dilation for window in _windows(plan, step)}) >= SEVERAL


def takes_scaled(plan: Plan, step: Step) -> bool:
    """Return whether a branch of a join ends in a `Scale` layer, which multiplies it by a learnt factor."""
    return any(value > 0 and isinstance(plan.steps[value - 1].layer, Scale) for value in step.inputs)


def _windows(plan: Plan, step: Step) -> list[Window]:
    """Return the windows (kernel size, stride, padding, dilation) of the last convolutions of the branches.

    Branches that end in another kind of layer are left out.
    """
    layers = [maker.layer for maker in makers(plan, step)]
    return [layer.window() for layer in layers if isinstance(layer, CONVOLUTIONS)]


def _unchanged(plan: Plan, value: int) -> int:
    """Return the number of the value that identity layers passed on, unchanged, as `value`.

    If `value` is not the output of an identity layer, it is returned itself.
    """
    while value and isinstance(plan.steps[value - 1].layer, Identity):
        (value,) = plan.steps[value - 1].inputs
    return value


def _ancestors(plan: Plan, value: int) -> set[int]:
    """Return the numbers of all values from which `value` is computed, directly or indirectly."""
    found: set[int] = set()
    ahead = [value]
    while ahead:
        reached = ahead.pop()
        new = set(plan.steps[reached - 1].inputs) - found if reached else set()
        found |= new
        ahead.extend(new)
    return found
