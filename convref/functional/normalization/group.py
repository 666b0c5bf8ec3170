"""Group normalization: one mean and variance per image and group of channels."""

from __future__ import annotations

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.checks import tensor, wide
from convref.arrays.windows import Array
from convref.errors import ShapeError
from convref.functional.normalization.statistics import affine, centred, normalized


@checked
def group_norm(
    input: Array,
    num_groups: int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """Normalize (N, C, …) per group of channels, then multiply by `weight` and add `bias` per channel.

    Raises:
        ArgumentError: `num_groups` is not a positive integer.
        ShapeError: `num_groups` does not divide the channels, the shapes do not fit, or a group has only
            one value.

    Source: Wu and He, "Group normalization" (2018).

    Example:
        >>> group_norm(np.array([[1.0, 3.0, 5.0, 9.0], [0.0, 1.0, 2.0, 0.0]]), 2).round(2)
        array([[-1.,  1., -1.,  1.],
               [-1.,  1.,  1., -1.]])
    """
    x = tensor("group_norm", "input", input)
    groups = integer("group_norm", "num_groups", num_groups, minimum=1)
    if x.ndim < 2:
        raise ShapeError(f"group_norm: input (of shape {x.shape}) must have at least 2 axes")
    if x.shape[1] % groups:
        raise ShapeError(f"group_norm: num_groups (={groups}) must divide the {x.shape[1]} channels of input")
    scale, shift = affine("group_norm", x, weight, bias, (x.shape[1],))
    if x.size == groups:
        raise ShapeError(f"group_norm: input (of shape {x.shape}) must have more than one value per group")
    if not x.size:
        return x.copy()
    mean, var, _ = centred(wide(x).reshape(len(x), groups, -1))
    # One mean and variance per image and group, repeated for the channels of the group.
    per_channel = x.shape[1] // groups
    means, variances = (np.repeat(each.ravel(), per_channel) for each in (mean, var))
    scales, shifts = (None if each is None else np.tile(each, len(x)) for each in (scale, shift))
    y = normalized(x.reshape(1, -1, *x.shape[2:]), means, variances, scales, shifts, eps)
    return y.reshape(x.shape)
