"""Terms are found in text by any of their names, the longest first."""

import pytest

from convref.errors import PageError
from convref.weave.check.facts import terms

FILE = """
operators:
  title: {en: Operators}
  terms:
    average pooling: {zh: 平均池化, also: [avg pool], page: operators/average_pool#x, compare: true}
    global average pooling: {zh: 全局平均池化, short: GAP, definition: {en: a}, avoid: [mean]}
    subsampling: {zh: 下采样, compare: average pooling}
others:
  terms:
    mean filter: {zh: 均值滤波, compare: average pooling, required: true, forms: [mean, 均值]}
"""


@pytest.fixture
def loaded(tmp_path):
    (tmp_path / "terms.yml").write_text(FILE, "utf-8")
    return terms.load(tmp_path / "terms.yml")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Average  pooling", ["average pooling"]),
        ("average\npoolings, avg pools", ["average pooling", "average pooling"]),
        ("Global average pooling", ["global average pooling"]),
        ("全局平均池化和平均池化", ["global average pooling", "average pooling"]),
        ("a GAP", ["global average pooling"]),
        ("megaaverage pooling, gaps in it, mean", ["global average pooling"]),
        ("", []),
    ],
)
def test_a_term_is_mentioned_by_each_of_its_names(loaded, text, names):
    assert names == [term.name for *_, term in loaded.mentions(text)]


def test_a_term_has_the_section_and_the_key_by_which_it_is_compared(loaded):
    found = [(each.section, each.compared_as) for each in loaded.terms]
    mean = ("operators", "average pooling")
    assert [mean, ("operators", ""), mean, mean] == found


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("a: [", "the file of terms cannot be read"),
        ("a: b", "the section a must contain a mapping `terms`"),
        ("a: {terms: {b: c}}", r"the term 'b' \(='c'\) must be a mapping of fields"),
    ],
)
def test_a_file_that_is_not_one_of_terms_is_an_error_with_its_path(tmp_path, content, rule):
    (tmp_path / "terms.yml").write_text(content, "utf-8")
    with pytest.raises(PageError, match=rf"terms\.yml: {rule}"):
        terms.load(tmp_path / "terms.yml")


def test_a_file_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(PageError, match="the file of terms cannot be read"):
        terms.load(tmp_path / "none.yml")


def test_the_terms_of_several_files_are_joined(loaded, tmp_path):
    (tmp_path / "more.yml").write_text("a: {terms: {row: {zh: 行}}}", "utf-8")
    joined = terms.load(tmp_path / "terms.yml", tmp_path / "more.yml")
    assert [*loaded.terms, terms.Term("row", frozenset({"row", "行"}), "", "a")] == list(joined.terms)


def test_a_form_is_no_mention(loaded):
    assert [] == list(loaded.mentions("the mean of 均值"))
    assert [(4, "mean filter"), (12, "mean filter")] == [
        (start, term.name) for start, term in loaded.forms("the mean of 均值")
    ]


def test_a_form_of_several_terms_stands_for_each():
    both = [terms.Term(name, frozenset({name}), name, forms=frozenset({"size"})) for name in ("a1", "b1")]
    assert ["a1", "b1"] == [term.name for _, term in terms.Terms(tuple(both)).forms("its size")]


@pytest.mark.parametrize(
    ("text", "starts"),
    [("执行与进行", []), ("每行的和", [1]), ("一行、行", [1, 3]), ("行和列", [0]), ("各行按此", [1])],
)
def test_a_single_chinese_character_is_mentioned_only_as_a_word(text, starts):
    rows = terms.Terms((terms.Term("rows", frozenset({"行"}), "rows", forms=frozenset({"行"})),))
    assert starts == [start for start, *_ in rows.mentions(text)]
    assert [index for index, each in enumerate(text) if each == "行"] == [at for at, _ in rows.forms(text)]
