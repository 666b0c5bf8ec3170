"""Counting conventions: the number of operations that widely used tools report for a network.

A convention is the number of operations that a tool reports for each step of the network that
`convref.torch.build` creates, with one module per layer, in evaluation mode. The tools define an operation
differently:

    torchvision   multiply-accumulates of convolutions, linear layers and attention, as in the metadata of
                  its weights; convref's own count
    fvcore        these, and norms, adaptive average pools and interpolation with fixed factors per element
    ptflops       these, biases, and most elementwise layers and pools, twice, since it counts the module and
                  the function that the module calls
    thop          no bias; norms, averages and interpolation with fixed factors per element; transposed
                  convolutions by the size of their output, too large by the product of the strides
    torchinfo     parameters times positions for layers called Conv, parameters alone for all others, so
                  that a linear layer on a sequence counts as if on one vector

Only the first counts an attention that PyTorch runs as one fused operation; fvcore and torchinfo count its
projections if these are separate operations. The rules by layer are in `convref.analysis.tools`.
"""

from __future__ import annotations

from convref.errors import UnknownNameError
from convref.nn import Step
from convref.nn.rules import COSTS
from convref.wording import is_among

CONVENTIONS = COSTS
"""The rules of each tool, by its name."""
PLAIN = "torchvision"
"""The convention that is convref's own."""
NOTES = {"en": "MACs are what {} counts. ", "zh": "乘加次数按 {} 的口径统计。"}
FOLDED_NOTES = {
    "en": "Those of a layer that makes no new map are in the row above it. ",
    "zh": "不产生新特征图的层，其乘加次数也计入上一行。",
}


def counted(step: Step, convention: str) -> int:
    """Return the number of operations that a tool reports for one step, on one input.

    Raises:
        MissingRuleError: the tool has no rule for the layer's class; the error names the path.

    Example:
        >>> from convref.nn import Conv2d, trace
        >>> (step,) = trace(Conv2d(3, 8, 3), (3, 32, 32)).steps
        >>> {name: counted(step, name) for name in ("torchvision", "ptflops")}
        {'torchvision': 194400, 'ptflops': 201600}
    """
    from convref.analysis import tools  # noqa: F401 - fills the rules, which a report without a convention skips

    if step.kind == "part":
        return 0
    return CONVENTIONS[convention].rule(step.layer, step.name)(step.layer, step)


def check_convention(convention: str) -> None:
    """Raise `UnknownNameError` unless a convention has this name."""
    if not is_among(convention, CONVENTIONS):
        raise UnknownNameError("convention", str(convention), CONVENTIONS)


def convention_notes(convention: str, *, folded: bool) -> dict[str, str]:
    """Return the note on a table's column of operations, by language; empty for convref's convention.

    Args:
        convention: the name of the tool.
        folded: whether layers that make no new feature map count in the row above them.

    Example:
        >>> convention_notes("thop", folded=False)["en"]
        'MACs are what thop counts. '
    """
    if convention == PLAIN:
        return {}
    return {
        lang: text.format(convention) + (FOLDED_NOTES[lang] if folded else "") for lang, text in NOTES.items()
    }
