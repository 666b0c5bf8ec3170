"""NumPy functions for the tensor operations of a `Graph`, one module for each family of operations.

A `Graph` is a network that was recorded from PyTorch code as a list of operations. `apply` runs one of them.
"""
