"""Numerals in digits and words are found in English and Chinese, with their values."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.weave.numbers.number_words import numerals
from convref.weave.numbers.number_words_zh import numeral


def found(text: str, language: str) -> list[tuple[str, object, bool]]:
    return [(each.text, each.value, each.firm) for each in numerals(text, language)]


@pytest.mark.parametrize(
    ("text", "value", "firm"),
    [
        ("three", 3, True),
        ("Twenty-four", 24, True),
        ("ninety", 90, True),
        ("one", 1, False),
        ("two", 2, True),
        ("half", Fraction(1, 2), True),
        ("halved", Fraction(1, 2), False),
        ("two thirds", Fraction(2, 3), True),
        ("three-quarters", Fraction(3, 4), True),
        ("one eighth", Fraction(1, 8), True),
        ("quarter", Fraction(1, 4), True),
        ("first", 1, False),
        ("second", 2, True),
        ("sixteenth", 16, True),
        ("both", 2, False),
        ("latter", 2, False),
        ("twice", 2, False),
        ("tripled", 3, False),
        ("1,000,000", 1000000, True),
        ("2.5", Fraction(5, 2), True),
    ],
)
def test_an_english_numeral_has_its_value(text: str, value: Fraction, firm: bool) -> None:
    assert [(text, value, firm)] == found(f"It is {text} here", "en-GB")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("an eighth of it", Fraction(1, 8)),
        ("a third less", Fraction(1, 3)),
        ("a fiftieth.", Fraction(1, 50)),
        ("the eighth of them", 8),
        ("a third kernel", 3),
    ],
)
def test_an_ordinal_behind_an_article_is_a_fraction_of_something(text: str, value: Fraction) -> None:
    assert [value] == [each.value for each in numerals(text, "en")]


@pytest.mark.parametrize("text", ["tone", "secondary", "network", "someone", "threefoldness", "onetwo"])
def test_a_part_of_a_word_is_not_a_numeral(text: str) -> None:
    assert [] == found(text, "en")


@pytest.mark.parametrize(
    "text", ["a second of sound", "one second of audio", "per second", "every second row"]
)
def test_a_second_of_time_and_every_second_one_are_no_numerals(text: str) -> None:
    assert [] == found(text, "en")


@pytest.mark.parametrize(
    ("text", "value", "firm"),
    [
        ("三", 3, True),
        ("两", 2, True),
        ("一", 1, False),
        ("二十四", 24, True),
        ("三百零五", 305, True),
        ("一万二千", 12000, True),
        ("二〇一四", 2014, True),
        ("八分之一", Fraction(1, 8), True),
        ("四分之三", Fraction(3, 4), True),
        ("一半", Fraction(1, 2), True),
        ("减半", Fraction(1, 2), False),
        ("大半", Fraction(1, 2), False),
        ("第三", 3, True),
        ("第二", 2, True),
        ("两侧", 2, False),
        ("这两", 2, False),
        ("后者", 2, False),
        ("再加一", 2, False),
        ("加倍", 2, False),
        ("四周", 4, False),
    ],
)
def test_a_chinese_numeral_has_its_value(text: str, value: Fraction, firm: bool) -> None:
    assert [(value, firm)] == [each[1:] for each in found(f"这里是{text}，共", "zh-CN")]


def test_two_digits_before_a_measure_word_are_two_numbers() -> None:
    assert [2, 3] == [each.value for each in numerals("两三层", "zh")]
    assert [Fraction(3, 10)] == [each.value for each in numerals("多出三成。", "zh")]


@pytest.mark.parametrize(
    "text", ["百分之几", "百分号", "几十年", "上百个", "万一", "四舍五入", "一一对应", "十分", "以百万计"]
)
def test_an_idiom_with_a_numeral_is_not_a_number(text: str) -> None:
    assert [] == found(text, "zh")


def test_an_enumeration_is_not_a_number() -> None:
    assert ["三"] == [each.text for each in numerals("有三处：一是宽，二是高，三是深。", "zh")]


def test_other_languages_have_digits_alone_and_a_long_numeral_is_compared_as_it_is_written() -> None:
    assert [("12", 12, True)] == found("zwölf und 12", "de")
    assert [("9" * 5000, "9" * 5000, True)] == found("9" * 5000, "en")


@given(st.integers(min_value=1, max_value=9999))
def test_a_chinese_numeral_is_read_as_it_is_spelt(number: int) -> None:
    signs, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        zero |= bool(signs) and not digit
        if digit:
            signs += ("零" if zero else "") + "零一二三四五六七八九"[digit] + unit
            zero = False
    assert number == numeral(signs)
