"""Networks by what readers call them, and what is told where a name stands for none."""

import re
import sys
from pathlib import Path

import pytest

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


def test_a_registered_network_has_an_input_of_its_own() -> None:
    assert (architectures.build("lenet5"), (1, 32, 32)) == network("lenet5")


def test_what_stands_behind_the_name_is_the_input_and_what_is_given_goes_before() -> None:
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
def test_a_name_that_stands_for_no_description_is_told(name: str, message: str) -> None:
    with pytest.raises(
        ArgumentError, match=rf"^network \(={re.escape(name.partition('@')[0])}.*{re.escape(message)}"
    ):
        network(name)


def test_what_is_no_name_is_told_where_a_description_goes() -> None:
    with pytest.raises(
        ArgumentError, match=r"^network \(=a Conv2d\) must be a name; a description goes in by keyw"
    ):
        network(Conv2d(3, 8, 3))  # type: ignore[arg-type]


def test_an_unknown_name_and_a_shape_that_is_none_are_told() -> None:
    with pytest.raises(UnknownNameError, match="unknown architecture 'VGG_16'; the nearest are 'vgg16'"):
        network("VGG_16@3,64,64")
    with pytest.raises(ArgumentError, match=r"^'3,a' is no shape such as 3,224,224$"):
        shape_of("3,a")
