"""The commands on networks print whole tables and clear errors."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from convref import analyze, architectures, cli, nn
from convref.analysis import Device


def test_show_prints_a_network_as_markdown_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["show", "vgg16", "--format", "md", "--columns", "name,params"]
    assert [0, 0] == [cli.main([*arguments, "--lang", lang]) for lang in ("en", "zh")]
    english, chinese = capsys.readouterr().out.split("| 层 | 参数量 |")
    assert "| Layer | Parameters |" == english.splitlines()[0]
    assert ["| **total** | **138,357,544** |"] == english.splitlines()[-1:]
    assert ["| **合计** | **138,357,544** |"] == chinese.splitlines()[-1:]


def test_show_prints_csv_and_json_that_parse(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["show", "alexnet", "--format", "csv", "--columns", "params", "--full"])
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert 61_100_840 == sum(int(row[0]) for row in rows[1:])
    assert 0 == cli.main(["show", "alexnet", "--format", "json"])
    assert 61_100_840 == json.loads(capsys.readouterr().out)["totals"][0]["params"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_show_prints_every_row_whole_to_a_pipe(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["show", "alexnet_original", "--lang", lang, "--columns", "name,output,params,macs"])
    lines = capsys.readouterr().out.splitlines()
    assert any("384 × 13 × 13" in line and "885,120" in line for line in lines)


def test_csv_has_headings_in_its_language(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["show", "alexnet", "--format", "csv", "--columns", "name,output", "--lang"]
    assert [0, 0] == [cli.main([*arguments, lang]) for lang in ("en", "zh")]
    lines = capsys.readouterr().out.splitlines()
    english, chinese = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert ["Layer,Output", "input,3x224x224"] == english[:2]
    assert ["层,输出", "输入,3x224x224"] == chinese[:2]
    assert english[2:] == chinese[2:]


def test_show_imports_a_file_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "mynet.py").write_text("from convref.nn import Conv2d\nnet = Conv2d(3, 8, 3)\n")
    command = [
        sys.executable,
        "-P",
        "-m",
        "convref",
        "show",
        "mynet:net",
        "--input",
        "3,8,8",
        "--format",
        "md",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (0, f"convref: importing mynet; {tmp_path} is searched first\n") == (done.returncode, done.stderr)
    assert "8 × 6 × 6" in done.stdout


@pytest.mark.parametrize("command", ["show", "compare"])
def test_what_the_code_of_a_network_prints_goes_to_standard_error(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loud.py").write_text(
        "from convref.nn import Conv2d\nprint('imported')\nnet = Conv2d(3, 8, 3)\n"
    )
    assert 0 == cli.main([command, f"{tmp_path / 'loud.py'}:net@3,8,8", "--format", "json"])
    printed = capsys.readouterr()
    assert "imported" in printed.err
    assert "totals" in json.loads(printed.out)


@pytest.mark.parametrize("start", [["-m", "convref"], ["-c", "from convref.cli import main; main()"]])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "alexnet"], ""),
        (["compare", "alexnet", "vgg16"], ""),
        (["show", "mynet:net@3,8,8"], "convref: importing mynet; {} is searched first\n"),
        (["compare", "alexnet", "mynet:net@3,8,8"], "convref: importing mynet; {} is searched first\n"),
    ],
)
def test_files_in_the_working_directory_never_take_the_place_of_packages_that_convref_uses(
    tmp_path: Path, start: list[str], arguments: list[str], said: str
) -> None:
    (tmp_path / "mynet.py").write_text("from convref.nn import Conv2d\nnet = Conv2d(3, 8, 3)\n")
    for name in ("rich", "numpy", "markdown", "vgg16", "alexnet"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n")
    command = [sys.executable, *start, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (0, said.format(tmp_path)) == (done.returncode, done.stderr)
    assert not (tmp_path / "ran").exists()


def test_show_accepts_a_description_from_any_module(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(
        "from convref.nn import Conv2d\nnets = [Conv2d(3, 8, 3)]\nnet = nets[0]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert 0 == cli.main(["show", "mine:net", "--input", "3,8,8", "--format", "md"])
    assert "8 × 6 × 6" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["vg16"], "convref: unknown architecture 'vg16'; the nearest are 'vgg16'"),
        (["vgg16", "--columns", "parms"], "convref: unknown column 'parms'; the nearest is 'params'"),
        (["vgg16", "--lang", "fr"], "convref: unknown language 'fr'; there are: en, zh"),
        (["vgg16", "--input", "3,16,16"], "convref: features.30: kernel_size (=(2, 2)) spans 2 elements"),
        (
            ["vgg16", "--input", "1,224,224"],
            "convref: features.0: in_channels (=3) must equal the 1 channel of the input",
        ),
        (
            ["resnet18@3,64,64", "--input", "3,32,32"],
            "convref: --input must not be given, because resnet18@3,64,64 contains an input shape\n",
        ),
        (["no_such:net"], "convref: importing no_such; "),
        (["no_such:net"], "network (=no_such:net) must be package.module:attribute or path/to/file.py:attr"),
        (["convref.nn:Conv2d"], "network (=convref.nn:Conv2d) cannot be made: TypeError: "),
        (["vgg16", "--dtype", "half"], "convref: unknown dtype 'half'"),
        (["vgg16", "--batch", "0"], "convref: batch (=0) must be a positive integer"),
        (["vgg16", "--training", "sgdd"], "convref: unknown optimizer 'sgdd'; the nearest is 'sgd'"),
        (["vgg16", "--tree", "--depth", "0"], "convref: depth (=0) must be a positive integer"),
        (
            ["vgg16", "--output", "t.xlsx"],
            "convref: --output (=t.xlsx) must end in .txt, .md, .html, .csv or",
        ),
        (["vgg16", "--output", "no/t.md"], "convref: --output (=no/t.md) cannot be written: No such file"),
    ],
)
def test_show_prints_what_is_wrong_with_its_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == cli.main(["show", *arguments])
    assert message in capsys.readouterr().err


def test_show_requires_the_input_shape_of_a_description_without_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nn, "small", nn.Identity(), raising=False)
    assert 2 == cli.main(["show", "convref.nn:small"])
    rule = "needs the shape of its input without the batch: convref.nn:small@3,224,224"
    assert rule in capsys.readouterr().err


def test_list_prints_every_architecture(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["list"])
    assert list(architectures.names()) == [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_an_invalid_input_shape_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["show", "vgg16", "--input", "3,large"])
    assert "shape (='3,large') must be integers such as 3,224,224" in capsys.readouterr().err


NETS = """\
from torch import nn


def net(width=8):
    made = nn.Sequential(nn.Sequential(nn.Conv2d(3, width, 3), nn.ReLU()), nn.Flatten(), nn.LazyLinear(4))
    made[2] = nn.Linear(width * 36, 4)
    made[0].requires_grad_(False)
    return made
"""


@pytest.fixture
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file that makes a module."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "my_nets", raising=False)
    (tmp_path / "my_nets.py").write_text(NETS, "utf-8")
    return str(tmp_path / "my_nets.py")


def test_show_reads_a_module_from_a_file_as_a_tree(nets: str, capsys: pytest.CaptureFixture[str]) -> None:
    columns = "name,input,output,kernel,params,share,trainable,frozen,dtype"
    assert 0 == cli.main(["show", f"{nets}:net@3,8,8", "--tree", "--columns", columns, "--format", "md"])
    lines = capsys.readouterr().out.splitlines()
    linear = 8 * 36 * 4 + 4
    assert "| 0 | 3 × 8 × 8 | 8 × 6 × 6 |  | 224 | 16.2% | 0 | 224 | float32 |" in lines
    assert "| ├ 0 | 3 × 8 × 8 | 8 × 6 × 6 | 3 × 3 | 224 | 16.2% | 0 | 224 | float32 |" in lines
    assert f"| 2 | 288 | 4 |  | {linear:,} | 83.8% | {linear:,} | 0 | float32 |" in lines
    assert f"| **total** |  |  |  | **{linear + 224:,}** |  | **{linear:,}** | **224** |  |" in lines


def test_depth_ends_a_tree(nets: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["show", f"{nets}:net(4)@3,8,8", "--tree", "--depth", "1", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert ["input", "0", "1", "2"] == [row["name"] for row in found["rows"]]
    assert [0, 4 * 28, 0, 4 * 36 * 4 + 4] == [row["params"] for row in found["rows"]]


def test_show_counts_memory_for_a_batch_a_type_and_training(
    nets: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--batch", "2", "--dtype", "float16", "--training", "adam", "--columns", "weight_bytes"]
    assert 0 == cli.main(["show", f"{nets}:net@3,8,8", *given, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    linear = 2 * (8 * 36 * 4 + 4)
    assert 448 + linear == found["totals"][0]["weight_bytes"]
    parts = f"gradients {linear / 1024:.2f} KiB, optimizer {2 * linear / 1024:.2f} KiB"
    assert "Training (batch size 2, adam) keeps" in found["note"]
    assert parts in found["note"]


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("txt", " Layer"),
        ("md", "| Layer"),
        ("html", '<table class="convref-table">'),
        ("csv", "Layer,Params"),
        ("json", "{"),
    ],
)
def test_show_writes_a_file_in_the_format_of_its_ending(
    ending: str, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"table.{ending}"
    given = ["--columns", "name,params", "--output", str(file)]
    assert 0 == cli.main(["show", "lenet5", *given])
    text = file.read_text("utf-8")
    assert ("", True, True) == (
        capsys.readouterr().out,
        text.startswith(start.replace("Params", "Parameters")),
        text.endswith("\n"),
    )
    assert "\x1b" not in text


def test_a_given_format_goes_before_the_ending(tmp_path: Path) -> None:
    file = tmp_path / "table.txt"
    assert 0 == cli.main(["compare", "lenet5", "--format", "json", "--output", str(file)])
    assert "lenet5" == json.loads(file.read_text("utf-8"))["rows"][0]["name"]


def test_show_takes_a_shape_for_each_of_several_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "two_inputs", raising=False)
    code = "from torch import nn\nnet = nn.Bilinear(2, 3, 4)\n"
    (tmp_path / "two_inputs.py").write_text(code, "utf-8")
    name = f"{tmp_path / 'two_inputs.py'}:net"
    assert 0 == cli.main(["show", name, "--input", "2", "--input", "3", "--format", "json"])
    assert [[2], [3]] == json.loads(capsys.readouterr().out)["rows"][0]["output"]


def test_draw_writes_svg_or_prints_it(nets: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "net.svg"
    assert 0 == cli.main(["draw", f"{nets}:net@3,8,8", "--output", str(file), "--lang", "zh"])
    assert ("", True) == (capsys.readouterr().out, file.read_text("utf-8").startswith("<svg"))
    assert "输入 3 × 8 × 8" in file.read_text("utf-8")
    assert 0 == cli.main(["draw", "lenet5", "--narrow", "--depth", "1"])
    assert capsys.readouterr().out.startswith("<svg")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("net.pdf", "convref: path (=net.pdf) must end in .svg or .png\n"),
        ("no/net.svg", "convref: --output (=no/net.svg) cannot be written: No such file or directory\n"),
    ],
)
def test_draw_refuses_a_file_that_it_cannot_write(
    file: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert 2 == cli.main(["draw", "lenet5", "--output", file])
    assert message == capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_show_predicts_times_for_a_device_in_gflops_and_gigabytes_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["show", "alexnet", "--batch", "8", "--dtype", "bfloat16", "--device", "90,20", "--format"]
    assert 0 == cli.main([*arguments, "json"])
    total = json.loads(capsys.readouterr().out)["totals"][0]["time"]
    device = Device(90e9, 20e9)
    net = architectures.build("alexnet")
    assert analyze(net, (3, 224, 224), batch=8, dtype="bfloat16", device=device).time == total


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("90", "'90' must be two numbers, the GFLOP/s and the GB/s of a device, as in 90,20"),
        ("fast,20", "must be two numbers"),
        ("90,0", r"Device: bandwidth \(=0.0\) must be a positive finite number"),
    ],
)
def test_show_refuses_a_device_that_is_not_two_positive_numbers(
    given: str, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["show", "alexnet", "--device", given])
    assert re.search(f"argument --device: .*{rule}", capsys.readouterr().err)
