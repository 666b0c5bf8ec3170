"""The built pages of the reading order link the previous and the next one, below their text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from convref_docs import reading_order

if TYPE_CHECKING:
    from built_site import Site


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_following_the_links_from_the_first_page_reads_the_whole_path(site: Site, lang: str) -> None:
    root = site.folder / ("" if lang == "en" else lang)
    page: Path | None = root / reading_order.steps()[0]
    read: list[str] = []
    while page is not None:
        read.append(page.relative_to(root).as_posix())
        (links,) = re.findall(
            r'<nav class="convref-path".*?</nav>', (page / "index.html").read_text("utf-8"), re.DOTALL
        )
        found = re.search(r'href="([^"]+)" rel="next"', links)
        page = (page / found[1]).resolve() if found else None
    assert list(reading_order.steps()) == read


@pytest.mark.parametrize(
    ("path", "step", "menu"),
    [
        (
            "concepts/output_size/",
            ["Previous step", "Next step"],
            ["Previous in the menu", "Next in the menu"],
        ),
        ("zh/concepts/output_size/", ["上一步", "下一步"], ["菜单中的上一页", "菜单中的下一页"]),
    ],
)
def test_the_links_of_the_reading_order_and_of_the_menu_are_told_apart(
    site: Site, path: str, step: list[str], menu: list[str]
) -> None:
    html = (site.folder / path / "index.html").read_text("utf-8")
    (order,) = re.findall(r'<nav class="convref-path".*?</nav>', html, re.DOTALL)
    assert step == [each.strip() for each in re.findall(r'rel="\w+">([^:：]+)[:：]', order)]
    (footer,) = re.findall(r'<footer class="md-footer".*?</footer>', html, re.DOTALL)
    assert menu == [each.strip() for each in re.findall(r'md-footer__direction">([^<]+)<', footer)]
    assert menu == re.findall(r'aria-label="([^:"]+): ', footer)
