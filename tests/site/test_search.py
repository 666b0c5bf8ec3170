from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site, Visit


@pytest.mark.parametrize(
    ("start", "word", "found"),
    [
        ("zh/", "代替", "zh/architectures/vgg/#small-kernels"),
        ("zh/architectures/alexnet/", "激活", "zh/architectures/vgg/#layers"),
        ("", "place", "architectures/vgg/#small-kernels"),
    ],
)
def test_a_word_in_the_middle_of_a_heading_finds_its_page(
    visit: Callable[..., Visit], site: Site, start: str, word: str, found: str
) -> None:
    page = visit(start).page
    search = page.locator(".md-search__input")
    search.fill(word)
    search.press("End")  # the theme searches on a key, as a reader's typing or input method ends with one
    results = page.locator(".md-search-result__link")
    results.first.wait_for()
    places = results.evaluate_all("all => all.map(each => each.href.replace(/[?][^#]*/, ''))")
    assert site.url + found in places
