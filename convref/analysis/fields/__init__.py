"""Functions that compute the receptive fields of operations on tensors, one module per family of operations.

Such a function is called a rule. Its argument is a `Passed`: the call of an operation, with the receptive
fields of the inputs. It returns the receptive fields of the result as a `Seen`.
"""
