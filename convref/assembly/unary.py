"""Find layers that may do the same as calls of functions without parameters, such as `F.max_pool2d`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.nn import Layer

Shape = tuple[int, ...]
Made = Callable[..., "Layer | None"]


def _pad(
    taken: Shape, _made: Shape, pad: Any, mode: str = "constant", value: float | None = None
) -> Layer | None:
    rank, sides = len(taken) - 2, tuple(pad)
    if len(sides) > 2 * rank or not 1 <= rank <= 3:
        return None
    sides += (0,) * (2 * rank - len(sides))
    if mode == "constant" and value:
        kind = {1: nn.ConstantPad1d, 2: nn.ConstantPad2d, 3: nn.ConstantPad3d}[rank]
        return kind(sides, value)
    names = {"constant": "Zero", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}
    return getattr(nn, f"{names[mode]}Pad{rank}d")(sides)  # type: ignore[no-any-return]


def _max_pool(kind: type[Layer]) -> Made:
    def pool(
        _taken: Shape,
        _made: Shape,
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
    _taken: Shape,
    made: Shape,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Layer | None:
    if antialias:
        return None
    sizes = None if size is None else made[2:]
    return nn.Upsample(sizes, scale_factor, mode, align_corners, recompute_scale_factor)


def _like(kind: type[Layer]) -> Made:
    """Return a function that creates a layer whose arguments are those of the call, in the same order."""

    def make(_taken: Shape, _made: Shape, *args: Any, **kwargs: Any) -> Layer:
        kwargs.pop("inplace", None)
        kwargs.pop("_stacklevel", None)
        return kind(*args, **kwargs)

    return make


def _plain(kind: type[Layer]) -> Made:
    """Return a function that creates a layer without arguments, for calls whose only option is `inplace`."""

    def make(_taken: Shape, _made: Shape, inplace: bool = False) -> Layer:  # noqa: ARG001 - torch's signature
        return kind()

    return make


def _dropout(kind: type[Layer]) -> Made:
    def make(_taken: Shape, _made: Shape, p: float = 0.5, *_rest: bool, **_named: bool) -> Layer:
        return kind(p)  # type: ignore[call-arg]

    return make


def _by_rank(function: str, layer: str, make: Callable[[type[Layer]], Made] = _like) -> dict[str, Made]:
    return {function.format(rank): make(getattr(nn, layer.format(rank))) for rank in (1, 2, 3)}


UNARY: dict[str, Made] = {
    "pad": _pad,
    "interpolate": _interpolate,
    "flatten": lambda _taken, _made, start_dim=0, end_dim=-1: nn.Flatten(start_dim, end_dim),
    "softmin": _like(nn.Softmin),
    "local_response_norm": _like(nn.LocalResponseNorm),
    "pixel_shuffle": _like(nn.PixelShuffle),
    "pixel_unshuffle": _like(nn.PixelUnshuffle),
    "hardtanh": _like(nn.Hardtanh),
    "unfold": _like(nn.Unfold),
    "fold": _like(nn.Fold),
    "relu6": _plain(nn.ReLU6),
    "softsign": _plain(nn.Softsign),
    "logsigmoid": _plain(nn.LogSigmoid),
    "tanhshrink": _plain(nn.Tanhshrink),
    "dropout": _dropout(nn.Dropout),
    "alpha_dropout": _dropout(nn.AlphaDropout),
    **_by_rank("dropout{}d", "Dropout{}d", _dropout),
    **_by_rank("max_pool{}d", "MaxPool{}d", _max_pool),
    **_by_rank("avg_pool{}d", "AvgPool{}d"),
    **_by_rank("lp_pool{}d", "LPPool{}d"),
    **_by_rank("adaptive_avg_pool{}d", "AdaptiveAvgPool{}d"),
    **_by_rank("adaptive_max_pool{}d", "AdaptiveMaxPool{}d"),
}
"""Name of a torch function -> a rule, which takes the shapes of the input and of the output, and the call's
further arguments, and returns the layer or None."""
