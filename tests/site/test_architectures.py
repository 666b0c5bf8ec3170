"""The pages on networks, as they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from built_site import Visit
    from playwright.sync_api import Locator


def texts(cells: Locator) -> list[str]:
    """Return the texts of cells; within sizes, pages have spaces at which no line ends."""
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in cells.all_inner_texts()]


@pytest.mark.parametrize(
    ("address", "headings", "first", "last"),
    [
        (
            "architectures/vgg/",
            ["Layer", "Type", "Output", "Parameters", "MACs", "Activations", "Activation memory"],
            ["input", "", "3 × 224 × 224", "0", "0", "150,528", "588 KiB"],
            ["total", "", "", "138,357,544", "15,470,264,320", "15,237,608", "58.13 MiB"],
        ),
        (
            "zh/architectures/vgg/",
            ["层", "类型", "输出", "参数量", "乘加次数", "激活值个数", "激活值内存"],
            ["输入", "", "3 × 224 × 224", "0", "0", "150,528", "588 KiB"],
            ["合计", "", "", "138,357,544", "15,470,264,320", "15,237,608", "58.13 MiB"],
        ),
    ],
)
def test_the_vgg_page_shows_its_table_in_its_language(
    visit: Callable[..., Visit], address: str, headings: list[str], first: list[str], last: list[str]
) -> None:
    table = visit(address).page.locator("article table").first
    assert table.locator("th").all_inner_texts() == headings
    rows = [texts(row.locator("td")) for row in table.locator("tbody tr").all()]
    assert (rows[0], rows[-1]) == (first, last)
    kinds = [row[1] for row in rows[1:-1]]
    assert [13, 5, 3] == [kinds.count(kind) for kind in ("Conv2d", "MaxPool2d", "Linear")]
    assert 21 == len(kinds)


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_alexnet_page_shows_both_networks_with_the_same_sizes(
    visit: Callable[..., Visit], language: str
) -> None:
    tables = visit(language + "architectures/alexnet/").page.locator("article table").all()[:2]
    outputs = [texts(table.locator("tbody tr td:nth-child(3)"))[1:-1] for table in tables]
    sizes = [[int(output.split(" × ")[-1]) for output in column] for column in outputs]
    assert sizes == [[55, 27, 27, 13, 13, 13, 13, 6, 4096, 4096, 1000]] * 2


def test_a_wide_table_scrolls_in_its_own_box_on_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit("architectures/vgg/", width=360).page
    box = page.locator("article .md-typeset__scrollwrap").first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert box.evaluate("box => box.getBoundingClientRect().right") <= 360


def test_numerals_stand_in_columns(visit: Callable[..., Visit]) -> None:
    cell = visit("architectures/vgg/").page.locator("article table").first.locator("td:nth-child(4)").first
    style = cell.evaluate(
        "cell => [getComputedStyle(cell).textAlign, getComputedStyle(cell).fontVariantNumeric]"
    )
    assert ["right", "lining-nums tabular-nums"] == style
