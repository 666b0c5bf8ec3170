"""The built pages of the reading order link the previous and the next one, below their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from convref_docs import reading_order

if TYPE_CHECKING:
    from conftest import Site


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_following_the_links_from_the_first_page_reads_the_whole_path(site: Site, lang: str) -> None:
    root = site.folder / ("" if lang == "en" else lang)
    page, read = root / reading_order.steps()[0], []
    while page is not None:
        read.append(page.relative_to(root).as_posix())
        (links,) = re.findall(
            r'<nav class="convref-path".*?</nav>', (page / "index.html").read_text("utf-8"), re.DOTALL
        )
        found = re.search(r'href="([^"]+)" rel="next"', links)
        page = (page / found[1]).resolve() if found else None
    assert list(reading_order.steps()) == read
