"""Each claim that circulates has a check, a section of the page and the verdict that readers know."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from convref.analysis.table import LANGUAGES
from convref.errors import UnknownNameError
from convref_docs import claims, claims_overview
from convref_docs.claims import SECTIONS, Claim, checks, registered
from convref_docs.claims.model import (
    DEPENDS,
    EXACT,
    FAILS,
    HOLDS,
    OPEN,
    PARTLY,
    ROUNDED,
    TRUE,
    WRONG,
    Number,
    Statement,
    verdict,
)
from convref_docs.paths import DOCS

VERDICTS = {
    "k5": ROUNDED,
    "k7": ROUNDED,
    "first": ROUNDED,
    "k5-64": PARTLY,
    "c49": TRUE,
    "vgg-k": EXACT,
    "group": EXACT,
    "params": DEPENDS,
    "k-layer": DEPENDS,
    "freedom": DEPENDS,
    "sep": TRUE,
    "sep-rank": PARTLY,
    "tucker": DEPENDS,
    "out": DEPENDS,
    "same-1x1": DEPENDS,
    "dw-depth": DEPENDS,
    "dw-shape": PARTLY,
    "gdc": TRUE,
    "alexnet": EXACT,
    "rf": EXACT,
    "rf-rule": DEPENDS,
    "ksize-rf": DEPENDS,
    "dil": EXACT,
    "dil-rows": DEPENDS,
    "asym": EXACT,
    "asym-size": OPEN,
    "mul-ops": DEPENDS,
    "attn-cost": PARTLY,
    "fft": TRUE,
    "winograd": EXACT,
    "dw-slow": OPEN,
    "cudnn": OPEN,
    "vgg-rows": DEPENDS,
    "vgg-mem": DEPENDS,
    "vgg-size": PARTLY,
    "vgg-where": DEPENDS,
    "cs231n": WRONG,
    "goog-fc": TRUE,
    "goog-t1": PARTLY,
    "mob-md": WRONG,
    "shuffle": ROUNDED,
    "resnet-g": PARTLY,
    "res-block": TRUE,
    "res-pool": TRUE,
    "res-fc": WRONG,
    "shortcut": DEPENDS,
    "aux": WRONG,
    "relu-1st": WRONG,
    "relu-conv": WRONG,
    "attn-mix": DEPENDS,
    "stride": DEPENDS,
}
EVERY = [claim for section in registered().values() for claim in section]


def test_every_claim_has_a_verdict_that_readers_know() -> None:
    assert list(VERDICTS) == [claim.key for claim in EVERY]


@pytest.mark.parametrize("claim", EVERY, ids=lambda claim: claim.key)
def test_every_text_of_a_claim_is_in_both_languages(claim: Claim) -> None:
    assert {"title", "says", "note"} <= set(claim.texts)
    assert all({*LANGUAGES} == set(text) for text in claim.texts.values())


@pytest.mark.parametrize("claim", EVERY, ids=lambda claim: claim.key)
def test_the_verdict_on_a_claim_has_not_changed(claim: Claim) -> None:
    assert VERDICTS[claim.key] == claim.verdict


@pytest.mark.parametrize("claim", EVERY, ids=lambda claim: claim.key)
def test_a_claim_names_a_condition_where_its_verdict_needs_one(claim: Claim) -> None:
    assert (claim.verdict == DEPENDS) == ("depends" in claim.texts)
    assert (claim.verdict == OPEN) == ("open" in claim.texts)


@pytest.mark.parametrize("claim", EVERY, ids=lambda claim: claim.key)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_claim_is_shown_with_what_it_says_all_cells_and_its_verdict(claim: Claim, lang: str) -> None:
    shown = "\n".join(claim.lines(lang))
    assert claim.texts["says"][lang] in shown
    assert claim.verdict_text(lang) in shown
    assert claim.texts["note"][lang] in shown
    assert len(claim.cells) == len(re.findall(r"^    \| ", shown, re.MULTILINE)) - 2


@pytest.mark.parametrize("claim", EVERY, ids=lambda claim: claim.key)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_claim_is_read_before_its_verdict_which_names_the_condition(claim: Claim, lang: str) -> None:
    says, box, *_ = [line for line in "\n".join(claim.lines(lang)).splitlines()[1:] if line]
    assert f"> {claim.texts['says'][lang]}" == says
    title = re.fullmatch(r'\?\?\? note convref-claim "(?:Verdict: |结论：)(.+)"', box)
    assert title is not None
    assert title[1] == claim.verdict_text(lang, brief=True)
    if claim.verdict == DEPENDS:
        condition = title[1].removeprefix("depends on ").removeprefix("取决于")
        assert len(condition) >= 2
        assert claim.texts["depends"][lang].startswith(condition[:2])


def test_the_code_of_a_claim_includes_the_functions_that_its_check_calls() -> None:
    (k5,) = (claim for claim in EVERY if claim.key == "k5")
    shown = "\n".join(k5.lines("en"))
    assert "def _replacement(" in shown
    assert "def k5(" in shown


def test_every_check_belongs_to_a_claim() -> None:
    keys = {claim.key.replace("-", "_") for claim in EVERY}
    written = {
        name
        for module in map(checks, SECTIONS)
        for name, each in vars(module).items()
        if getattr(each, "__module__", "") == module.__name__
        and each.__annotations__.get("return") == "tuple[Cell, ...]"
        and not name.startswith("_")
    }
    assert keys == written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_every_section_of_claims(lang: str) -> None:
    page = (DOCS / lang / "concepts" / "folk_numbers.md").read_text(encoding="utf-8")
    assert list(registered()) == re.findall(r'convref_docs\.claims\("(\w+)"\)', page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_links_every_claim(lang: str) -> None:
    shown = claims_overview()._repr_lang_(lang) or ""
    assert [claim.key for claim in EVERY] == re.findall(r"\]\(#([\w-]+)\)", shown)


def test_a_section_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(UnknownNameError, match=r"weight"):
        claims("weight")


@pytest.mark.parametrize(("claimed", "computed", "result"), [
    ("9", 9, EXACT), ("0.33", Fraction(1, 3), ROUNDED), ("0.34", Fraction(1, 3), WRONG),
    ("800", 803, ROUNDED), ("800", 851, WRONG), ("16", Fraction(1678, 100), WRONG), ("11", 10, WRONG),
])  # fmt: skip
def test_a_number_is_exact_rounded_or_wrong(claimed: str, computed: int | Fraction, result: str) -> None:
    assert result == Number("x", claimed, computed).result


@pytest.mark.parametrize(("results", "depends", "expected"), [
    ((True, True), False, TRUE), ((False, False), False, WRONG), ((True, False), True, DEPENDS),
    ((True, False), False, PARTLY),
])  # fmt: skip
def test_statements_give_the_verdict(results: tuple[bool, ...], depends: bool, expected: str) -> None:
    cells = tuple(Statement("x", value) for value in results)
    assert [HOLDS if value else FAILS for value in results] == [cell.result for cell in cells]
    assert expected == verdict(cells, depends=depends, open_=False)
