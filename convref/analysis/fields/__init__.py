"""Functions that compute the receptive fields of operations on tensors, one module for each family.

Such a function is called a rule. It takes a `Passed`, an operation with the receptive fields of its inputs,
and returns the receptive fields of its result as a `Seen`.
"""
