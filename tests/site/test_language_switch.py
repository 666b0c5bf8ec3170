from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from built_site import Site, Visit


@pytest.mark.parametrize("page", ["", "architectures/vgg/"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_switch_leads_to_the_same_page_in_the_other_language_and_back(
    visit: Callable[..., Visit], site: Site, page: str, width: int
) -> None:
    reader = visit(page, width=width).page
    reader.get_by_role("link", name="简体中文").click()
    reader.wait_for_url(site.url + "zh/" + page)
    assert "zh" == reader.get_attribute("html", "lang")
    reader.get_by_role("link", name="English").click()
    reader.wait_for_url(site.url + page)
    assert "en" == reader.get_attribute("html", "lang")


@pytest.mark.parametrize(
    ("page", "sections"),
    [
        (
            "",
            [
                "Home",
                "Begin here",
                "Operators",
                "Architectures",
                "Concepts",
                "Algorithms",
                "Try it",
                "Notebooks",
                "Writing pages",
                "Reference",
            ],
        ),
        (
            "zh/",
            [
                "首页",
                "从这里开始",
                "算子",
                "网络结构",
                "概念",
                "算法",
                "试一试",
                "笔记本",
                "编写页面",
                "参考",
            ],
        ),
    ],
)
def test_the_navigation_speaks_the_page_s_language(
    visit: Callable[..., Visit], page: str, sections: list[str]
) -> None:
    shown = visit(page).page.locator(".md-tabs__link").all_inner_texts()
    assert [text.strip() for text in shown] == sections
