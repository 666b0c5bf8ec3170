"""Residual blocks: the output of a body is added to its input."""

from __future__ import annotations

from convref.nn import BatchNorm2d, Conv2d, Identity, Inline, Layer, ReLU, Sequential, Sum, inline


def basic_block(in_channels: int, out_channels: int, stride: int = 1) -> Layer:
    """Build the block of ResNet-18 and -34: two 3 × 3 convolutions, to whose output a shortcut is added.

    Source: He et al., 2015, Deep residual learning for image recognition, figure 5, left.

    Example:
        >>> basic_block(64, 128, stride=2).output_shape((64, 56, 56))
        (128, 28, 28)
    """
    body = Sequential(
        conv1=Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False),
        bn1=BatchNorm2d(out_channels),
        relu1=ReLU(),
        conv2=Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
        bn2=BatchNorm2d(out_channels),
    )
    return residual(body, shortcut(in_channels, out_channels, stride))


def bottleneck(
    in_channels: int,
    out_channels: int,
    stride: int = 1,
    *,
    width: int | None = None,
    groups: int = 1,
    dilation: int = 1,
    stride_first: bool = False,
    attention: Layer | None = None,
) -> Layer:
    """Build the block of ResNet-50, -101 and -152: 1 × 1, 3 × 3 and 1 × 1 convolutions, and a shortcut.

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of the output.
        stride: the stride of the 3 × 3 convolution.
        width: the channels of the 3 × 3 convolution, by default a quarter of `out_channels`.
        groups: the number of groups of the 3 × 3 convolution; with more than one, this is the block of
            ResNeXt.
        dilation: the dilation of the 3 × 3 convolution.
        stride_first: whether the first 1 × 1 convolution has the stride instead of the 3 × 3 one, as in the
            paper ("v1").
        attention: a layer that scales the channels before the sum, as in SENet, or None. The names of its
            parameters begin with `se`.

    Source: He et al., 2015, figure 5, right; Xie et al., 2016, Aggregated residual transformations.

    Example:
        >>> bottleneck(256, 512, stride=2).output_shape((256, 56, 56))
        (512, 28, 28)
    """
    inner = out_channels // 4 if width is None else width
    first, second = (stride, 1) if stride_first else (1, stride)
    body = Sequential(
        conv1=Conv2d(in_channels, inner, 1, first, bias=False),
        bn1=BatchNorm2d(inner),
        relu1=ReLU(),
        conv2=Conv2d(inner, inner, 3, second, dilation, dilation, groups, bias=False),
        bn2=BatchNorm2d(inner),
        relu2=ReLU(),
        conv3=Conv2d(inner, out_channels, 1, bias=False),
        bn3=BatchNorm2d(out_channels),
        **({"se": attention} if attention else {}),
    )
    return residual(body, shortcut(in_channels, out_channels, stride))


def residual(body: Layer, downsample: Layer | Inline) -> Layer:
    """Build a block that adds `downsample(x)` to `body(x)` and applies ReLU."""
    return Sequential(sum=inline(Sum(body=inline(body), downsample=downsample)), relu=ReLU())


def shortcut(in_channels: int, out_channels: int, stride: int = 1) -> Layer:
    """Build a shortcut: the identity, or a 1 × 1 convolution if the channels or the spatial size change.

    Source: He et al., 2015, section 4.1, option B.

    Example:
        >>> shortcut(64, 64), shortcut(64, 256).output_shape((64, 56, 56))
        (Identity(), (256, 56, 56))
    """
    if in_channels == out_channels and stride == 1:
        return Identity()
    return Sequential(Conv2d(in_channels, out_channels, 1, stride, bias=False), BatchNorm2d(out_channels))
