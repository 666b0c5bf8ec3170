"""Compute the text in the boxes of a diagram, and the color (hue) of each kind of layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convref.analysis.units import shape_text, shapes_text
from convref.draw.diagram.parse import Box
from convref.draw.svg.canvas import BLUE, GREEN, INK, OCHRE, ORANGE, PURPLE
from convref.draw.svg.drawing import tr
from convref.draw.svg.layer_words import (
    join_sign,
    join_word,
    layer_details,
    layer_title,
    part_words,
    value_range,
)
from convref.nn import Graph, Identity, Linear, Plan, ResizeLike, Step
from convref.nn.sizes import FullShape


def lines(plan: Plan, boxes: Sequence[Box], lang: str) -> list[str]:
    """Return the lines of text in a box: the layer and its channels, unusual arguments, in-place layers.

    In-place layers are the activations and normalizations that follow the layer. A gate multiplies a value by
    factors that are computed from it, as in squeeze-and-excitation. It is written as a multiplication sign,
    followed in brackets by the layers that compute the factors.

    Args:
        plan: the plan (list of steps) that the box belongs to.
        boxes: a box and its copies in other repetitions, whose channels may differ.
        lang: the language of the text, "en" or "zh".
    """
    steps = [plan.steps[value - 1] for value in boxes[0].values]
    if len(steps) > 1 and steps[-1].kind == "join":
        names = [name(step, lang) for step in steps[:-1] if not idle(step)]
        return [f"{join_sign(steps[-1].layer, lang)} ({' · '.join(names)})"]
    lead = next((index for index, step in enumerate(steps) if step.makes_map), 0)
    if lead:
        return [" · ".join(name(step, lang) for step in steps)]
    first = name(steps[0], lang)
    if steps[0].makes_map and steps[0].kind == "layer" and steps[0].layer.parameters():
        first += ", " + value_range([channels(plan.steps[box.values[0] - 1]) for box in boxes])
    after = " · ".join(name(step, lang) for step in steps[1:] if not idle(step))
    copies = [plan.steps[box.values[0] - 1].layer for box in boxes]
    return [each for each in (first, layer_details(copies, lang), after) if each]


def name(step: Step, lang: str) -> str:
    """Return the name of a step's layer, as written in a box."""
    if isinstance(step.layer, ResizeLike):
        return f"{join_word(step.layer, lang)} {shape_text(step.output_shape[1:])}"
    if step.kind == "join":
        return join_word(step.layer, lang)
    if step.kind == "part":
        if isinstance(step.layer, Graph):  # this step selects one of the graph's inputs
            return step.layer.inputs[step.index]
        return part_words(step.index, len(step.layer.children), lang)
    return layer_title(step.layer)


def channels(step: Step) -> int:
    """Return the number of channels, or features, of a step's output."""
    first = step.layer.rank is not None or hasattr(step.layer, "out_channels")
    return step.output_shape[0 if first else -1]


def hue(plan: Plan, box: Box) -> str:
    """Return the hue of a box, which depends on the kind of its layer: blue for convolutions, for example."""
    layer = plan.steps[box.values[0] - 1].layer
    if len(box.values) > 1 and plan.steps[box.values[-1] - 1].kind == "join":
        return PURPLE
    weights = bool(layer.parameters()) and not layer.composite
    if hasattr(layer, "kernel_size") or hasattr(layer, "output_size"):
        return BLUE if weights else ORANGE
    if isinstance(layer, Linear):
        return GREEN
    if layer.mixes_positions:
        return PURPLE
    return OCHRE if weights else INK


def module_hue(plan: Plan, numbers: Iterable[int]) -> str:
    """Return the hue of a box for a whole module: the hue of its convolutions, or else of other layers.

    `numbers` are the numbers of the values that the module's steps compute.
    """
    found = {hue(plan, Box((number,))) for number in numbers}
    return next(each for each in (BLUE, GREEN, PURPLE, ORANGE, OCHRE, INK) if each in found)


def hidden(plan: Plan, box: Box) -> bool:
    """Return whether a box does nothing and is therefore drawn as a line."""
    return all(idle(plan.steps[value - 1]) for value in box.values)


def idle(step: Step) -> bool:
    """Return whether a step's output is its input, unchanged."""
    return isinstance(step.layer, Identity)


def ends(shape: FullShape, lang: str, *, first: bool) -> str:
    """Return the text of the input at the top (if `first`) or of the output at the bottom of a diagram."""
    words = tr(lang, "input", "输入") if first else tr(lang, "output", "输出")
    return f"{words} {shapes_text(shape)}"
