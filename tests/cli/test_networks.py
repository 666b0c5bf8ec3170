"""The commands on networks print whole tables and clear errors."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from convref import architectures, cli, nn


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
            "convref: features.0: in_channels (=3) must equal the 1 channel that",
        ),
        (
            ["resnet18@3,64,64", "--input", "3,32,32"],
            "convref: --input must not be given beside the input's shape in resnet18@3,64,64\n",
        ),
        (["no_such:net"], "convref: importing no_such; "),
        (["no_such:net"], "network (=no_such:net) must be package.module:attribute; No module"),
        (["convref.nn:Layer"], "network (=convref.nn:Layer) must be a description, not a type"),
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
