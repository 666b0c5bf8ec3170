"""Networks are found by name, and wrong names raise helpful errors."""

import re
import sys
from pathlib import Path

import pytest
import torch

from convref import architectures
from convref.errors import ArgumentError, UnknownNameError
from convref.networks import network, shape_of
from convref.nn import Conv2d

OWN = "from convref.nn import Conv2d\n\nclass Nets:\n    small = Conv2d(3, 8, 3)\n\nkinds = Conv2d\n"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_nets.py").write_text(OWN, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_nets", raising=False)


def test_a_registered_network_has_a_default_input() -> None:
    assert (architectures.build("lenet5"), (1, 32, 32)) == network("lenet5")


def test_an_argument_overrides_the_input_shape_in_the_name() -> None:
    assert (Conv2d(3, 8, 3), (3, 9, 9)) == network("own_nets:Nets.small@3,9,9")
    assert (3, 64, 64) == network("vgg11@3x64x64")[1]
    assert (3, 5, 5) == network("own_nets:Nets.small@3,9,9", (3, 5, 5))[1]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "own_nets:Nets.small",
            "needs the shape of its input without the batch: own_nets:Nets.small@3,224,224",
        ),
        (
            "own_nets:none@3,9,9",
            "must be package.module:attribute; module 'own_nets' has no attribute 'none'",
        ),
        ("no_such_module:net@3,9,9", "must be package.module:attribute; No module named 'no_such_module'"),
        ("own_nets:kinds@3,9,9", "must be a description, not a type"),
    ],
)
def test_a_name_of_something_else_than_a_description_is_refused(name: str, message: str) -> None:
    with pytest.raises(
        ArgumentError, match=rf"^network \(={re.escape(name.partition('@')[0])}.*{re.escape(message)}"
    ):
        network(name)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\n1 / 0\n", "broken{0}.py:2: ZeroDivisionError: division by zero"),
        (
            "import no_such_package\n",
            "broken{0}.py:1: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        ("x = (\n", "broken{0}.py:1: SyntaxError: '(' was never closed"),
        (
            "from convref.nn import Conv2d\n\nnet = Conv2d(0, 8, 3)\n",
            "broken{0}.py:3: ArgumentError: Conv2d: in_channels (=0) must be at least 1",
        ),
    ],
)
def test_a_module_that_cannot_be_imported_is_named_with_its_line(
    code: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"broken{len(code)}"
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    rule = f"cannot be imported; {tmp_path / message.format(len(code))}"
    with pytest.raises(ArgumentError, match=rf"^network \(={name}:net\) {re.escape(rule)}$"):
        network(f"{name}:net@3,9,9")


def test_a_torch_module_is_refused_with_the_function_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.nn, "made", torch.nn.ReLU(), raising=False)
    with pytest.raises(
        ArgumentError, match=r"not a ReLU; this is a torch\.nn\.Module; convref\.torch\.from_tor"
    ):
        network("torch.nn:made@3,9,9")
    with pytest.raises(
        ArgumentError, match=r"not a type; this class is a torch\.nn\.Module; convref\.torch\.f"
    ):
        network("torch.nn:ReLU@3,9,9")


def test_an_unknown_name_is_refused_with_the_form_for_other_modules() -> None:
    with pytest.raises(UnknownNameError, match=r"; one of your own is package\.module:attribute@C,H,W$"):
        network("small@3,32,32")


def test_a_description_given_as_a_name_is_refused_with_the_keyword_form() -> None:
    with pytest.raises(ArgumentError, match=r"^network \(=a Conv2d\) must be a name; pass a description by"):
        network(Conv2d(3, 8, 3))  # type: ignore[arg-type]


def test_an_unknown_name_and_a_malformed_shape_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown architecture 'VGG_16'; the nearest are 'vgg16'"):
        network("VGG_16@3,64,64")
    with pytest.raises(ArgumentError, match=r"^shape \(='3,a'\) must be integers such as 3,224,224$"):
        shape_of("3,a")
