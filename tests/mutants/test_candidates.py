"""Facts are found in text, formulas and code, each with what could be written instead."""

import pytest

from convref.weave.markdown.document import Document, parse
from mutants import formulas, prose, source_code
from mutants.candidate import Candidate


def shown(text: str, candidates: list[Candidate]) -> list[tuple[str, str]]:
    return [(each.kind, text[each.start : each.end]) for each in candidates]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Three layers", "en", [("number words", "Three")]),
        ("twice or three times", "en", [("number words", "twice"), ("number words", "three times")]),
        ("a third of the second one", "en", [("number words", "a third"), ("number words", "second")]),
        ("one of them, the last one, one second of sound", "en", []),
        ("ResNet-50 has 1,234.5 in 2015", "en",
         [("digits in text", "1,234.5"), ("years", "2015"), ("names", "ResNet-50")]),
        ("H2O and x2", "en", []),
        ("The stride and the padding", "en", [("terms", "stride"), ("terms", "padding")]),
        ("三层，四分之三，两倍", "zh",
         [("number words", "两倍"), ("number words", "四分之三"), ("number words", "三")]),
        ("第二层", "zh", [("number words", "第二")]),
        ("这一个，一样，十分，二者", "zh", []),
        ("深度卷积，高和宽。", "zh", [("terms", "深度卷积"), ("terms", "高"), ("terms", "宽")]),
        ("AlexNet", "zh", [("names", "AlexNet")]),
    ],
)  # fmt: skip
def test_facts_are_found_in_prose(text: str, language: str, found: list[tuple[str, str]]) -> None:
    assert sorted(found) == sorted(shown(text, list(prose.find(text, language))))


@pytest.mark.parametrize(
    ("text", "language", "choices"),
    [
        ("Two", "en", {"One", "Three", "Four"}),
        ("third", "en", {"first", "second", "fourth", "fifth"}),
        ("ResNet-50", "en", {"ResNet-18", "ResNet-34", "ResNet-101", "ResNet-152"}),
        ("Inception v3", "en", {"Inception v1", "Inception v2", "Inception v4"}),
        ("2014", "zh", {"2011", "2012", "2013", "2015", "2016", "2017"}),
        ("步幅", "zh", {"填充", "膨胀率"}),
    ],
)
def test_a_fact_is_replaced_by_one_of_its_kind(text: str, language: str, choices: set[str]) -> None:
    (candidate,) = prose.find(text, language)
    assert choices == {each.text for each in candidate.choices}


def test_one_digit_is_changed_and_never_to_a_leading_zero() -> None:
    (candidate,) = prose.find("1,2", "en")
    texts = {each.text for each in candidate.choices}
    assert (8 + 9, True, False) == (len(texts), "9,2" in texts, "0,2" in texts)


def page(text: str) -> Document:
    return parse(text, "x.md")


def test_symbols_signs_and_digits_of_formulas_are_found_outside_of_words_and_values() -> None:
    text = "$k^2 + \\text{a} \\times C$ and $`{python} n + 1`$"
    found = shown(text, list(formulas.find(page(text))))
    digits = [("digits in formulas", "2")]
    assert [("symbols", each) for each in ("+", "C", "\\times", "k")] == sorted(found)[1:]
    assert digits == sorted(found)[:1]


def test_outputs_labels_numbers_and_code_spans_are_found() -> None:
    text = (
        '```python exec="on"\nx = {"en": "two layers", "zh": "两层"}, "5 nets", 64, "stride"\n```\n\n'
        "```pycon\n>>> 2 * 64\n128\n```\n\n`padding` and `stride` and `k=3`\n"
    )
    found = list(source_code.find(page(text)))
    assert [
        ("code", "64"),
        ("code spans", "3"),
        ("code spans", "padding"),
        ("code spans", "stride"),
        ("digits in outputs", "128"),
        ("labels", "5"),
        ("labels", "two"),
        ("labels", "两"),
    ] == sorted(shown(text, found))
    assert ["two", "两"] == [text[each.start : each.end] for each in found if each.shared]


def test_code_that_is_no_python_and_code_in_quotations_are_left_alone() -> None:
    assert [] == list(
        source_code.find(page('```python exec="on"\nx = = 64\n```\n\n> ```python exec="on"\n> 64\n> ```\n'))
    )
