"""Figures of dependencies: windows, receptive fields, channels, layers as matrices."""
