"""Every number of a page is listed as computed, checked, cited or open, with its line."""

import re

import pytest

from convref.weave.check import coverage
from convref.weave.markdown.document import parse
from convref.weave.page.diagnostic import Diagnostic

PAGE = """\
---
title: 1 net
weight: 2
---
# Title 3 {#t4}

<!-- 5 --> It has `{python} 6` layers, 7 of them `8`.
[9 nets](a/10.md "11 nets") ![12 cats](x13.png){ width=14 } <img src="15.png" alt="16 dogs">

```python exec="on" figure="x" alt="17 boxes" caption_zh="18 个"
19
```

| a | 20 |
| - | -- |

    21

See https://x.y/22/ and $3 \\times 3 = 9$, $k = 3$, $k^2 + 1$, $P = 138357544$, $0.5$, $3 \\times 3$.
[138 M](published:vgg16.params) and `{python} 23` M.
[ref]: http://a/24 "25 boxes"
[^26]: see [a][27], ２８ 个
"""


def test_every_open_number_is_listed_with_its_line() -> None:
    found = coverage.numbers(parse(PAGE, "x.md"))
    assert [
        (2, "1", "open"),
        (5, "3", "open"),
        (7, "7", "open"),
        (8, "9", "open"),
        (8, "11", "open"),
        (8, "12", "open"),
        (8, "16", "open"),
        (10, "17", "open"),
        (10, "18", "open"),
        (14, "20", "open"),
        (19, "138357544", "open"),
        (19, "0.5", "open"),
        (21, "25", "open"),
        (22, "28", "open"),
    ] == [(each.line, each.text, each.status) for each in found if each.status == "open"]


def test_values_blocks_equations_and_citations_are_covered() -> None:
    found = coverage.numbers(parse(PAGE, "x.md"))
    assert [
        (7, "6", "computed"),
        (10, 'python exec="on" figure="x" alt="17 boxes" caption_zh="18 个"', "computed"),
        (19, r"3 \times 3", "checked"),
        (19, "9", "checked"),
        (20, "138 M", "cited"),
        (20, "23", "computed"),
    ] == [(each.line, each.text, each.status) for each in found if each.status != "open"]


@pytest.mark.parametrize(
    ("text", "expected"), [("no number", 100.0), ("`{python} 1` and 2", 50.0), ("7 and 8", 0.0)]
)
def test_the_percentage_is_the_share_of_covered_numbers(text: str, expected: float) -> None:
    assert expected == coverage.percentage(coverage.numbers(parse(text, "x.md")))


def test_a_computed_value_in_a_formula_covers_the_formula() -> None:
    found = coverage.numbers(parse("$3 \\times `{python} k` = `{python} 3 * k`$", "x.md"))
    assert ["computed", "computed"] == [each.status for each in found]


def test_numbers_in_an_executed_block_of_markdown_are_listed() -> None:
    page = parse(
        '1 net\n\n```md exec="on"\n`{python} 2` and 3 nets, [4](published:a)\n```\n\n5 nets\n', "x.md"
    )
    assert [
        (1, "1", "open"),
        (4, "2", "computed"),
        (4, "3", "open"),
        (4, "4", "cited"),
        (7, "5", "open"),
    ] == [(each.line, each.text, each.status) for each in coverage.numbers(page)]


def test_the_patterns_of_a_site_exclude_text() -> None:
    page = parse("stride 2 and 3", "x.md")
    assert ["3"] == [each.text for each in coverage.numbers(page, [re.compile(r"stride \d")])]


def test_each_open_number_has_a_diagnostic() -> None:
    page = parse("\n7 nets and `{python} 8`", "x.md")
    message = "7 is neither computed nor checked nor cited"
    for fatal in (True, False):
        found = coverage.check(page, fatal=fatal)
        assert [Diagnostic("x.md", 2, "number", message, fatal=fatal)] == list(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('`{python} "999 M"`', ["'999 M' in code"]),
        ('`{python} f"{x} of 183 M"`', ["'of 183 M' in code"]),
        ('```py exec="on"\nprint("183 M")\n```', ["'183 M' in code"]),
        ('```pycon\n>>> print("183 M")\n183 M\n```', ["'183 M' in code"]),
        ('`{python} f"{x:,}"`', []),
        ("`{python} 2**10`", []),
        ('```py\nprint("183 M")\n```', []),
    ],
)
def test_a_quantity_that_code_contains_as_text_is_open(text, expected):
    found = coverage.numbers(parse(text, "x.md"))
    assert expected == [each.text for each in found if each.status == "open"]
