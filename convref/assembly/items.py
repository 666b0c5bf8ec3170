"""`Item`: one layer or operation of a description that is still being built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convref.assembly.nodes import Event, Node, refs
from convref.nn import Layer


@dataclass(eq=False)
class Item:
    """One layer, function call or single operation of a description that is being built.

    Attributes:
        name: torch's name of the operation or function. For a layer, it is the path of the layer's module, or
            the name of the function or operation that becomes the layer.
        args, kwargs: the arguments of an operation or function, each tensor replaced by a `Ref`; empty for
            a layer.
        outputs: the numbers of the values that the item computes.
        scope, line: see `Node`.
        source: the recorded operation or call that becomes the item.
        layer: the layer that does the same as the recorded operations; None for a function or an operation.
        owner: for a layer, the path of the module that has its parameters, or whose call becomes the layer.
            None if there is no such module, and for operations and functions.
        inputs: the numbers of the values that the item reads.
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
