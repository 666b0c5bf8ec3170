"""The counts that torchvision publishes with its weights: multiply-accumulates."""

from __future__ import annotations

from convref.analysis.tools.counts import macs
from convref.nn import Layer
from convref.nn.rules import COSTS

COSTS["torchvision"].register(Layer)(macs)  # convref's own count, which every layer answers itself
