"""Predicates on the joins of a plan, which test how the branches of a sum or concatenation are related."""

from __future__ import annotations

from collections.abc import Callable

from convref.catalog.uses import CONVOLUTIONS, Uses, makers
from convref.nn import Identity, Layer, Plan, Scale, Step, Window

Joins = Callable[[Plan, Step], bool]

SEVERAL = 3


def joined(kind: type[Layer], how: Joins) -> Uses:
    """Return a predicate that tests whether a plan has a join of class `kind` that satisfies `how`.

    Example:
        >>> from convref.nn import Conv2d, Sum, trace
        >>> net = Sum(Conv2d(8, 8, 3, padding=1), Identity())
        >>> joined(Sum, takes_own_input)(trace(net, (8, 9, 9)))
        True
    """
    return lambda plan: any(isinstance(step.layer, kind) and how(plan, step) for step in plan.steps)


def takes_own_input(plan: Plan, step: Step) -> bool:
    """Return whether one branch of a join is a shortcut, which passes on the input of the other branches."""
    sources = [_unchanged(plan, value) for value in step.inputs]
    return any(
        all(source in _ancestors(plan, value) for value in sources if value != source)
        for source in sources
        if sources.count(source) < len(sources)
    )


def sees_several_sizes(plan: Plan, step: Step) -> bool:
    """Return whether at least three branches are joined, whose last convolutions differ in kernel size."""
    windows = _windows(plan, step)
    return (
        len(step.inputs) >= SEVERAL
        and all(max(window.dilation) == 1 for window in windows)
        and len({window.kernel for window in windows}) > 1
    )


def sees_several_dilations(plan: Plan, step: Step) -> bool:
    """Return whether the last convolutions of the branches have at least three different dilations."""
    return len({window.dilation for window in _windows(plan, step)}) >= SEVERAL


def takes_scaled(plan: Plan, step: Step) -> bool:
    """Return whether a branch ends in a `Scale`, which multiplies by a learnt factor."""
    return any(value > 0 and isinstance(plan.steps[value - 1].layer, Scale) for value in step.inputs)


def _windows(plan: Plan, step: Step) -> list[Window]:
    """Return the windows of the last convolutions of the branches of a join."""
    layers = [maker.layer for maker in makers(plan, step)]
    return [layer.window() for layer in layers if isinstance(layer, CONVOLUTIONS)]


def _unchanged(plan: Plan, value: int) -> int:
    """Return the number of the value from which `value` is made by identity layers only."""
    while value and isinstance(plan.steps[value - 1].layer, Identity):
        (value,) = plan.steps[value - 1].inputs
    return value


def _ancestors(plan: Plan, value: int) -> set[int]:
    """Return the numbers of all values that `value` is computed from."""
    found: set[int] = set()
    ahead = [value]
    while ahead:
        reached = ahead.pop()
        new = set(plan.steps[reached - 1].inputs) - found if reached else set()
        found |= new
        ahead.extend(new)
    return found
