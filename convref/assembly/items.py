"""`Item`: a step of a description under construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convref.assembly.nodes import Event, Node, refs
from convref.nn import Layer


@dataclass(eq=False)
class Item:
    """A step of the description: a layer, a function or a single operation.

    Attributes:
        name: torch's name for an operation or a function; for a layer, the path of its module, or the name
            of the function or operation from which it was read.
        args, kwargs: the arguments of an operation or function, each tensor replaced by a `Ref`; empty for
            a layer.
        outputs: the indices of the values that the step computes, by which other steps refer to them.
        scope, line: see `Node`.
        source: the recorded operation or call from which the item was read.
        layer: the layer that does the same as the recorded operations; None for a function or an operation.
        owner: for a layer, the path of the module that holds its parameters, or whose call the layer
            replaces. None if there is no such module, and for operations and functions.
        inputs: the indices of the values that the step reads.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[int, ...]
    scope: str
    line: str
    source: Node | Event
    layer: Layer | None = None
    owner: str | None = None
    inputs: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.inputs:
            self.inputs = tuple(dict.fromkeys(ref.value for ref in refs((self.args, self.kwargs))))
