"""Normalization layers, as in torch.nn.functional: subtract a mean and divide by a standard deviation.

They differ in the axes over which the statistics of an input (N, C, *size) are taken:

- `batch_norm`: one mean per channel, over the batch and all positions.
- `instance_norm`: one mean per image and channel, over all positions.
- `group_norm`: one mean per image and group of channels.
- `layer_norm` and `rms_norm`: one mean per position, over the last axes.
"""

from convref.functional.normalization.by_channel import batch_norm as batch_norm
from convref.functional.normalization.by_channel import instance_norm as instance_norm
from convref.functional.normalization.by_position import layer_norm as layer_norm
from convref.functional.normalization.by_position import rms_norm as rms_norm
from convref.functional.normalization.group import group_norm as group_norm

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]
