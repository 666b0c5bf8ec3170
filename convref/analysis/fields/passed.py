"""An operation with what arrives (`Passed`), and the rules that several families share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from convref.analysis.seen import Seen, joined
from convref.analysis.sights import Sight, still
from convref.nn import Shape


class Passed(NamedTuple):
    """An operation and what arrives.

    Attributes:
        seen: what each input sees; None for parameters.
        taken: the whole shapes of the inputs, for one sample.
        made: that of the output.
        args, options: the arguments, tensors by their `Value`.
        extents: the sizes of the input's axes.
        output: which of its outputs.
    """

    seen: Sequence[Seen | None]
    taken: Sequence[Shape]
    made: Shape
    args: Sequence[Any]
    options: dict[str, Any]
    extents: Shape
    output: int

    def operand(self, position: int) -> tuple[Seen | None, Shape]:
        """The sights of the tensor at a position of the arguments, and its shape."""
        index = self.args[position].index
        return self.seen[index], self.taken[index]

    def option(self, position: int, name: str, default: Any = None) -> Any:
        """An argument by its position or by its name."""
        return self.args[position] if len(self.args) > position else self.options.get(name, default)

    @property
    def first(self) -> tuple[Seen, Shape]:
        """The first input that sees anything, and its shape."""
        return next(
            (each, shape) for each, shape in zip(self.seen, self.taken, strict=True) if each is not None
        )


Rule = Callable[[Passed], Seen]


def unknown(passed: Passed) -> Seen:
    """Without a rule, the field is known only where every position sees the whole input already."""
    known = [each for each in passed.seen if each is not None]
    sights: list[Sight | None] = []
    for axis in range(len(passed.extents)):
        along = [each.sights[axis] for each in known]
        sights.append(along[0] if all(map(still, along)) else None)
    same = len(passed.made) == len(known[0].layout)
    return Seen(tuple(sights), known[0].layout if same else ((),) * len(passed.made))


def elementwise(passed: Passed) -> Seen:
    """Join what all inputs see, position by position."""
    pairs = [(each, shape) for each, shape in zip(passed.seen, passed.taken, strict=True) if each is not None]
    return joined([each for each, _ in pairs], [shape for _, shape in pairs], passed.made, passed.extents)


def named(names: str, rule: Rule) -> dict[str, Rule]:
    """Give several operations, by their names with spaces between, the same rule."""
    return dict.fromkeys(names.split(), rule)
