"""The command line reads PyTorch code where `import torch` fails, and on request where it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from convref import cli
from convref.errors import ArgumentError
from convref.networks import network

WITHOUT = (
    "import sys; sys.modules['torch'] = None; from convref.cli import main; sys.exit(main(sys.argv[1:]))"
)
NETS = """\
import torch.nn as nn
import torch.optim
from parts import Block


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.block = Block(width)

    def forward(self, x):
        return self.block(x).mean((2, 3))


class Fails(nn.Module):
    def __init__(self):
        super().__init__()
        self.odd = nn.Transformer(8)


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
"""
PARTS = """\
from torch import nn


class Block(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Conv2d(3, width, 3), nn.ReLU(inplace=True))
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nets.py").write_text(NETS, "utf-8")
    (tmp_path / "parts.py").write_text(PARTS, "utf-8")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("nets", "parts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path / "nets.py"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["show", "nets.py:Net@3,9,9", "--format", "csv", "--columns", "name,params"], "block.0,224"),
        (["show", "nets.py:Net(2)@3,9,9", "--format", "csv", "--columns", "name,params"], "block.0,56"),
        (["show", "nets.py:net", "--input", "3,9,9", "--format", "csv"], "block.0"),
        (["compare", "nets.py:Net@3,9,9", "alexnet", "--format", "csv"], "61100840"),
        (["draw", "nets.py:Net@3,9,9"], "<svg"),
    ],
)
def test_a_file_is_read_in_a_process_without_pytorch(file: Path, arguments: list[str], expected: str) -> None:
    command = [sys.executable, "-c", WITHOUT, *arguments]
    done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert expected in done.stdout


def test_the_stand_in_is_used_on_request_and_gives_what_pytorch_gives(file: Path) -> None:
    name = f"{file}:Net@3,9,9"
    assert network(name) == network(name, without_torch=True)
    assert network(name, without_torch=True) == network(name, without_torch=False)


@pytest.mark.parametrize("command", ["show", "compare", "draw"])
def test_the_commands_have_an_option_for_it(
    file: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    assert 0 == cli.main([command, f"{file}:Net@3,9,9", "--without-torch"])
    assert "224" in capsys.readouterr().out or command == "draw"
    assert sys.modules["torch"] is torch


def test_what_a_constructor_uses_that_is_not_followed_is_named_with_its_line(file: Path) -> None:
    line = 1 + NETS.split("\n").index("        self.odd = nn.Transformer(8)")
    rule = (
        rf"cannot be read without PyTorch: torch\.nn\.Transformer at .*nets\.py:{line}: it is not supported"
    )
    with pytest.raises(ArgumentError, match=rule):
        network(f"{file}:Fails@3,9,9", without_torch=True)


def test_a_network_without_a_shape_is_refused(file: Path) -> None:
    with pytest.raises(ArgumentError, match="needs the shape of its input without the batch"):
        network(f"{file}:Net", without_torch=True)
