"""The first line of every docstring says what the thing is or does, in plain English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = [
    *(ROOT / "convref").rglob("*.py"),
    *(ROOT / "docs" / "helpers").rglob("*.py"),
    *(ROOT / "docs" / "theme").rglob("*.py"),
]
RIDDLE = re.compile(r"(What|Whether|How|Where|Which|Why|Who)\b")


def docstrings() -> Iterator[tuple[str, str]]:
    """Each docstring with the place where it is."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}", text


def test_no_docstring_begins_with_a_question_word() -> None:
    """It begins with a verb ("Return", "Parse") or names the thing ("A frozen parent process that ...")."""
    assert [] == [f"{place}: {text.splitlines()[0]}" for place, text in docstrings() if RIDDLE.match(text)]


def test_arguments_of_a_docstring_have_a_line_each() -> None:
    crowded = re.compile(r"^ *(Args|Attributes|Raises): *\S", re.MULTILINE)
    assert [] == [place for place, text in docstrings() if crowded.search(text)]
