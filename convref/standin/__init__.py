"""A stand-in for PyTorch, with which PyTorch code can be converted to a description without PyTorch.

It has modules `torch`, `torch.nn` and `torch.nn.functional` with torch's names, arguments and defaults. To
*follow* a forward is to run it on the stand-in's tensors, which have a shape and no elements, and to record
its operations. Code that uses a part of torch that the stand-in does not have raises an error, with the name
of the missing part and the user's line.

    surface      the Python modules that users import, such as `torch.nn`
    install      `installed`, which makes them importable in a `with` block
    module       `Module`, with `attributes`
    containers   `Sequential`, `ModuleList` and other containers
    layers       the modules for which `convref.nn` has a layer, such as `Conv2d`; `lazy`: their lazy forms
    attention    `MultiheadAttention`
    recurrent    `LSTM`, `GRU` and `RNN`
    functional   the functions of `torch.nn.functional`, with `activations` and `pooling`
    operations   the operations on tensors, such as `add`
    methods      the methods of tensors, with `names`
    tensor       `Tensor`, with `shapes` and `dtypes`
    tape         `Tape`, which records each operation of a forward
    description  `description`, which follows a module's forward and returns the description

`convref.assembly` makes the description from the recording, for the stand-in and for PyTorch itself.
"""

from convref.standin.install import installed as installed
