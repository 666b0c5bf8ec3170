"""Assemble descriptions from the recorded operations of a forward.

The recordings come from `convref.torch.reader` (with PyTorch) or from `convref.standin` (without it).

    nodes       `Node`: a recorded operation; `Event`: a recorded call of a module or function; `Leaf`: a
                parameter, buffer or other tensor of the module
    recording   `Recording`: the operations of one run
    items       `Item`: one or more recorded operations that become one layer or operation of the description
    held        lists the tensors of a module
    calls       finds the layers that do the same as a function or an operation, with `parametric` and `unary`
    sizes       finds the sizes that depend on the batch size, by comparing two recordings
    assemble    builds the description, a `Graph`, with `axes`, `shuffles` and `arguments`
    inputs      names the inputs
    outputs     names the outputs
    check       compares the shapes of the description with those of the recording
    state       adds parameters that the forward does not use
    heads       adds outputs that the module has in training mode alone
    problems    finds the items that a description cannot contain
    refusals    the errors

A recording does not contain tensors but *values*. A tensor has a new value after each write to it, and each
value has a number. In recorded arguments, each tensor is replaced by a `Ref` with the number of its value.
The batch size is the number of samples of a run.
"""
