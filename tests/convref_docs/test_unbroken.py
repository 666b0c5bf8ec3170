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


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<td>fuse3.deeper.fuse4.fc6</td>", "<td>fuse3.<wbr>deeper.<wbr>fuse4.<wbr>fc6</td>"),
        (
            "<h2><span>convref.analysis.memory</span></h2>",
            "<h2><span>convref.<wbr>analysis.<wbr>memory</span></h2>",
        ),
        ("<td>features.0.body.1</td>", "<td>features.0.body.1</td>"),
        ("<td>a.sentence.with.dots and words</td>", "<td>a.sentence.with.dots and words</td>"),
        ("<td><code>fuse3.deeper.fuse4.fc6</code></td>", "<td><code>fuse3.deeper.fuse4.fc6</code></td>"),
    ],
)
def test_a_long_dotted_name_may_go_on_after_a_dot(given: str, expected: str) -> None:
    assert expected == unbroken(given)


def test_a_date_in_a_cell_stays_on_one_line() -> None:
    expected = '<td align="left"><time>2026-11-30</time></td><td>since 2026-11-30</td>'
    assert expected == unbroken('<td align="left">2026-11-30</td><td>since 2026-11-30</td>')
