"""Parse a network's plan into sequences, branches and repetitions.

A plan is a list of numbered steps. Here it becomes a chain of elements: a `Box` for a step, or for several
that are drawn as one; a `Fork` for branches that start from one value and join again; a `Web` for steps that
are connected in any other way; and a `Repeat` for consecutive parts of the same form.

Values are numbered as well: value 0 is the network's input, and value i is the output of the i-th step,
counted from 1. A step is therefore identified by the number of the value that it computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from convref.nn import Plan


@dataclass(frozen=True)
class Box:
    """Consecutive steps that are drawn as one box, given by the numbers of the values that they compute."""

    values: tuple[int, ...]


@dataclass(frozen=True)
class Fork:
    """Branches that start from one value and are joined again, with the join and in-place steps after it.

    Attributes:
        source: the number of the value from which the branches start.
        branches: the elements of each branch.
        value: the number of the value that the join computes.
        after: the numbers of the values that in-place steps after the join compute.
    """

    source: int
    branches: tuple[Chain, ...]
    value: int
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A repetition in a web: a group of `period` boxes, from index `start` on, that occurs `times` times."""

    start: int
    period: int
    times: int


@dataclass(frozen=True)
class Web:
    """Steps that do not form separate branches, in the order in which they run.

    Attributes:
        source: the number of the value that enters the web.
        boxes: the steps, as boxes.
        frames: the repetitions among the boxes.
    """

    source: int
    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """Consecutive chains of the same form, which are drawn once."""

    copies: tuple[Chain, ...]


@dataclass(frozen=True)
class Module:
    """Consecutive elements of one module, which are drawn as one box.

    The module's path, such as "layer1.0", is stored as a tuple of names, ("layer1", "0").
    """

    path: tuple[str, ...]
    elements: Chain


Element: TypeAlias = Box | Fork | Web | Repeat | Module
Chain: TypeAlias = tuple[Element, ...]


def chain(plan: Plan) -> Chain:
    """Return the elements of a plan, from its input to its main output, with one box per step except joins.

    Example:
        >>> from convref.nn import Conv2d, Identity, ReLU, Sequential, Sum, trace
        >>> chain(trace(Sequential(Conv2d(4, 4, 1), ReLU()), (4, 8, 8)))
        (Box(values=(1,)), Box(values=(2,)))
        >>> chain(trace(Sum(Identity(), Conv2d(4, 4, 1)), (4, 8, 8)))
        (Fork(source=0, branches=((Box(values=(1,)),), (Box(values=(2,)),)), value=3, after=()),)
    """
    return _between(plan, _dominators(plan), 0, plan.output)


def _dominators(plan: Plan) -> list[int]:
    """Return, for each value, the number of its immediate dominator.

    All paths from the input to a value pass through its dominators. The immediate one is the last of them
    before the value itself.
    """
    # Steps are in topological order, so the immediate dominator of a step is the nearest common ancestor of
    # its inputs in the tree of dominators found so far: of two values, the later gives way to its parent.
    before = [0]
    for step in plan.steps:
        first, *others = step.inputs
        for other in others:
            while first != other:
                first, other = (before[first], other) if first > other else (first, before[other])  # noqa: PLW2901
        before.append(first)
    return before


def _between(plan: Plan, before: Sequence[int], start: int, end: int) -> Chain:
    elements: list[Element] = []
    while end != start:
        inputs = plan.steps[end - 1].inputs
        if len(set(inputs)) == 1 and len(inputs) == 1:
            elements.append(Box((end,)))
        else:
            elements.append(_fork(plan, before, end))
        end = before[end]
    return tuple(reversed(elements))


def _fork(plan: Plan, before: Sequence[int], end: int) -> Fork | Web:
    source = before[end]
    inner = _ancestors(plan, source, end)
    inputs = plan.steps[end - 1].inputs
    branches = [_ancestors(plan, source, value) | {value} - {source} for value in inputs]
    # Branches that share a step would be drawn twice as a fork.
    if sum(map(len, branches)) > len(inner):
        return Web(source, tuple(Box((value,)) for value in (*sorted(inner), end)))
    return Fork(source, tuple(_between(plan, before, source, value) for value in inputs), end)


def _ancestors(plan: Plan, source: int, value: int) -> set[int]:
    """Return the values on paths from `source` to `value`, without these two."""
    found: set[int] = set()
    todo = [value] if value != source else []
    while todo:
        for each in plan.steps[todo.pop() - 1].inputs:
            if each != source and each not in found:
                found.add(each)
                todo.append(each)
    return found


def values(element: Element) -> Iterator[int]:
    """Yield the numbers of all values that the steps of an element compute, in every copy."""
    if isinstance(element, Box):
        yield from element.values
    for part in parts(element):
        yield from values(part)
    if isinstance(element, Fork):
        yield from (element.value, *element.after)


def parts(element: Element) -> Iterator[Element]:
    """Yield the elements directly inside an element, such as the boxes of a web.

    For a fork or a repetition, these are the elements of all its branches or copies.
    """
    if isinstance(element, Web):
        yield from element.boxes
    elif isinstance(element, Module):
        yield from element.elements
    elif not isinstance(element, Box):
        for chain in element.branches if isinstance(element, Fork) else element.copies:
            yield from chain


def common_path(plan: Plan, elements: Chain) -> list[str]:
    """Return the path that some elements have in common, as a list of names such as ["layer1", "0"].

    For a single box, this is the path of its first step.
    """
    numbers = [value for element in elements for value in values(element)]
    if len(elements) == 1 and isinstance(elements[0], Box) and plan.steps[numbers[-1] - 1].kind != "join":
        numbers = numbers[:1]
    return common_prefix([plan.steps[value - 1].name.split(".") for value in numbers])


def common_prefix(paths: Sequence[list[str]]) -> list[str]:
    """Return the longest common prefix of paths, as a list of names."""
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*paths, strict=False))
    return [parts[0] for parts in same]
