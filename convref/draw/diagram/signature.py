"""The form of a part: what two parts must have in common to be shown as one."""

from __future__ import annotations

from typing import Any

from convref.draw.diagram.parse import Box, Element, Fork, Web, values
from convref.nn import Plan

Form = tuple[Any, ...]


def look(plan: Plan, element: Element) -> Form:
    """What parts without branches, or pairs of parts, must have in common too: all shapes and dilations."""
    numbers = tuple(values(element))
    layers = [plan.steps[value - 1].layer for value in numbers]
    return (*map(plan.shape, numbers), *(getattr(layer, "dilation", None) for layer in layers))


def form(plan: Plan, element: Element) -> Form:
    """What two parts must have in common to be shown as one."""
    if isinstance(element, Box):
        return ("box", *(step_form(plan, value) for value in element.values))
    if isinstance(element, Fork):
        branches = tuple(tuple(form(plan, each) for each in branch) for branch in element.branches)
        return ("fork", branches, *(step_form(plan, value) for value in (element.value, *element.after)))
    if isinstance(element, Web):
        return ("web", *(wired_form(plan, box) for box in element.boxes))
    return ("repeat", len(element.copies), *(form(plan, each) for each in element.copies[0]))


def step_form(plan: Plan, value: int) -> Form:
    """What two steps must have in common: class, kernel, stride, kind of grouping, size of the map."""
    step = plan.steps[value - 1]
    layer = step.layer
    fields = [getattr(layer, name, None) for name in ("kernel_size", "stride")]
    groups = getattr(layer, "groups", 1)
    kind = "each" if groups == getattr(layer, "in_channels", 0) else groups
    moves = step.kind == "layer" and (not step.makes_map or "Pad" in type(layer).__name__)
    space = () if moves else step.output_shape[1:]  # padding follows the dilation that comes after it
    return (type(layer).__name__, step.kind, str(fields), kind, space)


def wired_form(plan: Plan, box: Box) -> Form:
    """A box's form and how far back its inputs lie."""
    wires = [tuple(value - each for each in plan.steps[value - 1].inputs) for value in box.values]
    return (*wires, *(step_form(plan, value) for value in box.values))
