"""The peak memory of a training step: the values, and the gradients of values, that are in memory at once.

**Forward.** Every output needs new memory, except for views. A value is freed after the last step that reads
it, unless it is kept for the backward pass (`convref.analysis.memory`). The input and the outputs of the
network stay in memory all the time, because the training loop has them in variables.

**Backward.** The steps run in reverse. While a step runs, the gradient of its output is in memory. The
gradients of its inputs are computed, as far as they depend on a parameter. After the step, the values that it
kept and the gradient of its output are freed. Views, sums and concatenations pass the gradient of their
output on to their inputs, which needs no new memory. If several steps read a value, their gradients are
added.

Not modelled: operations that overwrite their input, the workspace of an algorithm, temporary values inside an
operation or the optimizer's update, and unused memory that an allocator keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable

from convref.analysis.memory import Device, bytes_besides_values, is_parameter, last_uses
from convref.nn import Plan, Step
from convref.nn.saved import NOTHING_SAVED


class Pool:
    """Pieces of memory with reference counts: a piece is freed when its last holder releases it.

    Attributes:
        peak: the largest number of bytes so far.
    """

    def __init__(self) -> None:
        self._sizes: dict[Hashable, int] = {}
        self._holders: Counter[Hashable] = Counter()
        self._total = self.peak = 0

    def hold(self, piece: Hashable, size: int) -> None:
        """Add a holder of a piece of memory; the piece is allocated if it had no holder."""
        if not self._holders[piece]:
            self._sizes[piece] = size
            self._total += size
            self.peak = max(self.peak, self._total)
        self._holders[piece] += 1

    def release(self, piece: Hashable) -> None:
        """Remove a holder of a piece of memory; the piece is freed if it was the last holder."""
        self._holders[piece] -= 1
        if not self._holders[piece]:
            self._total -= self._sizes.pop(piece)

    def is_shared(self, piece: Hashable) -> bool:
        """Return whether a piece of memory has several holders."""
        return self._holders[piece] > 1


def peak_of_step(
    plan: Plan,
    batch: int,
    itemsize: int | Callable[[str], int],
    device: Device = "cuda",
    frozen: frozenset[str] = frozenset(),
) -> int:
    """Return the peak memory of values and their gradients during a training step, in bytes.

    Args:
        plan: the plan of a network, traced with `training=True`.
        batch: the number of inputs.
        itemsize: the bytes of an element, or a function that returns them for a type; "" is the type of the
            network.
        device: "cuda" or "cpu"; see `convref.analysis.memory.kept_bytes`.
        frozen: the names of the parameters that training does not change.

    Example:
        >>> from convref.nn import Linear, Sequential, trace
        >>> plan = trace(Sequential(Linear(3, 8), Linear(8, 2)), (3,), training=True)
        >>> peak_of_step(plan, 1, 4)  # the input (3), both outputs (8, 2), their gradients (8, 2)
        92
    """
    of_type = itemsize if callable(itemsize) else lambda _dtype: itemsize
    sizes = [
        0 if is_parameter(plan, value) else plan.elements(value, batch) * of_type(plan.dtype(value))
        for value in range(len(plan.steps) + 1)
    ]
    pool = Pool()
    further = [bytes_besides_values(step, batch, of_type, device) for step in plan.steps]
    kept = _forward(plan, pool, sizes, further)
    _backward(plan, pool, sizes, kept, _depends(plan, frozen))
    return pool.peak


def _forward(plan: Plan, pool: Pool, sizes: list[int], further: list[int]) -> list[list[Hashable]]:
    """Simulate the memory of the forward pass; return the pieces that steps keep for the backward pass."""
    last_use = last_uses(plan)
    origin = {0: 0}  # for each value, the value whose memory it shares
    pool.hold(0, sizes[0])  # by whoever made the input
    kept: list[list[Hashable]] = []
    for index, step in enumerate(plan.steps):
        value = index + 1
        origin[value] = origin[step.inputs[0]] if step.shares_memory(training=True) else value
        pool.hold(origin[value], sizes[value])
        pieces: list[Hashable] = [origin[each] for each in step.inputs] if step.saved.input else []
        pieces += [origin[value]] if step.saved.output else []
        for piece in pieces:
            pool.hold(piece, 0)
        pool.hold(("further", index), further[index])
        kept.append([*pieces, ("further", index)])
        for each in {value, *step.inputs} - {0}:
            if last_use.get(each, index) <= index:
                pool.release(origin[each])
                last_use[each] = len(plan.steps)  # later steps may read the shape of the value alone
    return kept


def _depends(plan: Plan, frozen: frozenset[str]) -> set[int]:
    """Return the numbers of the values that need a gradient: those that depend on a trained parameter."""
    found: set[int] = set()
    for value, step in enumerate(plan.steps, 1):
        own = {f"{step.path}.{name}" if step.path else name for name in _parameters(step)}
        if own - frozen or any(each in found or is_parameter(plan, each) for each in step.reads):
            found.add(value)
    return {value for value in found if not is_parameter(plan, value)}


def _parameters(step: Step) -> set[str]:
    return set(step.layer.parameters()) if step.kind in {"layer", "operation"} else set()


def _backward(
    plan: Plan, pool: Pool, sizes: list[int], kept: list[list[Hashable]], depends: set[int]
) -> None:
    """Simulate the memory of the backward pass; `kept` is the result of `_forward`."""
    gradients: dict[int, Hashable] = {}
    for value in {plan.output, *plan.taps.values()} & depends:
        gradients[value] = ("gradient", value)
        pool.hold(gradients[value], sizes[value])
    for index, step in reversed(list(enumerate(plan.steps))):
        own = gradients.pop(index + 1, None)
        if own is not None:
            for each in [read for read in step.reads if read in depends]:
                _add(pool, gradients, each, sizes[each], own if _passes(step) else ("gradient", each, index))
            pool.release(own)
        for piece in kept[index]:
            pool.release(piece)


def _passes(step: Step) -> bool:
    """Return whether the step passes its output's gradient, or parts of it, on as its inputs' gradients.

    These gradients then need no new memory.
    """
    if step.kind == "join":
        return step.saved == NOTHING_SAVED
    return step.kind != "part" and step.shares_memory(training=True)


def _add(pool: Pool, gradients: dict[int, Hashable], value: int, size: int, piece: Hashable) -> None:
    """Add the gradient in `piece` to the gradient that a value has so far.

    The sum overwrites the earlier gradient. If another value uses the same piece, the sum needs new memory.
    """
    pool.hold(piece, size)
    if value not in gradients:
        gradients[value] = piece
        return
    before = gradients[value]
    if pool.is_shared(before):
        gradients[value] = ("sum", value, piece)
        pool.hold(gradients[value], size)
        pool.release(before)
    pool.release(piece)
