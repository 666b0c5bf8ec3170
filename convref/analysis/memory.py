"""The memory that a network needs: live values at inference, and values kept for the backward pass.

**Inference.** A value is live from the step that computes it to the last step that reads it; outputs are live
to the end. While a step runs, all live values and its output are in memory. Views (identity, dropout,
reshapes, parts) share the memory of their input. Elementwise layers, norms and sums overwrite an input, if
there is one that no later step reads. Otherwise their output needs new memory.

**Training.** For the backward pass, the values that PyTorch's autograd keeps stay in memory. The method
`saved` of a layer returns them:

- layers with parameters, most activation functions and pools: the input;
- ReLU, sigmoid, tanh and softmax: the output;
- products: both factors;
- sums, concatenations and reshapes: nothing;
- batch norm: also two statistics per channel; layer norm: also two per position;
- max pool: also the indices of the maxima (8 bytes each);
- attention: also queries, keys, values and the attention weights of all heads (a fused kernel, which does
  not store the weights, keeps less);
- dropout: a factor per element. On a CUDA device it takes one byte, on the CPU as many as a value.

Gradients are as large as the parameters. Optimizers keep no (`sgd`), one (`momentum`) or two (`adam`) further
numbers per parameter. The peak memory of a training step is larger than the sum of all these. The reason is
that other values and the gradients of values are in memory for a while: see `convref.analysis.step_memory`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from convref.analysis.units import bytes_text
from convref.errors import UnknownNameError
from convref.nn import Plan, Step
from convref.wording import is_among

OPTIMIZER_STATES = {"sgd": 0, "momentum": 1, "adam": 2}
INDEX_BYTES = 8

TRAINING = {
    "en": "Training (batch size {}, {}) keeps {}: weights {}, gradients {}, optimizer {}, activations {}. "
    "The peak of a step is {}.",
    "zh": "批量大小 {}、优化器 {}，训练要保存 {}：权重 {}，梯度 {}，优化器状态 {}，激活值 {}。"
    "一步训练的峰值为 {}。",
}

Device = Literal["cuda", "cpu"]
DEVICES: tuple[Device, ...] = get_args(Device)


@dataclass(frozen=True)
class TrainingMemory:
    """The memory of one training step, in bytes.

    Attributes:
        weights: the bytes of the parameters.
        gradients: the bytes of the gradients, one number per parameter.
        optimizer: the bytes of the optimizer's state.
        activations: the bytes of the values that the forward pass keeps for the backward pass.
        values: the peak memory of values, including those that are kept, and of gradients of values, during
            the forward and the backward pass.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int
    values: int

    @property
    def total(self) -> int:
        """The sum of weights, gradients, the optimizer's state and the activations, in bytes."""
        return self.weights + self.gradients + self.optimizer + self.activations

    @property
    def peak(self) -> int:
        """The peak memory of a training step: weights, gradients, the optimizer's state and `values`.

        The gradients of the parameters count from the start, as if they were accumulated over several steps.
        """
        return self.weights + self.gradients + self.optimizer + self.values

    def notes(self, optimizer: str, batch: int) -> dict[str, str]:
        """Return a text with the total, its parts and the peak, by language.

        Example:
            >>> TrainingMemory(4000, 4000, 8000, 2000, 3000).notes("adam", 8)["en"]
            'Training (batch size 8, adam) keeps 17.58 KiB: weights 3.91 KiB, gradients 3.91 KiB, ...'
        """
        parts = (self.weights, self.gradients, self.optimizer, self.activations, self.peak)
        return {
            lang: text.format(batch, optimizer, bytes_text(self.total), *map(bytes_text, parts))
            for lang, text in TRAINING.items()
        }


def live_elements(plan: Plan) -> list[int]:
    """Return the numbers of elements in memory: first before the first step, then during each step.

    During a step, its output counts too.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3, padding=1), ReLU(), Conv2d(8, 1, 3, padding=1))
        >>> live_elements(trace(net, (3, 10, 10)))  # 3 + 8 channels, then ReLU in place, then 8 + 1
        [300, 1100, 800, 900]
    """
    return live(plan, [plan.elements(value) for value in range(len(plan.steps) + 1)])


def live(plan: Plan, sizes: Sequence[int]) -> list[int]:
    """Return the total sizes of the live values: first before the first step, then during each step.

    A value is live until the last step that reads it has run. Parameters are not counted, because they are in
    memory all the time.

    Args:
        plan: the plan of a network.
        sizes: the size of each value in elements or bytes, in the order of the values' numbers.
    """
    last_use = last_uses(plan)
    home = {0: 0}  # for each value, the value in whose memory it is stored
    until = {0: last_use.get(0, 0)}  # for such a value, the last step that reads its memory
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


def last_uses(plan: Plan) -> dict[int, int]:
    """Return a dict from the number of each value to the index of the last step that reads it.

    An output of the network has the number of steps instead, because it is never freed.
    """
    uses = {value: index for index, step in enumerate(plan.steps) for value in step.reads}
    return uses | dict.fromkeys((plan.output, *plan.taps.values()), len(plan.steps))


def _reused(
    plan: Plan, index: int, home: dict[int, int], until: dict[int, int], last_use: dict[int, int]
) -> int | None:
    """Return the number of the value whose memory a step can reuse for its output, or None if there is none.

    Args:
        plan: the plan of a network.
        index: the index of the step.
        home: for each value, the number of the value for which its memory was first allocated.
        until: for each value with memory that was allocated for it, the last step that reads this memory.
        last_use: for each value, the index of the last step that reads it.
    """
    step = plan.steps[index]
    if step.shares_memory(training=False):
        return home[step.inputs[0]]
    if step.makes_map:
        return None
    elements = step.elements()
    for value in step.inputs:
        free = last_use.get(value) == index and until[home[value]] <= index
        if free and plan.elements(value) == elements and not is_parameter(plan, home[value]):
            return None if _has_window(step) else home[value]
    return None


def is_parameter(plan: Plan, value: int) -> bool:
    """Return whether the value with the number `value` is a parameter, a buffer or a constant."""
    return bool(value) and plan.steps[value - 1].kind == "parameter"


def _has_window(step: Step) -> bool:
    # A pool that keeps the size cannot write over its input: it still reads neighbours of each position.
    window = step.layer.window(step.input_shapes[0]) if step.kind == "layer" else None
    return window is not None and set(window.kernel) != {1}


def kept_bytes(plan: Plan, batch: int, itemsize: int | Callable[[str], int], device: Device = "cuda") -> int:
    """Return the bytes of the values that training on a batch keeps for the backward pass.

    A value that is kept for several steps counts once.

    Args:
        plan: the plan of a network, traced with `training=True`.
        batch: the number of inputs.
        itemsize: the bytes of an element, or a function that returns them for a type; "" is the type of the
            network.
        device: "cuda" or "cpu". The mask of a dropout takes one byte per element on CUDA, but as many bytes
            as the values on the CPU.
    """
    of_type = itemsize if callable(itemsize) else lambda _dtype: itemsize
    origin = {0: 0}  # for each value, the value whose memory it shares
    kept: set[int] = set()
    besides = 0
    for value, step in enumerate(plan.steps, 1):
        origin[value] = origin[step.inputs[0]] if step.shares_memory(training=True) else value
        saved = step.saved
        if saved.input:
            kept.update(origin[each] for each in step.inputs)
        if saved.output:
            kept.add(origin[value])
        besides += bytes_besides_values(step, batch, of_type, device)
    kept_values = sum(
        plan.elements(value, batch) * of_type(plan.dtype(value))
        for value in kept
        if not is_parameter(plan, value)
    )
    return kept_values + besides


def bytes_besides_values(step: Step, batch: int, of_type: Callable[[str], int], device: Device) -> int:
    """Return the bytes of statistics, indices and masks that a step keeps for the backward pass.

    Args:
        step: a step of a plan that was traced with `training=True`.
        batch: the number of inputs.
        of_type: a function that returns the bytes of an element of a type; "" is the type of the network.
        device: "cuda" or "cpu"; see `kept_bytes`.
    """
    saved = step.saved
    elements = saved.elements + (saved.cpu_elements if device == "cpu" else 0)
    further = INDEX_BYTES * saved.indices + (saved.cuda_bytes if device == "cuda" else 0)
    return (batch * elements + saved.statistics) * of_type("") + batch * further


def optimizer_states(optimizer: str) -> int:
    """Return the number of extra values that an optimizer keeps per parameter.

    Raises:
        UnknownNameError: `optimizer` is not "sgd", "momentum" or "adam".

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
