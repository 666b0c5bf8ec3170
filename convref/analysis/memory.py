"""Memory of a plan, in elements: live values at inference, and values kept for the backward pass.

**Inference, by liveness.** A value lives from the step that makes it to the last step that reads it; outputs
live to the end. While a step makes a new feature map, everything live is in memory too. Views (identity,
dropout, reshapes, parts) share the memory of their input. Elementwise layers, norms and sums overwrite an
input that no later step reads; otherwise their output needs new memory.

**Training.** For its backward pass a step keeps the values that PyTorch's autograd keeps, which the layer's
method `saved` returns: layers with parameters, most activation functions and pools their input; ReLU, the
sigmoid, tanh and softmax their output; products both factors; sums, concatenations and reshapes nothing. In
addition, a batch norm keeps two statistics for each channel, a layer norm two for each position, a max pool
the indices of its maxima (8 bytes each), attention queries, keys, values and the weights of all heads, as the
plain formula does (a fused kernel keeps less). Dropout keeps a factor for each element: on a CUDA device as a
mask of one byte each, on a processor (CPU) as numbers of the values' type. Gradients are as large as the
parameters; optimizers keep none (`sgd`), one (`momentum`) or two (`adam`) numbers for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from convref.errors import UnknownNameError
from convref.nn import Plan, Step
from convref.wording import is_among

OPTIMIZER_STATES = {"sgd": 0, "momentum": 1, "adam": 2}
INDEX_BYTES = 8

Device = Literal["cuda", "cpu"]
DEVICES: tuple[Device, ...] = get_args(Device)


@dataclass(frozen=True)
class TrainingMemory:
    """The memory of one training step, in bytes.

    Attributes:
        weights: the parameters.
        gradients: one number for each parameter.
        optimizer: the numbers that the optimizer keeps for each parameter.
        activations: the values that the forward pass keeps for the backward pass.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self) -> int:
        """The sum of all parts, in bytes."""
        return self.weights + self.gradients + self.optimizer + self.activations


def live_elements(plan: Plan) -> list[int]:
    """Return the number of elements in memory at the input and at each step, including the step's output.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3, padding=1), ReLU(), Conv2d(8, 1, 3, padding=1))
        >>> live_elements(trace(net, (3, 10, 10)))  # 3 + 8 channels, then ReLU in place, then 8 + 1
        [300, 1100, 800, 900]
    """
    return live(plan, [plan.elements(value) for value in range(len(plan.steps) + 1)])


def live(plan: Plan, sizes: Sequence[int]) -> list[int]:
    """Return what is live at the input and at each step, the step's output included.

    Args:
        plan: the steps.
        sizes: of each value, in whatever unit; parameters take none, since they are there all the time.
    """
    last_use = _last_uses(plan)
    home = {0: 0}  # value -> the value in whose memory it is
    until = {0: last_use.get(0, 0)}  # that value -> the last step that needs the memory
    size = {0: sizes[0]}
    total = size[0]
    found = [total]
    for index, step in enumerate(plan.steps):
        value = index + 1
        owner = _reused(plan, index, home, until, last_use)
        if owner is None:
            owner = value
            size[value] = 0 if step.kind == "parameter" else sizes[value]
            total += size[value]
        home[value] = owner
        until[owner] = max(until.get(owner, index), last_use.get(value, index))
        found.append(total)
        for each in {owner, *[home[read] for read in step.inputs]}:
            if until[each] <= index:
                total -= size.pop(each, 0)
    return found


def _last_uses(plan: Plan) -> dict[int, int]:
    """Return, per value, the index of the last step that reads it; an output is read after the last step."""
    uses = {value: index for index, step in enumerate(plan.steps) for value in step.reads}
    return uses | dict.fromkeys((plan.output, *plan.taps.values()), len(plan.steps))


def _reused(
    plan: Plan, index: int, home: dict[int, int], until: dict[int, int], last_use: dict[int, int]
) -> int | None:
    """Return the value in whose memory a step's output can be; None where it needs its own."""
    step = plan.steps[index]
    if step.shares_memory(training=False):
        return home[step.inputs[0]]
    if step.makes_map:
        return None
    elements = step.elements()
    for value in step.inputs:
        free = last_use.get(value) == index and until[home[value]] <= index
        if free and plan.elements(value) == elements and not _is_parameter(plan, home[value]):
            return None if _has_window(step) else home[value]
    return None


def _is_parameter(plan: Plan, value: int) -> bool:
    return bool(value) and plan.steps[value - 1].kind == "parameter"


def _has_window(step: Step) -> bool:
    # A pool that keeps the size reads neighbours that it would have overwritten.
    window = step.layer.window(step.input_shapes[0]) if step.kind == "layer" else None
    return window is not None and set(window.kernel) != {1}


def kept_bytes(plan: Plan, batch: int, itemsize: int | Callable[[str], int], device: Device = "cuda") -> int:
    """Return the bytes that training on a batch keeps for the backward pass, every value once.

    Args:
        plan: traced with `training=True`.
        batch: the number of inputs.
        itemsize: the bytes of an element, or of one of each type, where "" is the network's.
        device: "cuda" or "cpu", whose kernels keep different things of a dropout.
    """
    of_type = itemsize if callable(itemsize) else lambda _dtype: itemsize
    origin = {0: 0}  # value -> the value whose memory it shares
    kept: set[int] = set()
    elements = statistics = further = 0
    for value, step in enumerate(plan.steps, 1):
        origin[value] = origin[step.inputs[0]] if step.shares_memory(training=True) else value
        saved = step.saved
        if saved.input:
            kept.update(origin[each] for each in step.inputs)
        if saved.output:
            kept.add(origin[value])
        elements += saved.elements + (saved.cpu_elements if device == "cpu" else 0)
        statistics += saved.statistics
        further += INDEX_BYTES * saved.indices + (saved.cuda_bytes if device == "cuda" else 0)
    kept_values = sum(
        plan.elements(value, batch) * of_type(plan.steps[value - 1].dtype if value else "")
        for value in kept
        if not _is_parameter(plan, value)
    )
    return kept_values + (batch * elements + statistics) * of_type("") + batch * further


def optimizer_states(optimizer: str) -> int:
    """Return the number of extra values that an optimizer keeps per parameter.

    Raises:
        UnknownNameError: there is no such optimizer here.

    Example:
        >>> optimizer_states("adam")
        2
    """
    if not is_among(optimizer, OPTIMIZER_STATES):
        raise UnknownNameError("optimizer", optimizer, OPTIMIZER_STATES)
    return OPTIMIZER_STATES[optimizer]


def check_device(device: str) -> None:
    """Raise `UnknownNameError` unless the device is "cuda" or "cpu"."""
    if not is_among(device, DEVICES):
        raise UnknownNameError("device", device, DEVICES)
