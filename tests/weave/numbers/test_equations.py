"""Numeric equations in formulas are found and decided exactly; symbolic ones are left alone."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.weave.numbers import equations, latex

TRUE = [
    r"2 \times 3 \times 3 \times 3 \times 3 = 162",
    r"2 \cdot 3 = 6 = 12 / 2",
    r"\frac{1}{9} + \frac{1}{256} \approx 0.115",
    r"\dfrac{49}{27} \approx 1.8",
    r"\frac12 = 0.5 = 50\%",
    r"\left( 3 + 4 \right) (2) = [14]",
    r"2^{10} = 1024 \approx 1.0 \times 10^3",
    r"138{,}357{,}544 \approx 138\,\text{M}",
    r"138\,357\,544 \approx 1.38\,\text{亿}",
    r"1,000 + 1 = 1001",
    r"15237608 \times 4\,\text{B} = 60950432\,\text{B} \approx 58.13\,\mathrm{MiB}",
    r"\lfloor \frac{224 + 2 \cdot 3 - 7}{2} \rfloor + 1 = 112",
    r"\lceil 7 / 2 \rceil = 4",
    r"\sqrt{16} = 4",
    r"\sqrt{\frac14} = 0.5",
    r"\sqrt 2 \approx 1.414",
    r"\sqrt{8} = 2\sqrt{2}",
    r"3! = 6",
    r"-3 + 5 = 2",
    r"3 - -3 = 6",
    r"2^{-1} = 0.5",
    r"1 < 2 \le 2 \lt 3",
    r"3 > 2 \geq 2 \ne 1",
    r"2 × 3 ≈ 6",
    r"0.3333 \approx 0.33",
    r"100 \approx \frac{1}{3} \times 300",
    r"1.5 \times 10^{-3} \approx 0.00148",
    r"6 \div 3 = 2.",
    r"5\,\text{weights} = 5",
    r"4\,\text{B} \times 3 = 12\,\text{B}",
    r"3 \times 3^2 C^2 = 27 C^2",
    r"2 D_K D_K C_{in} = 2 C_{in} D_K^2",
    r"\frac{49 C^2}{27 C^2} \approx 1.8",
    r"\frac{\lambda x}{x} = \lambda",
    r"7^2 C^2 + C^2 = 50 C^2 \approx 50.0 C^2",
    r"2\text{ h} + 30\text{ min} = 150\text{ min}",
    r"4\ \text{(fc6)} + 3\ \text{(fc7)} = 7\ \text{weights}",
    r"2\,\text{layers} \times 3\,\text{kernels} = 6\,\text{maps}",
    r"2 \times 3 = 6 \tag{7} \label{eq:8}",
    r"\boxed{2 \times 3} = \mathbf{6} \notag",
    r"\underbrace{2 \times 3}_{\text{a 9}} + \overbrace{1}^{b_{2}} = 7",
]
FALSE = [
    r"2 \times 3 = 7",
    r"\frac{1}{3} = 0.333",
    r"\frac{1}{3} \approx 0.334",
    r"2 < 2",
    r"3 \le 2",
    r"2 \ge 3",
    r"2 \ne 2",
    r"3 > 4",
    r"58.13\,\text{MiB} = 58.13\,\text{MB}",
    r"\sqrt{2} = 1.414",
    r"138.4 \approx 137",
    r"1024 \approx 1000",
    r"\frac{1}{2} \approx \frac{1}{3}",
    r"3 \times 3^2 C^2 = 28 C^2",
    r"\frac{49 C^2}{27 C^2} \approx 1.9",
    r"27.4 C^2 \approx 28 C^2",
    r"1 / 0 = 3",
    r"0^{-1} = 0",
    r"\frac{1}{0} \approx 3",
]
SYMBOLIC = [
    r"k^2 C_O = 9 C_O",
    r"x_1 = 3",
    r"n = n + 1",
    r"C = 2 C'",
    r"x_1 = 2 x_2",
    r"2 f(n) = f(n)",
    r"E[X] = 2 E[X]",
    r"C^k = 2 C^k",
    r"2 \sin x = \sin x",
    r"x_{1 = 2 x_{1",
    r"f(3) = 9",
    r"\sum_{i=1}^{3} i = 6",
    r"(1, 3) = (1, 4)",
    r"1\text{ image} = 150528\text{ values}",
    r"224 \to 112",
    r"3 \times 3",
    r"2 \frac12 = 1",
    r"2^{0.5} = 3",
    r"\sqrt[3]{8} = 3",
    r"(3 = 4",
    r"3) = 4",
    r"1.5! = 4",
    r"\sqrt{-1} = 4",
    r"1\text{ h} + 1\text{ B} = 2",
    "",
    "=",
]


@pytest.mark.parametrize("formula", TRUE)
def test_a_true_equation_holds_in_every_link(formula: str) -> None:
    found = equations.links(formula)
    assert found
    assert [] == [link.message for link in found if not link.holds]


@pytest.mark.parametrize("formula", FALSE)
def test_a_false_equation_is_caught(formula: str) -> None:
    assert [False] == [link.holds for link in equations.links(formula)]


@pytest.mark.parametrize("formula", SYMBOLIC)
def test_symbolic_and_incomparable_sides_are_not_decided(formula: str) -> None:
    assert [] == [link for link in equations.links(formula) if link.holds is not None]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"N = 2 \times 3 = 6 = M", ["2 \\times 3 = 6"]),
        ("6 = N = 6", ["6 = 6"]),
        (r"6 = N \approx 6.0", ["6 ≈ 6.0"]),
        ("3 < x < 2", ["3 < 2"]),
        (r"3 < x \le y = 4", ["3 < 4"]),
        ("3 < x > 2", []),
        (r"3 \ne x = 2", []),
        (r"a &= 2 \times 3 \\ &= 6 \\ b &= 3 + 4 \\ &= 7", ["2 \\times 3 = 6", "3 + 4 = 7"]),
        (r"a = 2 \\ \quad \times 3 = 6", ["2 \\\\ \\quad \\times 3 = 6"]),
        (r"a =& 6 \\ =& 7", ["6 = 7"]),
        (r"1 = 1, 2 = 2 \quad 3 = 3 \text{ and } 4 = 4", ["1 = 1", "2 = 2", "3 = 3", "4 = 4"]),
    ],
)
def test_a_chain_has_a_link_for_each_two_numbers_that_its_relations_join(
    formula: str, expected: list[str]
) -> None:
    found = [f"{each.left.text} {each.relation} {each.right.text}" for each in equations.links(formula)]
    assert expected == found


def test_the_message_of_a_failing_link_has_both_values_and_the_likely_remedy() -> None:
    (link,) = equations.links(r"\frac{1}{3} = 0.333")
    assert (
        r"\frac{1}{3} = 0.333 does not hold: the left side is about 0.333333333333, the right side 0.333;"
        r" it would hold with \approx"
    ) == link.message


def test_the_message_of_a_failing_link_of_terms_has_their_symbols() -> None:
    (link,) = equations.links("3 C_O = 4 C_O")
    assert "3 C_O = 4 C_O does not hold: the left side is 3 C_O, the right side 4 C_O" == link.message


def test_terms_of_other_symbols_are_skipped() -> None:
    found = equations.links(r"2 C = P = 3 \times 2 = 2 C = 7")
    assert [
        ("2 C", "2 C", True),
        (r"3 \times 2", "7", False),
    ] == [(each.left.text, each.right.text, each.holds) for each in found]


def test_a_division_by_zero_is_reported_as_undefined() -> None:
    (link,) = equations.links("1 / 0 = 3")
    assert "1 / 0 = 3 does not hold: the left side is undefined, the right side 3" == link.message


@pytest.mark.parametrize(
    ("side", "limit"),
    [
        ("(9^{4000})^{4000}", "the formula has a number of more than 10000 bits"),
        ("10^{4096} \\times 10^{4096}", "the formula has a number of more than 10000 bits"),
        ("2^{5001} \\times 2^{5001}", "the formula has a number of more than 10000 bits"),
        ("2^{99999}", "the formula has a number of more than 10000 bits"),
        ("10^{10^{10}}", "the formula has a number of more than 10000 bits"),
        ("2000!", "the formula has the factorial of a number above 1000"),
        (
            "9" * 5000,
            "a number (=999999999999…999999) must have at most 1000 digits and an exponent of at most 1000",
        ),
        ("(" * 61 + "1" + ")" * 61, "the formula has brackets that are nested more than 60 deep"),
        (r"\frac{" * 61 + "1" + "}{1}" * 61, "the formula has brackets that are nested more than 60 deep"),
    ],
)
def test_a_side_beyond_the_limits_is_reported_with_the_limit(side: str, limit: str) -> None:
    (link,) = equations.links(f"{side} = 3")
    assert link.holds is False
    assert link.message.endswith(f"= 3 cannot be checked: {limit}")
    assert len(link.message) < 700


def test_a_large_number_alone_claims_nothing() -> None:
    assert () == equations.links("10^{10^{10}}")
    assert () == equations.links("N = 10^{10^{10}}")


@pytest.mark.parametrize("side", ["1000!", "2^{9998}", "9" * 1000, "(" * 60 + "1" + ")" * 60])
def test_a_side_up_to_the_limits_is_compared(side: str) -> None:
    assert [True] == [link.holds for link in equations.links(f"{side} = {side}")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(-7, 2), "-3.5"),
        (Fraction(0), "0"),
        (Fraction(1, 3), "about 0.333333333333"),
        (Fraction(100), "100"),
    ],
)
def test_values_are_shown_in_decimals(value: Fraction, expected: str) -> None:
    assert expected == equations.show(value)


Expression = tuple[str, Fraction]
NUMBERS = st.integers(min_value=0, max_value=9999).map(lambda n: (str(n), Fraction(n)))


def _joined(pair: tuple[Expression, str, Expression]) -> Expression:
    (left, a), operator, (right, b) = pair
    if operator == "frac":
        return (rf"\frac{{{left}}}{{{right}}}", a / b) if b else (left, a)
    value = {"+": a + b, "-": a - b, r"\times": a * b}[operator]
    return rf"\left({left} {operator} {right}\right)", value


EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", r"\times", "frac"]), inner).map(_joined),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_an_expression_has_the_value_that_fractions_give(expression: Expression) -> None:
    text, expected = expression
    value = latex.evaluate(latex.tokenize(text))
    assert value is not None
    assert expected == value.value


@given(st.text(alphabet="0123456789.,+-=<>\\{}()[]^_&% abtimesfracleft", max_size=40))
def test_no_text_makes_parsing_a_formula_fail(text: str) -> None:
    assert all(link.holds in {True, False, None} for link in equations.links(text))


@pytest.mark.parametrize("formula", ["-" * 9999 + "1 = 1", "(" * 9999 + "1 = 1", r"\frac{" * 9999 + "1 = 1"])
def test_no_depth_makes_parsing_a_formula_fail(formula: str) -> None:
    assert all(link.holds in {None, False} for link in equations.links(formula))


@pytest.mark.parametrize(
    "formula",
    [
        each
        for each in TRUE
        if each.count("=") == 1 and not re.search("approx|floor|ceil|fc6|tag|brace", each)
    ],
)
def test_each_changed_digit_of_an_exact_equation_is_caught(formula: str) -> None:
    for place, digit in enumerate(formula):
        for other in "0123456789" if digit.isdigit() else "":
            mutant = formula[:place] + other + formula[place + 1 :]
            judged = [link.holds for link in equations.links(mutant)]
            assert other == digit or judged != [True] * len(equations.links(formula)), mutant
