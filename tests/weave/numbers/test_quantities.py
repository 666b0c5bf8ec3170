"""Quantities in prose are found in both languages, and names, years and sizes are not taken for them."""

import re
from fractions import Fraction

import pytest

from convref.weave.numbers import quantities

QUANTITIES = [
    ("It has 138 M weights, 138,357,544 in all.", ["138 M", "138,357,544"]),
    ("It has 138\u202f357\u202f544 weights.", ["138\u202f357\u202f544"]),
    ("约有 1.38 亿个参数，占 92%。", ["1.38 亿", "92%"]),
    ("权重 13,835 万，激活 58.13 MiB", ["13,835 万", "58.13 MiB"]),
    ("三百个，百分之五，三点五倍，一千三百万", ["三百", "百分之五", "三点五", "一千三百万"]),
    ("224×224 pixels, 3×224×224", ["224", "224", "3", "224", "224"]),
    ("3×3 = 9 multiplications", ["3", "3", "9"]),
    ("8× fewer, 4x fewer, 2-3 times", ["8", "4", "2", "3"]),
    ("1000 classes, 2000 classes, 2048 channels", ["1000", "2000", "2048"]),
    ("15.47 GMACs or 3.6e9", ["15.47 GMACs", "3.6e9"]),
    ("a loss of .5 (7.4%)", [".5", "7.4%"]),
    ("5x5x96 and 12*3", ["5", "5", "96"]),
    ("12,3×3", ["12", "3", "3"]),
]
NONE = [
    "ResNet-50, VGG16, ResNet-18/34, VGG-11 to -19, conv1_2, top-5, CIFAR-10, float32",
    "F(4×4, 3×3) and F(2x2, 3x3)",
    "3×3, 3 x 3, 1×1×3, 7X7, 11×11 kernels",
    "先是一层,3 × 3 的卷积",  # a full-width comma, as the masked text has it
    "(He et al., 2015), in 1998, since 2012, 2015 was the year, a ConvNet for the 2020s",
    "作者，2014，见 2.3 节",
    "Bernoulli (1654-1705)，1805 年",
    "the wrapped words of figure\n2",
    "2015 年，2014年9月4日，9 月 4 日",
    "2014-09-04, 12 May 2015, September 2014",
    "arXiv:1409.1556, doi:10.1109/5.726791, 10.1109/5.726791, version 1.12.0, v1.5",
    "Figure 2, tables 3 and 4, pp. 770-778, Eq. (3), section 3.2, 表 4，图 3，第 3 层，第 5、6 节",
    "1st, 2nd, 3rd and 16th",
    "1. first\n2) second\n- 3. third\n> 4. fourth",
    "## 2.1 Title\n### 3. Title",
    "a 2-D map, 3D, 1 维, 8-bit, 32 位浮点",
    "三层网络，千万不要，有三点直接的好处，一些",
]


@pytest.mark.parametrize(("text", "expected"), QUANTITIES)
def test_quantities_are_found_with_their_units(text: str, expected: list[str]) -> None:
    assert expected == [each.text for each in quantities.find(text)]


@pytest.mark.parametrize("text", NONE)
def test_names_sizes_years_and_numbering_are_not_quantities(text: str) -> None:
    assert [] == [each.text for each in quantities.find(text)]


def test_a_site_may_exclude_more_by_its_own_patterns() -> None:
    found = quantities.find("stride 2, padding 3", [re.compile(r"stride \d+")])
    assert ["3"] == [each.text for each in found]


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("138 M", 138 * 10**6, 10**6),
        ("1.38 亿", 138 * 10**6, 10**6),
        ("138,357,544", 138357544, 1),
        ("58.13 MiB", Fraction(5813, 100) * 2**20, Fraction(2**20, 100)),
        ("92 %", Fraction(92, 100), Fraction(1, 100)),
        ("3.5 billion", Fraction(35 * 10**8), 10**8),
    ],
)
def test_an_amount_has_its_number_in_the_base_of_its_unit(text: str, value: Fraction, step: Fraction) -> None:
    (amount,) = quantities.amounts(text)
    assert (amount.number.value, amount.number.step) == (value, step)
