"""Assertions have one order of comparison: `assert expected == actual`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def reversed_lines(code: str) -> Iterator[int]:
    """Yield the lines of assertions whose right side is a literal, or is named `expected`."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right])):
                is_name = isinstance(right, ast.Name) and right.id == "expected"
                if is_name or (is_literal(right) and not is_literal(left)):
                    yield node.lineno


@pytest.mark.parametrize(("code", "lines"), [
    ("assert 1 == f()", []),
    ("assert f() == 1", [1]),
    ("assert expected == found", []),
    ("x = 1\nassert found != expected", [2]),
    ("assert f(1) == g(1)", []),
    ("assert f() == (\n    [1, 2]\n)", [1]),
])  # fmt: skip
def test_a_reversed_comparison_is_found(code: str, lines: list[int]) -> None:
    assert lines == list(reversed_lines(code))


def test_the_expected_value_is_on_the_left() -> None:
    found = {
        f"{file.relative_to(TESTS)}:{line}"
        for file in TESTS.rglob("*.py")
        for line in reversed_lines(file.read_text("utf-8"))
    }
    assert set() == found, "write: assert expected == actual"
