"""What is written in the boxes of a diagram, and the hue that tells kinds of layers apart."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis.units import shape_text
from convref.draw.diagram.parse import Box
from convref.draw.svg.canvas import BLUE, GREEN, INK, OCHRE, ORANGE, PURPLE
from convref.draw.svg.drawing import say
from convref.draw.svg.layer_words import details, join_sign, join_word, part_words, several, title
from convref.nn import Identity, Linear, Plan, ResizeLike, Shape, Step


def lines(plan: Plan, boxes: Sequence[Box], lang: str) -> list[str]:
    """A box's lines: the layer with its channels, what is not usual about it, what is done in place after it.

    A gate has the sign of its product and, in brackets, the layers that make the factor.

    Args:
        plan: where the steps are.
        boxes: a box and its copies, whose channels may differ.
        lang: the language.
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
        first += ", " + several([channels(plan.steps[box.values[0] - 1]) for box in boxes])
    after = " · ".join(name(step, lang) for step in steps[1:] if not idle(step))
    copies = [plan.steps[box.values[0] - 1].layer for box in boxes]
    return [each for each in (first, details(copies, lang), after) if each]


def name(step: Step, lang: str) -> str:
    """What a step is called in a box."""
    if isinstance(step.layer, ResizeLike):
        return f"{join_word(step.layer, lang)} {shape_text(step.output_shape[1:])}"
    if step.kind == "join":
        return join_word(step.layer, lang)
    if step.kind == "part":
        return part_words(step.index, len(step.layer.children), lang)
    return title(step.layer)


def channels(step: Step) -> int:
    """The channels, or features, that a step gives."""
    first = step.layer.rank is not None or hasattr(step.layer, "out_channels")
    return step.output_shape[0 if first else -1]


def shapes(found: Sequence[Shape]) -> str:
    """Shapes that differ from copy to copy, axis by axis.

    Example:
        >>> shapes([(96, 56, 56), (128, 56, 56)])
        '96, 128 × 56 × 56'
    """
    return " × ".join(several(axis) for axis in zip(*found, strict=True))


def hue(plan: Plan, box: Box) -> str:
    """Blue for what has kernels, orange for windows without weights, green and purple for what mixes all."""
    layer = plan.steps[box.values[0] - 1].layer
    if len(box.values) > 1 and plan.steps[box.values[-1] - 1].kind == "join":
        return PURPLE
    weights = bool(layer.parameters()) and not layer.composite
    if hasattr(layer, "kernel_size") or hasattr(layer, "output_size"):
        return BLUE if weights else ORANGE
    if isinstance(layer, Linear):
        return GREEN
    if "Attention" in type(layer).__name__:
        return PURPLE
    return OCHRE if weights else INK


def hidden(plan: Plan, box: Box) -> bool:
    """Whether a box does nothing and is drawn as a line."""
    return all(idle(plan.steps[value - 1]) for value in box.values)


def idle(step: Step) -> bool:
    """Whether a step gives what it takes."""
    return isinstance(step.layer, Identity)


def ends(shape: Shape, lang: str, *, first: bool) -> str:
    """What stands at the top and at the foot of a diagram."""
    words = say(lang, "input", "输入") if first else say(lang, "output", "输出")
    return f"{words} {shapes([shape])}"
