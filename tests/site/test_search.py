"""The search finds the page that answers, in both languages, and fetches nothing before it is used."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from convref_docs.search.words import STOPS, Cutter

if TYPE_CHECKING:
    from built_site import Site, Visit

ROOT = Path(__file__).parents[2]
QUERIES: dict[str, dict[str, list[str]]] = {
    lang: {query: [pages] if isinstance(pages, str) else pages for query, pages in each.items()}
    for lang, each in yaml.safe_load(
        (Path(__file__).parent / "search_queries.yml").read_text("utf-8")
    ).items()
}
EVERY = [(lang, query) for lang, each in QUERIES.items() for query in each]
HOME = {"en": "", "zh": "zh/"}
FIRST = 0.9  # of the queries are answered by the first result
MOST = 100_000  # bytes, compressed, that a first search may fetch


def exists(lang: str, page: str) -> bool:
    folder = ROOT / "docs" / lang
    return any((folder / f"{page}{ending}").exists() for ending in (".md", ".py", "/index.md"))


@pytest.fixture(scope="module")
def ranked(
    opening: Callable[..., AbstractContextManager[Visit]], site: Site
) -> Iterator[Callable[[str, str], list[str]]]:
    """Ask the index of a language: the pages that it answers, best first."""
    with opening("") as visit:

        def answers(lang: str, query: str) -> list[str]:
            found: list[str] = visit.page.evaluate(
                """async ([root, lang, query]) => {
                    const { load } = await import(root + "assets/search.js");
                    globalThis[lang] ??= await load(root + `search/${lang}.json`);
                    const index = globalThis[lang];
                    return index.search(query).map(({ page }) => index.pages[page][0]);
                }""",
                [site.url, lang, query],
            )
            return [url.removeprefix(HOME[lang]).strip("/") for url in found]

        yield answers


@pytest.mark.parametrize(("lang", "query"), EVERY)
def test_the_page_that_answers_is_among_the_first_three(
    ranked: Callable[[str, str], list[str]], lang: str, query: str
) -> None:
    pages = QUERIES[lang][query]
    if missing := [page for page in pages if not exists(lang, page)]:
        pytest.skip(f"{missing} are not written yet")
    assert set(pages) <= set(ranked(lang, query)[:3])


@pytest.mark.parametrize("lang", list(QUERIES))
def test_nine_of_ten_queries_are_answered_by_the_first_result(
    ranked: Callable[[str, str], list[str]], lang: str
) -> None:
    known = {query: pages[0] for query, pages in QUERIES[lang].items() if exists(lang, pages[0])}
    missed = {query for query, page in known.items() if ranked(lang, query)[:1] != [page]}
    assert len(missed) <= (1 - FIRST) * len(known), missed


def test_the_browser_cuts_words_as_the_index_was_cut(
    opening: Callable[..., AbstractContextManager[Visit]], site: Site
) -> None:
    rare = (
        "VGG-16, layers of a ConvTranspose2d: 3×3 kernels, 138,357,544 weights; 1.5 GB (analysis, memories)"
    )
    texts = [*QUERIES["en"], rare]
    with opening("") as visit:
        cut, stops = visit.page.evaluate(
            """async ([root, texts]) => {
                const { STOPS, terms } = await import(root + "assets/search.js");
                return [texts.map((text) => terms(text, new Set())), [...STOPS]];
            }""",
            [site.url, texts],
        )
    cutter = Cutter(())
    assert [list(cutter.terms(text)) for text in texts] == cut
    assert set(stops) == STOPS


@pytest.mark.parametrize("lang", list(QUERIES))
def test_nothing_is_fetched_before_the_field_is_used_and_little_then(
    visit: Callable[..., Visit], site: Site, lang: str
) -> None:
    page = visit(HOME[lang]).page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.removeprefix(site.url)))
    before = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    assert [] == [url for url in before if "/search/" in url or "minisearch" in url]
    page.locator("#convref-search input").fill("VGG-16")
    page.locator(".md-search-result__teaser").first.get_by_text("VGG").first.wait_for()
    page.wait_for_load_state("networkidle")
    sizes = {url: len(gzip.compress((site.folder / url).read_bytes())) for url in fetched}
    assert sum(sizes.values()) <= MOST, sizes


def test_a_word_that_no_title_has_leads_to_the_section_that_has_it(visit: Callable[..., Visit]) -> None:
    page = visit("").page
    page.locator("#convref-search input").fill("gridding")
    link = page.locator(".md-search-result__link[href*='#']").first
    link.wait_for()
    text = link.locator("mark").all_text_contents()
    assert "gridding" in [each.lower() for each in text]
    link.click()
    page.wait_for_url("**/?h=gridding#*")
    anchor = page.url.partition("#")[2]
    assert page.locator(f"[id='{anchor}']").is_visible()


@pytest.mark.parametrize(
    ("lang", "query", "section"),
    [
        ("en", "AlexNet 55", "architectures/alexnet/?h=#input-size"),
        ("zh", "AlexNet 55", "zh/architectures/alexnet/?h=#input-size"),
        ("en", "why is depthwise convolution slow", "concepts/operations_and_time/?h=#depthwise"),
        ("zh", "深度卷积为什么慢", "zh/concepts/operations_and_time/?h=#depthwise"),
    ],
)
def test_a_result_links_the_section_that_it_names_and_quotes(
    visit: Callable[..., Visit], site: Site, lang: str, query: str, section: str
) -> None:
    page = visit(HOME[lang]).page
    page.locator("#convref-search input").fill(query)
    first = page.locator(".md-search-result__link").first
    first.locator(".md-search-result__teaser:not(:empty)").wait_for()
    url = re.sub(r"h=[^#]*", "h=", first.evaluate("link => link.href"))
    assert site.url + section == url
    anchor = section.partition("#")[2]
    heading = first.locator(".convref-search__heading").inner_text()
    excerpt = first.locator(".md-search-result__teaser").inner_text().strip("…").split(" … ")[0]
    first.click()
    page.wait_for_url("**#" + anchor)
    text, title = page.evaluate(
        """anchor => {
            const start = document.getElementById(anchor);
            const parts = [];
            for (let each = start.nextElementSibling; each; each = each.nextElementSibling) {
                if (/^H[123]$/.test(each.tagName)) break;
                parts.push(each.textContent);
            }
            return [parts.join(" "), start.textContent];
        }""",
        anchor,
    )
    letters = re.compile(r"[^a-z\u4e00-\u9fff]", re.IGNORECASE)
    assert letters.sub("", heading) in letters.sub("", title)
    assert letters.sub("", excerpt)[:30] in letters.sub("", text)


@pytest.mark.parametrize(
    ("lang", "page", "sentence"),
    [
        ("en", "operators/group_conv/", "With C input and O output channels in G groups and kernel size k"),
        ("zh", "zh/operators/group_conv/", "设输入有 C 个通道、输出有 O 个通道，分组数为 G，卷积核大小为 k"),
    ],
)
def test_excerpts_keep_the_variables_of_formulas(site: Site, lang: str, page: str, sentence: str) -> None:
    assert any(sentence in text for text in texts(site, lang, page))


@pytest.mark.parametrize(
    ("lang", "page", "caption"),
    [
        ("en", "operators/group_conv/", "output channel 0 reads"),
        ("zh", "zh/operators/group_conv/", "输出通道 0 读取"),
        ("en", "operators/conv2d/", "In PyTorch"),
    ],
)
def test_excerpts_have_no_captions_of_frames_and_no_tables(
    site: Site, lang: str, page: str, caption: str
) -> None:
    html = (site.folder / page / "index.html").read_text("utf-8")
    assert caption in html
    assert [] == [text for text in texts(site, lang, page) if caption in text]


def texts(site: Site, lang: str, page: str) -> list[str]:
    """Return the sentences of the sections of a page, as the search quotes them."""
    pages = json.loads((site.folder / "search" / f"{lang}.json").read_text("utf-8"))["pages"]
    number = [url for url, _ in pages].index(page)
    found: list[str] = json.loads((site.folder / "search" / lang / f"{number}.json").read_text("utf-8"))
    return found


def test_keys_open_the_field_choose_a_result_and_close_it(visit: Callable[..., Visit]) -> None:
    page = visit("architectures/vgg/").page
    page.keyboard.press("/")
    page.keyboard.type("channel shuffle")
    first = page.locator(".md-search-result__link").first
    first.wait_for()
    page.keyboard.press("ArrowDown")
    assert "true" == first.get_attribute("aria-selected")
    assert first.get_attribute("id") == page.locator("#convref-search input").get_attribute(
        "aria-activedescendant"
    )
    page.keyboard.press("Escape")
    assert not page.locator("#__search").is_checked()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.wait_for_url("**/operators/channel_shuffle/?h=*")


def test_words_that_were_searched_for_are_highlighted_on_the_page(visit: Callable[..., Visit]) -> None:
    page = visit("operators/channel_shuffle/?h=shuffle").page
    page.wait_for_function("CSS.highlights.get('convref-search')?.size > 0")


def test_what_is_typed_is_text_and_never_markup(visit: Callable[..., Visit]) -> None:
    opened = visit("")
    opened.page.locator("#convref-search input").fill("<img src=x onerror=alert(1)> convolution")
    opened.page.locator(".md-search-result__link").first.wait_for()
    assert 0 == opened.page.locator("#convref-search img").count()
    assert [] == opened.trouble


def test_a_link_with_hostile_words_only_highlights_text(visit: Callable[..., Visit]) -> None:
    opened = visit("?h=%3Cscript%3Ealert(1)%3C/script%3E")
    assert [] == opened.trouble


@pytest.mark.parametrize(
    ("lang", "query", "found"), [("zh", "代替", "vgg"), ("en", "auxiliary", "googlenet")]
)
def test_a_word_in_the_middle_of_a_page_finds_it(
    ranked: Callable[[str, str], list[str]], lang: str, query: str, found: str
) -> None:
    assert f"architectures/{found}" in ranked(lang, query)


@pytest.mark.parametrize("lang", list(QUERIES))
def test_the_index_of_a_language_has_its_own_pages_alone(site: Site, lang: str) -> None:
    pages = json.loads((site.folder / "search" / f"{lang}.json").read_text("utf-8"))["pages"]
    assert {HOME[lang] == "zh/"} == {url.startswith("zh/") for url, _ in pages}
    written = [path for path in (ROOT / "docs" / lang).rglob("*") if path.suffix in {".md", ".py"}]
    assert len(written) == len(pages)


@pytest.mark.parametrize("address", list(HOME.values()))
def test_the_first_page_has_a_field_in_its_middle_that_opens_the_search(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(address).page
    page.locator(".convref-open-search").click()
    assert page.evaluate("document.activeElement.closest('#convref-search') !== null")
