"""PyTorch code without PyTorch: modules `torch`, `torch.nn` and `torch.nn.functional` made of `convref.nn`.

    surface      the modules that users import
    install      installed: makes them importable for a time
    module       Module; `containers`: Sequential and the like; `layers`: the modules that are layers
    attention    MultiheadAttention; `recurrent`: LSTM, GRU, RNN
    functional   the functions of torch.nn.functional, with `activations` and `pooling`
    operations   the operations on tensors
    methods      the methods of tensors, with `names`
    tensor       Tensor, which has a shape and no elements; `shapes`, `dtypes`
    tape         the recorder, which notes each operation of a forward
    description  description: follows a module's forward, and returns its description

To *follow* a forward is to run it on tensors without elements, and to record its operations. The names,
arguments and defaults are torch's. Code that uses something of torch which the stand-in lacks raises an error
with its name and the user's line.
`convref.assembly` makes the description from what is recorded, as for `convref.torch.from_torch`.
"""

from convref.standin.install import installed as installed
