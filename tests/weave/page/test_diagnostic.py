"""Diagnostics print as one line, sort as a reader meets them, and report errors of pages."""

from convref.errors import PageError
from convref.weave.page.diagnostic import Diagnostic


def test_a_diagnostic_prints_its_path_line_kind_and_message() -> None:
    assert "docs/x.md:3: link: is wrong" == str(Diagnostic("docs/x.md", 3, "link", "is wrong"))


def test_a_diagnostic_of_a_whole_page_prints_no_line() -> None:
    assert "docs/x.md: page: is wrong" == str(Diagnostic("docs/x.md", 0, "page", "is wrong"))


def test_diagnostics_sort_by_path_and_then_by_line() -> None:
    first = Diagnostic("a.md", 9, "run", "m")
    second = Diagnostic("a.md", 10, "link", "m", fatal=False)
    third = Diagnostic("b.md", 1, "run", "m")
    assert [first, second, third] == sorted([third, second, first])


def test_an_error_of_a_page_becomes_a_fatal_diagnostic_with_its_path_and_line() -> None:
    error = PageError("a.md", 7, "the fence is not closed")
    assert Diagnostic("a.md", 7, "page", "the fence is not closed") == Diagnostic.of_error(error)
    assert "formula" == Diagnostic.of_error(error, "formula").kind


def test_a_long_message_is_cut_in_its_middle():
    message = str(Diagnostic("x.md", 1, "number", "9" * 50_000 + " is open"))
    assert len(message) < 2100
    assert message.startswith("x.md:1: number: 999")
    assert message.endswith("999 is open")
