"""The class `Passed`, the argument of functions that compute receptive fields, and two such functions.

Such a function is called a rule. Its argument is the call of an operation, with the receptive fields of the
inputs. It returns the receptive fields of the result as a `Seen`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from convref.analysis.seen import Seen, joined
from convref.analysis.sights import Sight, still
from convref.nn import Shape


class Passed(NamedTuple):
    """A call of an operation, with the receptive fields of its inputs.

    Attributes:
        seen: the receptive fields of each input; None for an input that depends only on parameters.
        taken: the shapes of the inputs for one sample, with the batch axis.
        made: the shape of the output for one sample, with the batch axis.
        args, options: the positional and keyword arguments, with a `Value` in place of each tensor.
        extents: the sizes of the spatial axes of the network's input.
        output: the index of the output whose receptive fields are to be computed.
    """

    seen: Sequence[Seen | None]
    taken: Sequence[Shape]
    made: Shape
    args: Sequence[Any]
    options: dict[str, Any]
    extents: Shape
    output: int

    def operand(self, position: int) -> tuple[Seen | None, Shape]:
        """Return the receptive fields and the shape of the tensor in the argument number `position`."""
        index = self.args[position].index
        return self.seen[index], self.taken[index]

    def option(self, position: int, name: str, default: Any = None) -> Any:
        """Return an argument that may be given by position or by name, or the default if it is not given."""
        return self.args[position] if len(self.args) > position else self.options.get(name, default)

    @property
    def first(self) -> tuple[Seen, Shape]:
        """The receptive fields and the shape of the first input that depends on the network's input."""
        return next(
            (each, shape) for each, shape in zip(self.seen, self.taken, strict=True) if each is not None
        )


Rule = Callable[[Passed], Seen]


def unknown(passed: Passed) -> Seen:
    """Return the receptive fields of an operation for which there is no rule.

    The field along an axis is known only if all positions of all inputs already have the same field there.
    """
    known = [each for each in passed.seen if each is not None]
    sights: list[Sight | None] = []
    for axis in range(len(passed.extents)):
        along = [each.sights[axis] for each in known]
        sights.append(along[0] if all(map(still, along)) else None)
    same = len(passed.made) == len(known[0].layout)
    return Seen(tuple(sights), known[0].layout if same else ((),) * len(passed.made))


def elementwise(passed: Passed) -> Seen:
    """Return the receptive fields of an elementwise operation.

    The field of a position is the union of the fields that this position has in all inputs.
    """
    pairs = [(each, shape) for each, shape in zip(passed.seen, passed.taken, strict=True) if each is not None]
    return joined([each for each, _ in pairs], [shape for _, shape in pairs], passed.made, passed.extents)


def named(names: str, rule: Rule) -> dict[str, Rule]:
    """Return a dict from each name in `names`, which are separated by spaces, to the same rule."""
    return dict.fromkeys(names.split(), rule)
