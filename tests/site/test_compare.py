"""The table over all networks sorts in a reader's browser, and its data lies beside it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

import convref_docs
from convref import architectures

if TYPE_CHECKING:
    from built_site import Site, Visit
    from playwright.sync_api import Page

PAGES = ("architectures/compare/", "zh/architectures/compare/")
ROWS = convref_docs.overview().table.rows


def names(visited: Visit) -> list[str]:
    cells = visited.page.locator("table[data-sortable] tbody td:first-child")
    return [text.strip() for text in cells.all_text_contents()]


@pytest.mark.parametrize("path", PAGES)
def test_numbers_sort_as_numbers_up_and_then_down(visit: Callable[..., Visit], path: str) -> None:
    visited = visit(path)
    heading = visited.page.locator("table[data-sortable] th").nth(2)
    for order, reverse in (("ascending", False), ("descending", True)):
        heading.get_by_role("button").click()
        assert order == heading.get_attribute("aria-sort")
        assert names(visited) == [row[0] for row in sorted(ROWS, key=lambda row: row[2], reverse=reverse)]


def test_without_the_script_the_table_is_plain(site: Site) -> None:
    page = (site.folder / PAGES[0] / "index.html").read_text(encoding="utf-8")
    table = page[page.index("<table data-sortable>") : page.index("</table>")]
    assert "<button" not in table
    assert len(ROWS) == table.count("<tr>") - 1


@pytest.mark.parametrize("path", PAGES)
def test_the_data_lies_beside_the_page(site: Site, path: str) -> None:
    expected = list(architectures.names())
    text = (site.folder / path / "networks.csv").read_text(encoding="utf-8")
    assert expected == [row[0] for row in csv.reader(text.splitlines()[1:])]
    data = json.loads((site.folder / path / "networks.json").read_text(encoding="utf-8"))
    assert expected == [row["name"] for row in data["rows"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_filters_by_family_and_by_year(visit: Callable[..., Visit], path: str) -> None:
    page = visit(path).page
    family, year = (page.locator(".convref-filters select").nth(number) for number in (0, 1))
    family.select_option("mobilenet")
    shown = page.locator("table[data-sortable] tbody tr:visible td:first-child")
    assert [row[0] for row in ROWS if row[4] == "mobilenet"] == [
        each.strip() for each in shown.all_text_contents()
    ]
    year.select_option("2018")
    assert ["mobilenet_v2"] == [each.strip() for each in shown.all_text_contents()]
    family.select_option("")
    expected = [row[0] for row in ROWS if row[5] == 2018]
    assert expected == [each.strip() for each in shown.all_text_contents()]


def visible(page: Page) -> list[str]:
    cells = page.locator("table[data-sortable] tbody tr:visible td:first-child")
    return [text.strip() for text in cells.all_text_contents()]


@pytest.mark.parametrize("path", PAGES)
def test_several_families_and_networks_stand_side_by_side_and_the_address_keeps_them(
    visit: Callable[..., Visit], path: str
) -> None:
    page = visit(path).page
    page.locator(".convref-filters input").fill("MobileNet-V, efficientnet_b0")
    expected = [row[0] for row in ROWS if row[0].startswith("mobilenet_v") or row[0] == "efficientnet_b0"]
    assert expected == visible(page)
    assert 5 == len(expected)
    again = visit(path + "?" + page.url.partition("?")[2]).page
    assert expected == visible(again)
    again.locator(".convref-filters input").fill("")
    assert len(ROWS) == len(visible(again))
    assert "?" not in again.url


@pytest.mark.parametrize("lang", ["", "zh/"])
@pytest.mark.parametrize("page", ["mobilenet", "efficientnet", "compare"])
def test_a_link_shows_the_mobilenets_beside_efficientnet(
    visit: Callable[..., Visit], page: str, lang: str
) -> None:
    opened = visit(f"{lang}architectures/{page}/").page
    opened.locator("a[href*='names=mobilenet']").first.click()
    opened.wait_for_url("**/architectures/compare/?names=mobilenet,efficientnet_b0#table")
    opened.locator(".convref-filters input").wait_for()
    assert {"mobilenet_v1", "mobilenet_v3_large", "efficientnet_b0"} < set(visible(opened))


@pytest.mark.parametrize(
    "query",
    [
        "names=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
        "family=%3Cscript%3Ealert(1)%3C/script%3E",
        "year=1%22%5D&family=constructor&names=%00",
        "names=" + "a,b" * 3000,
        "names=%ff&year=%",
    ],
)
def test_a_hostile_address_filters_at_most(visit: Callable[..., Visit], query: str) -> None:
    opened = visit(f"{PAGES[0]}?{query}")
    assert [] == opened.trouble
    assert 0 == opened.page.locator(".convref-filters :is(img, script)").count()
    assert ["", ""] == opened.page.locator(".convref-filters select").evaluate_all(
        "lists => lists.map(({value}) => value)"
    )
    opened.page.locator(".convref-filters input").fill("vgg16")
    assert ["vgg16"] == [name for name in visible(opened.page) if name == "vgg16"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_parameters_operations_and_accuracy_are_on_the_screen(
    visit: Callable[..., Visit], path: str, width: int
) -> None:
    page = visit(path, width=width).page
    heads = page.locator("table[data-sortable] thead th")
    for column in range(4):
        assert heads.nth(column).is_visible()
    shown = heads.evaluate_all("all => all.filter(each => each.checkVisibility()).length")
    assert shown == (4 if width == 360 else 9)
    box = heads.nth(3).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [360, 1280])
def test_the_button_back_to_the_top_covers_no_filter(visit: Callable[..., Visit], width: int) -> None:
    page = visit(PAGES[0], width=width).page
    page.mouse.move(width / 2, 600)
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(200)
    target = page.locator(".convref-filters").evaluate(
        "each => each.getBoundingClientRect().top + scrollY - 120"
    )
    page.evaluate("to => scrollTo(0, to + 200)", target)
    page.evaluate("to => scrollTo(0, to)", target)
    button = page.locator(".md-top")
    button.wait_for()
    page.wait_for_timeout(300)
    top, filters = button.bounding_box(), page.locator(".convref-filters").bounding_box()
    assert top is not None
    assert filters is not None
    assert top["y"] >= filters["y"] + filters["height"]
