"""What the stand-in does not follow is refused by name, with the user's file and line, and never counted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from convref.errors import ArgumentError
from convref.standin import installed
from convref.standin.description import description
from convref.standin.refusals import NotFollowed

SOURCE = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 2)
        self.plain = [nn.Conv2d(3, 8, 1)]
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return FORWARD
"""
LINE = 1 + SOURCE.split("\n").index("        return FORWARD")
OUTSIDE = "outside = 3"


def described(forward: str, shape: Any = (3, 9, 9)) -> Any:
    with installed():
        names: dict[str, Any] = {"__name__": "nets"}
        exec(compile(SOURCE.replace("FORWARD", forward), "nets.py", "exec"), names)  # noqa: S102
        return description(names["Net"](), shape)


REFUSED = {
    "an unknown function": ("torch.fft.fft(x)", "torch.fft", "it is not supported without PyTorch"),
    "a misspelt function": ("F.rleu(x)", "torch.nn.functional.rleu", "the nearest are 'relu'"),
    "an unknown method": ("x.histc()", "Tensor.histc", "it is not supported without PyTorch"),
    "a branch on values": ("x if x.sum() > 0 else -x", "item", "depends on values in a tensor"),
    "a number of a tensor": ("x * x.max().item()", "item", "depends on values in a tensor"),
    "an assignment to a part": ("x.__setitem__(0, 1)", "Tensor.__setitem__", "use torch.cat"),
    "random numbers": ("x + torch.randn(9)", "randn", "random numbers in evaluation mode"),
    "dropout in evaluation": ("F.dropout(x)", "dropout", "pass training=self.training"),
    "a module that is not registered": ("self.plain[0](x)", "Conv2d", "ModuleList"),
    "a part of the batch": ("x[:1]", "slice", "part of the batch"),
    "a changed parameter": ("x * self.scale.mul_(2)", "mul_", "changes a parameter"),
    "memory changed through a view": (
        "(lambda y, z: (y.add_(1), z)[1])(x.view(x.size(0), -1), x) * 1",
        "forward",
        "add_ at nets.py",
    ),
    "indices": ("F.max_pool1d(x.flatten(2), 2, return_indices=True)[0]", "max_pool1d", "return_indices"),
    "a size that does not fit": (
        "self.fc(x.flatten(1))",
        "Linear in fc",
        "in_features (=8) must equal the last",
    ),
    "a view of another size": ("x.view(-1, 7)", "view", "cannot be viewed as (-1, 7)"),
    "a view of permuted elements": ("x.permute(0, 2, 3, 1).view(x.size(0), -1)", "view", "use .reshape"),
    "shapes that cannot be added": ("x + x[:, :, :2, :3]", "add", "their sizes at axis -2 differ"),
    "matrices that do not fit": ("x.flatten(1) @ x.flatten(1)", "matmul", "cannot be multiplied"),
    "a concatenation that does not fit": (
        "torch.cat([x, x[:, :, :2]], 1)",
        "cat",
        "differ along another axis",
    ),
    "channels that do not fit": ("self.conv(self.conv(x))", "Conv2d in conv", "must equal the 8 channels"),
    "an index list": ("x[:, [0, 1]]", "Tensor.__getitem__", "an index of type list"),
    "a loss": ("nn.MSELoss()(x, x)", "MSELoss", "ModuleList"),
    "a layer that is not followed": ("nn.Bilinear(2, 3, 4)", "torch.nn.Bilinear", "it is not supported"),
    "a missing attribute": ("self.cnov(x)", "forward", "the nearest is 'conv'"),
    "a number for a tensor": ("torch.cat([x, 1])", "forward", "expected a sequence of tensors"),
    "the batch in arithmetic": (
        "x * (x.size(0) / 4)",
        "mul",
        "depends on the number of samples in the batch",
    ),
    "the batch in the control flow": (
        "x if x.size(0) < 3 else F.relu(x)",
        "forward",
        "depends on the number of samples in the batch",
    ),
    "an ellipsis in einsum": ("torch.einsum('b...,b...->b', x, x)", "einsum", "an ellipsis"),
    "a diagonal in einsum": ("torch.einsum('bchh->bch', x)", "einsum", "occurs twice for one operand"),
    "sizes in einsum": (
        "torch.einsum('bchw,bhc->b', x, x[:, :, :, 0])",
        "einsum",
        "the same size, not 9 and 3",
    ),
    "axes in einsum": ("torch.einsum('bc->b', x)", "einsum", "must have one letter for each axis"),
    "dropout in attention": (
        "F.scaled_dot_product_attention(x, x, x, dropout_p=0.1)",
        "scaled_dot_product_attention",
        "dropout_p and enable_gqa",
    ),
    "an axis twice": ("x.permute(0, 1, 1, 2)", "permute", "must name each of the 4 axes once"),
    "an axis that is not there": ("x.unsqueeze(7)", "unsqueeze", "dim (=7) must be from -5 to 4"),
    "axes in the wrong order": ("x.flatten(2, 1)", "flatten", "must not be after end_dim (=1)"),
    "a range that is too long": ("x.narrow(1, 2, 5)", "narrow", "is beyond the 3 indices"),
    "too few repetitions": ("x.repeat(2, 2)", "repeat", "has fewer numbers than the tensor"),
    "too few sizes": ("x.expand(3, 3)", "expand", "have fewer axes than"),
    "a size that is not 1": ("x.expand(-1, 5, -1, -1)", "expand", "only axes of size 1 can get"),
    "two unknown sizes": ("x.view(-1, -1)", "view", "only one size may be -1"),
    "sizes that do not add up": ("x.split([1, 1], 1)", "split", "must add up to 3, the size of the axis"),
    "shapes that cannot be stacked": ("torch.stack([x, x[:, 1:]])", "stack", "must have the same shape, not"),
    "a transpose of four axes": ("x.t()", "t", "needs at most 2 axes, not 4"),
    "matrices of batches": ("torch.mm(x, x)", "mm", "operands with 2 and 2 axes are needed"),
    "batches of two sizes": (
        "torch.bmm(x[:, 0], x[:1, 0])",
        "bmm",
        "3 axes are needed, and equal batch sizes",
    ),
    "a weight with one axis": (
        "F.linear(x, self.scale)",
        "linear",
        "which must have 2 axes, the last one of",
    ),
    "a result that is too large": (
        "x[:, :1].add_(x)",
        "add_",
        "shape (2, 3, 9, 9), but the changed tensor has (2, 1, 9, 9)",
    ),
    "a call with two arguments": ("self.conv(x, x)", "Conv2d", "a call with more than one argument"),
    "a mean of integers": ("(x > 0).mean()", "mean", "torch cannot compute a mean of torch.bool"),
    "limits that are tensors": ("x.clamp(x)", "clamp", "limits that are tensors"),
    "numbers in where": ("torch.where(x > 0, x, 0)", "where", "use masked_fill"),
    "a tensor in masked_fill": ("x.masked_fill(x > 0, x.sum())", "masked_fill", "a value that is a tensor"),
    "an odd padding": ("F.pad(x, (1, 1, 1))", "pad", "pad (=(1, 1, 1)) must have two numbers for each axis"),
    "a padding that removes too much": ("F.pad(x, (-9, -9))", "pad", "removes more elements than an axis of"),
    "a padding of channels": ("F.pad(x, (1,) * 6, 'reflect')", "pad", "mode 'reflect' with 6 numbers"),
    "antialiasing": ("F.interpolate(x, scale_factor=2, antialias=True)", "interpolate", "antialias"),
    "padding by name": (
        "F.conv2d(x, self.scale.expand(3, 3, 3, 3), padding='same')",
        "conv2d",
        "(='same') must be",
    ),
    "statistics of the batch": (
        "F.batch_norm(x, x[0, :, 0, 0], x[0, :, 0, 0], training=True)",
        "batch_norm",
        "with the statistics of the batch",
    ),
    "a norm of matrices": ("x.norm('nuc')", "norm", "the norm 'nuc'"),
    "another dtype of a view": ("x.view(torch.int32)", "view", "a view with a dtype other than"),
    "projections of an LSTM": ("nn.LSTM(8, 8, proj_size=2)", "LSTM", "proj_size"),
    "keys of another size": (
        "nn.MultiheadAttention(8, 2, kdim=4)",
        "MultiheadAttention",
        "kdim and vdim are not supported",
    ),
    "an input without axes": ("F.dropout(x.sum(), 0.1, False)", "dropout", "with a batch axis"),
    "a conversion to something else": ("x.to(3.5)", "to", "an argument of type float"),
    "another dtype of the softmax": (
        "F.softmax(x, 1, dtype=torch.float64)",
        "softmax",
        "a dtype other than the input's",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_followed_is_refused_by_name_and_rule(what: str) -> None:
    forward, name, rule = REFUSED[what]
    with pytest.raises(ArgumentError, match=rf"^without PyTorch: .*{re.escape(name)}.*{re.escape(rule)}"):
        described(forward)


@pytest.mark.parametrize("what", sorted(REFUSED.keys() - {"the batch in the control flow", "indices"}))
def test_the_error_has_the_line_of_the_forward(what: str) -> None:
    with pytest.raises(ArgumentError, match=rf"at nets\.py:{LINE}: "):
        described(REFUSED[what][0])


def test_a_forward_that_takes_another_number_of_inputs_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="the module's forward takes x, so input_shape must have one"):
        described("x", ((3, 9, 9), (3, 9, 9)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("nn.MultiheadAttention(9, 2)", r"embed_dim \(=9\) must be a positive multiple of num_heads \(=2\)"),
        ("nn.MultiheadAttention(0, 2)", r"embed_dim \(=0\) must be a positive multiple of num_heads \(=2\)"),
        (
            "nn.MultiheadAttention(9, 3)(x, x, x, average_attn_weights=False)",
            "average_attn_weights=False are not",
        ),
        (
            "nn.LSTM(4, 5)(x)",
            r"3 axes, the last one of size input_size \(=4\), but its shape is \(2, 6, 9\)",
        ),
    ],
)
def test_a_wrong_argument_of_a_module_is_an_error_outside_of_a_network_too(call: str, message: str) -> None:
    with installed():
        names: dict[str, Any] = {}
        exec("import torch\nfrom torch import nn\nx = torch.zeros(2, 6, 9)", names)  # noqa: S102
        with pytest.raises((ValueError, NotFollowed), match=message):
            eval(call, names)


def test_a_parameter_that_is_replaced_by_one_of_another_shape_is_an_error() -> None:
    with installed():
        import torch

        conv = torch.nn.Conv2d(3, 8, 3)
        conv.weight = torch.nn.Parameter(torch.zeros(8, 3, 5, 5))
        rule = (
            r"its weight has the shape \(8, 3, 5, 5\), but the module's arguments require the shape \(8, 3, 3"
        )
        with pytest.raises(NotFollowed, match=rule):
            conv(torch.zeros(2, 3, 9, 9))


def test_a_forward_that_returns_no_tensor_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="it must return a tensor"):
        described("3")


def test_a_module_that_is_used_before_it_is_initialized_is_an_error_as_in_torch() -> None:
    source = SOURCE.replace("        super().__init__()\n", "")
    with installed():
        names: dict[str, Any] = {"__name__": "nets"}
        exec(compile(source, "nets.py", "exec"), names)  # noqa: S102
        with pytest.raises(AttributeError, match=r"cannot assign module before Module.__init__\(\) call"):
            names["Net"]()
