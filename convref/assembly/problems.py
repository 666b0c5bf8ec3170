"""Find the items that a description cannot contain.

These are random operations, unknown operations, and operations on a part of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

from convref.assembly.assemble import Assembly
from convref.assembly.items import Item
from convref.assembly.nodes import Node
from convref.assembly.refusals import Refusal
from convref.nn.operations import COSTS
from convref.nn.sizes import Size

CUTS = frozenset({"slice.Tensor", "select.int", "narrow", "split.Tensor", "split_with_sizes", "unbind.int"})


def problems(items: Sequence[Item], assembly: Assembly, *, keep: bool) -> list[Refusal]:
    """Return an error (a `Refusal`), with the reason, for each item that a description cannot contain.

    Args:
        items: the items that the description would contain.
        assembly: the graph under construction, which has the shapes of the values.
        keep: whether to allow operations that convref does not know and whose cost it cannot compute.
    """
    found = []
    for item in items:
        rule = _problem(item, assembly, keep=keep)
        if rule:
            found.append(Refusal(item.name, rule, item.scope, item.line))
    return found


def _problem(item: Item, assembly: Assembly, *, keep: bool) -> str:
    if item.layer is not None:
        return ""
    if isinstance(item.source, Node) and item.source.is_random:
        if "dropout" in item.name or "dropout" in item.source.function:
            return "it applies dropout in evaluation mode; pass training=self.training"
        return "it draws random numbers in evaluation mode"
    if item.name in CUTS and _cuts_batch(item, assembly):
        return "it takes a part of the batch, but a description treats all samples alike"
    if item.name not in COSTS and not keep:
        return "convref does not know this operation"
    return ""


def _cuts_batch(item: Item, assembly: Assembly) -> bool:
    """Return True if an operation selects a part of an axis whose size depends on the batch size."""
    taken = assembly.shape(item.inputs[0])
    dim = item.args[1] if item.name in {"slice.Tensor", "select.int", "narrow"} else None
    if dim is None:
        place = 1 if item.name == "unbind.int" else 2
        dim = item.args[place] if len(item.args) > place else item.kwargs.get("dim", 0)
    size = taken[dim % len(taken)]
    if not isinstance(size, Size):
        return False
    made = assembly.shape(item.outputs[0])
    return len(made) != len(taken) or made[dim % len(taken)] != size
