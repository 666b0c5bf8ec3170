"""Comments, code, values and formulas in prose begin and end at the right offsets."""

import pytest

from convref.weave.markdown.document import CodeSpan, Comment, Formula, Heading, InlineValue, parse


def found(text, *kinds):
    return [text[each.start : each.end] for kind in kinds for each in parse(text, "x.md").of(kind)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("piece", ["`a{}b`", "$a{}= b$", "$$a{}b$$", r"\(a{}b\)"])
def test_code_and_formulas_cross_a_line_end_of_any_kind_but_no_blank_line(piece, end):
    assert [piece.format(end)] == found(piece.format(end), CodeSpan, Formula)
    assert [] == found(piece.format(end + "> " + end), CodeSpan, Formula)


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"$a\$b$", [r"$a\$b$"]),
        (r"$$a\$$$", [r"$$a\$$$"]),
        (r"$$a\\$$", [r"$$a\\$$"]),
        (r"\$a$ b$", []),
        ("$$$$ a", []),
        ("$$$a$$", ["$$$a$$"]),
        ("$a `b` $c$", ["$c$"]),
        ("a $5 and $6", []),
        ("$a$5 $b$", ["$b$"]),
        ("\\[a\\] b\n\\[c\\]", ["\\[c\\]"]),
        ("a \\[b\\]", ["\\[b\\]"]),
        ("a\\[b\\]", []),
        (r"\(a \(b\)", [r"\(a \(b\)"]),
        ("<a title='$'> $b$", ["$b$"]),
    ],
)
def test_a_formula_ends_at_the_first_delimiter_that_is_not_escaped(text, formulas):
    assert formulas == found(text, Formula)


def test_the_delimiter_of_a_formula_may_be_in_a_value_inside_it():
    text = r"\(a `{python} '\)'` b\) and $$`{python} '$$'`$$ and $`{python} '$'`$"
    assert 3 == len(found(text, Formula))
    assert ["`{python} '\\)'`", "`{python} '$$'`", "`{python} '$'`"] == found(text, InlineValue)


def test_a_value_is_written_on_one_line_however_the_page_breaks_it():
    (value,) = parse("> `{python} a +  \n>   b `", "x.md").of(InlineValue)
    assert "a + b" == value.expression


def test_a_code_span_closes_at_a_run_of_as_many_backticks():
    assert ["``a ` b``", "`c`"] == found("``a ` b`` ``` `c` ```` d", CodeSpan)


def test_comments_may_follow_each_other_over_any_number_of_lines():
    lines = "<!-- a\n" + "--> b <!-- c\n" * 3000 + "-->\n# d"
    page = parse(lines, "x.md")
    assert 3001 == len(list(page.of(Comment)))
    assert ["d"] == [each.text for each in page.of(Heading)]


def test_a_comment_in_code_hides_nothing():
    assert ["# b", "# c"] == found("`<!--` a\n# b\n`-->`\n# c", Heading)
