from __future__ import annotations

from pathlib import Path

import pytest

from convref import catalog
from convref.errors import PageError, UnknownNameError
from convref.weave.markdown.document import parse
from convref.weave.page import percent
from convref.weave.page.prose import masked
from convref_docs.glossary import Glossary, Misuse, Section, Term, load

DOCS = Path(__file__).parents[2] / "docs"
WORDS = Glossary(
    {
        "all": Section(
            {"en": "All", "zh": "全部"},
            (
                Term("convolution", "卷积"),
                Term("pointwise convolution", "逐点卷积", avoid=("点卷积",)),
                Term("transposed convolution", "转置卷积", avoid=("反卷积", "deconvolution")),
                Term("dropout", "随机失活", short="Dropout"),
            ),
        )
    }
)


def pages() -> list[str]:
    return sorted(
        str(path.relative_to(DOCS))
        for lang in ("en", "zh")
        for kind in ("*.md", "*.py")
        for path in (DOCS / lang).rglob(kind)
    )


@pytest.mark.parametrize("page", pages())
def test_every_page_uses_the_terms_of_the_glossary(page: str) -> None:
    read = percent.parse if page.endswith(".py") else parse
    prose = masked(read((DOCS / page).read_text(encoding="utf-8"), page))
    misuses = load().misuses(prose, page.split("/", maxsplit=1)[0])
    assert [] == [f"docs/{page}:{each.line}: {each.found} -> {each.instead}" for each in misuses]


def test_an_english_term_on_a_chinese_page_is_found_as_a_whole() -> None:
    found = WORDS.misuses("第一行\n这里用 Pointwise convolutions 混合通道", "zh")
    assert [Misuse(2, "Pointwise convolutions", "逐点卷积")] == found


def test_a_disfavoured_chinese_name_is_found() -> None:
    assert [Misuse(1, "反卷积", "转置卷积")] == WORDS.misuses("用反卷积放大", "zh")


def test_a_disfavoured_name_inside_the_favoured_one_is_not_found() -> None:
    assert [] == WORDS.misuses("用逐点卷积混合通道", "zh")


@pytest.mark.parametrize(("lang", "instead"), [("en", "transposed convolution"), ("zh", "转置卷积")])
def test_a_disfavoured_english_name_is_found_on_pages_of_both_languages(lang: str, instead: str) -> None:
    assert [Misuse(1, "deconvolution", instead)] == WORDS.misuses("A deconvolution.", lang)


@pytest.mark.parametrize(
    "text",
    [
        "又称“反卷积”",
        "转置卷积（deconvolution，反卷积）",
        "*Deconvolution networks*",
        "Dropout",
        "deconvolution_2",
    ],
)
def test_mentions_titles_and_names_are_not_found(text: str) -> None:
    assert [] == WORDS.misuses(text, "zh")


def test_an_abbreviation_in_another_case_is_found() -> None:
    assert [Misuse(1, "dropout", "随机失活")] == WORDS.misuses("用 dropout", "zh")


def test_the_entries_of_a_section_are_definitions_in_the_language_asked_for(tmp_path: Path) -> None:
    term = Term(
        "transposed convolution",
        "转置卷积",
        also=("deconvolution", "反卷积"),
        page="operators/transposed_conv#adjoint",
        definition={"en": "Spreads.", "zh": "扩散。"},
    )
    words = Glossary({"all": Section({"en": "All", "zh": "全部"}, (term,))})
    page = tmp_path / "zh" / "operators" / "transposed_conv.md"
    page.parent.mkdir(parents=True)
    page.write_text("## 伴随算子 {#adjoint}", encoding="utf-8")
    entries = words.entries("all", tmp_path)
    linked = "[**转置卷积**](operators/transposed_conv.md#adjoint) · transposed convolution"
    assert f"{linked}\n:   扩散。 *又称：* deconvolution，反卷积\n" == entries._repr_lang_("zh")
    alone = "**transposed convolution** · 转置卷积"
    assert f"{alone}\n:   Spreads. *Also:* deconvolution, 反卷积\n" == entries._repr_lang_("en")


def test_an_unknown_section_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown section 'al'; the nearest is 'all'"):
        WORDS.entries("al")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("- a", "a glossary must have sections"),
        ("a: {terms: {}}", "section a must have the fields title and terms, and no others"),
        (
            "a: {title: {}, terms: {b: {zh: c, mean: d}}}",
            "term b .* must have the field zh, and only fields of zh, short",
        ),
        ("a: {title: {}, terms: {b: {short: c}}}", "term b .* must have the field zh"),
        ("a: {title: {}, terms: {b: 3}}", r"term b \(=3\) must have the field zh"),
        (
            "a: {title: {}, terms: {b: {zh: c}}}",
            r"term b: definition \(=None\) must have the fields",
        ),
        (
            "a: {title: {}, terms: {b: {zh: c, definition: {en: d}}}}",
            "term b: definition .* must have the fields en and zh",
        ),
    ],
)
def test_a_file_that_is_not_a_glossary_is_refused(tmp_path: Path, content: str, rule: str) -> None:
    path = tmp_path / "words.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PageError, match=f"words.yml: {rule}"):
        load(path)


def test_words_for_the_search_are_no_other_names_and_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    term = "{zh: 分组卷积, also: [组卷积], search: [群卷积], definition: {en: A., zh: 甲。}}"
    path.write_text(
        f"a: {{title: {{en: A, zh: 甲}}, terms: {{group convolution: {term}}}}}", encoding="utf-8"
    )
    words = load(path)
    assert (("组卷积",), ("群卷积",)) == (words.terms[0].also, words.terms[0].search)
    assert "群卷积" not in words.entries("a", tmp_path)._repr_lang_("zh")


def test_no_word_for_the_search_is_another_name_of_the_same_term() -> None:
    both = {term.en: {*term.also, term.en, term.zh} & {*term.search} for term in load().terms}
    assert {} == {name: words for name, words in both.items() if words}


def test_no_term_is_listed_twice() -> None:
    names = [term.en for term in load().terms]
    assert sorted(set(names)) == sorted(names)


def test_every_term_has_a_definition_of_one_sentence_in_each_language() -> None:
    wrong = [
        term.en
        for term in load().terms
        for lang, stop in (("en", "."), ("zh", "。"))
        if not term.definition[lang].endswith(stop) or term.definition[lang].count(stop) != 1
    ]
    assert [] == wrong


@pytest.mark.parametrize("key", catalog.operators())
def test_every_operator_has_a_term_that_leads_to_its_page(key: str) -> None:
    pages = {term.page.partition("#")[0] for section in load().sections.values() for term in section.terms}
    assert f"operators/{key}" in pages, f"a term of docs/glossary.yml must have `page: operators/{key}`"


def test_no_name_is_both_usual_and_to_be_avoided() -> None:
    terms = load().terms
    own = {name.lower() for term in terms for name in (term.en, term.zh, term.short, *term.also) if name}
    assert set() == own & {name.lower() for term in terms for name in term.avoid}
