"""The layers `ResizeLike` and `Tapped`.

`ResizeLike` resizes the output of a layer to the size of its input. `Tapped` adds auxiliary outputs, also
called taps, to a network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.combinators import Combinator
from convref.nn.cost import NO_COST, Cost
from convref.nn.flow import Flow, Inline
from convref.nn.window import Reach, Reaches, own_positions, resampled_axis

T = TypeVar("T")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ResizeLike(Combinator):
    """A layer, `body`, whose output is resized to the spatial size of its input.

    Auxiliary outputs (`Tapped`) inside the body are resized too.

    Shapes: (C, *size) -> (C_out, *size), where the body's output has the shape (C_out, *other size).

    Args:
        body: the layer.
        mode: the interpolation, as in torch.nn.functional.interpolate.

    Raises:
        ArgumentError: `mode` is neither "bilinear" nor "nearest".

    Source: Long, Shelhamer and Darrell, 2014; Chen et al., 2017, DeepLabv3.

    Example:
        >>> from convref.nn import Conv2d
        >>> ResizeLike(Conv2d(3, 21, 3, stride=2)).output_shape((3, 65, 65))
        (21, 65, 65)
    """

    mode: Literal["bilinear", "nearest"] = "bilinear"

    def __init__(self, body: Layer | Inline, mode: Literal["bilinear", "nearest"] = "bilinear") -> None:
        if mode not in {"bilinear", "nearest"}:
            raise self.fail("mode", mode, "must be 'bilinear' or 'nearest'")
        self.normalize(mode=mode)
        super().__init__(body)

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Apply the body, then resize its output and the taps inside it to the size of the input."""
        before = set(flow.taps)
        output = flow.child(self.layers[0], value)
        for name in flow.taps.keys() - before:
            flow.taps[name] = flow.join(self, flow.taps[name], value)
        return flow.join(self, output, value)

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """Return (channels of the first shape, *spatial sizes of the second)."""
        output, like = shapes
        if len(output) != len(like):
            raise ShapeError(f"the body must keep the number of axes of its input {like}, but gives {output}")
        return (output[0], *like[1:])

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """Return the cost: for "bilinear", four products and three sums per element; for "nearest", zero."""
        elements = numel(self.join_shape(shapes))
        return Cost(adds=3 * elements, muls=4 * elements) if self.mode == "bilinear" else NO_COST

    def joins_to_map(self) -> bool:
        """Return True: the resized value is a new feature map."""
        return True

    def join_saves(self) -> bool:
        """Return False: the gradient needs only the sizes."""
        return False

    def join_reads(self, count: int) -> int:  # noqa: ARG002 - always two values
        """Return 1: the elements of the first value are read, but of the second only the size is used."""
        return 1

    def join_reach(self, shapes: Sequence[Shape]) -> tuple[Reaches, ...]:
        """Return, only for the first value, the positions from which each output position is interpolated."""
        output, like = shapes
        pairs = zip(output[1:], like[1:], strict=True)
        resized = [
            resampled_axis(axis, Fraction(size, out), self.mode) for axis, (size, out) in enumerate(pairs, 1)
        ]
        return (Reach(0), *resized), own_positions(len(like))

    def _arguments(self) -> Iterator[str]:
        yield from super()._arguments()
        if self.mode != "bilinear":
            yield f"mode={self.mode!r}"


@dataclass(frozen=True)
class Tap:
    """An auxiliary output of `Tapped`, computed from the output of a layer inside the body.

    Attributes:
        at: the path of that layer inside the body, such as `backbone.layer3`.
        head: the layer that computes the auxiliary output from the output at this path.
        when: "always", or "training" for a head that inference neither runs nor counts in MACs.
    """

    at: str
    head: Layer
    when: Literal["always", "training"] = "always"


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Tapped(Combinator):
    """A layer, `body`, with auxiliary outputs that are computed from outputs of layers inside the body.

    The main output is the output of the body. Each auxiliary output is given as a keyword argument
    `name=Tap(at=…, head=…, when=…)`: the layer `head` computes it from the output of the layer at the path
    `at` in the body, always or only in training. The head becomes a child called `name`, so its parameters
    are parameters of this layer.

    Raises:
        ArgumentError: a keyword argument is not a `Tap`; its `when` is neither "always" nor "training"; or
            its `at` is not the path of a layer in the body.

    Example:
        >>> from convref.nn import Conv2d, Flatten, Sequential, inline
        >>> body = Sequential(stem=Conv2d(3, 8, 3), top=Conv2d(8, 4, 3))
        >>> net = Tapped(inline(body), aux=Tap(at="stem", head=Flatten()))
        >>> net.output_shape((3, 9, 9))
        (4, 5, 5)
    """

    taps: tuple[tuple[str, Tap], ...] = ()

    def __init__(self, body: Layer | Inline, **taps: Tap) -> None:
        for name, tap in taps.items():
            if not isinstance(tap, Tap):
                raise self.fail(name, tap, "must be a Tap")
            if tap.when not in {"always", "training"}:
                raise self.fail(f"{name}.when", tap.when, "must be 'always' or 'training'")
        super().__init__(body, **{name: tap.head for name, tap in taps.items()})
        self.normalize(taps=tuple(taps.items()))
        for name, tap in self.taps:
            if not has_path(self.layers[0].layer, tap.at):
                raise self.fail(f"{name}.at", tap.at, "must be the path of a layer inside the body")

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Apply the body, then each head to the output at its path; return the output of the body."""
        body, *heads = self.layers
        wanted = [
            (head, tap)
            for head, (_, tap) in zip(heads, self.taps, strict=True)
            if tap.when == "always" or flow.training
        ]
        output, seen = flow.watch(body, value, {tap.at for _, tap in wanted})
        for head, tap in wanted:
            flow.taps[head.name] = flow.child(head, seen[tap.at])
        return output

    def _arguments(self) -> Iterator[str]:
        body = self.layers[0]
        yield repr(body.layer if body.key else Inline(body.layer))
        for name, tap in self.taps:
            yield f"{name}={tap!r}"


def has_path(layer: Layer, path: str) -> bool:
    """Return whether a layer inside `layer` has the path `path`.

    Example:
        >>> from convref.nn import ReLU, Sequential, inline
        >>> has_path(Sequential(head=inline(Sequential(act=ReLU()))), "act")
        True
    """
    for child in layer.children:
        if not child.key and has_path(child.layer, path):
            return True
        if child.key and f"{path}.".startswith(f"{child.key}."):
            rest = path[len(child.key) + 1 :]
            if not rest or has_path(child.layer, rest):
                return True
    return False
