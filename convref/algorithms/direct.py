"""Compute convolutions by their definition: a loop over the outputs, each a sum over its window.

The loops are slow, but a reader can check them line by line. Every other algorithm is tested against them.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant


def direct(x: Array, weight: Array, plan: ConvPlan) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    x = pad_constant(x, plan.before, plan.after)
    y = np.zeros((plan.batch, plan.out_channels, *plan.output), dtype=x.dtype)
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    for image, out_channel in product(range(plan.batch), range(plan.out_channels)):
        # An output channel reads only the input channels of its own group.
        first_channel = out_channel // out_group * in_group
        for location in product(*map(range, plan.output)):
            for channel in range(in_group):
                for position in product(*map(range, plan.kernel)):
                    at = [
                        i * stride + k * dilation
                        for i, k, stride, dilation in zip(
                            location, position, plan.stride, plan.dilation, strict=True
                        )
                    ]
                    value = x[(image, first_channel + channel, *at)]
                    factor = weight[(out_channel, channel, *position)]
                    y[(image, out_channel, *location)] += value * factor
    return y
