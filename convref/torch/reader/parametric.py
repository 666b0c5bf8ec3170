"""Functions on a module's own parameters -> the layer that has them, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.nn import Layer
from convref.torch.reader.modules import Unreadable

Shape = tuple[int, ...]
Held = Callable[[object], "tuple[str, Shape] | None"]
"""An argument of a function -> the path and the shape of the parameter that it is."""
Found = tuple[str | None, Layer]
"""The path of the module that has a layer's parameters, None where it has none; the layer."""


def _owned(held: Held, **given: object) -> tuple[str | None, dict[str, Shape]]:
    """The path of the module that has these parameters, each by its own name, and their shapes."""
    shapes: dict[str, Shape] = {}
    paths = set()
    for role, argument in given.items():
        found = held(argument)
        if found is not None:
            path, _, name = found[0].rpartition(".")
            if name != role or not path:
                raise Unreadable(
                    f"its {role} must be a parameter called {role}, of a module inside; "
                    "a layer of torch.nn made in __init__ and called in forward has it there"
                )
            paths.add(path)
            shapes[role] = found[1]
    if len(paths) > 1:
        raise Unreadable(f"its parameters must be of one module, not of {' and '.join(sorted(paths))}")
    if "bias" in shapes and "weight" not in shapes:
        raise Unreadable("a bias without a weight is not known here")
    return next(iter(paths), None), shapes


def _linear(_taken: Shape, held: Held, weight: object, bias: object = None) -> Found:
    path, shapes = _owned(held, weight=weight, bias=bias)
    out_features, in_features = shapes["weight"]
    return path, nn.Linear(in_features, out_features, "bias" in shapes)


def _conv(kind: Any) -> Callable[..., Found]:
    def conv(
        taken: Shape,
        held: Held,
        weight: object,
        bias: object = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Found:
        path, shapes = _owned(held, weight=weight, bias=bias)
        out_channels, _, *kernel = shapes["weight"]
        has_bias = "bias" in shapes
        return path, kind(taken[1], out_channels, tuple(kernel), stride, padding, dilation, groups, has_bias)

    return conv


def _conv_transpose(kind: Any) -> Callable[..., Found]:
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
    ) -> Found:
        path, shapes = _owned(held, weight=weight, bias=bias)
        in_channels, out_channels, *kernel = shapes["weight"]
        window = (tuple(kernel), stride, padding, output_padding)
        return path, kind(in_channels, out_channels * groups, *window, groups, "bias" in shapes, dilation)

    return conv_transpose


def _batch_norm(
    taken: Shape,
    held: Held,
    running_mean: object,
    running_var: object,
    weight: object = None,
    bias: object = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Found:
    statistics = {"running_mean": running_mean, "running_var": running_var}
    path, shapes = _owned(held, **statistics, weight=weight, bias=bias)
    tracks = "running_mean" in shapes
    if training and tracks:
        raise Unreadable("it takes the statistics of the batch and moves the running ones")
    kind = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}[len(taken)]
    affine = "weight" in shapes
    has_bias = "bias" in shapes or not affine
    return path, kind(taken[1], eps, momentum, affine, tracks, bias=has_bias)


def _group_norm(
    taken: Shape, held: Held, num_groups: int, weight: object = None, bias: object = None, eps: float = 1e-5
) -> Found:
    path, shapes = _owned(held, weight=weight, bias=bias)
    affine = "weight" in shapes
    return path, nn.GroupNorm(num_groups, taken[1], eps, affine, bias="bias" in shapes or not affine)


def _layer_norm(
    _taken: Shape,
    held: Held,
    normalized_shape: Any,
    weight: object = None,
    bias: object = None,
    eps: float = 1e-5,
) -> Found:
    path, shapes = _owned(held, weight=weight, bias=bias)
    affine = "weight" in shapes
    return path, nn.LayerNorm(tuple(normalized_shape), eps, affine, "bias" in shapes or not affine)


def _rms_norm(
    _taken: Shape, held: Held, normalized_shape: Any, weight: object = None, eps: float | None = None
) -> Found:
    path, shapes = _owned(held, weight=weight)
    return path, nn.RMSNorm(tuple(normalized_shape), eps, "weight" in shapes)


def _prelu(_taken: Shape, held: Held, weight: object) -> Found:
    path, shapes = _owned(held, weight=weight)
    return path, nn.PReLU(*shapes["weight"])


PARAMETRIC: dict[str, Callable[..., Found]] = {
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
}
"""Functions that take a module's own parameters: their arguments -> where the layer is, and the layer."""
