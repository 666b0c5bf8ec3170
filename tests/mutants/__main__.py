"""Change facts on the pages, one at a time, and count how many changes the checks report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from convref_docs.mutants import Count, Result, Survivor
from mutants.candidate import KINDS
from mutants.mutation import Mutation, Point, Sides, points
from mutants.trial import Trials

SIDES: tuple[Sides, ...] = ("one", "both")


def measure(trials: Trials, sample: int, seed: int, kinds: Sequence[str] = KINDS, only: str = "") -> Result:
    """Check a random sample of mutants of every class, and return the result.

    Args:
        trials: the pages.
        sample: the maximum number of mutants of each class.
        seed: the seed of the random choices.
        kinds: the kinds of facts to change.
        only: the beginning of the names of the pages to change; "" for all pages.
    """
    names = [name for name in trials.pages if name.startswith(only)]
    found = [point for name in names for point in points(name, trials.documents(name))]
    chosen: list[tuple[str, Sides, int, list[Mutation]]] = []
    for kind in kinds:
        for sides in SIDES:
            of_class = [each for each in found if each.candidate.kind == kind and each.allows(sides)]
            # With one seed, a class has the same mutants whichever other classes are measured.
            random = Random(f"{seed} {kind} {sides}")  # noqa: S311
            picked: list[Point] = random.sample(of_class, min(sample, len(of_class)))
            made = [each.mutation(sides, trials.documents(each.page), random) for each in picked]
            chosen.append((kind, sides, len(of_class), made))
    trials.prepare(sorted({each.page for *_, made in chosen for each in made}))
    counts, survivors = [], []
    for kind, sides, facts, made in chosen:
        killed = 0
        for each in made:
            if trials.try_out(each):
                killed += 1
                continue
            survivors.append(Survivor(kind, sides, each.where, each.before, each.after))
        counts.append(Count(kind, sides, facts, len(made), killed))
        sys.stderr.write(f"{kind}, {sides}: {killed} of {len(made)}\n")
    return Result(sample, seed, tuple(counts), tuple(survivors))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the result, and write it into a file."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("pages", type=Path, nargs="?", default=Path("docs"), help="the directory of pages")
    parser.add_argument("--sample", type=int, default=100, help="mutants of each class (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices (default: 1)")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind of facts")
    parser.add_argument("--only", default="", metavar="NAME", help="only pages whose names begin with this")
    parser.add_argument("--write", type=Path, metavar="JSON", help="the file for the result")
    given = parser.parse_args(arguments)
    with Trials(given.pages) as trials:
        result = measure(trials, given.sample, given.seed, given.kind or KINDS, given.only)
    for line in result.lines():
        sys.stdout.write(f"{line}\n")
    if given.write:
        result.write(given.write)


if __name__ == "__main__":
    main()
