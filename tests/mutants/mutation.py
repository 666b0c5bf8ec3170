"""A mutation: one fact of a page changed, in one language or in the same way in both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

from convref.weave.markdown.document import Document
from convref.weave.markdown.paragraphs import paragraphs
from convref.weave.page.prose import masked
from mutants import formulas, prose, source_code
from mutants.candidate import Candidate

Sides: TypeAlias = Literal["one", "both"]


@dataclass(frozen=True)
class Mutation:
    """One change of a fact.

    Attributes:
        kind: one of `mutants.candidate.KINDS`.
        sides: "one" if it changes the page for the readers of one language, "both" if it makes the same
            change in
            both languages.
        page: the name of the page.
        edits: for each language whose file it changes, the start and end of a piece of text, and its
            replacement.
        where: the path and line of the change.
        before, after: the text before and after the change, with up to 32 characters around it.
    """

    kind: str
    sides: Sides
    page: str
    edits: Mapping[str, tuple[int, int, str]]
    where: str
    before: str
    after: str

    def apply(self, language: str, text: str) -> str:
        """Return the changed text of the page in one language."""
        start, end, new = self.edits[language]
        return text[:start] + new + text[end:]


@dataclass(frozen=True)
class Point:
    """A candidate in the page in one language, and its counterpart in the other language or None."""

    page: str
    language: str
    candidate: Candidate
    other_language: str
    counterpart: Candidate | None

    def mutation(self, sides: Sides, documents: Mapping[str, Document], random: Random) -> Mutation:
        """Return a mutation of this candidate, with a replacement chosen at random."""
        one = self.candidate
        other = self.counterpart if sides == "both" or one.shared else None
        choices = [
            each for each in one.choices if not other or each.value in {c.value for c in other.choices}
        ]
        chosen = random.choice(choices)
        edits = {self.language: (one.start, one.end, chosen.text)}
        if other:
            text = next(each.text for each in other.choices if each.value == chosen.value)
            edits[self.other_language] = (other.start, other.end, text)
        document = documents[self.language]
        before, after = _shown(document.text, one.start, one.end, chosen.text)
        where = f"{document.path}:{document.line_at(one.start)}"
        return Mutation(one.kind, sides, self.page, edits, where, before, after)

    def allows(self, sides: Sides) -> bool:
        """Return whether a change on these sides is possible."""
        if not self.candidate.choices:
            return False
        needs_other = sides == "both" or self.candidate.shared
        if not needs_other:
            return True
        if self.counterpart is None or (sides == "both" and self.candidate.shared):
            return False
        values = {each.value for each in self.counterpart.choices}
        return any(each.value in values for each in self.candidate.choices)


def points(page: str, documents: Mapping[str, Document]) -> Iterator[Point]:
    """Yield a `Point` for each fact of a page that exists in two languages.

    The counterpart of a fact has the same kind and value, and is in the paragraph with the same number. If
    there are several equal facts in the paragraph, they are paired in order.
    """
    found = {language: _by_key(each, language) for language, each in documents.items()}
    for language, other in (("en", "zh"), ("zh", "en")):
        for key, candidates in found[language].items():
            others = found[other].get(key, [])
            for index, candidate in enumerate(candidates):
                counterpart = others[index] if len(others) == len(candidates) else None
                yield Point(page, language, candidate, other, counterpart)


def _by_key(document: Document, language: str) -> dict[tuple[object, ...], list[Candidate]]:
    starts = [each.start for each in paragraphs(document)]
    candidates = [
        *prose.find(masked(document), language),
        *formulas.find(document),
        *source_code.find(document),
    ]
    found: dict[tuple[object, ...], list[Candidate]] = {}
    for each in sorted(candidates, key=lambda one: one.start):
        paragraph = bisect_right(starts, each.start)
        found.setdefault((each.kind, each.value, paragraph), []).append(each)
    return found


def _shown(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    first = max(text.rfind("\n", 0, start) + 1, start - 32)
    last = text.find("\n", end)
    last = min(last if last >= 0 else len(text), end + 32)
    return text[first:last], text[first:start] + new + text[end:last]
