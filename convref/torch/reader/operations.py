"""Functions and methods on tensors -> layers, for what a module's forward does itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convref import nn
from convref.nn import Layer
from convref.nn.base import numel
from convref.torch.reader.modules import Unreadable

Shape = tuple[int, ...]

PASSED = ("contiguous", "clone", "detach", "stochastic_depth", "identity")
"""Operations that change nothing at inference."""

CASTS = ("to", "type", "type_as", "float", "double", "half", "bfloat16", "cuda", "cpu")
"""Operations that change nothing where the type stays."""


@dataclass(frozen=True)
class Shapes:
    """What an operation takes and makes, with the batch."""

    taken: Shape
    made: Shape


def _flatten(_shapes: Shapes, start_dim: int = 0, end_dim: int = -1) -> Layer:
    return nn.Flatten(start_dim, end_dim)


def _permute(_shapes: Shapes, *dims: Any) -> Layer:
    flat = tuple(dims[0]) if len(dims) == 1 else dims
    return _permuted([dim % len(flat) for dim in flat])


def _transpose(shapes: Shapes, dim0: int, dim1: int) -> Layer:
    dims = list(range(len(shapes.taken)))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return _permuted(dims)


def _permuted(dims: list[int]) -> Layer:
    if dims[0] != 0:
        raise Unreadable("the batch must stay the first axis")
    return nn.Permute(tuple(dims))


def reshaped(shapes: Shapes) -> tuple[Layer, ...]:
    """A run of axes made one, or one axis made several, as the shapes say.

    Example:
        >>> reshaped(Shapes((2, 8, 3, 3), (2, 2, 4, 9)))
        (Flatten(end_dim=3), Unflatten(1, (2, 4, 9)))
    """
    taken, made = shapes.taken, shapes.made
    if taken == made:
        return ()
    if taken[0] != made[0]:
        raise Unreadable("the batch must stay the first axis")
    start = next(
        (axis for axis, pair in enumerate(zip(taken, made, strict=False)) if pair[0] != pair[1]), None
    )
    if start is None:
        start = min(len(taken), len(made)) - 1
    same = 0
    while same < min(len(taken), len(made)) - start - 1 and taken[-1 - same] == made[-1 - same]:
        same += 1
    before, after = taken[start : len(taken) - same], made[start : len(made) - same]
    if len(after) == 1:
        return (nn.Flatten(start, start + len(before) - 1),)
    if len(before) == 1:
        return (nn.Unflatten(start, after),)
    return (nn.Flatten(start, start + len(before) - 1), nn.Unflatten(start, after))


def _reshape(shapes: Shapes, *_given: Any, **_named: Any) -> tuple[Layer, ...]:
    return reshaped(shapes) or (nn.Identity(),)


def _pad(shapes: Shapes, pad: Any, mode: str = "constant", value: float | None = None) -> Layer:
    rank, sides = len(shapes.taken) - 2, tuple(pad)
    if len(sides) > 2 * rank or not 1 <= rank <= 3:
        raise Unreadable("a padding is known for spatial axes only")
    sides += (0,) * (2 * rank - len(sides))
    if mode == "constant" and value:
        kind = {1: nn.ConstantPad1d, 2: nn.ConstantPad2d, 3: nn.ConstantPad3d}[rank]
        return kind(sides, value)
    names = {"constant": "Zero", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}
    return getattr(nn, f"{names[mode]}Pad{rank}d")(sides)  # type: ignore[no-any-return]


def _clamp(_shapes: Shapes, min: float | None = None, max: float | None = None) -> Layer:  # noqa: A002 - torch's
    if (min, max) == (0, None):
        return nn.ReLU()
    if min is None or max is None:
        raise Unreadable("it must have both bounds")
    return nn.ReLU6() if (min, max) == (0, 6) else nn.Hardtanh(min, max)


def _mean(shapes: Shapes, dim: Any = None, keepdim: bool = False) -> tuple[Layer, ...]:
    rank = len(shapes.taken) - 2
    dims = sorted(
        each % len(shapes.taken) for each in (dim if isinstance(dim, (tuple, list)) else [dim or 0])
    )
    pools = {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d, 3: nn.AdaptiveAvgPool3d}
    if rank not in pools or dims != list(range(2, rank + 2)):
        raise Unreadable("a mean is known over all spatial axes only")
    pool = pools[rank](1)
    return (pool,) if keepdim else (pool, nn.Flatten())


def _max_pool(kind: type[Layer]) -> Callable[..., Layer]:
    def pool(
        _shapes: Shapes,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Layer:
        return kind(kernel_size, stride or None, padding, dilation, return_indices, ceil_mode)  # type: ignore[call-arg]

    return pool


def _interpolate(
    _shapes: Shapes,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Layer:
    if antialias:
        raise Unreadable("antialias is not known here")
    sizes = tuple(map(int, size)) if isinstance(size, (tuple, list)) else size
    return nn.Upsample(sizes, scale_factor, mode, align_corners, recompute_scale_factor)


def _like(kind: type[Layer]) -> Callable[..., Layer]:
    """An operation whose arguments are the layer's."""

    def make(_shapes: Shapes, *args: Any, **kwargs: Any) -> Layer:
        kwargs.pop("inplace", None)
        kwargs.pop("_stacklevel", None)
        kwargs.pop("dtype", None)
        return kind(*args, **kwargs)

    return make


def _plain(kind: type[Layer]) -> Callable[..., Layer]:
    """An operation without arguments but `inplace`."""

    def make(_shapes: Shapes, inplace: bool = False) -> Layer:  # noqa: ARG001 - torch's signature
        return kind()

    return make


def _dropout(kind: type[Layer]) -> Callable[..., Layer]:
    def make(_shapes: Shapes, p: float = 0.5, training: bool = True, inplace: bool = False) -> Layer:  # noqa: ARG001
        return kind(p)  # type: ignore[call-arg]

    return make


PLAIN = {
    **dict.fromkeys(("relu", "relu_"), nn.ReLU),
    **dict.fromkeys(("sigmoid", "sigmoid_"), nn.Sigmoid),
    **dict.fromkeys(("tanh", "tanh_"), nn.Tanh),
    "relu6": nn.ReLU6,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    **dict.fromkeys(("selu", "selu_"), nn.SELU),
    "softsign": nn.Softsign,
    "log_sigmoid": nn.LogSigmoid,
    "tanhshrink": nn.Tanhshrink,
}
LIKE = {
    "gelu": nn.GELU,
    "elu": nn.ELU,
    "celu": nn.CELU,
    **dict.fromkeys(("leaky_relu", "leaky_relu_"), nn.LeakyReLU),
    "softplus": nn.Softplus,
    "hardtanh": nn.Hardtanh,
    "hardshrink": nn.Hardshrink,
    "softshrink": nn.Softshrink,
    "_threshold": nn.Threshold,
    "softmin": nn.Softmin,
    "softmax": nn.Softmax,
    "log_softmax": nn.LogSoftmax,
    "glu": nn.GLU,
    "unflatten": nn.Unflatten,
    "channel_shuffle": nn.ChannelShuffle,
    "pixel_shuffle": nn.PixelShuffle,
    "pixel_unshuffle": nn.PixelUnshuffle,
    "local_response_norm": nn.LocalResponseNorm,
    **{f"lp_pool{rank}d": getattr(nn, f"LPPool{rank}d") for rank in (1, 2, 3)},
    **{f"avg_pool{rank}d": getattr(nn, f"AvgPool{rank}d") for rank in (1, 2, 3)},
    **{f"adaptive_avg_pool{rank}d": getattr(nn, f"AdaptiveAvgPool{rank}d") for rank in (1, 2, 3)},
    **{f"adaptive_max_pool{rank}d": getattr(nn, f"AdaptiveMaxPool{rank}d") for rank in (1, 2, 3)},
}
UNARY: dict[str, Callable[..., Layer | tuple[Layer, ...]]] = {
    **{name: _plain(kind) for name, kind in PLAIN.items()},
    **{name: _like(kind) for name, kind in LIKE.items()},
    **{f"max_pool{rank}d": _max_pool(getattr(nn, f"MaxPool{rank}d")) for rank in (1, 2, 3)},
    "dropout": _dropout(nn.Dropout),
    **{f"dropout{rank}d": _dropout(getattr(nn, f"Dropout{rank}d")) for rank in (1, 2, 3)},
    "flatten": _flatten,
    "permute": _permute,
    "transpose": _transpose,
    "view": _reshape,
    "reshape": _reshape,
    **dict.fromkeys(("squeeze", "unsqueeze"), _reshape),
    **dict.fromkeys(("swapaxes", "swapdims"), _transpose),
    **dict.fromkeys(("clamp", "clamp_", "clip"), _clamp),
    "pad": _pad,
    "mean": _mean,
    **dict.fromkeys(("neg", "negative", "neg_"), lambda _shapes: nn.Affine(-1.0)),
    "interpolate": _interpolate,
}


def with_number(name: str, left: float | None, right: float | None) -> Layer:
    """The arithmetic of a tensor, for which None stands, and a number.

    Example:
        >>> with_number("sub", 1, None), with_number("mul", None, 0.5)
        (Affine(factor=-1.0, offset=1), Affine(factor=0.5))
    """
    number = right if left is None else left
    if not isinstance(number, (int, float)):
        raise Unreadable(f"{number!r} beside a tensor is not known here")
    if name == "add":
        return nn.Affine(offset=number)
    if name == "mul":
        return nn.Affine(number)
    if name == "sub":
        return nn.Affine(offset=-number) if left is None else nn.Affine(-1.0, number)
    if left is not None or not number:
        raise Unreadable("a number over a tensor is not known here")
    return nn.Affine(1 / number)


def factor(path: str, shape: Shape) -> tuple[str, Layer]:
    """The layer that multiplies by a parameter of a module, and where it is."""
    parent, _, name = path.rpartition(".")
    if name == "layer_scale" and len(shape) == 3 and numel(shape) == shape[0]:
        return parent, nn.LayerScale(shape[0])
    if name == "weight" and shape == (1,):
        return parent, nn.Scale()
    raise Unreadable(f"a product with the parameter {path} of shape {shape} is not known here")
