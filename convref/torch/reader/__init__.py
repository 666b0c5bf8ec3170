"""Convert PyTorch modules to descriptions.

    reader      from_torch: the whole conversion
    held        the tensors of a module by name; a copy of a module on the meta device
    lazy        initializes lazy layers, whose parameters have no shapes before the first call
    recording   record: one run of a module, as a `Recording` of `convref.assembly`
    tape        the recorder, which receives each operation from torch
    memory      the values of tensors that share memory, after in-place writes
    functions   calls of torch functions that are recorded as a whole
    items       divides a recording into steps of the description
    twins       compares recorded operations with those of a fresh module of a layer, its *twin*
    check       compares multiply-accumulates with those that torch counts
    state       adds parameters that the forward does not use
    verify      compares the outputs of the description with the module's
    wording     the text of the error for an operation that failed

`convref.assembly` makes the description from what is recorded here.
"""
