"""Descriptions as PyTorch modules; nowhere else in convref is torch imported."""

from convref.torch.build import build as build
from convref.torch.reader.reader import from_torch as from_torch
