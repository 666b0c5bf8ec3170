"""Reading a page takes time linear in its text, whatever the text is.

Every construct of the grammar, and every delimiter that repeats without end, is read at n, 2n and 4n
characters by every stage that reads text. Linear stages take 4 times as long for 4n, quadratic ones 16 times;
the limit is between them. A measurement over the limit is repeated, so that no test fails because the machine
is busy. CONVREF_SCALING sets n.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import markdown
import pytest
from figures import record
from samples import sample

from convref.errors import ArgumentError, ConvrefError
from convref.weave.check import citations, coverage, symbols
from convref.weave.check.execution import wrong_equations
from convref.weave.check.facts import bilingual
from convref.weave.check.facts.sources import Sources
from convref.weave.check.facts.terms import Term, Terms
from convref.weave.markdown import inline
from convref.weave.markdown.document import Document, parse
from convref.weave.markdown.fence_options import mistakes, parse_info
from convref.weave.numbers import doctest_output, equations, quantities, units
from convref.weave.numbers.decimals import parse_decimal
from convref.weave.page import references, svg
from convref.weave.page.alignment import changes
from convref.weave.page.plan import plan
from convref.weave.page.prose import masked
from convref.weave.page.tree import Page, Tree
from convref.weave.site.page_checks import page_checks

SIZE = int(os.environ.get("CONVREF_SCALING", "5000"))
FACTORS = (1, 2, 4)
LIMIT = 8.0
NEGLIGIBLE = 0.004  # seconds, below which nothing is measured but noise
TRIES = 6
RATIOS: list[float] = []  # of the times for 4n and n characters, where they can be measured

REPEATED = {
    # headings
    "headings": "# A heading {#id} with `code` ##\n\ntext\n\n",
    "underlined headings": "A heading\n=========\n\ntext\n\n",
    "headings with values": "# `{python} 1` a\n\n",
    "equal headings": "# a\n",
    "equal numbered headings": "# a_1\n",
    # fences
    "fences that are run": '```python exec="on" title="a"\nx = 1\n```\n\n',
    "fences": "```python\nx = 1\n```\n\n",
    "fences in lists": "- a\n\n    ```python\n    x\n    ```\n\n",
    "open fences": "```a\n",
    "open fences of two kinds": "```a\n~~~b\n",
    "open fences in quotes": "> ```a\n",
    "open fences in lists": "- a\n\n    ```a\n",
    "doctests": "```pycon\n>>> 1 + 1\n2\n```\n\n",
    "trees": "```tree\na\n  b\n```\n",
    "blocks of Markdown": "````md exec\n`{python} 1`\n````\n\n",
    # formulas
    "formulas": "$a = 1 + 2 = 3$ and $$b$$ \\(c\\)\n\n",
    "formulas in a line": "$a = 1$ b ",
    "formulas in quotes": "> $$\n> 1 = 1\n> $$\n\n",
    "values in formulas": "$a = `{python} 1`$ ",
    "dollars": "$a ",
    "bare dollars": "$",
    "dollars in lines": "$a\n",
    "pairs of dollars": "$$a ",
    "uneven dollars": "$$a $",
    "round openings": "\\( ",
    "round openings in lines": "\\( \n",
    "square openings": "\\[\n",
    "square formulas with text behind": "\\[a\\]b\n",
    "backslashes": "\\",
    # comments
    "comments": "text <!-- a comment --> text\n\n",
    "comments over lines": "<!--\n-->",
    "open comments": "<!-- ",
    "open comments in lines": "<!--\n",
    "open comments in paragraphs": "<!--\n\n",
    # code spans and values
    "code spans": "`a` ``b ` c`` ",
    "lonely backticks": "`a\n\n",
    "backticks": "`",
    "values": "`{python} 1 + 1` and\n",
    "open values": "`{python} ",
    # links
    "links": '[text](a.md#b "title") ![alt](c.png)\n\n',
    "brackets": "[",
    "brackets of images": "![",
    "brackets and text": "[a",
    "nested brackets": "[[a]",
    "open destinations": "[a](",
    "destinations alone": "](",
    "open titles": '[a](b "',
    "open titles of both kinds": "[a](b \"[a](b '",
    "definitions": "[a]: b.md\n",
    "references": "[a][b] ",
    "open references": "][a",
    "footnotes": "a[^1]\n\n[^1]: text\n\n",
    "open footnotes": "[^a",
    "citations": "[138 M](published:a.b)\n",
    "open citations": "[1](published:",
    "addresses": "https://a.b/c?d=1 \n",
    "bare schemes": "http://",
    # numbers
    "numbers": "138 M weights, 1.5 % and 138,357,544 of 3x3\n\n",
    "numbers in a line": "138 M, ",
    "digits": "1",
    "digits and commas": "1,",
    "thousands": "123,",
    "digits and dots": "1.",
    "digits and hyphens": "1-",
    "kernel sizes": "3x",
    "digits and spaces": "1 ",
    "years": "2014 ",
    "names": "ResNet-50/",
    "names with hyphens": "a1-",
    "calls": "a(",
    "identifiers": "arXiv:",
    "identifiers of documents": "10.1234/",
    "months": "Jan ",
    "Chinese numbers": "三百万",
    "Chinese percentages": "百分之",
    "Chinese digits": "一",
    "Chinese decimals": "一点",
    "numbered items": "1. a\n",
    # tables
    "tables": "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
    "rows": "| 1 | 2 |\n",
    "delimiter rows": "|-|\n",
    # containers
    "quotes": "> a\n",
    "nested quotes": "> ",
    "lists": "- a\n\n    - b\n\n",
    "notes": "!!! note\n\n    text\n\n",
    "indented code": "    code\n\n",
    "blank lines": "\n",
    "blank quoted lines": "> \n",
    "lines of Windows": "text\r\n",
    "spaces in lines": "a" + " " * 100 + "\n",
    # options and HTML
    "options": '```{.python #b .c exec="on"}\n```\n',
    "attribute lists": "text {: .a #b }\n",
    "open attribute lists": "{: .a ",
    "open braces": "{#",
    "icons": ":a",
    "elements": '<div class="a">text</div>\n\n',
    "angles": "<",
    "open tags": "<a ",
    "open attributes": '<a href="',
    "raw text": "<pre>a</pre>\n",
    "open raw text": "<pre>\n",
    "open scripts": "<script>\n</scrip>\n",
    "generated reference": "::: a.b\n    options:\n\n",
    "emphasis": "**",
    "tildes": "~",
    "tabs": "\t",
}

ENCLOSED = {
    "spaces in a heading": ("# a", " ", "b"),
    "hashes in a heading": ("# a", "#", " b"),
    "spaced hashes in a heading": ("# a", " #", "b"),
    "braces in a heading": ("# a ", "{#", "}"),
    "spaces before an id": ("# a", " ", "{#b"),
    "dashes under a heading": ("a\n", "-", "b"),
    "a long doctest": ("```pycon\n", ">>> 1 + 1\n2\n", "```\n"),
    "front matter": ("---\n", "a: b\n", "---\n"),
    "open front matter": ("---\n", "a: b\n", ""),
    "open fences before marks": ("", "~~~~~ a\n", "~~~\n"),
    "blank lines in a fence": ("```\n", "\n", "```\n"),
    "snippets": ("```py exec\n", "--8<-- \n", "```\n"),
    "spaces in a value": ("`{python} a", " ", "b`"),
    "bracket pairs in a link": ("[", "[a]", ""),
    "spaces in a destination": ("[a](", " ", "b"),
    "parentheses in a destination": ("[a](", "(a)", ""),
    "open parentheses in a destination": ("[a](", "(", ""),
    "an open definition": ("[", "a", ": b"),
    "digits in an exponent": ("1e", "1", ""),
    "spaces before a factor": ("3", " ", "x3"),
    "references to figures": ("Figure 1", ", 2", ""),
    "spaces behind Figure": ("Figure", " ", "x"),
    "spaces behind a month": ("Jan", " ", "x"),
    "letters behind a month": ("Jan", "a", " 1"),
    "spaces before a month": ("1", " ", "Jan"),
    "spaces behind a year": ("2014", " ", "x"),
    "letters behind a year": ("2014 ", "a", ""),
    "ordinals": ("第1", "、2", ""),
    "spaces before an ordinal": ("第", " ", "x"),
    "names in a row": ("a1", ", -1", ""),
    "spaces in a line": ("a", " ", "b\n"),
    "spaces before an item": ("", " ", "1. a\n"),
    "rows of a table": ("| a | b |\n|---|---|\n", "| 1 | 2 |\n", ""),
    "dashes in a delimiter row": ("|", "-", "x"),
    "cells in a delimiter row": ("", "|-", "x"),
    "spaces in a delimiter row": ("|", " ", "-x"),
    "many options": ("```python exec=on", " a=b", "\n```\n"),
    "a long option": ('```python exec=on a="', "b", '"\n```\n'),
    "spaces between options": ("```python", " ", "a\n```\n"),
    "open quotes in options": ("```python", ' a="', "\n```\n"),
    "braces in options": ("```python ", "{", "\n```\n"),
    "classes": ("```{", " .a", "}\n```\n"),
    "attributes of a tag": ("<a", ' b="c"', ""),
    "addresses of a tag": ("<a ", "href=", ""),
    "spaces in a tag": ("<a", " ", "<"),
    "slashes in a tag": ("<a", "/", ""),
    "spaces in a closing tag": ("<pre></pre", " ", "\n"),
    "an open attribute list": ("{:", " .a", ""),
    "an open icon": (":", "a", ""),
    "a long address": ("https://", "a", ""),
    "blank lines behind a reference": ("::: a\n", "   \n", "x"),
    # LaTeX
    "braces": ("$", "{", "$"),
    "fractions without arguments": ("$", "\\frac", "$"),
    "a sum": ("$1", " + 1", " = 2$"),
    "a sum of fractions": ("$\\frac{1}{3}", " + \\frac{1}{7}", " = 2$"),
    "a product": ("$3", " \\times 3", " = 2$"),
    "powers of powers": ("$10", "^{10", "$"),
    "powers in a row": ("$2", "^2", " = 3$"),
    "large powers": ("$10^{4096}", " \\times 10^{4096}", " = 1$"),
    "factorials": ("$3", "!", " = 1$"),
    "large factorials": ("$1", " \\times 999!", "= 1$"),
    "digits of a number": ("$", "1", " = 2$"),
    "groups of digits": ("$123", "{,}456", " = 2$"),
    "letters": ("$a", " b", " = c$"),
    "a chain": ("$1", " = 1", "$"),
    "a chain over lines": ("$$1", " = 2\n", "$$"),
    "minus signs": ("$", "-", "1$"),
    "spaces in a formula": ("$1", " ", "$x"),
    "open texts": ("$", "\\text{", "a$"),
    "units": ("$1", "\\text{a}", " = 2$"),
    "percent signs": ("$2", "\\%", " = 3$"),
    "indices": ("$a", "_", "$"),
    "roots": ("$2", "\\sqrt{2}", " = 3$"),
    "ampersands": ("$$1", " &", " = 3$$"),
    "values in one formula": ("$1", " + `{python} 1`", " = 2$"),
}


def growing(size: int, line: Callable[[int], str]) -> str:
    """Return lines that grow from one to the next, of about `size` characters in all."""
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(line(len(parts)))
        length += len(parts[-1])
    return "".join(parts)


GROWING = {
    "runs of backticks": lambda row: "`" * (row + 1) + " ",
    "runs of dollars": lambda row: "$" * (row + 1) + " ",
    "fences of more marks": lambda row: "`" * (row + 3) + "a\n",
    "fences in deeper quotes": lambda row: "> " * row + "```a\n",
    "deeper lists": lambda row: "  " * row + "- a\n",
    "fences in deeper lists": lambda row: "    " * row + "- a\n\n" + "    " * (row + 1) + "```a\n",
    "different symbols": lambda row: f"$x_{{{row}}}" if row == 0 else f" x_{{{row}}}",
    "equations of different symbols": lambda row: f"$x_{{{row}}}" if row == 0 else f" = x_{{{row}}}",
    "different fractions": lambda row: f"$1 + \\frac{{1}}{{{2 * row + 3}}} = 1$ ",
    "different headings": lambda row: f"# a {row}\n",
}


def texts(name: str) -> list[str]:
    """Return the text of a case at n, 2n and 4n characters."""
    sizes = [SIZE * factor for factor in FACTORS]
    if name in GROWING:
        closing = "$" if "symbols" in name else ""
        return [growing(size, GROWING[name]) + closing for size in sizes]
    head, unit, tail = ENCLOSED.get(name) or ("", REPEATED[name], "\n")
    return [head + unit * (size // len(unit)) + tail for size in sizes]


TERMS = Terms((Term("max pooling", frozenset({"max pooling", "最大池化"}), "", required=True),))


def check_sources(page: Document) -> object:
    only = Page(Path("x.md"), "", "x.md", page)
    tree = Tree(Path(), (), (only.file,), {only.file: only}).with_pages([only])
    return list(Sources(tree).check(only, fatal=True))


STAGES: dict[str, Callable[[Document], object]] = {
    "plan": lambda page: plan({"": page}),
    "prose": masked,
    "references": references.references,
    "anchors": references.anchors,
    "numbers": coverage.numbers,
    "citations": citations.find,
    "symbols": lambda page: list(symbols.check(page, fatal=True)),
    "facts": lambda page: list(
        bilingual.compare(bilingual.Side(page, "zh", TERMS), bilingual.Side(page, "en", TERMS), fatal=True)
    ),
    "sources": check_sources,
    "checks": lambda page: page_checks(page, ()),
    "equations": lambda page: list(wrong_equations(page, lambda _: "1")),
}


def seconds(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin


def assert_linear(name: str, calls: list[Callable[[], object]]) -> None:
    """Fail if the last call takes much more than its share, in each of several tries."""
    best = [float("inf")] * len(calls)
    for _ in range(TRIES):
        best = [min(known, seconds(call)) for known, call in zip(best, calls, strict=True)]
        if best[-1] <= max(LIMIT * best[0], NEGLIGIBLE):
            if best[-1] > NEGLIGIBLE:
                RATIOS.append(best[-1] / best[0])
            return
    shown = ", ".join(f"{each * 1000:.1f} ms" for each in best)
    pytest.fail(f"{name}: {shown} for {SIZE}, {2 * SIZE} and {4 * SIZE} characters")


@pytest.mark.parametrize("name", sample([*REPEATED, *ENCLOSED, *GROWING], every=4))
def test_every_stage_reads_a_text_in_time_linear_in_it(name):
    cases = texts(name)

    def read(text):
        try:
            return parse(text, "x.md")
        except ConvrefError:  # a page that is refused is refused in linear time, too
            return parse("", "x.md")

    assert_linear("parse", [partial(read, text) for text in cases])
    pages = [read(text) for text in cases]
    for stage, run in STAGES.items():
        assert_linear(stage, [partial(run, page) for page in pages])


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    if len(RATIOS) > 1:
        count = len(REPEATED) + len(ENCLOSED) + len(GROWING)
        times = {"median": round(statistics.median(RATIOS), 1), "largest": round(max(RATIOS), 1)}
        record("scaling", texts=count, stages=len(STAGES) + 1, characters=FACTORS[-1] * SIZE, **times)


def number(text: str) -> object:
    try:
        return parse_decimal(text)
    except ArgumentError:
        return None


def options_of(info: str) -> list[object]:
    parsed = parse_info(info)
    assert parsed is not None
    return list(mistakes(parsed[1]))


FUNCTIONS: dict[str, Callable[[int], object]] = {
    "a numeral": lambda n: number("9" * n),
    "an exponent": lambda n: number("1e" + "9" * n),
    "a decimal": lambda n: number("0." + "9" * n),
    "a unit": lambda n: units.parse_unit("% " * n),
    "quantities": lambda n: quantities.amounts("1,234.5 M " * (n // 10)),
    "info strings": lambda n: parse_info("python " + "a=b " * (n // 4)),
    "options": lambda n: options_of("python exec " + "aa=b " * (n // 100)),
    "code that is no value": lambda n: inline.mistake("{" + "p" * n + "} a"),
    "equal outputs": lambda n: doctest_output.agrees("a 0.5 " * (n // 6), "a 0.5 " * (n // 6)),
    "outputs with ellipses": lambda n: doctest_output.agrees("a ... " * (n // 6), "a b " * (n // 2)),
    "outputs with numbers behind ellipses": lambda n: doctest_output.agrees(
        "... " + "0.5 " * (n // 8) + "0.7 ... 1", "0.5 " * (n // 4)
    ),
    "outputs of long numbers": lambda n: doctest_output.agrees("... 0." + "3" * n, "0." + "3" * n + "1"),
    "outputs of one letter": lambda n: doctest_output.agrees("... " + "a" * n + "b ...", "a" * 2 * n),
    "blank lines in an output": lambda n: doctest_output.agrees("<BLANKLINE>" + " " * n + "a", "b"),
    "tracebacks": lambda n: doctest_output.agrees_error(
        "Traceback (most recent call last):" + "\n" * n + "a." * n + "b", "b"
    ),
    "links of a chain": lambda n: equations.links("1 = 2 " * (n // 6)),
    "equal keys": lambda n: list(changes(["a"] * n, ["a"] * (n - 9))),
    "other keys": lambda n: list(changes(["a", "b"] * n, ["b", "c"] * n)),
    "identifiers of a drawing": lambda n: svg.renamed(
        "".join(f'<a id="a{i}" href="#a{i}"/>' for i in range(n // 20)), "-2"
    ),
    "open drawings": lambda n: svg.has_title("<svg " * (n // 5)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_on_text_takes_time_linear_in_it(name):
    # Differences of short sequences are looked for in quadratic time, up to a limit below this size.
    size = 3 * SIZE
    assert_linear(name, [partial(FUNCTIONS[name], size * factor) for factor in FACTORS])


def test_a_large_page_is_parsed_in_at_most_twice_the_time_that_its_host_takes():
    unit = (
        "# Heading\n\nA paragraph with `code`, a [link](a.md), `{python} 1 + 1` and $a = 1$.\n\n"
        '```python exec="on"\nx = 1\n```\n\n- a list\n- of items\n\n'
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> a quote\n\n"
    )
    text = unit * (50 * SIZE // len(unit))
    ours = min(seconds(lambda: parse(text, "x.md")) for _ in range(2))
    theirs = seconds(lambda: markdown.markdown(text))
    assert ours <= 2 * theirs
