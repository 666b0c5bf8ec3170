"""Each digit of the sample pages that claims something is watched: change any one, and it is found.

The pages are run once; as a changed output, equation or citation changes nothing of what is run, each
mutant is judged by that run.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from convref.weave.check import citations, execution
from convref.weave.markdown.document import Document, Example, Fence, Formula, InlineValue, parse
from convref.weave.numbers import equations
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.site.checker import Checker

PAGES = Path(__file__).parent / "pages"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker(PAGES) as checker:
        yield checker


def wanted(example: Example, text: str) -> Iterator[int]:
    """The digits of an expected output, except those of a traceback's stack, which stands for any."""
    if "SKIP" not in example.source:
        yield from (place for place in range(example.want_start, example.want_end) if text[place].isdigit())


def linked(formula: Formula, values: list[range]) -> Iterator[int]:
    """The offsets in the sides of a formula's numeric links; if it shows values, all but those."""
    if values:
        places = range(formula.start, formula.end)
        yield from (place for place in places if not any(place in value for value in values))
        return
    start = formula.content_start
    sides = {side for link in equations.links(formula.content) for side in link.sides if side.value}
    for side in sides:
        if side.value and not side.value.symbols:
            yield from range(start + side.start, start + side.end)


def claiming(document: Document) -> list[int]:
    """The offsets of the digits that claim something: in outputs, equations and cited numbers."""
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
def test_every_changed_digit_is_found_on_its_line(checker: Checker, language: str) -> None:
    page = checker.tree.by_name["sample.md"][language]
    result = checker.result(page)
    assert result is not None
    text, path = page.document.text, page.document.path

    def found(document: Document) -> list[Diagnostic]:
        return [*execution.check(document, result), *citations.check(document, checker.policy.published)]

    assert found(page.document) == []
    places = claiming(page.document)
    for place in places:
        for digit in "0123456789".replace(text[place], ""):
            mutant = parse(text[:place] + digit + text[place + 1 :], path)
            line = mutant.line_at(place)
            lines = [each.line for each in found(mutant)]
            assert lines, f"{path}:{line}: {text[place]} became {digit} unseen"
            assert min(abs(each - line) for each in lines) <= 6
    assert len(places) > 70
