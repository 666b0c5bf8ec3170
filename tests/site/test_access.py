"""Pages are usable by keyboard and screen reader, light enough for a phone, and steady while they load."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import axe_playwright_python
import pytest
from samples import sample
from site_pages import addresses

if TYPE_CHECKING:
    from built_site import Site, Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RUN = """async contrast => {
    const rules = {"color-contrast": {enabled: contrast}};
    const {violations} = await axe.run(document, {resultTypes: ["violations"], rules});
    return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 120)}`));
}"""
SHIFT = """() => new Promise(done => {
    let sum = 0;
    const seen = list => list.getEntries().forEach(each => sum += each.hadRecentInput ? 0 : each.value);
    new PerformanceObserver(seen).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""
EVERY = addresses()
SOME = sample(EVERY, every=26)
MOST_HTML = 250_000  # bytes, uncompressed
MOST_OTHER = 150_000  # bytes of everything else that a first visit fetches, compressed
TALLEST = 15_000  # pixels on a phone


@pytest.mark.parametrize("address", SOME)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(
    opening: Callable[..., AbstractContextManager[Visit]], address: str, scheme: Literal["light", "dark"]
) -> None:
    with opening(address, scheme=scheme) as visit:
        visit.page.evaluate(AXE)
        assert [] == visit.page.evaluate(RUN, True)


@pytest.mark.parametrize("address", SOME)
def test_a_first_visit_is_light_short_and_steady(
    opening: Callable[..., AbstractContextManager[Visit]], site: Site, address: str
) -> None:
    with opening(address, width=360) as visit:
        urls = visit.page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
        files = {site.folder / url.removeprefix(site.url).partition("?")[0] for url in urls}
        fetched = {file.name: min(file.stat().st_size, _compressed(file)) for file in files if file.is_file()}
        assert sum(fetched.values()) <= MOST_OTHER, fetched
        assert visit.page.evaluate(SHIFT) < 0.02
        assert visit.page.evaluate("document.documentElement.scrollHeight") <= TALLEST


@pytest.mark.parametrize("address", EVERY)
def test_a_page_is_no_larger_than_a_phone_reads_at_once(site: Site, address: str) -> None:
    size = (site.folder / address / "index.html").stat().st_size
    assert size <= MOST_HTML


def test_the_search_field_is_clean_when_it_is_open(visit: Callable[..., Visit]) -> None:
    page = visit("").page
    page.locator("#convref-search input").fill("depthwise convolution")
    page.locator(".md-search-result__teaser").first.wait_for()
    page.evaluate(AXE)
    assert [] == page.evaluate(RUN, False)


def test_a_formula_is_a_stop_of_the_tab_key_only_where_it_scrolls(visit: Callable[..., Visit]) -> None:
    page = visit("operators/depthwise_conv/").page
    boxes = page.locator("article div.math")
    stops = "all => all.filter(box => box.tabIndex === 0).length"
    scrolling = "all => all.filter(box => box.scrollWidth > box.clientWidth + 1).length"
    assert 0 == boxes.evaluate_all(stops)
    page.set_viewport_size({"width": 240, "height": 600})
    page.wait_for_function(f"({stops})([...document.querySelectorAll('article div.math')]) > 0")
    assert boxes.evaluate_all(scrolling) == boxes.evaluate_all(stops)


def test_the_content_is_reached_in_two_stops(visit: Callable[..., Visit]) -> None:
    page = visit("operators/conv2d/").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the content
    page.wait_for_function("document.activeElement === document.body")  # it has been followed
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_large_numbers_are_short_on_a_phone_and_exact_when_pressed(visit: Callable[..., Visit]) -> None:
    page = visit("architectures/vgg/", width=360).page
    number = page.locator(".convref-number[data-exact='2,359,808']").first
    assert "2.36 M" == number.text_content()
    number.click()
    assert "2,359,808" == number.text_content()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert 0 == page.locator(".convref-number").count()


def test_the_first_column_of_a_wide_table_stays_in_view(visit: Callable[..., Visit]) -> None:
    page = visit("architectures/vgg/", width=360).page
    cell = page.locator("article table tbody td:first-child").nth(3)
    box = page.locator("article .md-typeset__scrollwrap").first
    before = cell.bounding_box()
    box.evaluate("box => box.scrollLeft = 200")
    after = cell.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) <= 25


def test_a_reader_chooses_the_columns_of_the_comparison(visit: Callable[..., Visit]) -> None:
    page = visit("architectures/compare/", width=360).page
    page.locator(".convref-columns summary").click()
    boxes = page.locator(".convref-columns input")
    assert "(4 of 12 shown)" in page.locator(".convref-columns summary").inner_text()
    hidden = boxes.nth(3)
    assert not hidden.is_checked()
    hidden.check()
    assert page.locator("table[data-sortable] th").nth(4).is_visible()


def test_formulas_are_set_in_the_font_of_the_site(visit: Callable[..., Visit]) -> None:
    page = visit("operators/conv2d/").page
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(({status}) => status === 'loaded').map(({family}) => family)"
    )
    assert any("Convref Math" in family for family in loaded)


def test_a_page_without_formulas_does_not_fetch_the_font(visit: Callable[..., Visit]) -> None:
    page = visit("glossary/").page
    urls = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert [] == [url for url in urls if url.endswith(".woff2")]


def test_the_font_has_every_character_of_every_formula(site: Site) -> None:
    css = (site.folder / "assets" / "site.css").read_text("utf-8")
    given = re.search(r"unicode-range:\s*([^;]+);", css)
    assert given is not None
    have: set[int] = set()
    for each in given[1].replace("\n", " ").split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        have |= set(range(int(first, 16), int(last or first, 16) + 1))
    missing = {
        character: page.parent.relative_to(site.folder).as_posix()
        for page in site.folder.rglob("index.html")
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL)
        for character in html.unescape(re.sub(r"<mtext.*?</mtext>|<[^>]+>", "", formula))
        if ord(character) not in have and not character.isspace()
    }
    assert {} == missing


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))
