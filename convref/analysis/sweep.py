"""Analyze networks of one family with many widths, depths and resolutions, and select the best of them.

A function such as `mobilenet_v2` can build many networks, of which one must be chosen for a given budget.
`sweep` builds and analyzes the networks for all combinations of arguments, without arrays. `Sweep.pareto`
selects the networks that no other network beats, such as the smallest ones for each accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from numbers import Real
from typing import Any

from convref.analysis.comparison import MEASURES
from convref.analysis.entry_point import analyze
from convref.analysis.report import Report
from convref.analysis.table import Column, Table
from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn import Layer
from convref.wording import is_among

DEFAULT_MEASURES = ("params", "macs", "activations")


@dataclass(frozen=True)
class Candidate:
    """One network of a sweep.

    Attributes:
        choices: the arguments with which the network was built, and the resolution of its input if the sweep
            varies it.
        report: the result of `analyze` for the network.
    """

    choices: Mapping[str, Any]
    report: Report

    @property
    def name(self) -> str:
        """The arguments as text, such as ``width_mult=0.5, resolution=192``."""
        return ", ".join(f"{key}={value}" for key, value in self.choices.items())

    def value(self, measure: str) -> Any:
        """Return the value of a measure of the network, such as "macs".

        Raises:
            UnknownNameError: `measure` is not a key of `convref.analysis.MEASURES`.
        """
        if not is_among(measure, MEASURES):
            raise UnknownNameError("measure", measure, MEASURES)
        return MEASURES[measure].value(self.name, self.report)


@dataclass(frozen=True)
class Sweep:
    """The networks of a sweep, in the order of their arguments; the last argument varies fastest."""

    candidates: tuple[Candidate, ...]

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.candidates)

    def table(self, *measures: str, lang: str = "en") -> Table:
        """Return a table with a row for each candidate: its arguments, then its measures.

        Args:
            measures: keys of `convref.analysis.MEASURES`; by default parameters, MACs and activations.
            lang: the language in which the table is shown, "en" or "zh". A page shows it in the page's
                language.

        Raises:
            UnknownNameError: there is no such measure or language.
        """
        measures = measures or DEFAULT_MEASURES
        keys = list(self.candidates[0].choices) if self.candidates else []
        rows = tuple(
            (*each.choices.values(), *(each.value(measure) for measure in measures)) for each in self
        )
        columns = [Column(key, {"en": key, "zh": key}, numeric=True) for key in keys]
        return Table((*columns, *(MEASURES[measure].column for measure in measures)), rows, lang=lang)

    def points(self, x: str, y: str) -> dict[str, tuple[float, float]]:
        """Return a dict from each candidate's name to its values of the measures `x` and `y`.

        `convref.draw.scatter` draws such a dict.

        Raises:
            UnknownNameError: there is no such measure.
        """
        return {each.name: (each.value(x), each.value(y)) for each in self}

    def pareto(self, **goals: str | Callable[[Candidate], float]) -> Sweep:
        """Return the candidates that no other candidate beats.

        A candidate beats another one if it is at least as good by every goal, and better by at least one.

        Args:
            goals: `least=` for a quantity to minimize, `most=` for one to maximize. Each is a measure such as
                "macs", or a function from a candidate to a number, such as its accuracy. For a second
                quantity of the same kind, add a suffix to the keyword, as in `least_memory=`.

        Raises:
            ArgumentError: no goal is given, a keyword begins with neither `least` nor `most`, or the value of
                a goal is not a number.
            UnknownNameError: there is no such measure.

        Example:
            >>> from convref.nn import Conv2d
            >>> found = sweep(lambda k: Conv2d(3, 8, k), (3, 32, 32), k=(1, 3, 5))
            >>> [each.name for each in found.pareto(least="params", most=lambda each: each.choices["k"])]
            ['k=1', 'k=3', 'k=5']
            >>> [each.name for each in found.pareto(least="params", least_operations="macs")]
            ['k=1']
        """
        if not goals:
            raise ArgumentError("pareto: at least one goal must be given, such as least='macs'")
        scores = [tuple(_score(goal, wanted, each) for goal, wanted in goals.items()) for each in self]
        kept = tuple(
            candidate
            for candidate, score in zip(self.candidates, scores, strict=True)
            if not any(_beats(other, score) for other in scores)
        )
        return replace(self, candidates=kept)


def sweep(
    build: Callable[..., Layer],
    input_shape: Sequence[int],
    *,
    resolution: Sequence[int] = (),
    **choices: Sequence[Any],
) -> Sweep:
    """Build and analyze a network for every combination of choices.

    Args:
        build: a function that returns a network. It is called with one value of each argument in `choices`,
            by keyword.
        input_shape: the shape of the input without the batch.
        resolution: sizes of the input to try, such as `(192, 224)`. Each replaces all spatial sizes of
            `input_shape`; if it is empty, these are kept.
        choices: the values to try for arguments of `build`, such as ``width_mult=(0.5, 1.0)``.

    Raises:
        ArgumentError: no values are given for an argument.
        ShapeError: the input does not fit one of the networks; the error names the network's arguments.

    Example:
        >>> from convref.architectures.mobilenet import mobilenet_v2
        >>> found = sweep(mobilenet_v2, (3, 224, 224), width_mult=(0.5, 1.0), resolution=(160, 224))
        >>> print(found.table("params", "macs"))
        | width_mult | resolution | Parameters | MACs |
        | ---: | ---: | ---: | ---: |
        | 0.5 | 160 | 1,968,680 | 50,184,000 |
        | 0.5 | 224 | 1,968,680 | 97,131,840 |
        | 1.0 | 160 | 3,504,872 | 154,083,200 |
        | 1.0 | 224 | 3,504,872 | 300,774,272 |
        <BLANKLINE>
    """
    for name, values in choices.items():
        if not isinstance(values, Sequence) or isinstance(values, str) or not values:
            raise ArgumentError(f"sweep: {name} (={values!r}) must be a sequence of at least one value")
    shapes: list[tuple[int | None, tuple[int, ...]]] = [
        (each, (input_shape[0], *[each] * (len(input_shape) - 1))) for each in resolution
    ]
    candidates = []
    for values in product(*choices.values()):
        arguments = dict(zip(choices, values, strict=True))
        net = build(**arguments)
        for size, shape in shapes or [(None, tuple(input_shape))]:
            chosen = arguments if size is None else {**arguments, "resolution": size}
            try:
                candidates.append(Candidate(chosen, analyze(net, shape)))
            except ShapeError as error:
                where = ", ".join(f"{key}={value}" for key, value in chosen.items())
                raise ShapeError(f"sweep: {where}: {error}") from error
    return Sweep(tuple(candidates))


def _score(goal: str, wanted: str | Callable[[Candidate], float], candidate: Candidate) -> Any:
    """Return the value of a goal for a candidate, negated for a `most` goal, so that smaller is better."""
    direction = goal.partition("_")[0]
    if direction not in {"least", "most"}:
        raise ArgumentError(f"pareto: the keyword {goal!r} must begin with 'least' or 'most'")
    value = candidate.value(wanted) if isinstance(wanted, str) else wanted(candidate)
    if not isinstance(value, Real):
        raise ArgumentError(f"pareto: the value of {goal} for {candidate.name} (={value!r}) must be a number")
    return value if direction == "least" else -value


def _beats(other: tuple[Any, ...], score: tuple[Any, ...]) -> bool:
    return other != score and all(a <= b for a, b in zip(other, score, strict=True))
