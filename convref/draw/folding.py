"""Deep networks made short: what is done in place joins the box before it; what comes again is shown once.

Two parts have one form when their layers have the same classes, kernels, strides, dilations and kinds of
grouping, at the same spatial size. Parts with branches may differ in their channels, as the layers of a
dense block do; boxes by themselves may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.draw.structure import Box, Chain, Element, Fork, Repeat, Web
from convref.nn import Plan

LONGEST_PERIOD = 8
Form = tuple[Any, ...]


def folded(plan: Plan, chain: Chain) -> Chain:
    """A chain with boxes merged and repetitions folded, inside branches too.

    Example:
        >>> from convref.draw.structure import chain
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> plan = trace(Sequential(*[Conv2d(4, 4, 3, padding=1), ReLU()] * 3), (4, 8, 8))
        >>> folded(plan, chain(plan))
        (Repeat(copies=((Box(values=(1, 2)),), (Box(values=(3, 4)),), (Box(values=(5, 6)),))),)
    """
    return _repeated(plan, _merged(plan, chain))


def _merged(plan: Plan, chain: Chain) -> Chain:
    done: list[Element] = []
    for element in chain:
        last = done[-1] if done else None
        if isinstance(element, Fork):
            branches = tuple(folded(plan, branch) for branch in element.branches)
            done.append(Fork(element.source, branches, element.value))
        elif not isinstance(element, Box) or plan.steps[element.values[0] - 1].makes_map:
            done.append(element)
        elif isinstance(last, Box):
            done[-1] = Box(last.values + element.values)
        elif isinstance(last, Fork) and _siblings(plan, last.value, element.values[0]):
            done[-1] = Fork(last.source, last.branches, last.value, last.after + element.values)
        else:
            done.append(element)
    return tuple(done)


def _siblings(plan: Plan, one: int, other: int) -> bool:
    """Whether two steps stand in one layer of the description."""
    parents = {plan.steps[value - 1].name.rpartition(".")[0] for value in (one, other)}
    return len(parents) == 1


def _repeated(plan: Plan, chain: Chain) -> Chain:
    forms = [_form(plan, element) for element in chain]
    done: list[Element] = []
    at = 0
    while at < len(chain):
        period, times = _best(plan, chain, forms, at)
        copies = tuple(chain[at + index * period : at + (index + 1) * period] for index in range(times))
        done += [Repeat(copies)] if times > 1 else copies[0]
        at += period * times
    return tuple(done)


def _best(plan: Plan, chain: Chain, forms: Sequence[Form], at: int) -> tuple[int, int]:
    """The period and the number of repetitions from here that shorten the chain most."""
    best, gain = (1, 1), 0
    for period in range(1, min(LONGEST_PERIOD, (len(chain) - at) // 2) + 1):
        pattern = forms[at : at + period]
        boxes = all(isinstance(element, Box) for element in chain[at : at + period])
        times = 1
        while forms[at + times * period : at + (times + 1) * period] == pattern and (
            not boxes or _same_shapes(plan, chain, at, at + times * period, period)
        ):
            times += 1
        if period * (times - 1) > gain:
            best, gain = (period, times), period * (times - 1)
    return best


def _same_shapes(plan: Plan, chain: Chain, one: int, other: int, period: int) -> bool:
    return all(
        _shape(plan, chain[one + index]) == _shape(plan, chain[other + index]) for index in range(period)
    )


def _shape(plan: Plan, element: Element) -> tuple[int, ...]:
    return plan.shape(element.values[-1]) if isinstance(element, Box) else ()


def _form(plan: Plan, element: Element) -> Form:
    """What two parts must have in common to be shown as one."""
    if isinstance(element, Box):
        return ("box", *(_step_form(plan, value) for value in element.values))
    if isinstance(element, Fork):
        branches = tuple(tuple(_form(plan, each) for each in branch) for branch in element.branches)
        return ("fork", branches, *(_step_form(plan, value) for value in (element.value, *element.after)))
    if isinstance(element, Web):
        first = min((element.source, *element.values))
        wires = [[value - first for value in plan.steps[each - 1].inputs] for each in element.values]
        return ("web", str(wires), *(_step_form(plan, value) for value in element.values))
    return ("repeat", len(element.copies), *(_form(plan, each) for each in element.copies[0]))


def _step_form(plan: Plan, value: int) -> Form:
    step = plan.steps[value - 1]
    layer = step.layer
    fields = [getattr(layer, name, None) for name in ("kernel_size", "stride", "dilation")]
    groups = getattr(layer, "groups", 1)
    kind = "each" if groups == getattr(layer, "in_channels", 0) else groups
    return (type(layer).__name__, step.kind, str(fields), kind, step.output_shape[1:])
