"""Descriptions as PyTorch modules; nowhere else in convref is torch imported."""
