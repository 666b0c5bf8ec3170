"""Compute signatures of parts of a diagram: tuples that are equal for parts that may be drawn as one."""

from __future__ import annotations

from typing import Any

from convref.draw.diagram.parse import Box, Element, Fork, Module, Web, values
from convref.nn import Plan

Signature = tuple[Any, ...]


def shape_signature(plan: Plan, element: Element) -> Signature:
    """Return the shapes and dilations in an element, which its `signature` leaves out.

    Consecutive elements without branches are drawn as one only if both signatures are equal.
    """
    numbers = tuple(values(element))
    layers = [plan.steps[value - 1].layer for value in numbers]
    return (*map(plan.shape, numbers), *(getattr(layer, "dilation", None) for layer in layers))


def signature(plan: Plan, element: Element) -> Signature:
    """Return the properties that must be equal for two elements to be drawn as one."""
    if isinstance(element, Box):
        return ("box", *(step_signature(plan, value) for value in element.values))
    if isinstance(element, Fork):
        branches = tuple(tuple(signature(plan, each) for each in branch) for branch in element.branches)
        return ("fork", branches, *(step_signature(plan, value) for value in (element.value, *element.after)))
    if isinstance(element, Web):
        return ("web", *(wiring_signature(plan, box) for box in element.boxes))
    if isinstance(element, Module):
        return ("module", *(signature(plan, each) for each in element.elements))
    return ("repeat", len(element.copies), *(signature(plan, each) for each in element.copies[0]))


def step_signature(plan: Plan, value: int) -> Signature:
    """Return the class, kernel, stride, groups and spatial size of a step.

    The step is given by the number of the value that it computes. All depthwise convolutions have the same
    entry for groups, whatever their number of channels.
    """
    step = plan.steps[value - 1]
    layer = step.layer
    fields = [getattr(layer, name, None) for name in ("kernel_size", "stride")]
    groups = getattr(layer, "groups", 1)
    # Depthwise convolutions of different widths count as the same kind.
    kind = "each" if groups == getattr(layer, "in_channels", 0) else groups
    moves = step.kind == "layer" and (not step.makes_map or layer.is_padding)
    space = () if moves else step.output_shape[1:]  # the padding depends on the dilation of the next layer
    return (type(layer).__name__, step.kind, str(fields), kind, space)


def wiring_signature(plan: Plan, box: Box) -> Signature:
    """Return the signature of a box of a web: its steps, and how far back each of them reads."""
    wires = [tuple(value - each for each in plan.steps[value - 1].inputs) for value in box.values]
    return (*wires, *(step_signature(plan, value) for value in box.values))
