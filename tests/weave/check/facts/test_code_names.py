"""Names in code spans exist in the code of pages or in the registry."""

from __future__ import annotations

from dataclasses import replace
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
    (tmp_path / "c.md").write_text("net, other\n", "utf-8")
    known = code_names.KnownWords(read_tree(tmp_path), Registry(code_names=lambda: {"stride"}))
    words = ("net", "build", "stride", "other", "ne")
    assert ["net", "build", "stride"] == [word for word in words if word in known]


def test_the_words_of_a_changed_page_are_those_that_it_has_now(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```py\nnet = 1\n```\n", "utf-8")
    (tmp_path / "b.md").write_text("", "utf-8")
    tree = read_tree(tmp_path)
    page = tree.by_name["a.md"][""]
    known = code_names.KnownWords(tree, Registry(code_names=lambda: {"stride"}))
    changed = replace(page, document=parse("```py\nmodel = 1\n```\n", "a.md"))
    other = known.with_tree(tree.with_pages([changed]))
    for words, expected in ((known, ["net", "stride"]), (other, ["model", "stride"])):
        assert expected == [word for word in ("net", "model", "stride") if word in words]
