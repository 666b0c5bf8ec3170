"""Deformable convolution in PyTorch, without torchvision's operator."""

from __future__ import annotations

import math
from itertools import product

import torch

from convref import nn

Tensor = torch.Tensor
Size = int | tuple[int, int]


class DeformConv2d(torch.nn.Module):
    """2-D convolution whose sampling positions are shifted by amounts that another convolution computes.

    That convolution is initialized with zeros, so that a new module does not shift any position. The
    arguments, and the names and shapes of the parameters, are those of `convref.nn.DeformConv2d`.
    """

    def __init__(  # noqa: PLR0917 - torch's order
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        offset_groups: int = 1,
        modulated: bool = False,
    ) -> None:
        super().__init__()
        geometry = (kernel_size, stride, padding, dilation)
        described = nn.DeformConv2d(
            in_channels, out_channels, *geometry, groups, bias, offset_groups, modulated
        )
        plain = torch.nn.Conv2d(in_channels, out_channels, *geometry, groups, bias)
        self.weight, self.bias = plain.weight, plain.bias
        self.conv_offset = torch.nn.Conv2d(in_channels, described.conv_offset.out_channels, *geometry)
        for parameter in self.conv_offset.parameters():
            torch.nn.init.zeros_(parameter)
        self.groups, self.modulated = groups, modulated

    def forward(self, x: Tensor) -> Tensor:
        """Return the output, (N, C_out, H', W'), for an input (N, C_in, H, W)."""
        moves, mask = self.conv_offset(x), None
        if self.modulated:
            offsets = moves.shape[1] // 3 * 2
            moves, mask = moves[:, :offsets], moves[:, offsets:].sigmoid()
        columns = sample(x, moves, mask, self.conv_offset)
        batch, out_size = len(x), moves.shape[2:]
        grouped = columns.reshape(batch, self.groups, -1, math.prod(out_size))
        weight = self.weight.reshape(self.groups, len(self.weight) // self.groups, -1)
        output = torch.einsum("goc,ngcl->ngol", weight, grouped).reshape(batch, -1, *out_size)
        return output if self.bias is None else output + self.bias[:, None, None]


def sample(x: Tensor, moves: Tensor, mask: Tensor | None, conv: torch.nn.Conv2d) -> Tensor:
    """Sample the input bilinearly at each shifted position of each window.

    Args:
        x: the input, (N, C, H, W).
        moves: the shifts, (N, 2 * G * K, H', W'). For each of the G groups of channels and each of the K
            elements of the kernel, axis 1 has two values: the shift down and the shift to the right.
        mask: factors by which the samples are multiplied, (N, G * K, H', W'); None not to multiply them.
        conv: a convolution whose kernel size, stride, padding and dilation define the windows.

    Returns:
        The samples, (N, C, K, H', W').
    """
    batch, channels, height, width = x.shape
    out_size, taps = moves.shape[2:], math.prod(conv.kernel_size)
    moves = moves.reshape(batch, -1, taps, 2, *out_size)
    down, right = (_positions(conv, axis, out_size[axis], x).unsqueeze(1 - axis + 1) for axis in (0, 1))
    rows = down.repeat_interleave(conv.kernel_size[1], 0) + moves[:, :, :, 0]
    columns = right.repeat(conv.kernel_size[0], 1, 1) + moves[:, :, :, 1]
    groups = moves.shape[1]
    flat = x.reshape(batch, groups, channels // groups, height * width)
    total = x.new_zeros(())
    for share, index in _corners(rows, columns, height, width):
        where = index.reshape(batch, groups, 1, -1).expand(-1, -1, channels // groups, -1)
        total = total + flat.gather(-1, where) * share.reshape(batch, groups, 1, -1)
    if mask is not None:
        total = total * mask.reshape(batch, groups, 1, -1)
    return total.reshape(batch, channels, taps, *out_size)


def _positions(conv: torch.nn.Conv2d, axis: int, count: int, x: Tensor) -> Tensor:
    """Return where the kernel's elements read along one axis without shifts, as a tensor (K, count).

    K is the kernel size along the axis, and `count` the number of output positions along it. `axis` is 0 for
    rows and 1 for columns.
    """
    padding = conv.padding[axis]
    assert isinstance(padding, int)  # noqa: S101 - a deformable convolution has no padding by name
    starts = torch.arange(count, device=x.device, dtype=x.dtype) * conv.stride[axis] - padding
    taps = torch.arange(conv.kernel_size[axis], device=x.device, dtype=x.dtype) * conv.dilation[axis]
    return taps[:, None] + starts


def _corners(rows: Tensor, columns: Tensor, height: int, width: int) -> list[tuple[Tensor, Tensor]]:
    """Return the four elements around each position, as four pairs (interpolation weights, flat indices).

    The flat index of an element is `row * width + column`. Elements outside of the image have weight zero.
    """
    top, left = rows.detach().floor(), columns.detach().floor()
    corners = []
    for right, below in product((0, 1), repeat=2):
        i, j = top + below, left + right
        inside = (i >= 0) & (i < height) & (j >= 0) & (j < width)
        share = (1 - (rows - i).abs()) * (1 - (columns - j).abs()) * inside
        corners.append((share, torch.where(inside, i * width + j, 0).long()))
    return corners
