"""Find layers that may do the same as calls of functions with parameters, such as `F.conv2d`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.nn import Layer

Shape = tuple[int, ...]
Held = Callable[[object], "Shape | None"]
"""A function that returns the shape of an argument that is a parameter, and raises KeyError for any other."""


def _linear(_taken: Shape, held: Held, weight: object, bias: object = None) -> Layer:
    out_features, in_features = held(weight) or ()
    return nn.Linear(in_features, out_features, held(bias) is not None)


def _conv(kind: Any) -> Callable[..., Layer]:
    def conv(
        taken: Shape,
        held: Held,
        weight: object,
        bias: object = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Layer:
        out_channels, _, *kernel = held(weight) or ()
        has_bias = held(bias) is not None
        return kind(taken[1], out_channels, tuple(kernel), stride, padding, dilation, groups, has_bias)  # type: ignore[no-any-return]

    return conv


def _conv_transpose(kind: Any) -> Callable[..., Layer]:
    def conv_transpose(
        _taken: Shape,
        held: Held,
        weight: object,
        bias: object = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Layer:
        in_channels, out_channels, *kernel = held(weight) or ()
        window = (tuple(kernel), stride, padding, output_padding)
        has_bias = held(bias) is not None
        return kind(in_channels, out_channels * groups, *window, groups, has_bias, dilation)  # type: ignore[no-any-return]

    return conv_transpose


def _batch_norm(
    taken: Shape,
    held: Held,
    running_mean: object,
    running_var: object,  # noqa: ARG001 - both are given or none
    weight: object = None,
    bias: object = None,
    training: bool = False,  # noqa: ARG001 - torch's signature; the operations show it
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Layer:
    kind = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}[len(taken)]
    affine = held(weight) is not None
    has_bias = held(bias) is not None or not affine
    return kind(taken[1], eps, momentum, affine, held(running_mean) is not None, bias=has_bias)


def _group_norm(
    taken: Shape, held: Held, num_groups: int, weight: object = None, bias: object = None, eps: float = 1e-5
) -> Layer:
    affine = held(weight) is not None
    return nn.GroupNorm(num_groups, taken[1], eps, affine, bias=held(bias) is not None or not affine)


def _layer_norm(
    _taken: Shape,
    held: Held,
    normalized_shape: Any,
    weight: object = None,
    bias: object = None,
    eps: float = 1e-5,
) -> Layer:
    affine = held(weight) is not None
    return nn.LayerNorm(tuple(normalized_shape), eps, affine, held(bias) is not None or not affine)


def _rms_norm(
    _taken: Shape, held: Held, normalized_shape: Any, weight: object = None, eps: float | None = None
) -> Layer:
    return nn.RMSNorm(tuple(normalized_shape), eps, held(weight) is not None)


def _prelu(_taken: Shape, held: Held, weight: object) -> Layer:
    return nn.PReLU(*(held(weight) or ()))


def _embedding(
    _taken: Shape,
    held: Held,
    weight: object,
    padding_idx: int | None = None,
    *_rest: object,
    **_named: object,
) -> Layer:
    words, size = held(weight) or ()
    return nn.Embedding(words, size, padding_idx)


PARAMETRIC: dict[str, Callable[..., Layer]] = {
    "linear": _linear,
    "conv1d": _conv(nn.Conv1d),
    "conv2d": _conv(nn.Conv2d),
    "conv3d": _conv(nn.Conv3d),
    "conv_transpose1d": _conv_transpose(nn.ConvTranspose1d),
    "conv_transpose2d": _conv_transpose(nn.ConvTranspose2d),
    "conv_transpose3d": _conv_transpose(nn.ConvTranspose3d),
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
    "prelu": _prelu,
    "embedding": _embedding,
}
"""Name of a torch function -> a function that takes the shape of the input, a `Held`, and the call's further
arguments, and returns the layer."""
