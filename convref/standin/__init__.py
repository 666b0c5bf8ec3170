"""A stand-in for PyTorch, with which PyTorch code can be converted to a description without PyTorch.

It has modules `torch`, `torch.nn` and `torch.nn.functional` with torch's names, arguments and defaults. A
forward is run on the stand-in's tensors, which have a shape but no elements, and its operations are recorded.
If the code uses something in torch that the stand-in does not have, an error is raised. It names what is
missing and the line of the code.

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
    tape         `Tape`, which records each operation of a forward, with `owners` and `literal`
    description  `description`, which runs a module's forward and returns the description

`convref.assembly` makes the description from the recording, for the stand-in and for PyTorch itself.
"""

from convref.standin.install import installed as installed
