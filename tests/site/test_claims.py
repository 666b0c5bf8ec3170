"""A link to a claim on the page of folk numbers shows the claim, its verdict and the computation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from built_site import Visit

PAGES = ("concepts/folk_numbers/", "zh/concepts/folk_numbers/")


@pytest.mark.parametrize("path", PAGES)
def test_the_box_of_the_claim_that_a_link_leads_to_is_open_and_no_other(
    visit: Callable[..., Visit], path: str
) -> None:
    page = visit(path + "#alexnet").page
    box = page.locator("#alexnet ~ details.convref-claim").first
    assert box.evaluate("box => box.open")
    assert 1 == page.locator("details.convref-claim[open]").count()
    page.evaluate("location.hash = '#rf'")
    page.wait_for_function("document.querySelectorAll('details.convref-claim[open]').length === 2")
    assert page.locator("#rf ~ details.convref-claim").first.evaluate("box => box.open")


@pytest.mark.parametrize("path", PAGES)
def test_every_claim_is_printed_above_its_verdict(visit: Callable[..., Visit], path: str) -> None:
    page = visit(path).page
    boxes = page.locator("details.convref-claim")
    assert boxes.count() > 40
    assert {"BLOCKQUOTE"} == set(
        boxes.evaluate_all("all => all.map(each => each.previousElementSibling.tagName)")
    )
    assert 0 == page.locator("details.convref-claim blockquote").count()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("anchor", ["%", "%E0%A4%A", "<img>", "nothing"])
def test_an_anchor_that_is_not_there_opens_nothing(
    visit: Callable[..., Visit], path: str, anchor: str
) -> None:
    opened = visit(f"{path}#{anchor}")
    assert [] == opened.trouble
    assert 0 == opened.page.locator("details.convref-claim[open]").count()
