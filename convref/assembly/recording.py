"""`Recording`: what was recorded during one run of a module, from which a description is assembled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convref.assembly.nodes import Event, Meta, Node


@dataclass(frozen=True, eq=False)
class Recording:
    """The operations, values and calls of one run of a module.

    Attributes:
        nodes: the operations of the run, in order; each value is the output of exactly one of them.
        values: the shape, strides and dtype of each value, at the index that is the value's number.
        events: the calls of modules and functions that are not inside another call. Each one contains its
            inner calls.
        inputs: the numbers of the values that are the module's inputs.
        result: the return value, each tensor replaced by a `Ref`.
        literals: a dict from the number of a value to its data, for each tensor that the forward makes from
            plain numbers.
        reads_shapes: whether the user's code read a tensor's shape. If so, its operations may depend on the
            batch size.
    """

    nodes: list[Node]
    values: list[Meta]
    events: list[Event]
    inputs: tuple[int, ...]
    result: Any
    literals: dict[int, Any]
    reads_shapes: bool
