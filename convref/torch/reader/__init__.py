"""Convert PyTorch modules to descriptions.

    reader      `from_torch`, the whole conversion
    held        lists the tensors of a module, and copies a module to the meta device
    lazy        initializes lazy layers, whose parameters have no shapes before the first call
    recording   runs a module once, and records its operations in a `Recording`
    tape        the recorder, to which torch passes each operation
    memory      updates the values of tensors that share memory after an in-place write
    functions   records calls of some torch functions as one operation
    devices     lets a forward choose as for tensors on the CPU
    changes     checks whether a forward changes the module's tensors in the same way at every call
    chance      notices random numbers that a forward draws from Python or NumPy
    items       divides a recording into layers, function calls and single operations
    twins       creates torch's module for a layer, and checks that it executes the recorded operations
    check       compares multiply-accumulates with those that torch counts
    state       adds parameters that the forward does not use
    verify      compares the outputs of the description with the module's
    wording     formats the error for an operation that failed

`convref.assembly` defines `Recording`, and makes the description from it.
"""
