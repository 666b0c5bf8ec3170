"""NumPy functions for the operations on tensors of a `Graph`, by family; `apply` runs an operation."""
