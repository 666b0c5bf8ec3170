"""Pooling, padding and resizing of `torch.nn.functional`, with torch's arguments and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.standin.dtypes import int64
from convref.standin.functional import by_layer, listed, shape_after
from convref.standin.operations.products import functional
from convref.standin.recording import operation, operations
from convref.standin.shapes import contiguous
from convref.standin.tensor import Tensor, refused


def _trimmed(args: list[Any], usual: list[Any]) -> list[Any]:
    """Remove default values from the end of a list of arguments, since torch does not record them either.

    Args:
        args: the arguments.
        usual: the default value of each argument.
    """
    while args and args[-1] == usual[len(args) - 1]:
        args = args[:-1]
    return args


def _max_pool(rank: int) -> Callable[..., Any]:
    kind: Any = getattr(nn, f"MaxPool{rank}d")

    def max_pool(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        layer = lambda: kind(kernel_size, stride, padding, dilation, False, ceil_mode)  # noqa: E731
        name = f"max_pool{rank}d"
        if rank == 1 and not return_indices:
            return by_layer(name, layer, (input, kernel_size, stride, padding, dilation, ceil_mode))
        if rank == 1:
            raise refused(name, "return_indices is not supported without PyTorch")
        shape = shape_after(name, layer, input)
        rest = [
            listed(stride, rank) if stride is not None else [],
            *(listed(each, rank) for each in (padding, dilation)),
            ceil_mode,
        ]
        args = (input, listed(kernel_size, rank), *_trimmed(rest, [[], [0] * rank, [1] * rank, False]))
        made = Tensor(shape, input.dtype, contiguous(shape))
        results = [made, Tensor(shape, int64, contiguous(shape))] if return_indices else [made]
        found = operations(f"{name}_with_indices", args, results)
        return tuple(found) if return_indices else found[0]

    return max_pool


max_pool1d, max_pool2d, max_pool3d = map(_max_pool, (1, 2, 3))


def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of each window."""
    layer = lambda: nn.AvgPool1d(kernel_size, stride, padding, ceil_mode, count_include_pad)  # noqa: E731
    return by_layer("avg_pool1d", layer, (input, kernel_size, stride, padding, ceil_mode, count_include_pad))


def _avg_pool(rank: int) -> Callable[..., Tensor]:
    kind: Any = getattr(nn, f"AvgPool{rank}d")

    def avg_pool(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Tensor:
        layer = lambda: kind(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)  # noqa: E731
        shape = shape_after(f"avg_pool{rank}d", layer, input)
        rest = [
            listed(stride, rank) if stride is not None else [],
            listed(padding, rank),
            ceil_mode,
            count_include_pad,
            divisor_override,
        ]
        args = (input, listed(kernel_size, rank), *_trimmed(rest, [[], [0] * rank, False, True, None]))
        return operation(f"avg_pool{rank}d", args, shape, input.dtype, strides=contiguous(shape))

    return avg_pool


avg_pool2d, avg_pool3d = map(_avg_pool, (2, 3))


def _lp_pool(rank: int) -> Callable[..., Tensor]:
    kind: Any = getattr(nn, f"LPPool{rank}d")

    def lp_pool(
        input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> Tensor:
        layer = lambda: kind(norm_type, kernel_size, stride, ceil_mode)  # noqa: E731
        return by_layer(f"lp_pool{rank}d", layer, (input, norm_type, kernel_size, stride, ceil_mode))

    return lp_pool


lp_pool1d, lp_pool2d, lp_pool3d = map(_lp_pool, (1, 2, 3))


def _adaptive(rank: int, way: str) -> Callable[..., Tensor]:
    kind: Any = getattr(nn, f"Adaptive{way.capitalize()}Pool{rank}d")
    name = f"adaptive_{way}_pool{rank}d"
    if way == "avg":

        def adaptive_avg_pool(input: Tensor, output_size: Any) -> Tensor:
            return by_layer(name, lambda: kind(output_size), (input, output_size))

        return adaptive_avg_pool

    def adaptive_max_pool(input: Tensor, output_size: Any, return_indices: bool = False) -> Tensor:
        if return_indices:
            raise refused(name, "return_indices is not supported without PyTorch")
        return by_layer(name, lambda: kind(output_size), (input, output_size))

    return adaptive_max_pool


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = (_adaptive(rank, "avg") for rank in (1, 2, 3))
adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = (_adaptive(rank, "max") for rank in (1, 2, 3))


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Resize the spatial axes of the input to `size`, or by the factor `scale_factor`."""
    if antialias:
        raise refused("interpolate", "antialias is not supported without PyTorch")
    sizes = None if size is None else tuple(listed(size, input.ndim - 2))
    layer = lambda: nn.Upsample(sizes, scale_factor, mode, align_corners, recompute_scale_factor)  # noqa: E731
    args = (input, sizes, scale_factor, mode, align_corners, recompute_scale_factor)
    return by_layer("interpolate", layer, args)


def pad(input: Tensor, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """Add elements at the ends of the input's last axes.

    `pad` has two numbers for each axis, the elements to add before and after. The last axis comes first.
    """
    sides = tuple(pad)
    if len(sides) % 2 or len(sides) > 2 * input.ndim:
        rule = f"must have two numbers for each axis to pad, of the {input.ndim} axes of the input"
        raise refused("pad", f"pad (={sides}) {rule}")
    shape = list(input.shape)
    for place in range(len(sides) // 2):
        shape[-1 - place] += sides[2 * place] + sides[2 * place + 1]
    if min(shape) < 0:
        rule = f"removes more elements than an axis of the input's shape {tuple(input.shape)} has"
        raise refused("pad", f"pad (={sides}) {rule}")
    if mode != "constant":
        shape_after("pad", lambda: _border(mode, sides, input.ndim - 2), input)
    return functional("pad", (input, sides, mode, value), tuple(shape))


def _border(mode: str, sides: tuple[int, ...], rank: int) -> nn.Layer:
    names = {"reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}
    if mode not in names or len(sides) != 2 * rank:
        raise refused("pad", f"mode {mode!r} with {len(sides)} numbers is not supported without PyTorch")
    return getattr(nn, f"{names[mode]}Pad{rank}d")(sides)  # type: ignore[no-any-return]


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Spread groups of channels over the positions of a larger feature map (sub-pixel convolution)."""
    return by_layer("pixel_shuffle", lambda: nn.PixelShuffle(upscale_factor), (input, upscale_factor))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Turn blocks of positions into channels of a smaller feature map: the inverse of `pixel_shuffle`."""
    return by_layer("pixel_unshuffle", lambda: nn.PixelUnshuffle(downscale_factor), (input, downscale_factor))


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Reorder the channels so that each group has channels of all former groups."""
    shape = shape_after("channel_shuffle", lambda: nn.ChannelShuffle(groups), input)
    return operation("channel_shuffle", (input, groups), shape, input.dtype, strides=contiguous(shape))


def unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """Return each window of the input as a column (im2col)."""
    layer = lambda: nn.Unfold(kernel_size, dilation, padding, stride)  # noqa: E731
    return by_layer("unfold", layer, (input, kernel_size, dilation, padding, stride))


def fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Add each column to its window in an output of zeros (col2im): the adjoint of `unfold`."""
    layer = lambda: nn.Fold(output_size, kernel_size, dilation, padding, stride)  # noqa: E731
    return by_layer("fold", layer, (input, output_size, kernel_size, dilation, padding, stride))
