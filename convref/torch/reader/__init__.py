"""Convert PyTorch modules to descriptions.

    reader      from_torch: the whole conversion
    held        Leaf: a tensor that a module holds; a copy of a module on the meta device
    recording   record: one run of a module -> Recording, the list of its operations
    tape        the recorder, which receives each operation from torch
    memory      the values of tensors that share memory, after in-place writes
    functions   calls of torch functions that are recorded as a whole
    nodes       Node: a recorded operation; Event: a recorded call of a module or function
    items       Item: a step of the description, which is a layer, a function or an operation
    calls       the layers that functions and operations may be, with `parametric` and `unary`
    twins       compares recorded operations with those of a fresh module of a layer, its *twin*
    sizes       the sizes that depend on the batch size, from two recordings
    assemble    builds the description, a `Graph`, with `axes`, `shuffles` and `arguments`
    check       compares the description with the recording
    state       adds parameters that the forward does not use
    heads       adds heads that run in training mode alone
    verify      compares the outputs of the description with the module's
    refusals    the errors, with `problems` and `wording`

A recording refers to tensors by *values*. Each state of a tensor's elements is one value, with a number: an
operation that returns a tensor or writes to it makes a new value. In recorded arguments a `Ref` with the
value's number replaces the tensor. The batch size is the number of samples of a run.
"""
