"""Shorten deep diagrams: merge in-place layers into the boxes before them, and find repeated parts.

Consecutive parts of the same form are drawn once. Two parts have the same form if their layers have the same
classes, kernels, strides and numbers of groups (or all are depthwise), at the same spatial size. Parts that
consist of one block with branches may also differ in channels (as in a dense block) and in dilation; other
parts may not.

Some steps become one box: a gate, which multiplies a value by factors computed from its mean, and layers that
resize a value to the size of their input. If a repetition could begin at several boxes, as in a, b, a, b, a,
it begins where a module begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from convref.draw.diagram.modules import group_modules
from convref.draw.diagram.parse import Box, Chain, Element, Fork, Repeat, Web, values
from convref.draw.diagram.signatures import Signature, shape_signature, signature
from convref.draw.diagram.web_frames import add_frames
from convref.nn import Identity, Plan, Product, ResizeLike

LONGEST_PERIOD = 8  # elements; a reader would not recognize a longer pattern either


def fold_repeats(plan: Plan, chain: Chain, depth: int | None = None) -> Chain:
    """Return a chain in which in-place layers are merged and each repeated part is a `Repeat`.

    This is also done inside branches.

    Args:
        plan: the plan of the chain.
        chain: its elements.
        depth: the depth of nesting at which modules become single elements: 1 for `layer1`, 2 for `layer1.0`.
            With None, every layer stays an element.

    Example:
        >>> from convref.draw.diagram.parse import chain
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> plan = trace(Sequential(*[Conv2d(4, 4, 3, padding=1), ReLU()] * 3), (4, 8, 8))
        >>> fold_repeats(plan, chain(plan))
        (Repeat(copies=((Box(values=(1, 2)),), (Box(values=(3, 4)),), (Box(values=(5, 6)),))),)
    """
    merged = _merged(plan, _unwrapped(plan, chain))
    return _repeated(plan, group_modules(plan, merged, depth) if depth else merged)


def _unwrapped(plan: Plan, chain: Chain) -> Chain:
    """Replace each fork that resizes a value to the size of the fork's input by a chain without branches.

    One branch of such a fork computes the value. The other branch passes on the input, of which only the size
    is used, so it need not be drawn.
    """
    done: list[Element] = []
    for element in chain:
        if isinstance(element, Fork) and isinstance(plan.steps[element.value - 1].layer, ResizeLike):
            (body, *others) = element.branches
            if not any(others):
                done += [*_unwrapped(plan, body), Box((element.value,))]
                continue
        done.append(element)
    return tuple(done)


def _merged(plan: Plan, chain: Chain) -> Chain:
    done: list[Element] = []
    for element in chain:
        last = done[-1] if done else None
        if isinstance(element, Fork):
            branches = tuple(fold_repeats(plan, branch) for branch in element.branches)
            gate = _is_gate(plan, element)
            done.append(Box(tuple(values(element))) if gate else replace(element, branches=branches))
        elif isinstance(element, Web):
            done.append(add_frames(plan, element))
        elif not isinstance(element, Box) or plan.steps[element.values[0] - 1].makes_map:
            done.append(element)
        elif isinstance(last, Box) and plan.steps[last.values[-1] - 1].kind != "join":
            done[-1] = Box(last.values + element.values)
        elif isinstance(last, Fork) and _siblings(plan, last.value, element.values[0]):
            done[-1] = Fork(last.source, last.branches, last.value, last.after + element.values)
        else:
            done.append(element)
    return tuple(done)


def _is_gate(plan: Plan, fork: Fork) -> bool:
    """Return whether a fork multiplies a value by factors per channel that one of its branches computes."""
    steps = [[plan.steps[value - 1] for each in branch for value in values(each)] for branch in fork.branches]
    straight = all(isinstance(each, Box) for branch in fork.branches for each in branch)
    if not straight or len(steps) != 2 or not isinstance(plan.steps[fork.value - 1].layer, Product):
        return False
    (same, factor) = sorted(steps, key=len)
    space = factor[0].output_shape[1:] if factor else ()
    return all(isinstance(step.layer, Identity) for step in same) and set(space) == {1}


def _siblings(plan: Plan, one: int, other: int) -> bool:
    """Return whether the steps that compute two values belong to the same module of the network."""
    parents = {plan.steps[value - 1].name.rpartition(".")[0] for value in (one, other)}
    return len(parents) == 1


def _repeated(plan: Plan, chain: Chain) -> Chain:
    signatures = [signature(plan, element) for element in chain]
    done: list[Element] = []
    at = 0
    while at < len(chain):
        period, times = _best(plan, chain, signatures, at)
        if times > 1 and _later_fits_modules(plan, chain, signatures, at):
            period, times = 1, 1  # skip this element; the repetition is found again, starting at the next one
        copies = tuple(chain[at + index * period : at + (index + 1) * period] for index in range(times))
        done += [Repeat(copies)] if times > 1 else copies[0]
        at += period * times
    return tuple(done)


def _later_fits_modules(plan: Plan, chain: Chain, signatures: Sequence[Signature], at: int) -> bool:
    """Return whether a repetition that starts a few elements later would split fewer modules."""
    period, times = _best(plan, chain, signatures, at)
    cut = _cut(plan, chain, at, period, times)
    return any(
        _best(plan, chain, signatures, at + shift) == (period, times)
        and _cut(plan, chain, at + shift, period, times) < cut
        for shift in range(1, period)
    )


def _cut(plan: Plan, chain: Chain, at: int, period: int, times: int) -> int:
    """Return the largest number of modules that any boundary between two copies of a repetition splits."""
    return max(_held(plan, chain, at + index * period) for index in range(1, times))


def _held(plan: Plan, chain: Chain, at: int) -> int:
    """Return the number of nested modules that contain both element number `at` and the element before it."""
    ends = (max(values(chain[at - 1])), min(values(chain[at])))
    before, after = (plan.steps[value - 1].name.split(".") for value in ends)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _best(plan: Plan, chain: Chain, signatures: Sequence[Signature], at: int) -> tuple[int, int]:
    """Return the best repetition that starts at index `at`, as (period, number of copies).

    The best repetition is the one that shortens the chain most.

    The period is the number of elements in each copy. The pair (1, 1) means that there is no repetition.
    """
    best, gain = (1, 1), 0
    for period in range(1, min(LONGEST_PERIOD, (len(chain) - at) // 2) + 1):
        pattern = signatures[at : at + period]
        block = period == 1 and not isinstance(chain[at], Box)
        times = 1
        while signatures[at + times * period : at + (times + 1) * period] == pattern and (
            block or _same_shapes(plan, chain, at, at + times * period, period)
        ):
            times += 1
        # Of two periods that save the same number, take the shorter: "× 4" of one box, not "× 2" of two.
        if period * (times - 1) > gain:
            best, gain = (period, times), period * (times - 1)
    return best


def _same_shapes(plan: Plan, chain: Chain, one: int, other: int, period: int) -> bool:
    return all(
        shape_signature(plan, chain[one + index]) == shape_signature(plan, chain[other + index])
        for index in range(period)
    )
