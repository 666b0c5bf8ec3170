"""Memory from a plan, in elements of one input: what is live at inference, what training keeps.

**Inference, by liveness.** A value lives from the step that makes it to the last step that takes it; outputs
live to the end. A step that makes a new map needs it beside all that is live. Views (identity, dropout,
reshapes, parts) share the memory of their input; what is elementwise, a norm or a sum writes over an input
that nothing else needs, and else makes a new map.

**Training.** For its backward pass a step keeps what PyTorch's autograd keeps: layers with parameters, most
activation functions and pools their input; ReLU, the sigmoid, tanh and softmax their output; products both
factors; sums, concatenations and reshapes nothing. Beside values: a batch norm keeps two statistics a
channel, a layer norm two a place, a max pool the indices of its maxima (8 bytes each), dropout a mask (1 byte
each). Gradients are as large as the parameters; optimizers keep none (`sgd`), one (`momentum`) or two
(`adam`) numbers for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convref import nn
from convref.errors import UnknownNameError
from convref.nn import Plan, Step
from convref.nn.base import numel

OPTIMIZER_STATES = {"sgd": 0, "momentum": 1, "adam": 2}
INDEX_BYTES = 8

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
RESHAPES = (nn.Identity, nn.Flatten, nn.Unflatten, nn.Permute, nn.StochasticDepth)
VIEWS = RESHAPES + DROPOUTS
KEEP_OUTPUT = (nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Softmax, nn.Softmax2d, nn.LogSoftmax)
KEEP_NOTHING = (
    *(*RESHAPES, *DROPOUTS, nn.ChannelShuffle, nn.PixelShuffle, nn.PixelUnshuffle),
    *(nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d, nn.ConstantPad1d, nn.ConstantPad2d, nn.ConstantPad3d),
    *(nn.Upsample, nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d, nn.PositionalEncoding, nn.Affine),
)
MAX_POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
GLOBAL_POOLS = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)


@dataclass(frozen=True)
class TrainingMemory:
    """What a step of training holds, in bytes.

    Attributes:
        weights: the parameters.
        gradients: one number for each parameter.
        optimizer: what the optimizer keeps for each parameter.
        activations: what the forward pass keeps for the backward pass.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.gradients + self.optimizer + self.activations


def live_elements(plan: Plan) -> list[int]:
    """The elements that are live at the input and at each step, the step's output included.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> net = Sequential(Conv2d(3, 8, 3, padding=1), ReLU(), Conv2d(8, 1, 3, padding=1))
        >>> live_elements(trace(net, (3, 10, 10)))  # 3 + 8 maps, then ReLU in place, then 8 + 1
        [300, 1100, 800, 900]
    """
    last_use = _last_uses(plan)
    home = {0: 0}  # value -> the value in whose memory it is
    until = {0: last_use.get(0, 0)}  # that value -> the last step that needs the memory
    size = {0: numel(plan.input_shape)}
    total = size[0]
    live = [total]
    for index, step in enumerate(plan.steps):
        value = index + 1
        place = _place(step, index, home, until, last_use)
        if place is None:
            place = value
            size[value] = numel(step.output_shape)
            total += size[value]
        home[value] = place
        until[place] = max(until.get(place, index), last_use.get(value, index))
        live.append(total)
        for each in {place, *[home[taken] for taken in step.inputs]}:
            if until[each] <= index:
                total -= size.pop(each, 0)
    return live


def _last_uses(plan: Plan) -> dict[int, int]:
    """The last step that takes each value; outputs are taken after the last one."""
    uses = {value: index for index, step in enumerate(plan.steps) for value in _used(step)}
    return uses | dict.fromkeys((plan.output, *plan.taps.values()), len(plan.steps))


def _used(step: Step) -> tuple[int, ...]:
    """The values that a step computes with; of what a value is resized like, only the size is used."""
    return step.inputs[:1] if isinstance(step.layer, nn.ResizeLike) else step.inputs


def _place(
    step: Step, index: int, home: dict[int, int], until: dict[int, int], last_use: dict[int, int]
) -> int | None:
    """The memory of an input that a step's output can be in; None where it needs its own."""
    if step.kind == "part" or isinstance(step.layer, VIEWS):
        return home[step.inputs[0]]
    if step.makes_map:
        return None
    elements = numel(step.output_shape)
    for value, shape in zip(step.inputs, step.input_shapes, strict=True):
        if last_use[value] == index and until[home[value]] <= index and numel(shape) == elements:
            return None if _has_window(step) else home[value]
    return None


def _has_window(step: Step) -> bool:
    window = step.layer.window(step.input_shapes[0]) if step.kind == "layer" else None
    return window is not None and set(window.kernel) != {1}


def kept_bytes(plan: Plan, batch: int, itemsize: int) -> int:
    """The bytes that training on a batch keeps for the backward pass, every value once.

    Args:
        plan: traced with `training=True`.
        batch: the number of inputs.
        itemsize: the bytes of an element.
    """
    origin = {0: 0}
    kept: set[int] = set()
    for value, step in enumerate(plan.steps, 1):
        shared = step.kind == "part" or isinstance(step.layer, RESHAPES)
        origin[value] = origin[step.inputs[0]] if shared else value
        kept.update(origin[each] for each in _kept(step, value))
    elements = sum(numel(plan.shape(value)) for value in kept) + sum(map(_inside, plan.steps))
    indices = sum(map(_index_bytes, plan.steps))
    return (batch * elements + sum(map(_of_batch, plan.steps))) * itemsize + batch * indices


def _kept(step: Step, value: int) -> Iterator[int]:
    """The values that one step keeps."""
    if step.kind == "join":
        yield from step.inputs if isinstance(step.layer, nn.Product) else ()
    elif step.kind == "layer" and isinstance(step.layer, KEEP_OUTPUT):
        yield value
    elif step.kind == "layer" and not isinstance(step.layer, KEEP_NOTHING) and not _is_mean(step):
        yield step.inputs[0]


def _is_mean(step: Step) -> bool:
    """Whether this is a global average pool, whose gradient needs nothing but sizes."""
    return isinstance(step.layer, GLOBAL_POOLS) and numel(step.output_shape[1:]) == 1


def _of_batch(step: Step) -> int:
    """The statistics that a step keeps whatever the size of the batch."""
    return 2 * step.layer.num_features if isinstance(step.layer, BATCH_NORMS) else 0


def _inside(step: Step) -> int:
    """The numbers that a step keeps for each input beside values: statistics, the inside of attention."""
    if isinstance(step.layer, nn.LayerNorm):
        shape = step.layer.normalized_shape
        return 2 * numel(step.output_shape) // (numel(shape) if isinstance(shape, tuple) else shape)
    if isinstance(step.layer, (nn.AttentionHeads, nn.MultiheadAttention, nn.RestrictedSelfAttention)):
        length, dim = step.output_shape
        return 4 * length * dim + step.layer.num_heads * length * step.layer.attended(length)
    return 0


def _index_bytes(step: Step) -> int:
    if isinstance(step.layer, MAX_POOLS):
        return INDEX_BYTES * numel(step.output_shape)
    if isinstance(step.layer, DROPOUTS):
        return numel(step.output_shape) if step.layer.p else 0
    return 0


def optimizer_states(optimizer: str) -> int:
    """How many numbers an optimizer keeps for each parameter.

    Raises:
        UnknownNameError: there is no such optimizer here.

    Example:
        >>> optimizer_states("adam")
        2
    """
    if optimizer not in OPTIMIZER_STATES:
        raise UnknownNameError("optimizer", optimizer, OPTIMIZER_STATES)
    return OPTIMIZER_STATES[optimizer]
