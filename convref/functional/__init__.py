"""`torch.nn.functional` on NumPy arrays: the same names, signatures, defaults and results."""
