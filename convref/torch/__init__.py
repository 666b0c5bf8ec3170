"""Descriptions as PyTorch modules; nowhere else in convref is torch imported."""

from convref.torch.build import build as build
