"""Draw each module as one box, with one line of text for its layers.

The text for an inverted residual, for example, is 1×1, 96 → 3×3 depthwise → 1×1, 24.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from convref.draw.diagram import box_text
from convref.draw.diagram.parse import Box, Chain, Element, Fork, Module, Repeat, Web, common_path, values
from convref.draw.svg.canvas import JOINED
from convref.draw.svg.drawing import tr
from convref.draw.svg.layer_words import (
    join_sign,
    kernel_text,
    layer_details,
    layer_title,
    times_text,
    value_range,
)
from convref.nn import Plan

ARROW = " → "


def group_modules(plan: Plan, chain: Chain, depth: int) -> Chain:
    """Return a chain in which consecutive elements of the same module are merged into one.

    Args:
        plan: the plan of the chain.
        chain: the elements of the plan, with in-place layers merged into the boxes before them; repetitions
            have not been found yet.
        depth: the number of names in the path of a module: 1 for `layer1`, 2 for `layer1.0`.
    """
    done: list[Element] = []
    for path, run in groupby(chain, key=lambda each: tuple(common_path(plan, (each,))[:depth])):
        elements = tuple(run)
        alone = len(elements) == 1 and isinstance(elements[0], Box)
        done += elements if alone or len(path) < depth else [Module(path, elements)]
    return tuple(done)


def module_text(plan: Plan, modules: Sequence[Module], lang: str) -> str:
    """Return the layers of a module as one line of text; `modules` are the module and its copies."""
    return _chain_text(plan, [module.elements for module in modules], lang)


def _chain_text(plan: Plan, copies: Sequence[Chain], lang: str) -> str:
    texts = [_text(plan, each, lang) for each in zip(*copies, strict=True)]
    return ARROW.join(filter(None, texts))


def _text(plan: Plan, copies: Sequence[Element], lang: str) -> str:
    first = copies[0]
    if isinstance(first, Box):
        return _box_text(plan, [each for each in copies if isinstance(each, Box)], lang)
    if isinstance(first, Fork):
        return _fork_text(plan, [each for each in copies if isinstance(each, Fork)], lang)
    if isinstance(first, Web):
        kinds = dict.fromkeys(box_text.name(plan.steps[value - 1], lang) for value in values(first))
        return "{" + ", ".join(kinds) + "}"
    if isinstance(first, Module):
        return module_text(plan, [each for each in copies if isinstance(each, Module)], lang)
    inner = _chain_text(
        plan, [copy for each in copies if isinstance(each, Repeat) for copy in each.copies], lang
    )
    return f"({inner}) {times_text(len(first.copies))}"


def _box_text(plan: Plan, boxes: Sequence[Box], lang: str) -> str:
    """Return a text with the kernel size, the unusual arguments and the channels of a box.

    In-place layers in the box are left out. `boxes` are the box and its copies.
    """
    steps = [plan.steps[value - 1] for value in boxes[0].values]
    if box_text.hidden(plan, boxes[0]):
        return ""
    if len(steps) > 1 and steps[-1].kind == "join":
        return f"{join_sign(steps[-1].layer, lang)} {tr(lang, 'gate', '门控')}"
    lead = next((step for step in steps if step.makes_map), None)
    if lead is None or lead.kind != "layer":
        return " · ".join(box_text.name(step, lang) for step in steps)
    layers = [plan.steps[box.values[steps.index(lead)] - 1].layer for box in boxes]
    weighted = bool(lead.layer.parameters())
    name = (kernel_text(lead.layer) if weighted else "") or layer_title(lead.layer)
    details = layer_details(layers, lang)
    depthwise = tr(lang, "depthwise", "逐通道") in details
    widths = value_range([box_text.channels(plan.steps[box.values[steps.index(lead)] - 1]) for box in boxes])
    text = f"{name} {details}" if details else name
    text = text if depthwise or not weighted else f"{text}, {widths}"
    return text.replace(" ", JOINED)  # lines break between layers, not inside one


def _fork_text(plan: Plan, forks: Sequence[Fork], lang: str) -> str:
    sign = join_sign(plan.steps[forks[0].value - 1].layer, lang)
    branches = [
        _chain_text(plan, copies, lang) for copies in zip(*(each.branches for each in forks), strict=True)
    ]
    unchanged = tr(lang, "input", "输入")
    if len(sign) == 1 and len(branches) == 2:
        # The longer branch comes first; the shortcut is added to it.
        main, other = sorted(branches, key=len, reverse=True)
        return f"{main or unchanged} {sign} {f'({other})' if ARROW in other else other or unchanged}"
    return f"[{' | '.join(branch or unchanged for branch in branches)}] {sign}"
