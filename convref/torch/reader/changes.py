"""Find out whether a forward that changes tensors of its module gives the same result at every call.

A causal convolution may set weights to zero before each use (`self.weight.data *= self.mask`), and another
module may normalize its table of prototypes. Such a change settles: if it is made again, nothing changes. A
counter or a moving average does not settle, nor does a change that depends on an input. A description makes
the change in each call, always from the same tensors, so it is right for every call only if the change
settles. To test this, the change is made several times with the data of the module's tensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from convref.assembly.nodes import Node, Ref, replaced
from convref.torch.reader.memory import memory_of

if TYPE_CHECKING:
    from convref.torch.reader.tape import Tape

REPEATS = 3
"""The number of times that a change is repeated."""
ROUNDING = 4
"""The tolerated difference after the repetitions, as a multiple of the precision of the dtype."""


def settles(tape: Tape) -> bool:
    """Return True if repeating all changes of held tensors leaves them as they are after the first time.

    Args:
        tape: the tape after the run; `tape.changes` has the changed tensors.
    """
    if not tape.changes:
        return True
    tensors = [leaf.tensor for leaf in tape.held()]
    memories = [memory_of(each) for each in tensors if each.layout is torch.strided]
    finals = {}
    for leaf, _ in tape.changes:
        tensor: torch.Tensor = leaf.tensor
        if tensor.is_meta or tensor.layout is not torch.strided or memories.count(memory_of(tensor)) > 1:
            return False
        finals[leaf.path] = tape.value(tape.twin_of(tensor))
    makers = {value: node for node in tape.nodes for value in node.outputs}
    state: dict[str, torch.Tensor] = {}
    first: dict[str, torch.Tensor] = {}
    for repeat in range(REPEATS):
        made = {path: _Numbers(makers, tape.literals, state).of(value) for path, value in finals.items()}
        if any(each is None for each in made.values()):
            return False
        state = {path: each for path, each in made.items() if each is not None}
        first = first if repeat else state
    return all(_same(first[path], state[path]) for path in finals)


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if not (one.is_floating_point() or one.is_complex()):
        return torch.equal(one, other)
    return torch.allclose(one, other, rtol=ROUNDING * torch.finfo(one.dtype).eps, atol=0.0, equal_nan=True)


class _Numbers:
    """The data of recorded values that depend on no input.

    Args:
        makers: the recorded operation that makes each value, by the value's number.
        literals: the data of the tensors that the forward makes from plain numbers.
        state: the data of held tensors, by path, where it is not the module's own.
    """

    def __init__(
        self,
        makers: Mapping[int, Node],
        literals: Mapping[int, torch.Tensor],
        state: Mapping[str, torch.Tensor],
    ) -> None:
        self._makers, self._state = makers, state
        self._known: dict[int, torch.Tensor] = dict(literals)

    def of(self, value: int) -> torch.Tensor | None:
        """Return the data of a value; None if it depends on an input, on random numbers or unknown data."""
        if value not in self._known:
            node = self._makers[value]
            made = self._leaf(node) if node.leaf is not None else self._made(node)
            if made is None:
                return None
            self._known |= dict(zip(node.outputs, made, strict=False))
        return self._known[value]

    def _leaf(self, node: Node) -> list[torch.Tensor] | None:
        assert node.leaf is not None  # noqa: S101 - checked by the caller
        held: torch.Tensor = self._state.get(node.leaf.path, node.leaf.tensor)
        return None if held.is_meta or held.layout is not torch.strided else [held.detach().cpu()]

    def _made(self, node: Node) -> list[torch.Tensor] | None:
        given = {each: self.of(each) for each in node.inputs}
        if (not given and node.name == "input") or any(each is None for each in given.values()):
            return None

        def data(each: Any) -> Any:
            if isinstance(each, Ref):
                return given[each.value]
            return torch.device("cpu") if isinstance(each, torch.device) else each

        if node.name == "scatter":
            return [_scattered(*replaced(node.args, data))]
        if node.call is None or node.is_random:
            return None
        try:
            out = node.call(*replaced(node.args, data), **replaced(node.kwargs, data))
        except Exception:  # noqa: BLE001 - what torch raises for data that it did not see on the meta device
            return None
        return list(out) if isinstance(out, (list, tuple)) else [out]


def _scattered(
    whole: torch.Tensor, part: torch.Tensor, name: str, rest: list[Any], kwargs: dict[str, Any], index: int
) -> torch.Tensor:
    """Return a copy of a tensor with new data in the part that a view operation selects."""
    made = whole.clone()
    packet, _, overload = name.partition(".")
    view = getattr(getattr(torch.ops.aten, packet), overload or "default")(made, *rest, **kwargs)
    (view[index] if isinstance(view, (list, tuple)) else view).copy_(part)
    return made
