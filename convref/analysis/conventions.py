"""What widely used tools count for the same network, from its description alone.

Each convention says how many operations a tool reports for a step of the network as `convref.torch.build`
makes it, every layer a module of its own, in evaluation mode. They differ in what they call an operation:

    torchvision   multiply-accumulates of convolutions, linear layers and attention, as the metadata of its
                  weights has them; convref's own
    fvcore        these, and norms, adaptive average pools and interpolation by factors of its own
    ptflops       these, biases, and most elementwise layers and pools, twice, since it counts the module and
                  the function that the module calls
    thop          no bias; norms, averages and interpolation by factors; transposed convolutions by the size
                  of their output, which is too large by the product of the strides
    torchinfo     parameters times places for layers called Conv, parameters alone for all others, so that a
                  linear layer on a sequence counts as if on one vector

None but the first sees an attention that PyTorch runs as one operation; fvcore and torchinfo count its
projections where they are operations of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convref import nn
from convref.errors import UnknownNameError
from convref.nn import Layer, Step
from convref.nn.base import Shape, numel

Rule = Callable[[Any, Shape, Shape], int]
"""A layer, its input's and its output's shape -> the operations that a tool counts."""

CONVS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
INSTANCE_NORMS = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)
CHANNEL_NORMS = (*BATCH_NORMS, *INSTANCE_NORMS)
AVG_POOLS = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
ADAPTIVE_AVG = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
LP_POOLS = (nn.LPPool1d, nn.LPPool2d, nn.LPPool3d)
OTHER_POOLS = (
    *(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
    *(nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
)
PLAIN = "torchvision"
"""The convention that is convref's own."""
NOTES = {"en": "MACs are what {} counts. ", "zh": "乘加次数按 {} 的口径统计。"}
FOLDED_NOTES = {
    "en": "Those of a layer that makes no new map are in the row above it. ",
    "zh": "不产生新特征图的层，其乘加次数也计入上一行。",
}
THOP_RESIZING = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}


def counted(step: Step, convention: str) -> int:
    """The operations that the tool of that name counts for a step, on one input.

    Example:
        >>> from convref.nn import Conv2d, trace
        >>> (step,) = trace(Conv2d(3, 8, 3), (3, 32, 32)).steps
        >>> {name: counted(step, name) for name in ("torchvision", "ptflops")}
        {'torchvision': 194400, 'ptflops': 201600}
    """
    if convention == PLAIN:
        return step.cost.macs
    if step.kind == "layer":
        rule = CONVENTIONS[convention].get(type(step.layer))
        return rule(step.layer, step.input_shapes[0], step.output_shape) if rule else 0
    return JOINS.get(convention, _nothing)(step) if step.kind == "join" else 0


def check_convention(convention: str) -> None:
    """Raise `UnknownNameError` unless there is such a convention."""
    if convention not in CONVENTIONS:
        raise UnknownNameError("convention", convention, CONVENTIONS)


def convention_notes(convention: str, *, folded: bool) -> dict[str, str]:
    """What a table says of its column of operations, by language; nothing where they are convref's own.

    Args:
        convention: the name of the tool.
        folded: whether layers that make no new map count in the row above them.

    Example:
        >>> convention_notes("thop", folded=False)["en"]
        'MACs are what thop counts. '
    """
    if convention == PLAIN:
        return {}
    return {
        lang: text.format(convention) + (FOLDED_NOTES[lang] if folded else "") for lang, text in NOTES.items()
    }


def _macs(layer: Layer, taken: Shape, _made: Shape) -> int:
    return layer.cost(taken).macs


def _macs_and_bias(layer: Layer, taken: Shape, _made: Shape) -> int:
    cost = layer.cost(taken)
    return cost.macs + cost.bias_adds


def _fvcore_conv(layer: nn.Conv2d, taken: Shape, _made: Shape) -> int:
    """Nothing where torch is given the padding by name, which is an operation that fvcore does not know."""
    named = isinstance(layer.padding, str) and layer.padding_mode == "zeros"
    return 0 if named else layer.cost(taken).macs


def _offset_macs(layer: nn.DeformConv2d, taken: Shape, _made: Shape) -> int:
    """The inner convolution's, which is a module; the outer one is operations."""
    return layer.conv_offset.cost(taken).macs


def _offset_macs_and_bias(layer: nn.DeformConv2d, taken: Shape, made: Shape) -> int:
    return _macs_and_bias(layer.conv_offset, taken, made)


def _each_input(factor: int) -> Rule:
    return lambda _layer, taken, _made: factor * numel(taken)


def _each_output(factor: int) -> Rule:
    return lambda _layer, _taken, made: factor * numel(made)


def _norm(plain: int, affine: int) -> Rule:
    """So many operations an element for a norm, and so many for one that has a weight."""
    return lambda layer, taken, _made: numel(taken) * (affine if layer.parameters() else plain)


def _fvcore_batch_norm(layer: nn.BatchNorm2d, taken: Shape, made: Shape) -> int:
    """Without running statistics as a norm that makes its own."""
    rule = _norm(1, 2) if layer.track_running_stats else _norm(4, 5)
    return rule(layer, taken, made)


def _projections(count: int) -> Rule:
    """The products of so many projections of each position, without the scores."""
    return lambda layer, taken, _made: count * taken[0] * layer.embed_dim**2


def _fvcore_attention(layer: nn.MultiheadAttention, taken: Shape, made: Shape) -> int:
    """With biases PyTorch runs all of it as one operation."""
    return 0 if layer.bias else _projections(4)(layer, taken, made)


def _params(layer: Layer, _taken: Shape, _made: Shape) -> int:
    return sum(map(numel, layer.parameters().values()))


def _params_at_each_place(layer: Layer, taken: Shape, made: Shape) -> int:
    return _params(layer, taken, made) * numel(made[1:])


def _params_at_each_position(layer: Layer, taken: Shape, made: Shape) -> int:
    return _params(layer, taken, made) * taken[0]


def _params_of_output(layer: nn.RestrictedSelfAttention, _taken: Shape, _made: Shape) -> int:
    """Those of the projection that is a module."""
    return sum(numel(shape) for name, shape in layer.parameters().items() if name.startswith("out_proj"))


def _fvcore_resizing(layer: nn.Upsample, _taken: Shape, made: Shape) -> int:
    known = {("nearest", 2): 1, ("bilinear", 2): 4}
    return known.get((layer.mode, len(made) - 1), 0) * numel(made)


def _ptflops_lrn(layer: nn.LocalResponseNorm, taken: Shape, _made: Shape) -> int:
    """A square, a padded average pool, a product and a sum, each counted where it is called."""
    padded = (taken[0] + layer.size - 1) * numel(taken[1:])
    return 3 * numel(taken) + padded


def _ptflops_lp_pool(_layer: Layer, taken: Shape, made: Shape) -> int:
    """An average pool, a ReLU and a product."""
    return numel(taken) + 2 * numel(made)


def _thop_transposed(layer: nn.ConvTranspose2d, _taken: Shape, made: Shape) -> int:
    return layer.in_channels // layer.groups * numel(made) * numel(layer.parameters()["weight"][2:])


def _thop_adaptive(_layer: Layer, taken: Shape, made: Shape) -> int:
    """One operation an output, and one for each element of a window, taken as the ratio of the sizes."""
    return numel(made) + numel(made) * numel(taken[1:]) // numel(made[1:])


def _thop_softmax(layer: nn.Softmax, taken: Shape, _made: Shape) -> int:
    count = taken[layer.axis("dim", taken)]
    return numel(taken) // count * (3 * count - 1)


def _thop_resizing(layer: nn.Upsample, _taken: Shape, made: Shape) -> int:
    return THOP_RESIZING.get(layer.mode, 0) * numel(made)


def _nothing(_step: Step) -> int:
    return 0


def _fvcore_join(step: Step) -> int:
    if not isinstance(step.layer, nn.ResizeLike):
        return 0
    return (4 if step.layer.mode == "bilinear" else 1) * numel(step.output_shape)


def _ptflops_join(step: Step) -> int:
    if isinstance(step.layer, nn.ResizeLike):
        return numel(step.output_shape)
    cost = step.cost
    return cost.adds + cost.muls


def _for_all(layers: tuple[type[Layer], ...], rule: Rule) -> dict[type[Layer], Rule]:
    return dict.fromkeys(layers, rule)


JOINS: Mapping[str, Callable[[Step], int]] = {"fvcore": _fvcore_join, "ptflops": _ptflops_join}
CONVENTIONS: Mapping[str, Mapping[type[Layer], Rule]] = {
    "torchvision": {},
    "fvcore": {
        **_for_all(CONVS, _fvcore_conv),
        **_for_all((*TRANSPOSED, nn.DeformConv2d, nn.Linear, nn.RestrictedSelfAttention), _macs),
        nn.MultiheadAttention: _fvcore_attention,
        nn.AttentionHeads: _projections(3),
        **_for_all(BATCH_NORMS, _fvcore_batch_norm),
        **_for_all((*INSTANCE_NORMS, nn.GroupNorm, nn.LayerNorm), _norm(4, 5)),
        nn.AdaptiveAvgPool2d: _each_input(1),
        nn.Upsample: _fvcore_resizing,
        nn.UpsamplingNearest2d: _each_output(1),
        nn.UpsamplingBilinear2d: _each_output(4),
    },
    "ptflops": {
        **_for_all((*CONVS, *TRANSPOSED, nn.Linear), _macs_and_bias),
        **_for_all((*CHANNEL_NORMS, nn.GroupNorm), _norm(1, 2)),
        **_for_all((*AVG_POOLS, *ADAPTIVE_AVG, *OTHER_POOLS), _each_input(2)),
        **_for_all((nn.ReLU, nn.PReLU, nn.ELU, nn.GELU), _each_input(2)),
        **_for_all((nn.LeakyReLU, nn.ReLU6, nn.SiLU, nn.LayerNorm), _each_input(1)),
        **_for_all((nn.Softmax, nn.Softmax2d), _each_input(1)),
        **_for_all(LP_POOLS, _ptflops_lp_pool),
        nn.DeformConv2d: _offset_macs_and_bias,
        nn.LocalResponseNorm: _ptflops_lrn,
        nn.Upsample: _each_output(2),
        **_for_all((nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d), _each_output(1)),
    },
    "thop": {
        **_for_all((*CONVS, nn.Linear), _macs),
        nn.DeformConv2d: _offset_macs,
        **_for_all(TRANSPOSED, _thop_transposed),
        **_for_all((*CHANNEL_NORMS, nn.LayerNorm), _norm(2, 4)),
        **_for_all(AVG_POOLS, _each_output(1)),
        **_for_all(ADAPTIVE_AVG, _thop_adaptive),
        nn.PReLU: _each_input(1),
        nn.Softmax: _thop_softmax,
        nn.Upsample: _thop_resizing,
        nn.UpsamplingNearest2d: _each_output(1),
        nn.UpsamplingBilinear2d: _each_output(11),
    },
    "torchinfo": {
        **_for_all((*CONVS, *TRANSPOSED), _params_at_each_place),
        **_for_all((nn.Linear, nn.Embedding, nn.PReLU, nn.LayerNorm, nn.GroupNorm), _params),
        **_for_all((*CHANNEL_NORMS, nn.RMSNorm, nn.Scale), _params),
        nn.DeformConv2d: _offset_macs_and_bias,
        nn.AttentionHeads: _params_at_each_position,
        nn.RestrictedSelfAttention: _params_of_output,
    },
}
