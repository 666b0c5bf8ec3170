"""Compute, in NumPy, layers that copy, reorder, pad or interpolate elements."""

from __future__ import annotations

from collections.abc import Mapping

from convref import nn
from convref.functional.folding import fold, unfold
from convref.functional.init import Array
from convref.functional.padding import pad
from convref.functional.resampling import interpolate, upsample_bilinear, upsample_nearest
from convref.functional.shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from convref.nn.dropout import Dropping
from convref.nn.padding import Pad
from convref.nn.rules import NUMPY

Params = Mapping[str, Array]


@NUMPY.register(nn.Identity, Dropping)
def unchanged(_layer: nn.Layer, _params: Params, x: Array) -> Array:
    """Return the input, for layers that do nothing at inference."""
    return x


@NUMPY.register(nn.Flatten, nn.Unflatten)
def reshape(layer: nn.Layer, _params: Params, x: Array) -> Array:
    """Reshape the array to the layer's output shape."""
    return x.reshape(x.shape[0], *layer.output_shape(x.shape[1:]))


@NUMPY.register(nn.Permute)
def permute(layer: nn.Permute, _params: Params, x: Array) -> Array:
    """Reorder the axes."""
    return x.transpose(layer.dims)


@NUMPY.register(nn.ChannelShuffle)
def shuffle_channels(layer: nn.ChannelShuffle, _params: Params, x: Array) -> Array:
    """Interleave the channels of all groups."""
    return channel_shuffle(x, layer.groups)


@NUMPY.register(nn.PixelShuffle)
def shuffle_pixels(layer: nn.PixelShuffle, _params: Params, x: Array) -> Array:
    """Rearrange channels into squares of pixels."""
    return pixel_shuffle(x, layer.upscale_factor)


@NUMPY.register(nn.PixelUnshuffle)
def unshuffle_pixels(layer: nn.PixelUnshuffle, _params: Params, x: Array) -> Array:
    """Rearrange squares of pixels into channels."""
    return pixel_unshuffle(x, layer.downscale_factor)


@NUMPY.register(Pad)
def padding(layer: Pad, _params: Params, x: Array) -> Array:
    """Pad with a constant or with copies of input values, depending on the layer's mode."""
    sides = [each for pair in reversed(layer.sides) for each in pair]
    return pad(x, sides, layer.mode, getattr(layer, "value", None))


@NUMPY.register(nn.Unfold)
def unfold_windows(layer: nn.Unfold, _params: Params, x: Array) -> Array:
    """Copy each window into a column."""
    return unfold(x, layer.kernel_size, layer.dilation, layer.padding, layer.stride)


@NUMPY.register(nn.Fold)
def fold_windows(layer: nn.Fold, _params: Params, x: Array) -> Array:
    """Add each column to its window of the image."""
    return fold(x, layer.output_size, layer.kernel_size, layer.dilation, layer.padding, layer.stride)


@NUMPY.register(nn.Upsample)
def upsample(layer: nn.Upsample, _params: Params, x: Array) -> Array:
    """Interpolate to the layer's output size."""
    target = (layer.size, layer.scale_factor, layer.mode, layer.align_corners)
    return interpolate(x, *target, layer.recompute_scale_factor)


@NUMPY.register(nn.UpsamplingNearest2d)
def upsample_nearest2d(layer: nn.UpsamplingNearest2d, _params: Params, x: Array) -> Array:
    """Upsample by copying the nearest element."""
    return upsample_nearest(x, layer.size, layer.scale_factor)


@NUMPY.register(nn.UpsamplingBilinear2d)
def upsample_bilinear2d(layer: nn.UpsamplingBilinear2d, _params: Params, x: Array) -> Array:
    """Upsample bilinearly, with aligned corners."""
    return upsample_bilinear(x, layer.size, layer.scale_factor)
