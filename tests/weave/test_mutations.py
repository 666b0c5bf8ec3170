"""Every digit of the sample pages that states a fact is checked: a change of any one is reported.

The pages run once. A changed output, equation or citation does not change the code, so each mutant is checked
against that run.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from convref.weave.check import citations, execution
from convref.weave.markdown.document import Document, Example, Fence, Formula, InlineValue, parse
from convref.weave.numbers import equations
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.site.checker import Checker
from convref.weave.site.options import SiteOptions

PAGES = Path(__file__).parent / "pages"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker(PAGES, SiteOptions(doctests=True)) as checker:
        yield checker


def wanted(example: Example, text: str) -> Iterator[int]:
    """Yield the offsets of the digits in an expected output."""
    if "SKIP" not in example.source:
        yield from (place for place in range(example.want_start, example.want_end) if text[place].isdigit())


def linked(formula: Formula, values: list[range]) -> Iterator[int]:
    """Yield the offsets in the numeric sides of a formula; if it has values, all offsets outside of them."""
    if values:
        places = range(formula.start, formula.end)
        yield from (place for place in places if not any(place in value for value in values))
        return
    start = formula.content_start
    sides = {side for link in equations.links(formula.content) for side in link.sides if side.value}
    for side in sides:
        if side.value and not side.value.symbols:
            yield from range(start + side.start, start + side.end)


def checked_digits(document: Document) -> list[int]:
    """Return the offsets of the digits that state facts: in outputs, equations and cited numbers."""
    text = document.text
    found = [place for fence in document.of(Fence) for each in fence.examples for place in wanted(each, text)]
    values = [range(value.start, value.end) for value in document.of(InlineValue)]
    for formula in document.of(Formula):
        places = linked(
            formula, [value for value in values if value.start in range(formula.start, formula.end)]
        )
        found += [place for place in places if text[place].isdigit()]
    for citation in citations.find(document):
        inside = range(citation.start, citation.start + len(citation.text) + 1)
        found += [place for place in inside if text[place].isdigit()]
    return sorted(set(found))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_changed_digit_is_reported_near_its_line(checker: Checker, language: str) -> None:
    page = checker.tree.by_name["sample.md"][language]
    result = checker.result(page)
    assert result is not None
    text, path = page.document.text, page.document.path

    def found(document: Document) -> list[Diagnostic]:
        return [*execution.check(document, result), *citations.check(document, checker.policy.published)]

    assert [] == found(page.document)
    places = checked_digits(page.document)
    for place in places:
        for digit in "0123456789".replace(text[place], ""):
            mutant = parse(text[:place] + digit + text[place + 1 :], path)
            line = mutant.line_at(place)
            lines = [each.line for each in found(mutant)]
            assert lines, f"{path}:{line}: {text[place]} became {digit} unseen"
            assert min(abs(each - line) for each in lines) <= 6
    assert len(places) > 70
