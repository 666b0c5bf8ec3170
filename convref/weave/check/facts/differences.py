"""Find the facts that one text states and its translation does not.

A fact may be missing in one of the two texts, or replaced by another fact of its kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

KINDS: Final = ("number", "name", "term", "formula", "symbol", "code span", "value")
_REPEATABLE: Final = frozenset({"name", "term", "symbol", "code span"})
"""The kinds of facts whose number of mentions may differ, because a translation may use a pronoun instead."""
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class Fact:
    """A fact that a paragraph states, such as a number, a name or a formula.

    Attributes:
        offset: its offset in the page's text.
        kind: one of `KINDS`.
        key: a value that is equal for equal facts, also in another language.
        text: the fact as messages show it.
        firm: True if the translation must state the fact, too; False if it may omit it. A fact that is not
            firm can still be the counterpart of a firm fact in the translation.
        group: for a term, its section in the file of terms. A translation may confuse terms of the same
            section.
        required: for a term, True if the translation must mention it.
    """

    offset: int
    kind: str
    key: object
    text: str
    firm: bool = True
    group: str = ""
    required: bool = False


def differences(mine: Iterable[Fact], theirs: Iterable[Fact]) -> Iterator[tuple[str, list[Fact], list[Fact]]]:
    """Yield a tuple for each kind of fact that differs between two texts.

    Args:
        mine: the facts of one text.
        theirs: the facts of its translation.

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
    """Return the terms that differ: those replaced by another term, and required ones that a text lacks."""
    named, named_there = ([fact for fact in facts if fact.firm] for facts in (here, there))
    mine, theirs = _exchanged(named, named_there)
    if mine or theirs:
        return mine, theirs
    only_here, only_there = _unmatched(here, there)
    return [fact for fact in only_here if fact.required], [fact for fact in only_there if fact.required]


def _exchanged(here: Sequence[Fact], there: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the terms of each text that a mistranslation has probably exchanged, as two lists.

    A different number of mentions alone is no mistake, because one language may use a pronoun where the other
    repeats the term. A mistake is likely in two cases:

    - One text has a term that the other lacks, and the other mentions another term of the same section more
      often.
    - Each text mentions one of two terms of a section once more than the other text does.
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
    """Return the terms that occur more often in `facts` than in `others`, as one fact for each term.

    Args:
        facts: the mentions of terms in one text.
        others: the mentions of terms in the other text.
        most: a limit; terms that occur more than `most` times more often are left out. None for no limit.
    """
    count, other_count = Counter(fact.key for fact in facts), Counter(fact.key for fact in others)
    more = {fact.key: fact for fact in facts if count[fact.key] > other_count[fact.key]}
    found = [fact for key, fact in more.items() if most is None or count[key] - other_count[key] <= most]
    return sorted(found, key=lambda fact: fact.offset)


def _without_counterpart(facts: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Return the firm facts that have no equal fact among the others.

    For a kind in `_REPEATABLE`, such as names, one fact of the others is enough for all facts that are equal
    to it. For other kinds, each fact needs a separate counterpart.
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


def message(kind: str, only_here: Sequence[Fact], only_there: Sequence[Fact], place: str) -> str:
    """Return the message of a diagnostic about a difference.

    Args:
        kind: the kind of the facts.
        only_here: the facts that are only in the page to which the diagnostic belongs.
        only_there: the facts that are only in the other text.
        place: the position of the other text, as "path:line", or the name of its language.
    """
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
