"""A page is split into the paragraphs that its translation has too."""

import pytest

from convref.weave.markdown.document import parse
from convref.weave.markdown.paragraphs import paragraphs


def split(text):
    return [(each.kind, text[each.start : each.end]) for each in paragraphs(parse(text, "x.md"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n\nc", [("text", "a\nb"), ("text", "c")]),
        ("# a\nb", [("heading", "# a"), ("text", "b")]),
        ("a\n===\n", [("heading", "a\n===")]),
        ("- a\n  b\n- c", [("item", "- a\n  b"), ("item", "- c")]),
        ("1. a\n2. b", [("item", "1. a"), ("item", "2. b")]),
        ("| a |\n|---|\n", [("row", "| a |"), ("row", "|---|")]),
        ('!!! note "a"\n\n    b', [("note", '!!! note "a"'), ("text", "    b")]),
        ("[^1]: a\n    b", [("footnote", "[^1]: a\n    b")]),
        ("> a\n>\n> b", [("text", "> a"), ("text", "> b")]),
        ("a\n```\nb\n```\nc", [("text", "a"), ("Fence", "```\nb\n```"), ("text", "c")]),
        ("---\na: b\n---\nc", [("FrontMatter", "---\na: b\n---\n"), ("text", "c")]),
        ("<!-- a\n\nb -->\nc", [("text", "c")]),
        ("a <!-- b --> c", [("text", "a <!-- b --> c")]),
        ("a\n\n$$\nb\n$$\n\nc", [("text", "a"), ("Formula", "$$\nb\n$$"), ("text", "c")]),
        ("a $b$", [("text", "a $b$")]),
    ],
)
def test_each_construct_has_its_paragraphs(text, expected):
    assert expected == split(text)


def test_a_heading_keeps_its_level_and_a_footnote_its_label():
    labels = [each.label for each in paragraphs(parse("## a\n\n[^x]: b", "x.md"))]
    assert ["2", "x"] == labels
