from types import SimpleNamespace
from typing import cast

import pytest
from markdown.util import AtomicString
from mkdocs.structure.toc import AnchorLink, TableOfContents

from convref.errors import ArgumentError
from convref.weave.adapters.incremental.griffe_names import Collected, Resolved
from convref.weave.adapters.incremental.kept_page import KeptPage, plain
from convref.weave.adapters.incremental.references import Effects


def kept(**changes):
    link, below = AnchorLink("A", "a", 1), AnchorLink("B", "b", 2)
    link.children = [below]
    effects = Effects(
        anchors=[(("a", "b"), {"title": AtomicString("A"), "primary": True})],
        inventory=[(True, {"name": "a", "priority": 1})],
        handlers=["python"],
        events=[
            Collected("python", "own", None, {"show_source": False}, "options"),
            Resolved("python", "own.a", "own.b"),
        ],
    )
    values = {
        "key": "k",
        "lookups": {"a.md": ("a.md", "a/index.html", "a/", 0), "b.md": None},
        "included": {"/snippets/a.md": "absent"},
        "attributes": {"content": "<p>\ud800</p>", "present_anchor_ids": {"b", "a"}, "title": None},
        "toc": TableOfContents([link]),
        "links": {"": {"a": "#a"}},
        "effects": effects,
    }
    return KeptPage(**{**values, **changes})


def test_a_kept_page_is_the_same_after_it_was_written_and_read():
    page = kept()
    again = KeptPage.from_body(page.body())
    assert str(page.toc) == str(again.toc)
    assert [1, 2] == [again.toc.items[0].level, again.toc.items[0].children[0].level]
    assert [page.key, page.lookups, page.attributes, page.links, page.effects] == [
        again.key, again.lookups, again.attributes, again.links, again.effects,
    ]  # fmt: skip
    assert list(map(str, page.effects.events)) == list(map(str, again.effects.events))
    assert page.body() == again.body()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"attributes": {"content": object()}}, "plain: a object cannot be written as JSON"),
        ({"links": {"": {"a": ("#a",)}}}, "plain: a tuple cannot be written as JSON"),
        ({"toc": SimpleNamespace(items=[])}, "plain: a SimpleNamespace cannot be written as JSON"),
        (
            {"toc": TableOfContents([cast("AnchorLink", SimpleNamespace())])},
            "plain: a SimpleNamespace cannot be written as JSON",
        ),
        (
            {"effects": Effects(events=[Collected("python", "own", object())])},
            "body: the options of own are unknown",
        ),
    ],
)
def test_a_page_with_other_objects_is_not_written(changes, rule):
    with pytest.raises(ArgumentError, match=rule):
        kept(**changes).body()


def test_numbers_are_written_as_they_are():
    assert [1, 1.5, True, None] == plain([1, 1.5, True, None])
