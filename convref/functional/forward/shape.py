"""Layers that pass elements on, move them, or put others between and around them."""

from __future__ import annotations

from collections.abc import Mapping

from convref import nn
from convref.functional.folding import fold, unfold
from convref.functional.forward.dispatch import forward
from convref.functional.init import Array
from convref.functional.padding import pad
from convref.functional.resampling import interpolate, upsample_bilinear, upsample_nearest
from convref.functional.shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from convref.nn.dropout import Dropping
from convref.nn.padding import Pad


@forward.register
def _(layer: nn.Identity, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return x


@forward.register
def _(layer: Dropping, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return x


@forward.register(nn.Flatten)
@forward.register(nn.Unflatten)
def _(layer: nn.Flatten | nn.Unflatten, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return x.reshape(x.shape[0], *layer.output_shape(x.shape[1:]))


@forward.register
def _(layer: nn.Permute, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return x.transpose(layer.dims)


@forward.register
def _(layer: nn.ChannelShuffle, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return channel_shuffle(x, layer.groups)


@forward.register
def _(layer: nn.PixelShuffle, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return pixel_shuffle(x, layer.upscale_factor)


@forward.register
def _(layer: nn.PixelUnshuffle, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return pixel_unshuffle(x, layer.downscale_factor)


@forward.register
def _(layer: Pad, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    sides = [each for pair in reversed(layer.sides) for each in pair]
    return pad(x, sides, layer.mode, getattr(layer, "value", None))


@forward.register
def _(layer: nn.Unfold, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return unfold(x, layer.kernel_size, layer.dilation, layer.padding, layer.stride)


@forward.register
def _(layer: nn.Fold, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return fold(x, layer.output_size, layer.kernel_size, layer.dilation, layer.padding, layer.stride)


@forward.register
def _(layer: nn.Upsample, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return interpolate(
        x, layer.size, layer.scale_factor, layer.mode, layer.align_corners, layer.recompute_scale_factor
    )


@forward.register
def _(layer: nn.UpsamplingNearest2d, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return upsample_nearest(x, layer.size, layer.scale_factor)


@forward.register
def _(layer: nn.UpsamplingBilinear2d, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return upsample_bilinear(x, layer.size, layer.scale_factor)
