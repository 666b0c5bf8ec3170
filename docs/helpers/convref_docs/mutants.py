"""The result of mutation testing of the pages (`make mutants`), which a page of the site shows.

A mutant is a page in which one fact, such as a number, was changed. It is killed if a check reports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from convref_docs.paths import DOCS

RESULT = DOCS / "assets" / "mutants.json"


@dataclass(frozen=True)
class Count:
    """The result for one class of mutants: those of one kind of fact, in one language or in both.

    Attributes:
        kind: the kind of facts that were changed, such as "number words".
        sides: "one" if one language was changed, "both" if both were changed in the same way.
        facts: the number of facts of this kind on all pages.
        tried: the number of mutants that were checked.
        killed: the number of mutants that a check reported.
    """

    kind: str
    sides: str
    facts: int
    tried: int
    killed: int

    @property
    def share(self) -> float:
        """The share of the mutants that were killed; 1 if there are none."""
        return self.killed / self.tried if self.tried else 1.0


@dataclass(frozen=True)
class Survivor:
    """A mutant that no check reported.

    Attributes:
        kind: the kind of fact that was changed, as in `Count`.
        sides: "one" or "both", as in `Count`.
        where: the path and line of the change.
        before: the text before the change.
        after: the text after the change.
    """

    kind: str
    sides: str
    where: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}, {self.sides}\n  - {self.before}\n  + {self.after}"


@dataclass(frozen=True)
class Result:
    """The result of one run.

    Attributes:
        sample: the maximum number of mutants that were checked of each class.
        seed: the seed of the random choices.
        counts: the result for each class.
        survivors: the mutants that no check reported.

    Example:
        >>> result = Result(2, 1, (Count("years", "one", 30, 2, 2), Count("terms", "one", 10, 2, 1)), ())
        >>> result.share("one")
        0.875
    """

    sample: int
    seed: int
    counts: tuple[Count, ...]
    survivors: tuple[Survivor, ...]

    def share(self, sides: str) -> float:
        """Return an estimate of the share of all possible mutants that are killed.

        The share of each class is weighted with its number of facts, since all classes have samples of the
        same size.

        Args:
            sides: "one" or "both", as in `Count`.
        """
        chosen = [each for each in self.counts if each.sides == sides]
        facts = sum(each.facts for each in chosen)
        return sum(each.share * each.facts for each in chosen) / facts if facts else 1.0

    def lines(self) -> Iterator[str]:
        """Yield the lines of a report: the classes, the estimate for all facts, and every survivor."""
        for each in self.counts:
            killed = f"{each.killed:4} of {each.tried:4} killed, {100 * each.share:5.1f}%"
            yield f"{each.kind:20} {each.sides:5} {killed}, {each.facts} facts"
        for sides in ("one", "both"):
            yield f"{'all':20} {sides:5} {100 * self.share(sides):.1f}% of all facts, estimated"
        yield from map(str, self.survivors)

    def write(self, path: Path = RESULT) -> None:
        """Write the result as JSON, with a line for each survivor."""
        content = asdict(self)
        survivors = ",\n".join(json.dumps(each, ensure_ascii=False) for each in content.pop("survivors"))
        head = json.dumps(content, ensure_ascii=False, indent=1).removesuffix("\n}")
        path.write_text(f'{head},\n "survivors": [\n{survivors}\n]\n}}\n', encoding="utf-8")


def read(path: Path = RESULT) -> Result:
    """Read a result; by default, the one that the site shows."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    counts = tuple(Count(**each) for each in content["counts"])
    survivors = tuple(Survivor(**each) for each in content["survivors"])
    return Result(content["sample"], content["seed"], counts, survivors)
