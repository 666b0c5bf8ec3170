"""A convolution, its normalization and its activation: what most networks since 2015 are built of."""

from __future__ import annotations

from convref.nn import BatchNorm2d, Conv2d, Layer, ReLU, Sequential

RELU = ReLU()


def conv_norm(
    in_channels: int,
    out_channels: int,
    kernel_size: int = 3,
    stride: int = 1,
    *,
    padding: int | None = None,
    dilation: int = 1,
    groups: int = 1,
    norm: Layer | None = None,
    activation: Layer | None = RELU,
) -> Layer:
    """A convolution without bias, a normalization (which has one), an activation, named 0, 1 and 2.

    Args:
        in_channels: the convolution's, as the arguments up to `groups`.
        out_channels: likewise.
        kernel_size: likewise.
        stride: likewise.
        dilation: likewise.
        groups: likewise.
        padding: by default what keeps the size at stride 1.
        norm: by default batch normalization of the `out_channels`.
        activation: None for a linear one, as at the end of a bottleneck.

    Source: Ioffe and Szegedy, 2015, Batch normalization, section 3.2 (why the bias is dropped).

    Example:
        >>> conv_norm(3, 32, stride=2).output_shape((3, 224, 224))
        (32, 112, 112)
    """
    pad = dilation * (kernel_size - 1) // 2 if padding is None else padding
    layers = [
        Conv2d(in_channels, out_channels, kernel_size, stride, pad, dilation, groups, bias=False),
        norm or BatchNorm2d(out_channels),
    ]
    return Sequential(*layers, *([activation] if activation else []))
