"""Equations hold for the values that a page gives symbols; general formulas fit the code they describe."""

import pytest

from convref.errors import PageError
from convref.weave.check import execution, symbols
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import FormulaCheck, parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


def found(text):
    return [(each.line, each.message) for each in symbols.check(parse(text, "x.md"), fatal=True)]


@pytest.mark.parametrize(
    "text",
    [
        "$C = 4$\n\n$3 C^2 = 48$",
        "$C = 4$ and $k = 3$: $C k^2 + k = 39$",
        "$C = O = 4$, $C O = 4^2$",
        "$C = 4$, $2 C = 8$, then $C = 5$, $2 C = 10$ of $4$ and $5$",
        "$P = 3^2 \\times 4$, $P = 36$, $36$",
        "$k = 3, 5$ and $2 k = 7$",
        "$2 k = 7$",
        "$k = 3$, $k > 5$ if $k \\ne 3$",
        "$n = 3$ so $2 n = 5 \\iff n = 6$ of $3$ and $6$",
        "$k = 4$\n\n```py\nConv(4)\n```",
        "$k = 4$ gives `{python} f(4)`",
        "$C = 64{,}000$ is `x`\n\n```py\n64_000\n```",
        "$s = 1$, $p = 0$",
        "$d = 4$, $k = 3$, so $d (k - 1) + 1 = 9$",
        "$k = 3$ of $3$ and $f(k) = 7$",
        "$C_{1} = 4$, $2 C_1 = 2 \\times 4$",
        "$k = `{python} k`$, $2 k = 3$",
    ],
)
def test_equations_that_hold_for_the_values_of_their_symbols_have_no_diagnostic(text):
    assert [] == found(text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "$C = 4$\n\n$3 C^2 = 49$ of $4$",
            3,
            "3 C^2 = 49 does not hold: the left side is 48, the right side 49, with C = 4",
        ),
        (
            "$C = 4$, $k = 3$ of $4$ and $3$\n$$\nC + k = 8\n$$",
            3,
            "C + k = 8 does not hold: the left side is 7, the right side 8, with C = 4, k = 3",
        ),
        (
            "$C = 4$ of $4$, $P = 2 C = 9$",
            1,
            "2 C = 9 does not hold: the left side is 8, the right side 9, with C = 4, P = 8",
        ),
        (
            "a\n\n$C = 256$: $512 \\times 512 = 262144$",
            3,
            "no other formula or code in this section uses C = 256",
        ),
        ("# A\n\n$C = 4$\n\n# B\n\n$4$", 3, "no other formula or code in this section uses C = 4"),
    ],
)
def test_a_value_that_contradicts_an_equation_or_is_not_used_is_reported(text, line, message):
    assert [(line, message)] == found(text)


COMMENT = "<!-- formula: size(n, k) for n in 5..9, k in 1..3 -->\n\n"


def test_a_comment_names_the_code_of_the_formula_behind_it():
    (comment,) = parse(COMMENT, "x.md").of(FormulaCheck)
    assert ("size(n, k)", (("n", 5, 9), ("k", 1, 3))) == (comment.expression, comment.ranges)


@pytest.mark.parametrize("text", ["formula: size(n)", "formula: f for n in 1", "formula: f for n=1..2"])
def test_a_comment_on_a_formula_of_another_form_is_an_error_with_its_line(text):
    with pytest.raises(PageError, match=r"^x\.md:2: a comment that begins with `formula:` must "):
        parse(f"a\n<!-- {text} -->", "x.md")


CODE = '```py exec="on"\ndef size(n, k):\n    return (n - k) // 2 + 1\n```\n\n'


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (f"{CODE}{COMMENT}$$m = \\lfloor (n - k) / 2 \\rfloor + 1$$", []),
        (
            f"{CODE}{COMMENT}$$m = \\lceil (n - k) / 2 \\rceil + 1$$",
            ["\\lceil (n - k) / 2 \\rceil + 1 is 3 for n = 5, k = 2, but size(n, k) returns 2"],
        ),
        (f"{CODE}{COMMENT}$$m = (n - s) / 2$$", ["m = (n - s) / 2 cannot be evaluated from n, k"]),
        (f"{CODE}{COMMENT}", ["no formula follows this comment"]),
        (
            "<!-- formula: a + 1 for alpha in 1..2 -->\n\n$\\alpha$",
            ["NameError: name 'a' is not defined"],
        ),
        ("<!-- formula: d * (k - 1) for d in 1..3, k in 1..3 -->\n\n$m = d (k - 1)$", []),
        ("<!-- formula: 2 * alpha for alpha in 1..2 -->\n\n$2 \\alpha$", []),
    ],
)
def test_a_formula_is_compared_with_the_results_of_its_code(text, messages):
    page = parse(text, "x.md")
    with Engine(Settings()) as engine:
        planned = plan({"en": page})
        result = PageResult(planned, engine.run(planned), "en", "en")
    assert messages == [each.message for each in execution.check(page, result)]
