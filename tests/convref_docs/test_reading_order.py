"""Each page of the reading order leads to the previous and the next one, in both languages."""

from __future__ import annotations

import re

import pytest

from convref.errors import UnknownNameError
from convref_docs import reading_order
from convref_docs.contents import page_file
from convref_docs.paths import DOCS

LANGUAGES = ("en", "zh")


def targets(page: str, lang: str) -> dict[str, str]:
    found = re.findall(r'<a href="([^"]+)" rel="(\w+)">', reading_order.links(page, lang))
    return {rel: address for address, rel in found}


def test_both_languages_list_the_same_pages_and_each_once() -> None:
    texts = [(DOCS / lang / "path.md").read_text("utf-8") for lang in LANGUAGES]
    lists = [re.findall(r'^    "(\w+/\w+)",$', text, re.MULTILINE) for text in texts]
    assert lists[0] == lists[1] == list(reading_order.steps())
    assert len(lists[0]) == len(set(lists[0])) > 40


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", reading_order.steps())
def test_a_page_of_the_path_links_its_neighbours_which_exist(page: str, lang: str) -> None:
    order = list(reading_order.steps())
    at = order.index(page)
    expected = {"prev": order[at - 1]} if at else {}
    expected |= {"next": order[at + 1]} if at + 1 < len(order) else {}
    assert {rel: f"../../{target}/" for rel, target in expected.items()} == targets(page, lang)
    assert all(page_file(DOCS / lang, target).is_file() for target in expected.values())


def test_the_links_are_in_the_language_of_the_page() -> None:
    assert "Next step: 2-D convolution" in reading_order.links("concepts/why_convolution", "en")
    assert "下一步：" in reading_order.links("concepts/why_convolution", "zh")


def test_a_page_outside_the_path_has_no_links() -> None:
    assert "" == reading_order.links("concepts/folk_numbers", "en")
    with pytest.raises(UnknownNameError, match="unknown page of the reading order"):
        reading_order.neighbours("concepts/folk_numbers")
