"""Combinators for dense outputs and auxiliary heads: what a chain of layers cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from convref.errors import ShapeError
from convref.nn.base import Cost, Flow, Inline, Layer, Shape, numel
from convref.nn.combinators import Combinator

T = TypeVar("T")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ResizeLike(Combinator):
    """The body's output (and that of taps inside it) resized to the spatial size of its own input.

    Shapes: (C, *size) -> (C_out, *size), whatever size the body gives.

    Args:
        body: the layer.
        mode: how values are made, as in torch.nn.functional.interpolate.

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
        """The body, then the resizing of its output and its taps."""
        before = set(flow.taps)
        output = flow.child(self.layers[0], value)
        for name in flow.taps.keys() - before:
            flow.taps[name] = flow.join(self, flow.taps[name], value)
        return flow.join(self, output, value)

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The channels of the first shape at the size of the second."""
        output, like = shapes
        if len(output) != len(like):
            raise ShapeError(f"the body must keep the number of axes of {like}, but gives {output}")
        return (output[0], *like[1:])

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """Bilinear: four products and three sums for each element."""
        elements = numel(self.join_shape(shapes))
        return Cost(adds=3 * elements, muls=4 * elements) if self.mode == "bilinear" else Cost()

    def joins_to_map(self) -> bool:
        """Resizing makes a new map."""
        return True

    def _arguments(self) -> Iterator[str]:
        yield from super()._arguments()
        if self.mode != "bilinear":
            yield f"mode={self.mode!r}"


@dataclass(frozen=True)
class Tap:
    """An auxiliary output of a `Tapped` body.

    Attributes:
        at: the path inside the body whose output the head takes, `backbone.layer3`.
        head: the layer on it.
        when: "always", or "training" for a head that inference neither runs nor counts in its MACs.
    """

    at: str
    head: Layer
    when: Literal["always", "training"] = "always"


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Tapped(Combinator):
    """A body with auxiliary outputs, each a head on what some layer inside the body gives.

    The main output is the body's; heads are children under their names, their parameters count.

    Raises:
        ArgumentError: a tap is no `Tap`, or its path is not in the body.

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
        """The body; then the heads that are wanted, on what was seen on the way."""
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
    """Whether a layer inside this one has this path, as its parameters' names begin.

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
