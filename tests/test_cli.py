"""The command line answers, refuses and reports in the ways a shell expects."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from convref import __version__, architectures, cli, nn
from convref.analysis import COLUMNS, MEASURES


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"convref {__version__}\n"


def test_a_command_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main([])
    assert "COMMAND" in capsys.readouterr().err


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, convref.cli\n"
        "try: convref.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'torch', 'rich', 'mkdocs'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize(("command", "columns"), [("show", COLUMNS), ("compare", MEASURES)])
def test_help_names_the_columns_that_there_are(
    command: str, columns: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"in order, of: {', '.join(columns)}" in " ".join(capsys.readouterr().out.split())


def test_the_helps_are_what_the_commands_print(capsys: pytest.CaptureFixture[str]) -> None:
    helps = cli.helps()
    for name, text in helps.items():
        with pytest.raises(SystemExit, match="0"):
            cli.main([*filter(None, [name]), "--help"])
        assert text == capsys.readouterr().out


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


def test_show_finds_a_file_in_the_directory_where_it_is_called(tmp_path: Path) -> None:
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
    assert (0, "") == (done.returncode, done.stderr)
    assert "8 × 6 × 6" in done.stdout


def test_show_takes_a_description_of_the_reader_s_own(
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
        (["vgg16", "--input", "3,16,16"], "convref: features.30: kernel_size (=(2, 2)) reaches over 2"),
        (
            ["vgg16", "--input", "1,224,224"],
            "convref: features.0: in_channels (=3) must equal the 1 channel that",
        ),
        (["no_such:net"], "convref: network (=no_such:net) must be package.module:attribute; No module"),
        (["convref.nn:Layer"], "convref: network (=convref.nn:Layer) must be a description, not a type"),
    ],
)
def test_show_says_what_is_wrong(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == cli.main(["show", *arguments])
    assert capsys.readouterr().err.startswith(message)


def test_show_needs_the_input_of_a_description_of_one_s_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nn, "small", nn.Identity(), raising=False)
    assert 2 == cli.main(["show", "convref.nn:small"])
    rule = "needs the shape of its input without the batch: convref.nn:small@3,224,224"
    assert rule in capsys.readouterr().err


def test_list_names_every_architecture(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["list"])
    assert list(architectures.names()) == [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_an_input_that_is_no_shape_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["show", "vgg16", "--input", "3,large"])
    assert "'3,large' is no shape such as 3,224,224" in capsys.readouterr().err


def test_check_lists_what_it_finds_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("```pycon\n>>> 1\n2\n```\n\n7 nets\n", "utf-8")
    assert cli.main(["check", str(tmp_path), "--numbers"]) == 1
    assert capsys.readouterr().out.replace(f"{tmp_path.as_posix()}/", "") == (
        "a.md:3: doctest: gave '1', but '2' is written\n"
        "a.md:6: number: 7 is neither computed nor checked nor cited\n"
        "0 % of the numbers are computed, checked or cited: 0 of 1\n"
        "1 page, 1 finding\n"
    )


def test_check_fixes_what_is_stale_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "a.md"
    page.write_text("```pycon\n>>> 1\n2\n```\n", "utf-8")
    assert cli.main(["check", "--fix", str(tmp_path)]) == 0
    assert page.read_text("utf-8") == "```pycon\n>>> 1\n1\n```\n"
    assert capsys.readouterr().out == f"{page.as_posix()}: rewritten\n1 page, 0 findings\n"


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--numbers"], 0), (["--require-numbers"], 1)])
def test_check_fails_for_open_numbers_only_where_they_are_required(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    (tmp_path / "a.md").write_text("7 nets\n", "utf-8")
    assert cli.main(["check", str(tmp_path), *arguments]) == status
    assert cli.main(["check", str(tmp_path), *arguments, "--not-quantity", r"\d nets"]) == 0


def test_check_takes_one_page_in_all_its_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = "```pycon\n>>> 1\n2\n```\n"
    (tmp_path / "mkdocs.yml").write_text("plugins:\n  - convref\n", "utf-8")
    for lang in ("en", "zh"):
        (tmp_path / "docs" / lang).mkdir(parents=True)
        for name in ("a.md", "b.md"):
            (tmp_path / "docs" / lang / name).write_text(stale, "utf-8")
    (tmp_path / "docs" / "zh" / "c.md").write_bytes(b"\xff")
    monkeypatch.chdir(tmp_path)
    said = "".join(f"docs/{lang}/a.md:3: doctest: gave '1', but '2' is written\n" for lang in ("en", "zh"))
    assert 1 == cli.main(["check", "docs/en/a.md"])
    assert said + "2 pages, 2 findings\n" == capsys.readouterr().out
    assert 0 == cli.main(["check", "--fix", "docs/zh/a.md"])
    files = [tmp_path / "docs" / lang / name for lang in ("en", "zh") for name in ("a.md", "b.md")]
    assert [True, False, True, False] == [">>> 1\n1\n" in each.read_text("utf-8") for each in files]
    capsys.readouterr()
    assert 1 == cli.main(["check", "docs/zh/c.md"])
    assert "docs/zh/c.md:0: page: the page must be UTF-8" in capsys.readouterr().out
    assert 2 == cli.main(["check", "mkdocs.yml"])
    assert "mkdocs.yml: must be one of the pages under ." in capsys.readouterr().err


def test_check_needs_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(tmp_path / "none")]) == 2
    assert "there must be a directory of pages here" in capsys.readouterr().err
