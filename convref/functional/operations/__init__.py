"""NumPy functions for the operations on tensors that occur in a `Graph`, one module for each family.

`apply` runs an operation.
"""
