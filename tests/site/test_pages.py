"""What holds for every page, as a reader's browser shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import pytest
from samples import sample
from site_pages import addresses

if TYPE_CHECKING:
    from built_site import Site, Visit

# The reach of what is drawn, scroll boxes aside: what scrolls in a box of its own may be as wide as it is.
WIDER_THAN_THE_PHONE = """() => [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    if (box.right <= innerWidth + 1 || !element.checkVisibility()) return false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
        if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return false;
    return getComputedStyle(element).position !== "fixed" && !element.closest(".md-sidebar, .md-search");
}).map(element => element.outerHTML.slice(0, 80))"""

# WCAG 2's contrast of text against the nearest background that is painted behind it.
CONTRASTS = """selector => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const rgba = colour => known.get(colour) ?? known.set(colour, painted(colour)).get(colour);
    const painted = colour => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        for (let up = element; up; up = up.parentElement) {
            const colour = rgba(getComputedStyle(up).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll(selector)].filter(each => each.checkVisibility()).map(each => {
        const [a, b] = [light(rgba(getComputedStyle(each).color)), light(behind(each))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
}"""
READ = ".md-typeset :is(h1, h2, h3, p, li, th, td, code, a:not(.headerlink)), .md-nav__link, .md-tabs__link"


@pytest.fixture(scope="module", params=sample(addresses(), every=4))
def reader(
    request: pytest.FixtureRequest, opening: Callable[..., AbstractContextManager[Visit]]
) -> Iterator[Visit]:
    """Each page in turn, opened once for all that is to be seen of it, and closed again."""
    with opening(request.param, until="load") as visit:
        yield visit


def test_a_page_says_its_language(reader: Visit) -> None:
    expected = "zh" if reader.path.startswith("zh/") else "en"
    assert expected == reader.page.get_attribute("html", "lang")


def test_nothing_is_wider_than_a_phone_but_what_scrolls_in_its_own_box(reader: Visit) -> None:
    reader.page.set_viewport_size({"width": 360, "height": 740})
    assert [] == reader.page.evaluate(WIDER_THAN_THE_PHONE)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(reader: Visit, scheme: Literal["light", "dark"]) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 900})
    reader.page.emulate_media(color_scheme=scheme)
    wanted = {"light": "default", "dark": "slate"}[scheme]
    reader.page.wait_for_function(f"document.body.dataset.mdColorScheme === '{wanted}'")
    contrasts = reader.page.evaluate(CONTRASTS, READ)
    assert [] != contrasts
    assert min(contrasts) >= 4.5


def test_every_link_and_picture_of_the_site_is_there(reader: Visit, site: Site) -> None:
    taken = "all => all.map(each => each.href ?? each.src)"
    links = reader.page.eval_on_selector_all("a[href], img[src]", taken)
    here = {link for link in links if urlsplit(link).netloc == urlsplit(site.url).netloc}
    assert set() == {link for link in here if not link.startswith(site.url)}
    files = {unquote(urlsplit(link.removeprefix(site.url)).path) for link in here}
    missing = {
        each for each in files if not (site.folder / each / ("" if "." in each else "index.html")).is_file()
    }
    assert set() == missing


def test_every_anchor_within_a_page_is_there(reader: Visit) -> None:
    assert [] == reader.page.evaluate(
        """() => [...document.querySelectorAll("article a[href^='#']")].map(each => each.hash.slice(1))
            .filter(id => id && !document.getElementById(decodeURIComponent(id)))"""
    )


def test_a_page_asked_nothing_of_other_hosts_and_the_console_is_clean(reader: Visit) -> None:
    """The last look at a page, after all that was done with it."""
    assert [] == reader.trouble


def test_the_page_follows_the_system_s_colours(visit: Callable[..., Visit]) -> None:
    shown = [
        visit("", scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert ["rgb(253, 252, 250)", "rgb(21, 24, 29)"] == shown


def test_the_toggle_leaves_the_system_s_colours_and_is_remembered(visit: Callable[..., Visit]) -> None:
    page = visit("", scheme="dark").page
    page.locator("label[for=__palette_1]").click()
    page.wait_for_function("document.body.dataset.mdColorScheme === 'default'")
    page.reload()
    assert "default" == page.get_attribute("body", "data-md-color-scheme")
