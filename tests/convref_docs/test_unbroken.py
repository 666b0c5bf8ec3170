"""Lines do not end within sizes and quantities, and nothing but text changes."""

import re

import pytest

from convref_docs.unbroken import SPACE, unbroken


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a 3 × 3 kernel", "a 3~×~3 kernel"),
        ("64 × 56 × 56 → 128 × 56 × 56", "64~×~56~×~56 → 128~×~56~×~56"),
        ("a K × 1 convolution, k × k", "a K~×~1 convolution, k~×~k"),
        ("channels × height × width", "channels × height × width"),
        ("43 GB/s, 12.25 MiB, 8 %, 3 ms", "43~GB/s, 12.25~MiB, 8~%, 3~ms"),
        ("5 Models, 2 Gates", "5 Models, 2 Gates"),
        ("section 3.2, Table 2 and tables 4 and 5", "section~3.2, Table~2 and tables~4 and 5"),
        ("a table of 3 rows", "a table of 3 rows"),
    ],
)
def test_what_a_reader_takes_in_as_one_stays_on_one_line(given: str, expected: str) -> None:
    assert f"<p>{expected.replace('~', SPACE)}</p>" == unbroken(f"<p>{given}</p>")


def test_code_formulas_drawings_and_attributes_are_unchanged() -> None:
    kept = (
        '<p title="3 × 3"><code>3 × 3</code><math><mn>3 × 3</mn></math></p><!-- 3 × 3 -->'
        '<pre><code>3 × 3</code> 3 × 3</pre><svg><text>3 × 3</text></svg><script>"3 × 3"</script>'
    )
    assert kept == unbroken(kept)


def test_only_spaces_change() -> None:
    page = "<h2>Two 3 × 3 against one 5 × 5</h2><td>1 × 28 × 28</td><p>24 M numbers, table 1</p>"
    assert page == re.sub(SPACE, " ", unbroken(page))
