"""Compare the facts that a page states with those of its translation: numbers, names, formulas and code.

Translations should have the same sequence of paragraphs (`convref.weave.markdown.paragraphs`). Each paragraph
is compared with its counterpart. Where the sequences differ, all paragraphs between two equal ones are
compared together. These facts are compared:

- numbers in digits and in words, including years (`convref.weave.numbers.number_words`);
- names, such as ReLU and ResNet-50: words with a capital letter or a digit after their first letter. In a
  language with another alphabet, every word in Latin letters is a name;
- technical terms with the field `compare` in the site's files of terms (`convref.weave.check.facts.terms`). A
  translation must not replace a term by another term of the same section of the file, and must mention every
  term with the field `required`;
- formulas, from which words are removed first; code spans; inline values.

Links may differ. The texts of a dictionary in code whose keys are languages, such as
`{"en": "two layers", "zh": "两层"}`, are compared in the same way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Final

from convref.weave.check.facts.differences import Fact, differences, message
from convref.weave.check.facts.terms import Terms
from convref.weave.check.parity import code_key
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
_TEXT: Final = frozenset({"text", "item"})
_OTHER_ALPHABETS: Final = frozenset({"zh", "ja", "ko", "ru", "ar", "he", "el", "th", "hi"})


class Side:
    """One of the two pages that are compared: its paragraphs, and its facts sorted by offset.

    Args:
        document: the page.
        language: the language of the page.
        terms: the technical terms of the site, whose mentions are facts, too.
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
            shared_code: the code blocks that are identical in both pages. They are compared without parsing
                them.
        """
        return [self._key(each, shared_code) for each in self.paragraphs]

    @property
    def code(self) -> AbstractSet[str]:
        """The code of all fences in the page."""
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
        """Return the facts of the paragraphs with the indices from `first` to `last` - 1."""
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
    """Return a formula's LaTeX without words and white space, which may differ between languages."""
    return _WORDS_IN_FORMULA.sub("", formula_text(document, formula))


def check(page: Page, tree: Tree, terms: Terms, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between a page and its translation.

    The page is compared with its version in the first language that has the page.

    Args:
        page: the page.
        tree: the pages in all languages.
        terms: the technical terms of the site.
        fatal: True makes the diagnostics errors, False notes.
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
        text: the text, in which everything except prose is masked (`convref.weave.page.prose.masked`).
        language: the language of the text.
        terms: the technical terms of the site.
        offset: the offset of the text in its page, which is added to the offsets of the facts.
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
    """Return n for a fraction 1/n with n > 2, and any other value unchanged.

    So "a quarter of it" and its translation "divided by four" state the same number.
    """
    is_part = isinstance(value, Fraction) and value.numerator == 1 and value.denominator > 2
    return Fraction(value.denominator) if isinstance(value, Fraction) and is_part else value


def compare(here: Side, there: Side, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between two pages, compared paragraph by paragraph.

    Args:
        here: the page in which differences are reported.
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
    """Extend a range of changed paragraphs to the text around it, if the pages differ in its length.

    If the range is longer in one page, that page has a paragraph without a counterpart. The comparison cannot
    tell which one it is, because all paragraphs of text have the same key: it may lie in the range, or in the
    text just before or after it.
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
    """Return an empty change at the end of both pages.

    `compare` adds it to the real changes, so that it also compares the paragraphs after the last real change.
    """
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
        yield Diagnostic(path, line, "fact", message(kind, only_here, only_there, place), fatal=fatal)


def _start(side: Side, row: int) -> int:
    return side.paragraphs[min(row, len(side.paragraphs) - 1)].start if side.paragraphs else 0


def _code(document: Document, languages: Sequence[str], terms: Terms, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each fact that differs between the texts of a dictionary in a page's code.

    The keys of such a dictionary are languages. Only the page in the first language is checked, since its
    translations have the same code.
    """
    for page in document.with_nested():
        for fence in page.of(Fence):
            for offset, texts in python_code.texts_by_language(fence.code, languages):
                (first, text), *others = texts.items()
                for language, other in others:
                    found = differences(prose_facts(other, language, terms), prose_facts(text, first, terms))
                    for kind, only_here, only_there in found:
                        said = message(kind, only_here, only_there, f'"{first}"')
                        yield Diagnostic(page.path, fence.code_line + offset, "fact", said, fatal=fatal)
