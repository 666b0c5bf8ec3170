"""Terms are found in text by any of their names, the longest first."""

import pytest

from convref.errors import PageError
from convref.weave.check import terms

FILE = """
operators:
  title: {en: Operators}
  terms:
    average pooling: {zh: 平均池化, also: [avg pool], page: operators/average_pool#x, compare: true}
    global average pooling: {zh: 全局平均池化, short: GAP, definition: {en: a}, avoid: [mean]}
    subsampling: {zh: 下采样, compare: average pooling}
others:
  terms:
    mean filter: {zh: 均值滤波, compare: average pooling}
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
        ("a: [", "the terms cannot be read"),
        ("a: b", "each section of a file of terms must have `terms`"),
        ("a: {terms: {b: c}}", r"the term b \(='c'\) must be a mapping of fields"),
    ],
)
def test_a_file_that_is_not_one_of_terms_is_an_error_with_its_path(tmp_path, content, rule):
    (tmp_path / "terms.yml").write_text(content, "utf-8")
    with pytest.raises(PageError, match=rf"terms\.yml: {rule}"):
        terms.load(tmp_path / "terms.yml")


def test_a_file_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(PageError, match="the terms cannot be read"):
        terms.load(tmp_path / "none.yml")
