"""Name the inputs of a network after the arguments of its forward, and list which inputs may be integers."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

from convref.assembly.refusals import Unreadable
from convref.nn.graph import INPUT

MOST_MIXED = 4
"""The largest number of inputs for which every choice of integer inputs is tried; else all inputs or none."""


def integer_choices(count: int) -> list[tuple[bool, ...]]:
    """Return the choices of integer inputs to try, in order: those with the fewest integers first.

    Each choice is a tuple with a flag for each input, which is True if the input consists of integers.

    Args:
        count: the number of inputs.

    Example:
        >>> integer_choices(2)
        [(False, False), (False, True), (True, False), (True, True)]
    """
    if count > MOST_MIXED:
        return [(False,) * count, (True,) * count]
    return sorted(itertools.product((False, True), repeat=count), key=sum)


def input_names(forward: Callable[..., Any], count: int) -> tuple[str, ...]:
    """Return the names of a network's inputs.

    A single input is named `input`. Several inputs have the names of the arguments of `forward`.

    Args:
        forward: the module's forward.
        count: the number of inputs with which it is called.

    Raises:
        Unreadable: the forward cannot be called with this number of inputs.

    Example:
        >>> input_names(lambda x: x, 1), input_names(lambda left, right: left, 2)
        (('input',), ('left', 'right'))
    """
    try:
        signature = inspect.signature(forward)
    except (TypeError, ValueError):
        return (INPUT, *(f"{INPUT}{index}" for index in range(1, count)))
    places = [
        each
        for each in signature.parameters.values()
        if each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}
    ]
    needed = [each.name for each in places if each.default is each.empty]
    any_number = any(each.kind is each.VAR_POSITIONAL for each in signature.parameters.values())
    if len(needed) > count or (len(places) < count and not any_number):
        told = ", ".join(needed if len(needed) > count else [each.name for each in places]) or "no inputs"
        raise Unreadable(
            f"the module's forward takes {told}, so input_shape must have one shape for each of them, "
            f"such as ((3, 8, 8), (3, 8, 8)); it has {count}"
        )
    if count == 1:
        return (INPUT,)
    names = [each.name for each in places[:count]]
    return (*names, *(f"{INPUT}{index}" for index in range(len(names), count)))
