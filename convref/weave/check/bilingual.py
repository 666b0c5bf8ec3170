"""Compare the facts that a page states with those of its translation: numbers, names, formulas and code.

Translations are expected to have the same sequence of paragraphs (`convref.weave.markdown.paragraphs`). Each
paragraph is compared with its counterpart; where the sequences differ, the differing runs are compared as a
whole. These are compared:

- numerals in digits and in words, years among them (`convref.weave.numbers.number_words`);
- names: words with a capital letter or a digit after their first letter, such as ReLU and ResNet-50; in a
  language with another alphabet, every Latin word;
- the terms that the site's files of terms mark to be compared (`convref.weave.check.terms`): the translation
  must not have another term of the same section in place of a term, and must mention every required term;
- formulas without the words in them, code spans, and inline values.

Links may differ. Dictionaries in the code with texts by language, `{"en": "two layers", "zh": "两层"}`, are
compared in the same way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from convref.weave.check.parity import code_key
from convref.weave.check.terms import Terms
from convref.weave.markdown.document import Document
from convref.weave.markdown.paragraphs import Paragraph, paragraphs
from convref.weave.markdown.regions import CodeSpan, Fence, Formula, InlineValue
from convref.weave.numbers.number_words import numerals
from convref.weave.page import python_code
from convref.weave.page.alignment import Change, changes
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import formula_text, masked
from convref.weave.page.tree import Page, Tree

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.+][A-Za-z0-9]+)*")
_WORDS_IN_FORMULA: Final = re.compile(r"\\(?:text|textrm|mbox)\s*\{[^{}]*\}|\\[,;:!\s]|\s+|[，。；、,.;]\s*$")
_GLOSS: Final = re.compile(r"\([^()\n]*[A-Za-z]{3}[^()\n]*\)")
_SYMBOL: Final = re.compile(r"[A-Za-z]|\\[A-Za-z]+")
KINDS: Final = ("number", "name", "term", "formula", "symbol", "code span", "value")
_REPEATABLE: Final = frozenset({"name", "term", "symbol", "code span"})
"""The kinds of facts whose number of mentions may differ, because a translation may use a pronoun instead."""

_HALF: Final = Fraction(1, 2)
_TEXT: Final = frozenset({"text", "item"})
_OTHER_ALPHABETS: Final = frozenset({"zh", "ja", "ko", "ru", "ar", "he", "el", "th", "hi"})


@dataclass(frozen=True)
class Fact:
    """A fact that a paragraph states, such as a number, a name or a formula.

    Attributes:
        offset: its offset in the page's text.
        kind: one of `KINDS`.
        key: the form that is compared with other facts.
        text: the form that messages show.
        firm: True if the counterpart must state it too; False if the counterpart may omit it. A fact that is
            not firm can still match a firm fact of the counterpart.
        group: for a term, its section, which contains the terms that it may be mistaken for.
        required: for a term, True if the counterpart must mention it.
    """

    offset: int
    kind: str
    key: object
    text: str
    firm: bool = True
    group: str = ""
    required: bool = False


class Side:
    """One of the two pages that are compared: its paragraphs and the facts in them, sorted by offset.

    Args:
        document: the page.
        language: its language.
        terms: the terms of the site, which are facts, too.
    """

    def __init__(self, document: Document, language: str, terms: Terms) -> None:
        self.document = document
        self.paragraphs = list(paragraphs(document))
        found = [*prose_facts(masked(document), language, terms), *_facts_of_regions(document)]
        self.all_facts = sorted(found, key=lambda fact: fact.offset)
        self._offsets = [fact.offset for fact in self.all_facts]

    def keys(self, shared_code: AbstractSet[str]) -> list[str]:
        """Return a key for each paragraph: its kind, its label, and its code or formula if it has any.

        A paragraph and its translation have the same key.

        Args:
            shared_code: the code blocks that are identical in both pages, which need not be parsed.
        """
        return [self._key(each, shared_code) for each in self.paragraphs]

    @property
    def code(self) -> AbstractSet[str]:
        """The contents of all fences in the page."""
        return {fence.code for fence in self.document.of(Fence)}

    def _key(self, paragraph: Paragraph, shared_code: AbstractSet[str]) -> str:
        region, content = paragraph.region, ""
        if isinstance(region, Fence) and not region.page:
            is_shared = region.code in shared_code
            content = region.code if is_shared else code_key(region.language, region.code)
        elif isinstance(region, Formula):
            content = _formula_key(self.document, region)
        return f"{paragraph.kind}\n{paragraph.label}\n{content}"

    def facts(self, first: int, last: int) -> list[Fact]:
        """Return the facts of the paragraphs with the indices from `first` up to, not including, `last`."""
        return [fact for each in self.paragraphs[first:last] for fact in self._between(each.start, each.end)]

    def _between(self, start: int, end: int) -> list[Fact]:
        return self.all_facts[bisect_left(self._offsets, start) : bisect_left(self._offsets, end)]


def _facts_of_regions(document: Document) -> Iterator[Fact]:
    for region in document.regions:
        if isinstance(region, Formula):
            key = _formula_key(document, region)
            kind = "symbol" if _SYMBOL.fullmatch(key) else "formula"
            yield Fact(region.start, kind, key, f"${' '.join(region.content.split())}$")
        elif isinstance(region, CodeSpan):
            yield Fact(region.start, "code span", region.content, f"`{region.content}`")
        elif isinstance(region, InlineValue):
            key = python_code.meaning(region.expression)
            yield Fact(region.start, "value", key, f"`{{python}} {region.expression}`")


def _formula_key(document: Document, formula: Formula) -> str:
    """Return a formula's LaTeX without words and white space."""
    return _WORDS_IN_FORMULA.sub("", formula_text(document, formula))


def check(page: Page, tree: Tree, terms: Terms, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between a page and its translation.

    The translation is the page's version in the first language that has the page.

    Args:
        page: the page.
        tree: the pages in all languages.
        terms: the terms of the site.
        fatal: True makes differences errors, False notes.
    """
    if not page.language:
        return
    versions = tree.by_name[page.name]
    first = next(language for language in tree.languages if language in versions)
    if page.language == first:
        yield from _code(page.document, tree.languages, terms, fatal)
        return
    other = versions[first]
    pairs = zip(page.document.with_nested(), other.document.with_nested(), strict=False)
    for here, there in pairs:
        yield from compare(Side(here, page.language, terms), Side(there, other.language, terms), fatal=fatal)


def prose_facts(text: str, language: str, terms: Terms, offset: int = 0) -> Iterator[Fact]:
    """Yield the numbers, names and terms in a text as facts.

    Args:
        text: prose, as `convref.weave.page.prose.masked` gives it.
        language: its language.
        terms: the terms of the site.
        offset: a number that is added to the offsets of the facts, if the text is only a part of a page.
    """
    is_other_alphabet = language[:2] in _OTHER_ALPHABETS
    mentions = list(terms.mentions(text))
    for start, _, term in mentions:
        if term.compared_as:
            key, name = term.compared_as, term.name
            yield Fact(offset + start, "term", key, name, group=term.section, required=term.required)
    for start, term in terms.forms(text):
        if term.compared_as:
            yield Fact(offset + start, "term", term.compared_as, term.name, firm=False)
    # Words that are part of a term are not names. Numbers within terms, within names and within the English
    # term that follows a Chinese one in parentheses are not firm: 二维卷积（2-D convolution）, ResNet-50.
    named = {each for start, end, _ in mentions for each in range(start, end)}
    glosses = _GLOSS.finditer(text) if is_other_alphabet else ()
    names = [match.span() for match in (*_WORD.finditer(text), *glosses)]
    uncounted = named.union(*(range(start, end) for start, end in names))
    for numeral in numerals(text, language):
        firm = numeral.firm and (numeral.start not in uncounted or numeral.text.isalpha())
        shown = " ".join(numeral.text.split())
        yield Fact(offset + numeral.start, "number", _inverse(numeral.value), shown, firm)
    for match in _WORD.finditer(text):
        is_name = any(each.isupper() or each.isdigit() for each in match[0][1:])
        if match.start() not in named:
            key = match[0].lower().rstrip("s")
            firm = is_name or (is_other_alphabet and len(match[0]) > 1)
            yield Fact(offset + match.start(), "name", key, match[0], firm)


def _inverse(value: Fraction | str) -> Fraction | str:
    """Return n for 1/n with n above 2, and other values unchanged.

    This lets "a quarter of it" equal its translation "divided by four".
    """
    is_part = isinstance(value, Fraction) and value.numerator == 1 and value.denominator > 2
    return Fraction(value.denominator) if isinstance(value, Fraction) and is_part else value


def compare(here: Side, there: Side, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between two pages, compared paragraph by paragraph.

    Args:
        here: the page to which the diagnostics belong.
        there: its translation.
        fatal: True makes the diagnostics errors, False notes.
    """
    shared = here.code & there.code
    found = (_widened(here, there, each) for each in changes(here.keys(shared), there.keys(shared)))
    row = other_row = 0
    for first, last, other_first, other_last in (*found, _end_of(here, there)):
        while row < first:
            yield from _paragraphs(here, (row, row + 1), there, (other_row, other_row + 1), fatal)
            row, other_row = row + 1, other_row + 1
        yield from _paragraphs(
            here, (max(first, row), last), there, (max(other_first, other_row), other_last), fatal
        )
        row, other_row = max(row, last), max(other_row, other_last)


def _widened(here: Side, there: Side, change: Change) -> Change:
    """Extend a change to the text paragraphs around it, if its ranges in the two pages differ in length.

    Then one of these paragraphs has no counterpart, and their keys alone do not show which one.
    """
    first, last, other_first, other_last = change
    if last - first == other_last - other_first:
        return change
    while min(first, other_first) > 0 and here.paragraphs[first - 1].kind in _TEXT:
        first, other_first = first - 1, other_first - 1
    while (
        last < len(here.paragraphs)
        and other_last < len(there.paragraphs)
        and here.paragraphs[last].kind in _TEXT
    ):
        last, other_last = last + 1, other_last + 1
    return Change(first, last, other_first, other_last)


def _end_of(here: Side, there: Side) -> Change:
    """Return a change of no paragraphs at the end of both pages, so that `compare` reaches the ends."""
    count, other_count = len(here.paragraphs), len(there.paragraphs)
    return Change(count, count, other_count, other_count)


def _paragraphs(
    here: Side, rows: tuple[int, int], there: Side, other_rows: tuple[int, int], fatal: bool
) -> Iterator[Diagnostic]:
    mine, theirs = here.facts(*rows), there.facts(*other_rows)
    for kind, only_here, only_there in differences(mine, theirs):
        offset = only_here[0].offset if only_here else _start(here, rows[0])
        other_offset = only_there[0].offset if only_there else _start(there, other_rows[0])
        place = f"{there.document.path}:{there.document.line_at(other_offset)}"
        path, line = here.document.path, here.document.line_at(offset)
        yield Diagnostic(path, line, "fact", _message(kind, only_here, only_there, place), fatal=fatal)


def _start(side: Side, row: int) -> int:
    return side.paragraphs[min(row, len(side.paragraphs) - 1)].start if side.paragraphs else 0


def differences(mine: Iterable[Fact], theirs: Iterable[Fact]) -> Iterator[tuple[str, list[Fact], list[Fact]]]:
    """Yield a tuple for each kind of fact that differs between two paragraphs or pages.

    Yields:
        The kind; the facts of this kind that only `mine` has; and those that only `theirs` has.
    """
    mine_by_kind, theirs_by_kind = _by_kind(mine), _by_kind(theirs)
    for kind in KINDS:
        here, there = mine_by_kind.get(kind, []), theirs_by_kind.get(kind, [])
        if _states(here) == _states(there):  # most paragraphs state the same facts, and this test is quick
            continue
        compare = _terms if kind == "term" else _unmatched
        only_here, only_there = compare(here, there)
        if only_here or only_there:
            yield kind, only_here, only_there


def _states(facts: Sequence[Fact]) -> Counter[tuple[object, bool]]:
    return Counter((fact.key, fact.firm) for fact in facts)


def _by_kind(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.kind, []).append(fact)
    return found


def _unmatched(here: Sequence[Fact], there: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    return _without_counterpart(here, there), _without_counterpart(there, here)


def _terms(here: Sequence[Fact], there: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the terms that differ: one replaced by another, or a required one that one side lacks."""
    named, named_there = ([fact for fact in facts if fact.firm] for facts in (here, there))
    mine, theirs = _exchanged(named, named_there)
    if mine or theirs:
        return mine, theirs
    only_here, only_there = _unmatched(here, there)
    return [fact for fact in only_here if fact.required], [fact for fact in only_there if fact.required]


def _exchanged(here: Sequence[Fact], there: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the terms of each side that a mistranslation has probably exchanged; two empty lists if none.

    A different number of mentions alone is no mistake: one language may use a pronoun where the other repeats
    the term. A mistake is likely if one side has a term that the other lacks, while the other side mentions
    another term of the same section more often; or if each side mentions one of two terms of a section once
    more than the other side does.
    """
    only_here, only_there = _unmatched(here, there)
    more_here, more_there = _surplus(here, there), _surplus(there, here)
    for mine, theirs in ((only_here, more_there), (more_here, only_there)):
        groups = {fact.group for fact in mine} & {fact.group for fact in theirs}
        if groups:
            of_groups = ([fact for fact in facts if fact.group in groups] for facts in (mine, theirs))
            return next(of_groups), next(of_groups)
    once_more = (_surplus(here, there, most=1), _surplus(there, here, most=1))
    groups = {fact.group for fact in once_more[0]} & {fact.group for fact in once_more[1]}
    mine, theirs = ([fact for fact in facts if fact.group in groups] for facts in once_more)
    return mine, theirs


def _surplus(facts: Sequence[Fact], others: Sequence[Fact], most: int | None = None) -> list[Fact]:
    """Return the facts of terms that occur more often in `facts` than in `others`, one fact for each term.

    Args:
        facts: the terms of one side.
        others: the terms of the other side.
        most: the largest difference of the numbers of mentions; terms with a larger one are left out.
    """
    count, other_count = Counter(fact.key for fact in facts), Counter(fact.key for fact in others)
    more = {fact.key: fact for fact in facts if count[fact.key] > other_count[fact.key]}
    found = [fact for key, fact in more.items() if most is None or count[key] - other_count[key] <= most]
    return sorted(found, key=lambda fact: fact.offset)


def _without_counterpart(facts: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Return the firm facts that have no equal fact among the others.

    Of kinds in `_REPEATABLE`, such as names, all mentions are equal to one mention among the others; each
    other fact needs a counterpart for itself.
    """
    found = []
    if facts and facts[0].kind in _REPEATABLE:
        known = {other.key for other in others}
        return list({fact.key: fact for fact in facts if fact.firm and fact.key not in known}.values())
    left = Counter(other.key for other in others)
    for fact in sorted(facts, key=lambda each: not each.firm):
        if fact.key != _HALF:  # "the first half and the second": 前一半和后一半
            left[fact.key] -= 1
        if fact.firm and left[fact.key] < (fact.key == _HALF):
            found.append(fact)
    return sorted(found, key=lambda each: each.offset)


def _message(kind: str, only_here: Sequence[Fact], only_there: Sequence[Fact], place: str) -> str:
    parts = []
    if only_here:
        parts.append(f"{_listed(only_here)} is not at {place}")
    if only_there:
        parts.append(f"{_listed(only_there)} at {place} is missing here")
    return f"the languages differ in a {kind}: {'; '.join(parts)}"


def _listed(facts: Sequence[Fact]) -> str:
    shown = []
    for fact in facts:
        is_word = fact.kind == "number" and not fact.text[0].isdigit()
        shown.append(f"{fact.text} ({fact.key})" if is_word else fact.text)
    return ", ".join(shown)


def _code(document: Document, languages: Sequence[str], terms: Terms, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between the texts of a dictionary in a page's code.

    Such a dictionary has a text for each language. Only the page in the first language is checked, since all
    translations share the code.
    """
    for page in document.with_nested():
        for fence in page.of(Fence):
            for offset, texts in python_code.texts_by_language(fence.code, languages):
                (first, text), *others = texts.items()
                for language, other in others:
                    found = differences(prose_facts(other, language, terms), prose_facts(text, first, terms))
                    for kind, only_here, only_there in found:
                        message = _message(kind, only_here, only_there, f'"{first}"')
                        line = fence.code_line + offset
                        yield Diagnostic(page.path, line, "fact", message, fatal=fatal)
