"""Fold a batch norm into the convolution before it, which saves a pass over the feature map.

At inference, a batch norm multiplies each channel by a factor and adds an offset. The channels are those of
the convolution before it. So the factors can be multiplied into its kernels instead, and the offsets added as
its bias: (w * x + b) · f + o = (w · f) * x + (b · f + o), where w * x is the convolution. This pays if there
are fewer weights than outputs.

Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
inference" (2017), section 3.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import prod

import numpy as np

from convref.algorithms.choice import is_finite
from convref.functional.forward.conv import convolution
from convref.functional.forward.normalization import batch_norm
from convref.functional.init import Array
from convref.functional.normalization.statistics import factor_and_offset
from convref.nn import Layer, Step
from convref.nn.batch_norm import BatchNorm
from convref.nn.conv import Convolution
from convref.nn.rules import NUMPY

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
"""The types of parameters that are folded; products in half precision would lose digits."""


def foldable(
    steps: Sequence[Step], needed: Collection[int], wanted: Collection[int], batch: int
) -> dict[int, int]:
    """Return the batch norms that can be folded, as a dict from the convolution's index to theirs.

    The batch norm must normalize by running statistics, and be the only reader of the convolution's output.

    Args:
        steps: the steps of a plan; the indices are those of this sequence.
        needed: the numbers of the values that are computed; step i computes value i + 1.
        wanted: the numbers of the values that are returned.
        batch: the number of inputs.
    """
    readers = Counter(
        [value for index, step in enumerate(steps, 1) if index in needed for value in step.inputs]
    )
    found = {}
    for index, step in enumerate(steps):
        if index + 1 in needed and isinstance(step.layer, BatchNorm):
            value = step.inputs[0]
            if value and readers[value] == 1 and value not in wanted and _pays(steps[value - 1], step, batch):
                found[value - 1] = index
    return found


def _pays(before: Step, step: Step, batch: int) -> bool:
    """Return whether `before` is a convolution with fewer weights than outputs, and `step` can be folded."""
    layer, norm = before.layer, step.layer
    if not isinstance(layer, Convolution) or not isinstance(norm, BatchNorm) or not norm.track_running_stats:
        return False
    # A user may have registered other functions for classes derived from these, or for these themselves.
    usual = NUMPY.find(type(layer)) is convolution and NUMPY.find(type(norm)) is batch_norm
    return usual and prod(layer.parameters()["weight"]) <= before.elements(batch)


def folded(
    params: Mapping[str, Array], norm: Layer, norm_params: Mapping[str, Array]
) -> dict[str, Array] | None:
    """Return the parameters of a convolution, with those of the batch norm after it folded into them.

    The result is None if they cannot be folded: they do not all have the same type, single or double
    precision, or a kernel would not be finite.
    """
    weight, bias = params["weight"], params.get("bias")
    if (
        not isinstance(norm, BatchNorm)
        or weight.dtype not in FLOATS
        or any(each.dtype != weight.dtype for each in (*params.values(), *norm_params.values()))
    ):
        return None
    factor, offset = factor_and_offset(
        norm_params["running_mean"],
        norm_params["running_var"],
        norm_params.get("weight"),
        norm_params.get("bias"),
        norm.eps,
    )
    kernels = weight * factor.reshape(-1, *[1] * (weight.ndim - 1))
    if not is_finite(kernels):  # where x is 0, the convolution would give NaN
        return None
    return {"weight": kernels, "bias": offset if bias is None else offset + bias * factor}
