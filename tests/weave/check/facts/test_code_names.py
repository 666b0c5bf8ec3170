"""Names in code spans exist in the code of pages or in the registry."""

from __future__ import annotations

from pathlib import Path

from convref.weave.check.facts import code_names
from convref.weave.check.facts.registry import Registry
from convref.weave.markdown.document import parse
from convref.weave.page.tree import read_tree


def test_names_that_no_code_contains_are_reported() -> None:
    page = parse("`net.layers`, `Conv2d()`, `net.leyers`\n\n`a + b`, `--x`\n", "x.md")
    found = code_names.check(page, {"net", "layers", "Conv2d"}, fatal=True)
    assert [(1, "name", "`net.leyers`: no code contains leyers", True)] == [
        (each.line, each.kind, each.message, each.fatal) for each in found
    ]


def test_the_words_are_those_of_all_pages_and_of_the_registry(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```py\nnet = build(3)\n```\n", "utf-8")
    (tmp_path / "b.md").write_text("`stride`\n", "utf-8")
    known = code_names.known_words(read_tree(tmp_path), Registry(code_names=lambda: {"stride"}))
    assert {"net", "build", "stride"} == known
