"""The names of convref.draw that type checkers see are those that it imports when they are used."""

import ast
from pathlib import Path

from convref import draw


def test_the_names_for_type_checkers_are_those_that_are_imported_late() -> None:
    tree = ast.parse(Path(draw.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    declared = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == draw._MODULES
    assert sorted(declared) == dir(draw)
    assert all(getattr(draw, name).__name__ == name for name in declared)
