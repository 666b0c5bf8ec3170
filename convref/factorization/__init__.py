"""Kernels as sums of simpler ones: what a low rank saves, and what it costs."""
