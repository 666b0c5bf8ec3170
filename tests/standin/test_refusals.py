"""What the stand-in does not follow is refused by name, with the user's file and line, and never counted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from convref.errors import ArgumentError
from convref.standin import installed
from convref.standin.description import description

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
    "an unknown function": ("torch.fft.fft(x)", "torch.fft", "is not among what is followed"),
    "a misspelt function": ("F.rleu(x)", "torch.nn.functional.rleu", "the nearest are 'relu'"),
    "an unknown method": ("x.histc()", "Tensor.histc", "is not among what is followed"),
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
        "must equal the last axis of the (243,)",
    ),
    "a view of another size": ("x.view(-1, 7)", "view", "cannot be viewed as (-1, 7)"),
    "a view of permuted elements": ("x.permute(0, 2, 3, 1).view(x.size(0), -1)", "view", "use .reshape"),
    "shapes that cannot be added": ("x + x[:, :, :2, :3]", "add", "do not fit at axis -2"),
    "matrices that do not fit": ("x.flatten(1) @ x.flatten(1)", "matmul", "cannot be multiplied"),
    "a concatenation that does not fit": (
        "torch.cat([x, x[:, :, :2]], 1)",
        "cat",
        "differ along another axis",
    ),
    "channels that do not fit": ("self.conv(self.conv(x))", "Conv2d in conv", "must equal the 8 channels"),
    "an index list": ("x[:, [0, 1]]", "Tensor.__getitem__", "an index of type list"),
    "a loss": ("nn.MSELoss()(x, x)", "MSELoss", "ModuleList"),
    "a layer that is not followed": ("nn.Bilinear(2, 3, 4)", "torch.nn.Bilinear", "is not among what"),
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
    "another dtype of the softmax": ("F.softmax(x, 1, dtype=torch.float64)", "softmax", "another dtype"),
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
