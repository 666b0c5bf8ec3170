"""Counting rules that several tools share: functions that return the operations which a tool reports."""

from __future__ import annotations

from convref import nn
from convref.errors import MissingRuleError
from convref.nn import Layer, Step
from convref.nn.activation import Elementwise
from convref.nn.base import numel
from convref.nn.dropout import Dropping
from convref.nn.fold import SlidingWindows
from convref.nn.padding import Pad
from convref.nn.reshape import View
from convref.nn.rules import COSTS, Count
from convref.nn.shuffle import Moving
from convref.nn.softmax import SoftmaxAlong

UNCOUNTED = (
    *(nn.Identity, Dropping, Pad, View, Moving, SlidingWindows),
    *(Elementwise, SoftmaxAlong, nn.GLU, nn.Affine, nn.LayerScale, nn.PositionalEncoding, nn.Parameter),
)
"""The layers that no tool counts, unless it has a rule for a subclass such as `nn.ReLU`."""


def nothing(_layer: Layer, _step: Step) -> int:
    """Return 0, for layers that a tool does not count."""
    return 0


def macs(_layer: Layer, step: Step) -> int:
    """Return the multiply-accumulates of the layer."""
    return step.cost.macs


def macs_and_bias(_layer: Layer, step: Step) -> int:
    """Return the multiply-accumulates of the layer plus its bias additions."""
    cost = step.cost
    return cost.macs + cost.bias_adds


def each_input(factor: int) -> Count:
    """Return a rule that counts `factor` operations per input element."""
    return lambda _layer, step: factor * numel(step.input_shapes[0])


def each_output(factor: int) -> Count:
    """Return a rule that counts `factor` operations per output element."""
    return lambda _layer, step: factor * numel(step.output_shape)


def norm(plain: int, affine: int) -> Count:
    """Return a rule that counts `plain` operations per element, or `affine` for a norm with a weight."""
    return lambda layer, step: numel(step.input_shapes[0]) * (affine if layer.parameters() else plain)


def offset_macs_and_bias(layer: nn.DeformConv2d, step: Step) -> int:
    """Count a deformable convolution by the MACs and bias additions of the convolution for its offsets.

    The tools that use this rule have a hook for the offsets' convolution, which is a `Conv2d`, but none for
    the deformable convolution itself.
    """
    cost = layer.conv_offset.cost(step.input_shapes[0])
    return cost.macs + cost.bias_adds


def params(layer: Layer, _step: Step) -> int:
    """Return the number of elements of the layer's parameters."""
    return sum(map(numel, layer.parameters().values()))


MODULES = (
    "conv",
    "linear",
    "norm",
    "pool",
    "lstm",
    "gru",
    "rnn",
    "embedding",
    "prelu",
    "softmax",
    "upsample",
)
"""Words in the names of operations that modules of torch.nn execute; tools count these by module class.
"""


def of_no_module(layer: nn.Operation, step: Step) -> int:
    """Return 0 for an operation that no module computes, because the tool counts only modules.

    Raises:
        MissingRuleError: a module may compute the operation, and the tool might count this module.
    """
    if any(word in layer.label for word in MODULES):
        missing = "is done by a module that was changed; whether the tool counts that is not known here"
        raise MissingRuleError(layer.label, missing, step.name)
    return 0


for _tool in ("thop", "torchinfo"):
    COSTS[_tool].register(nn.Operation)(of_no_module)


def operation(products: frozenset[str], unclear: frozenset[str]) -> Count:
    """Return a rule for a tool that counts operations on tensors by their name.

    Args:
        products: the names of the operations whose multiply-accumulates the tool counts.
        unclear: the names of operations that the tool counts only in some cases. The rule raises an error for
            them. All other operations count as 0.
    """

    def count(layer: nn.Operation, step: Step) -> int:
        if layer.label in products:
            return step.cost.macs
        if layer.label in unclear:
            missing = "may or may not be counted by this tool, which depends on how the forward calls it"
            raise MissingRuleError(layer.label, missing, step.name)
        return 0

    return count


for _tool in ("fvcore", "ptflops", "thop", "torchinfo"):
    COSTS[_tool].register(*UNCOUNTED)(nothing)
