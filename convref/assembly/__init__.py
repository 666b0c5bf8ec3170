"""Descriptions assembled from the recorded operations of a forward, whatever recorded them.

    nodes       Node: a recorded operation; Event: a recorded call of a module or function; Leaf: a tensor
    recording   Recording: the operations of one run
    items       Item: a step of the description, which is a layer, a function or an operation
    calls       the layers that functions and operations may be, with `parametric` and `unary`
    sizes       the sizes that depend on the batch size, from two recordings
    assemble    builds the description, a `Graph`, with `axes`, `shuffles` and `arguments`
    inputs      the names of the inputs; `outputs`: those of the outputs
    check       compares the shapes of the description with those of the recording
    state       adds parameters that the forward does not use
    heads       adds heads that run in training mode alone
    refusals    the errors, with `problems`

A recording refers to tensors by *values*. Each state of a tensor's elements is one value, with a number: an
operation that returns a tensor or writes to it makes a new value. In recorded arguments a `Ref` with the
value's number replaces the tensor. The batch size is the number of samples of a run.
"""
