"""Networks are found by name, and wrong names raise helpful errors."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
import torchvision_models

from convref import analyze, architectures
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
            "path/to/file.py:attribute; module 'own_nets' has no attribute 'none'",
        ),
        ("no_such_module:net@3,9,9", "path/to/file.py:attribute; No module named 'no_such_module'"),
        ("own_nets:kinds@3,9,9", "missing 3 required positional arguments"),
        ("own_nets:kinds@3,9,9", "; arguments are given as own_nets:kinds(…)"),
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


MODULES = """\
import torch
from torch import nn
from widths_of_nets import WIDTH


class Net(nn.Module):
    def __init__(self, classes, width=WIDTH):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, width, 3), nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 4, 1)

    def forward(self, image, mask):
        return self.c(image) * mask


def make():
    return Net(2)


def broken():
    return 1 / 0


def number():
    return 3


net = Net(10)
state = net.state_dict()
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of modules, which imports another one beside it."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "widths_of_nets.py").write_text("WIDTH = 8\n", "utf-8")
    (folder / "torch_nets.py").write_text(MODULES, "utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("widths_of_nets", "torch_nets"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return str(folder / "torch_nets.py")


@pytest.mark.parametrize(
    ("called", "params"),
    [
        ("net", 224 + 90),
        ("Net(10)", 224 + 90),
        ("Net(classes=5, width=4)", 4 * 28 + 25),
        ("make", 224 + 18),
        ("make()", 224 + 18),
    ],
)
def test_a_file_s_module_class_or_factory_is_read_with_its_arguments(
    file: str, called: str, params: int
) -> None:
    net, shape = network(f"{file}:{called}@3,8,8")
    assert ((3, 8, 8), params) == (shape, analyze(net, shape).params)


def test_a_package_s_module_is_read_too(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(file).parent)
    assert 224 + 27 == analyze(*network("torch_nets:Net(3)@3,8,8")).params


def test_several_inputs_have_a_shape_each(file: str) -> None:
    net, shapes = network(f"{file}:Masked@3,8,8@1,8,8")
    assert (((3, 8, 8), (1, 8, 8)), (4, 8, 8)) == (shapes, net.output_shape(shapes))
    assert shapes == network(f"{file}:Masked", shapes)[1]
    names = [row.name for row in analyze(net, shapes).rows]
    assert ["input", "image", "mask", "c", "mul"] == names


@pytest.mark.parametrize(
    ("called", "message"),
    [
        ("Net", r"cannot be made: TypeError: .* missing 1 required .*; arguments are given as .*:Net\(…\)$"),
        ("broken", r"cannot be made at .*torch_nets.py:29: ZeroDivisionError: division by zero$"),
        ("number", "must be a description or a torch.nn.Module, not a int"),
        ("state", r"not a OrderedDict; a state_dict has weights, but not the code that computes with them$"),
        ("net(3)", "takes no arguments, since it is a network already, not a class"),
        ("Net(x)", r"with arguments that are literals: make\(10, width=0.5\)$"),
        ("none", "module 'torch_nets' has no attribute 'none'"),
        (
            "net@1,8,8",
            r"body at .*torch_nets.py:12: in_channels \(=3\) must equal the 1 channel of the input",
        ),
    ],
)
def test_what_is_wrong_with_a_name_in_a_file_is_named(file: str, called: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        network(f"{file}:{called}" + ("" if "@" in called else "@3,8,8"))


def test_a_file_without_a_name_is_refused_with_the_names_that_it_defines(file: str) -> None:
    rule = (
        r"needs the name of a network that the file defines, .*:Net@3,224,224; "
        r"it defines Net, Masked, make, broken, number"
    )
    with pytest.raises(ArgumentError, match=rule):
        network(file)
    with pytest.raises(
        ArgumentError, match=r"needs the name of a network that the file defines, none.py:net@3,224,224$"
    ):
        network("none.py")
    with pytest.raises(ArgumentError, match=r"must be .*; there is no file none.py$"):
        network("none.py:net@3,8,8")


def test_an_open_parenthesis_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"must be NAME@C,H,W, but a parenthesis is not closed"):
        network("own_nets:Net(10@3,8,8")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (
            "resnet.onnx",
            "is an exported graph, which has no modules; give the module that it was exported from",
        ),
        (
            "out/best.pth@3,8,8",
            "holds weights, but not the code that computes with them; give the Python file of the module",
        ),
        ("model.safetensors", "holds weights"),
        ("model.h5", "is not a PyTorch network; give a torch.nn.Module or a description"),
        ("train.ipynb", "is a notebook; give a Python file with its code: path/to/file.py:net@3,224,224"),
    ],
)
def test_files_of_other_kinds_are_refused_with_what_to_give(name: str, rule: str) -> None:
    with pytest.raises(ArgumentError, match=rf"^network \(={name.partition('@')[0]}\) {rule}"):
        network(name)


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ArgumentError, match=r"timm:resnet18\) needs the package timm: pip install timm$"):
        network("timm:resnet18")


def test_a_library_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "timm.py").write_text("1 / 0\n", "utf-8")
    monkeypatch.delitem(sys.modules, "timm", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        ArgumentError, match="needs timm, which cannot be imported: ZeroDivisionError: division"
    ):
        network("timm:resnet18")


TIMM = """\
import torch


def create_model(name, pretrained, num_classes=4):
    if name != "tiny.v1":
        raise RuntimeError(f"Unknown model ({name})")
    made = torch.nn.Conv2d(3, num_classes, 1)
    made.pretrained_cfg = {"input_size": (3, 16, 16)}
    return made


def list_models(pattern):
    return ["tiny.v1"]
"""


def test_a_model_of_timm_has_its_usual_input_and_takes_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "timm.py").write_text(TIMM, "utf-8")
    monkeypatch.delitem(sys.modules, "timm", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert (Conv2d(3, 4, 1), (3, 16, 16)) == network("timm:tiny.v1")
    assert (Conv2d(3, 9, 1), (3, 5, 5)) == network("timm:tiny.v1(num_classes=9)@3,5,5")
    with pytest.raises(
        ArgumentError, match=r"cannot be made: Unknown model \(tine\); similar names are tiny.v1$"
    ):
        network("timm:tine")
    with pytest.raises(ArgumentError, match=r"takes arguments by keyword only, such as \(num_classes=10\)$"):
        network("timm:tiny.v1(9)")


def test_a_model_of_torchvision_is_the_registered_network_at_its_usual_input() -> None:
    torchvision_models.library()
    (net, shape), (read, own) = network("resnet18"), network("torchvision:resnet18")
    assert (shape, net.parameters()) == (own, read.parameters())
    assert (3, 64, 64) == network("torchvision:fcn_resnet50@3,64,64")[1]
    with pytest.raises(UnknownNameError, match="unknown model of torchvision 'resnet19'; the nearest are"):
        network("torchvision:resnet19")
    with pytest.raises(ArgumentError, match=r"cannot be made: .*unexpected keyword argument"):
        network("torchvision:resnet18(colour=1)")
    with pytest.raises(
        ArgumentError, match="needs the shape of its input without the batch: torchvision:r3d"
    ):
        network("torchvision:r3d_18")


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


def test_the_shape_of_one_number_per_sample_has_a_name() -> None:
    assert () == shape_of("scalar")
