"""The ways to compute one convolution, each readable on its own."""
