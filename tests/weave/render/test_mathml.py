from __future__ import annotations

import pytest

from convref.errors import PageError
from convref.weave.render.mathml import mathml, plain


def test_a_fraction_becomes_mathml() -> None:
    assert "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>" == mathml(r"\frac{a}{b}", display=False)


def test_a_formula_between_paragraphs_is_displayed() -> None:
    assert '<math display="block"><mi>x</mi></math>' == mathml("x", display=True)


def test_characters_that_html_reserves_are_escaped() -> None:
    assert "<mo>&lt;</mo>" in mathml("a < b", display=False)


def test_an_error_names_page_line_formula_and_reason() -> None:
    with pytest.raises(PageError, match=r"docs/en/a\.md:7: cannot parse \$\\frac\{a\}\$: Expected argument"):
        mathml(r"\frac{a}", display=False, path="docs/en/a.md", line=7)


def test_the_line_of_an_error_is_the_line_within_the_formula() -> None:
    with pytest.raises(PageError, match=r'docs/zh/a\.md:12: .*Unknown command "\\nope"'):
        mathml("\n\\text{卷积} = 1\n\\nope", display=True, path="docs/zh/a.md", line=10)


def test_an_error_without_a_known_line_names_only_the_page() -> None:
    with pytest.raises(PageError, match=r"^docs/en/a\.md: cannot parse"):
        mathml("\n\n{", display=True, path="docs/en/a.md")


@pytest.mark.parametrize("latex", ["", " ", "\n"])
def test_an_empty_formula_is_an_error(latex: str) -> None:
    with pytest.raises(PageError, match=r"a\.md:3: the formula is empty"):
        mathml(latex, display=False, path="a.md", line=3)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{n + 2p - k}{s} + 1", "(n+2p−k)/s+1"),
        (r"C_\text{in}^2", "C_in^2"),
        (r"\sqrt{x + y}", "√(x+y)"),
        (r"3 \times 3", "3×3"),
        (r"\operatorname{rank}(W)", "rank(W)"),
        (r"\sum_{i=0}^{n} x_i", "∑_(i=0)^nx_i"),
        (r"a\,b", "a b"),
    ],
)
def test_plain_text_is_the_formula_on_one_line(latex: str, expected: str) -> None:
    assert expected == plain(mathml(latex, display=False))


DEEP = [
    "{" * 20_000,
    "{" * 20_000 + "}" * 20_000,
    r"\sqrt" * 20_000,
    r"\frac1" * 20_000,
    r"\frac{" * 10_000 + "1" + "}{2}" * 10_000,
    r"\left(" * 20_000,
    r"\begin{matrix}" * 20_000,
    r"\displaystyle" * 20_000,
    r"\color{red}" * 20_000,
    r"\newcommand{\a}{" + r"\sqrt" * 100 + "}" + r"\a" * 900,
    r"\def\a{" + r"\sqrt" * 100 + "}" + r"\a" * 900,
]


@pytest.mark.parametrize("latex", DEEP, ids=[f"{each[:20]}-{number}" for number, each in enumerate(DEEP)])
def test_a_formula_that_would_overflow_the_stack_of_the_process_is_an_error(latex: str) -> None:
    with pytest.raises(
        PageError, match=r"^a\.md:3: a formula( that defines commands)? must have at most \d+"
    ):
        mathml(latex, display=False, path="a.md", line=3)


@pytest.mark.parametrize(
    "latex",
    [
        r"\sqrt" * 1990 + "2",
        "{" * 1990 + "x" + "}" * 1990,
        r"\newcommand{\ma}{\sqrt\sqrt\sqrt\sqrt}\newcommand{\mb}{\ma\ma\ma\ma\ma}\mb\mb\mb x",
        r"\begin{aligned}" + r"a &= b \\ " * 1900 + r"\end{aligned}",
    ],
)
def test_a_formula_within_the_limits_is_converted(latex: str) -> None:
    assert mathml(latex, display=False).startswith("<math>")
