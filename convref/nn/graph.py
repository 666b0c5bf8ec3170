"""`Graph`: a directed acyclic graph of named layers, for networks that nested branches cannot express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from convref.nn.base import Layer
from convref.nn.combinators import Combinator, Identity, Split
from convref.nn.flow import Flow, Inline
from convref.nn.taps import ResizeLike

T = TypeVar("T")

INPUT = "input"


@dataclass(frozen=True)
class Call:
    """One use of a layer of a `Graph`, with the values that it reads.

    Attributes:
        layer: the layer's name.
        inputs: the names of the values that it reads, a tuple or a single string; "input" is the input of the
            graph. A layer that joins values reads several.
        name: the name of its output value; by default that of the layer.
        part: for a `Split`, the index of the part that is its output.
    """

    layer: str
    inputs: tuple[str, ...] | str
    name: str = ""
    part: int | None = None

    def __post_init__(self) -> None:
        given: object = self.inputs
        object.__setattr__(self, "inputs", (given,) if isinstance(given, str) else tuple(self.inputs))
        object.__setattr__(self, "name", self.name or self.layer)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Graph(Combinator):
    """Named layers and a list of calls that connect them; a layer that is called twice shares its weights.

    A layer that reads several values is a `Sum`, `Product` or `Concat` with an `Identity` for each of them,
    or `ResizeLike(Identity())`, whose second value has the size to resize to. A call of a `Split` names the
    `part` that it returns. Names may have dots; they are the paths of the parameters.

    Args:
        calls: the calls, each after the calls whose values it reads.
        output: the name of the value that is the main output, by default that of the last call.
        taps: auxiliary outputs: name of the output -> name of its value.
        layers: the layers by name.

    Raises:
        ArgumentError: a call names a layer or a value that is not there (yet), a layer is never called, or
            one that does not join is given several values.

    Example:
        >>> from convref.nn import Conv2d, Sum
        >>> net = Graph(
        ...     (Call("conv", "input"), Call("conv", "conv", name="twice"), Call("add", ("conv", "twice"))),
        ...     conv=Conv2d(8, 8, 3, padding=1),
        ...     add=Sum(Identity(), Identity()),
        ... )
        >>> net.output_shape((8, 5, 5)), list(net.parameters())
        ((8, 5, 5), ['conv.weight', 'conv.bias'])
    """

    calls: tuple[Call, ...] = ()
    output: str = ""
    outputs: tuple[tuple[str, str], ...] = ()

    def __init__(
        self,
        calls: Sequence[Call],
        output: str = "",
        taps: Mapping[str, str] | None = None,
        /,
        **layers: Layer | Inline,
    ) -> None:
        super().__init__(**layers)
        if not calls:
            raise self.fail("calls", calls, "must be at least one call")
        given = output or calls[-1].name
        self.normalize(calls=tuple(calls), output=given, outputs=tuple((taps or {}).items()))
        self._check_calls()

    def _check_child_name(self, name: str) -> None:
        if not name:
            raise self.fail("child", name, "must have a name")

    def _check_calls(self) -> None:
        layers = {child.name: child.layer for child in self.layers}
        known = {INPUT}
        for call in self.calls:
            if call.layer not in layers:
                raise self.fail("call", call, "must name a layer of the graph")
            unknown = [name for name in call.inputs if name not in known]
            if unknown or not call.inputs:
                raise self.fail("call", call, f"must take values made before it, not {unknown}")
            if call.name in known:
                raise self.fail("call", call, "must give its value a new name")
            if call.part is not None and not isinstance(layers[call.layer], Split):
                raise self.fail("call", call, "can give a part only of a Split")
            if len(call.inputs) > 1 and len(call.inputs) != _joined(layers[call.layer]):
                raise self.fail("call", call, "must give several values to a layer that joins as many")
            known.add(call.name)
        for name in (self.output, *(value for _, value in self.outputs)):
            if name not in known:
                raise self.fail("output", name, "must be the name of a value")
        unused = layers.keys() - {call.layer for call in self.calls}
        if unused:
            raise self.fail("layers", sorted(unused), "must each be called")

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Run the calls in order and return the main output."""
        children = {child.name: child for child in self.layers}
        values = {INPUT: value}
        for call in self.calls:
            inputs = [values[name] for name in call.inputs]
            values[call.name] = flow.child(children[call.layer], *inputs, part=call.part)
        for name, source in self.outputs:
            flow.taps[name] = values[source]
        return values[self.output]

    def _arguments(self) -> Iterator[str]:
        yield repr(self.calls)
        if self.output != self.calls[-1].name or self.outputs:
            yield repr(self.output)
        if self.outputs:
            yield repr(dict(self.outputs))
        yield from super()._arguments()


def _joined(layer: Layer) -> int:
    """Return the number of values that a join of plain `Identity` children takes; 0 for any other layer."""
    alone = layer.composite and all(isinstance(child.layer, Identity) for child in layer.children)
    if isinstance(layer, ResizeLike):
        return 2 if alone else 0
    return len(layer.children) if alone else 0
