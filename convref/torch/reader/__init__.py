"""Convert PyTorch modules to descriptions."""
