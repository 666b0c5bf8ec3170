"""Draw a network as a flow diagram (`flow`, `network`), from its input at the top to its output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from convref.analysis.units import shapes_text
from convref.draw.diagram import box_text
from convref.draw.diagram.columns import Part, Sheet, end
from convref.draw.diagram.flowing import flowing
from convref.draw.diagram.layout import Layout, branches, flat
from convref.draw.diagram.modules import module_text
from convref.draw.diagram.parse import (
    Box,
    Chain,
    Element,
    Fork,
    Module,
    Repeat,
    Web,
    chain,
    common_path,
    common_prefix,
)
from convref.draw.diagram.repeats import fold_repeats
from convref.draw.diagram.web_layout import drawn_boxes
from convref.draw.svg.canvas import BETWEEN, JOINED, WIDE, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import ArgumentError
from convref.nn import Layer, Plan, trace
from convref.nn.given import described

SHORT = 420.0  # a diagram of at most this height without wide branches needs no second layout
SAVED = 0.75  # two columns must be lower than this share of one, else the first is nearly empty
TALLER = 1.8  # a layout with branches side by side may be this many times as high as one in two columns


def flow(layer: Layer, input_shape: Sequence[int]) -> Drawing:
    """Draw a small composition of layers: a box for each layer, branches, joins, and the shapes between them.

    Args:
        layer: a layer or composition of `convref.nn`; for a deep network, use `network`.
        input_shape: channels first, without the batch.

    Raises:
        ShapeError: the input does not fit; the error names the path of the layer.

    Example:
        >>> from convref.nn import Conv2d, Identity, ReLU, Sequential, Sum
        >>> block = Sequential(Sum(Conv2d(8, 8, 3, padding=1), Identity()), ReLU())
        >>> flow(block, (8, 14, 14)).alt()
        'From input 8 × 14 × 14 to output 8 × 14 × 14: [Conv2d 3×3, 8 | unchanged] sum → ReLU.'
    """
    plan = flowing(trace(described(layer, input_shape), input_shape))
    return _drawing(plan, chain(plan))


def network(net: Layer, input_shape: Sequence[int], *, depth: int | None = None) -> Drawing:
    """Draw a whole network: stages, branches, joins and shapes, with repeated parts drawn once.

    Normalizations and activations, which count as computed in place, are written in the box of the layer
    before them.

    Args:
        net: a network of `convref.nn`, or a `torch.nn.Module`.
        input_shape: channels first, without the batch.
        depth: draw each module whose path has this many names as one box: 1 for `layer1`, 2 for `layer1.0`.
            By default, every layer with a kernel has a box.

    Raises:
        ArgumentError: `depth` is not at least 1.
        ShapeError: the input does not fit; the error names the path of the layer.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> net = Sequential(*[Conv2d(8, 8, 3, padding=1), ReLU()] * 5)
        >>> network(net, (8, 14, 14)).alt()
        'From input 8 × 14 × 14 to output 8 × 14 × 14: 5 × (Conv2d 3×3, 8; ReLU).'
    """
    if depth is not None and depth < 1:
        raise ArgumentError(f"network: depth (={depth}) must be at least 1")
    plan = flowing(trace(described(net, input_shape), input_shape))
    return _drawing(plan, fold_repeats(plan, chain(plan), depth))


def _drawing(plan: Plan, elements: Chain) -> Drawing:
    def wide(lang: str) -> Canvas | None:
        sheet = _wide(plan, elements, lang)
        return _paint(plan, elements, sheet, lang) if sheet else None

    return drawing(
        lambda lang: _paint(plan, elements, Sheet(_parts(plan, elements, lang, WIDTH)), lang), wide
    )


def _wide(plan: Plan, elements: Chain, lang: str) -> Sheet | None:
    """Return the layout for wide pages, or None if it would equal the narrow one.

    If branches fit side by side only in a wide column, the layout is one wide column. Otherwise a long
    diagram is split into two narrow columns.
    """
    two = Sheet(_parts(plan, elements, lang, WIDTH), columns=2, width=WIDE)
    one = Sheet(_parts(plan, elements, lang, WIDE), columns=1, width=WIDE)
    if two.crowded and not one.crowded and one.height <= TALLER * two.height:
        return one
    return two if one.height > SHORT and two.height <= SAVED * one.height else None


def _parts(plan: Plan, elements: Chain, lang: str, width: float) -> list[Part]:
    layout, shown = Layout(plan, lang), plan.listed(0)
    parts = [Part(end(box_text.ends(plan.input_shape, lang, first=True)))]
    for element in elements:
        arriving = plan.listed(_source(plan, element))
        size = shapes_text(arriving) if arriving != shown else ""
        parts.append(Part(layout.element([element], width), _name(plan, element), size))
        shown = arriving
    return [*parts, Part(end(box_text.ends(plan.listed(plan.output), lang, first=False)))]


def _paint(plan: Plan, elements: Chain, sheet: Sheet, lang: str) -> Canvas:
    canvas = Canvas(_alt(plan, elements, lang), width=sheet.width)
    y = sheet.paint(canvas) + 6
    for name, value in plan.taps.items():
        words = f"{name}: {shapes_text(plan.listed(value))}"
        y = canvas.paragraph(y, tr(lang, f"Auxiliary output {words}", f"辅助输出 {words}"))
    if _repeats(elements):
        note = tr(lang, "× n: the part in the dashed frame comes n times.", "× n：虚线框内的部分重复 n 次。")
        differ = tr(
            lang,
            " Where these copies differ, a / b lists their values in order and a … b gives the range.",
            "各次的取值不同时，a / b 依次列出，a … b 给出范围。",
        )
        canvas.paragraph(y, note + (differ if BETWEEN.search(canvas.alt) else ""))
    return canvas


def _repeats(elements: Chain) -> bool:
    """Return whether any of the elements is a repetition or contains one."""
    return any(
        isinstance(each, Repeat)
        or (isinstance(each, Web) and bool(each.frames))
        or (isinstance(each, Fork) and any(map(_repeats, each.branches)))
        for each in elements
    )


def _source(plan: Plan, element: Element) -> int:
    """Return the number of the value that an element reads; 0 is the network's input."""
    if isinstance(element, Repeat):
        return _source(plan, element.copies[0][0])
    if isinstance(element, Module):
        return _source(plan, element.elements[0])
    return plan.steps[element.values[0] - 1].inputs[0] if isinstance(element, Box) else element.source


def _name(plan: Plan, element: Element) -> str:
    """Return the common path of an element's steps, such as "features.0".

    For a repetition, this is the path of its first copy and the end of the path of its last copy, such as
    "layer1.0 … 2".
    """
    if isinstance(element, Repeat):
        first, last = (_path(plan, element.copies[index]) for index in (0, -1))
        rest = last[len(common_prefix([first, last])) :]
        return f"{'.'.join(first)} … {_counter('.'.join(rest), '.'.join(first[-len(rest) :]))}"
    return ".".join(_path(plan, (element,)))


def _path(plan: Plan, elements: Chain) -> list[str]:
    """Return the path that some elements have in common, as a list of names such as ["layer1", "0"]."""
    if len(elements) == 1 and isinstance(elements[0], Module):
        return list(elements[0].path)
    return common_path(plan, elements)


def _counter(name: str, like: str) -> str:
    """Return the end of `name` in which it differs from the similar name `like`.

    Digits just before the first difference are included, so that numbers stay whole: the result is "3b", not
    "b", for the names "inception3b" and "inception3a".
    """
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(name, like, strict=False))
    same = "".join(letter for letter, _ in pairs).rstrip("0123456789")
    return name[len(same) :]


def _alt(plan: Plan, elements: Chain, lang: str) -> str:
    source, target = shapes_text(plan.input_shape), shapes_text(plan.listed(plan.output))
    steps = " → ".join(_words(plan, [element], lang) for element in elements)
    return tr(
        lang,
        f"From input {source} to output {target}: {steps}.",
        f"从输入 {source} 到输出 {target}：{steps}。",
    )


def _words(plan: Plan, copies: Sequence[Element], lang: str) -> str:
    """Return a description of an element in words, for the alternative text of the figure.

    `copies` are the element and its copies in other repetitions, which one description covers.
    """
    first = copies[0]
    if isinstance(first, Box):
        same = [each for each in copies if isinstance(each, Box)]
        idle = tr(lang, "unchanged", "原样")
        return idle if box_text.hidden(plan, first) else "; ".join(box_text.lines(plan, same, lang))
    if isinstance(first, Fork):
        sides = " | ".join(_row(plan, branch, lang) for branch in branches(copies))
        joined = [plan.steps[value - 1] for value in (first.value, *first.after)]
        return f"[{sides}] " + " · ".join(box_text.name(step, lang) for step in joined)
    if isinstance(first, Web):
        names = [
            box_text.name(plan.steps[value - 1], lang)
            for box, _ in drawn_boxes(first)
            for value in box.values
        ]
        return "{" + ", ".join(names) + "}"
    if isinstance(first, Module):
        text = module_text(plan, [each for each in copies if isinstance(each, Module)], lang)
        return text.replace(JOINED, " ")
    return f"{len(first.copies)} × ({_row(plan, flat(copies), lang)})"


def _row(plan: Plan, copies: Sequence[Chain], lang: str) -> str:
    """Return a description of a chain of elements in words; an empty chain is described as "unchanged".

    `copies` are the chain and its copies in other repetitions, which one description covers.
    """
    parts = [_words(plan, each, lang) for each in zip(*copies, strict=True)]
    return " → ".join(parts) or tr(lang, "unchanged", "原样")
