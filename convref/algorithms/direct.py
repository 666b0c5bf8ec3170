"""Convolution as it is defined: a loop over outputs, and for each a sum over its window.

It is slow, and the truth that the other methods are compared with.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from convref.algorithms.plan import Plan
from convref.arrays.windows import Array, zero_pad


def direct(x: Array, weight: Array, plan: Plan) -> Array:
    """The convolution of `x` (N, C, *size) by `weight` (O, C / groups, *kernel), without bias."""
    x = zero_pad(x, plan.before, plan.after)
    y = np.zeros((plan.batch, plan.out_channels, *plan.output), dtype=x.dtype)
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    for image, out_channel in product(range(plan.batch), range(plan.out_channels)):
        first_channel = out_channel // out_group * in_group
        for place in product(*map(range, plan.output)):
            for channel in range(in_group):
                for position in product(*map(range, plan.kernel)):
                    at = [
                        i * stride + k * dilation
                        for i, k, stride, dilation in zip(
                            place, position, plan.stride, plan.dilation, strict=True
                        )
                    ]
                    value = x[(image, first_channel + channel, *at)]
                    y[(image, out_channel, *place)] += value * weight[(out_channel, channel, *position)]
    return y
