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
    from conftest import Site, Visit

PAGES = ("architectures/compare/", "zh/architectures/compare/")
ROWS = convref_docs.overview().table.rows


def names(visited: Visit) -> list[str]:
    cells = visited.page.locator("table[data-sortable] tbody td:first-child")
    return [text.strip() for text in cells.all_text_contents()]


@pytest.mark.parametrize("path", PAGES)
def test_numbers_sort_as_numbers_up_and_then_down(visit: Callable[..., Visit], path: str) -> None:
    visited = visit(path)
    heading = visited.page.locator("table[data-sortable] th").nth(4)
    for order, reverse in (("ascending", False), ("descending", True)):
        heading.get_by_role("button").click()
        assert order == heading.get_attribute("aria-sort")
        assert names(visited) == [row[0] for row in sorted(ROWS, key=lambda row: row[4], reverse=reverse)]


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
    assert [row[0] for row in ROWS if row[1] == "mobilenet"] == [
        each.strip() for each in shown.all_text_contents()
    ]
    year.select_option("2018")
    assert ["mobilenet_v2"] == [each.strip() for each in shown.all_text_contents()]
    family.select_option("")
    expected = [row[0] for row in ROWS if row[2] == 2018]
    assert expected == [each.strip() for each in shown.all_text_contents()]
