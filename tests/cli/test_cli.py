"""The command line prints help and versions, and refuses wrong arguments, as shells expect."""

import subprocess
import sys

import pytest

from convref import __version__, cli
from convref.analysis import COLUMNS, CONVENTIONS, MEASURES


def test_the_printed_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
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
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode


@pytest.mark.parametrize(("command", "columns"), [("show", COLUMNS), ("compare", MEASURES)])
def test_help_lists_every_column(
    command: str, columns: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"in this order, from: {', '.join(columns)}" in " ".join(capsys.readouterr().out.split())


def test_help_lists_every_convention(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["show", "--help"])
    assert f"counting rules are used: {', '.join(CONVENTIONS)}" in " ".join(capsys.readouterr().out.split())


def test_helps_returns_what_the_commands_print(capsys: pytest.CaptureFixture[str]) -> None:
    helps = cli.helps()
    for name, text in helps.items():
        with pytest.raises(SystemExit, match="0"):
            cli.main([*filter(None, [name]), "--help"])
        assert text == capsys.readouterr().out
