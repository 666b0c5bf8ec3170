"""Tables fit the terminal as far as they can, and never cut a number in two."""

import io

import pytest
from rich.console import Console

from convref import analyze, architectures, terminal
from convref.analysis import Table


@pytest.fixture
def table() -> Table:
    return analyze(architectures.build("vgg16"), (3, 224, 224)).table()


def printed(table: Table, width: int) -> str:
    out = io.StringIO()
    terminal._print(table, Console(file=out, width=width, color_system=None))
    return out.getvalue()


@pytest.mark.parametrize("width", [30, 60, 100])
def test_numbers_are_whole_at_any_width(table: Table, width: int) -> None:
    words = printed(table, width).split()
    for value in ("138,357,544", "15,470,264,320", "3,211,264", "Parameters", "Linear"):
        assert value in words


@pytest.mark.parametrize("width", [90, 120])
def test_a_table_is_no_wider_than_a_terminal_that_has_room(table: Table, width: int) -> None:
    assert max(map(len, printed(table, width).splitlines())) <= width


def test_the_text_for_a_file_has_a_row_on_each_line_and_no_colors(table: Table) -> None:
    text = terminal.text_of(table)
    assert ("\x1b" not in text, 1) == (True, sum("features.0 " in line for line in text.splitlines()))
    assert text.endswith("\n")
    assert not text.startswith("\n")
