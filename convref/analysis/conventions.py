"""Counting conventions: the number of operations that widely used tools report for a network.

A convention is named after a tool. It gives the number of operations that the tool reports for each step of
a network, if the tool is applied to the module that `convref.torch.build` creates, in evaluation mode. This
module has one submodule per layer, except for inlined layers. They are functions that the module around them
calls, so tools that count the calls of modules do not see them.

The tools differ in what they count as an operation:

- **torchvision:** multiply-accumulates (MACs) of convolutions, linear layers and attention, as published with
  torchvision's weights; convref counts in this way by default.
- **fvcore:** the same MACs, and for norms, adaptive average pools and interpolation a fixed number of
  operations per element.
- **ptflops:** the same MACs, biases, and most elementwise layers and pools. Elementwise layers and pools are
  counted twice: in the module and in the function that the module calls.
- **thop:** the same MACs, without biases, and for norms, averages and interpolation a fixed number of
  operations per element. The count of transposed convolutions is computed from the size of the output, and
  is therefore too large by the product of their strides.
- **torchinfo:** for layers whose class name contains Conv, the number of parameters times the number of
  output positions; for all others, the number of parameters, even for a linear layer that is applied to
  every position of a sequence.

Only torchvision counts attention that PyTorch runs as one fused operation. fvcore and torchinfo count its
projections if these are separate operations. The rules by layer are in `convref.analysis.tools`.
"""

from __future__ import annotations

from convref.errors import UnknownNameError
from convref.nn import Step
from convref.nn.rules import COSTS
from convref.nn.sizes import N
from convref.wording import is_among

CONVENTIONS = COSTS
"""The counting rules of each tool, by the tool's name."""
PLAIN = "torchvision"
"""The default convention, whose number of operations is that of multiply-accumulates."""
NOTES = {"en": "MACs are what {} counts. ", "zh": "乘加次数按 {} 的口径统计。"}
FOLDED_NOTES = {
    "en": "Those of a layer that makes no new feature map are in the row above it. ",
    "zh": "不产生新特征图的层，其乘加次数也计入上一行。",
}


def counted(step: Step, convention: str) -> int:
    """Return the number of operations that a tool reports for one step, on one input.

    Raises:
        MissingRuleError: there is no rule by which the tool counts the layer's class; the error names the
            layer's path.

    Example:
        >>> from convref.nn import Conv2d, trace
        >>> (step,) = trace(Conv2d(3, 8, 3), (3, 32, 32)).steps
        >>> {name: counted(step, name) for name in ("torchvision", "ptflops")}
        {'torchvision': 194400, 'ptflops': 201600}
    """
    from convref.analysis import tools  # fills the rules, which a report without a convention skips

    if step.kind == "part":
        return 0
    if step.kind == "layer" and step.times != 1:  # the tools see each window that is merged into the batch
        return step.times * counted(step._replace(samples=N), convention)
    if step.holder != "own" and convention in tools.INLINED:
        return tools.INLINED[convention](step)
    return CONVENTIONS[convention].rule(step.layer, step.name)(step.layer, step)


def check_convention(convention: str) -> None:
    """Raise `UnknownNameError` unless `convention` is the name of a convention."""
    if not is_among(convention, CONVENTIONS):
        raise UnknownNameError("convention", str(convention), CONVENTIONS)


def convention_notes(convention: str, *, folded: bool) -> dict[str, str]:
    """Return the note that a table's operations are counted as by a tool, as a dict from language to text.

    The dict is empty for the default convention.

    Args:
        convention: the name of the tool.
        folded: whether a layer that makes no new feature map has no row in the table, and its operations are
            added to the row above.

    Example:
        >>> convention_notes("thop", folded=False)["en"]
        'MACs are what thop counts. '
    """
    if convention == PLAIN:
        return {}
    return {
        lang: text.format(convention) + (FOLDED_NOTES[lang] if folded else "") for lang, text in NOTES.items()
    }
