"""`Graph`: any directed acyclic graph of layers, operations and parameters.

It is for networks that no nesting of branches describes, and for what `convref.torch.from_torch` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.combinators import Combinator, Identity, Split
from convref.nn.flow import Flow, Inline
from convref.nn.operations.operation import Operation
from convref.nn.operations.parameter import Parameter
from convref.nn.taps import ResizeLike

T = TypeVar("T")

INPUT = "input"


@dataclass(frozen=True)
class Call:
    """One use of a layer, an operation or a parameter of a `Graph`.

    Attributes:
        layer: the layer's name.
        inputs: the names of the values it takes, "input" for the graph's own; several where it joins them,
            none for a parameter, and one may be given without its tuple.
        name: what its value is called; by default as the layer is.
        part: for a `Split` and an `Operation` that gives several values, which of them this is.
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
    """Named nodes, and the calls that say which takes the value of which; a layer called twice is shared.

    A node is a layer, an `Operation` on tensors, or a `Parameter`. A layer that takes several values is a
    `Sum`, `Product` or `Concat` with an `Identity` for each of them, or `ResizeLike(Identity())` with the
    value and one of the size wanted. One value out of a `Split` is a call with its `part`. Names may have
    dots; they are the paths of the parameters.

    Args:
        calls: the calls, each after the calls whose values it reads.
        output: the name of the value that is the main output, by default that of the last call.
        taps: the names of auxiliary outputs and of their values.
        inputs: the names of the inputs; a graph of several is given a tuple of shapes, and of arrays.
        unused: the names of layers that no call needs; their parameters are the network's all the same.
        aliases: further names of parameters, each with the name that it has in `parameters()`.
        dtypes: the types of parameters that have another than the network's; that one under the name "", if
            it is not float32.
        layers: by name.

    Raises:
        ArgumentError: a call names a layer or a value that is not there (yet), a layer is neither called nor
            said to be unused, or one that does not join is given several values.

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
    inputs: tuple[str, ...] = (INPUT,)
    unused: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    dtypes: tuple[tuple[str, str], ...] = ()

    def __init__(  # noqa: PLR0917 - names of layers are free for keywords
        self,
        calls: Sequence[Call],
        output: str = "",
        taps: Mapping[str, str] | None = None,
        inputs: Sequence[str] = (INPUT,),
        unused: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        dtypes: Mapping[str, str] | None = None,
        /,
        **layers: Layer | Inline,
    ) -> None:
        super().__init__(**layers)
        if not calls:
            raise self.fail("calls", calls, "must be at least one call")
        self.normalize(
            calls=tuple(calls),
            output=output or calls[-1].name,
            outputs=tuple((taps or {}).items()),
            inputs=tuple(inputs),
            unused=tuple(unused),
            aliases=tuple((aliases or {}).items()),
            dtypes=tuple((dtypes or {}).items()),
        )
        self._check_calls()

    def _check_child_name(self, name: str) -> None:
        if not name:
            raise self.fail("child", name, "must have a name")

    def _check_calls(self) -> None:
        layers = {child.name: child.layer for child in self.layers}
        known = set(self.inputs)
        if not known or len(known) != len(self.inputs):
            raise self.fail("inputs", self.inputs, "must be names that differ")
        for call in self.calls:
            self._check_call(call, layers, known)
            known.add(call.name)
        for name in (self.output, *(value for _, value in self.outputs)):
            if name not in known:
                raise self.fail("output", name, "must be the name of a value")
        called = {call.layer for call in self.calls}
        uncalled = sorted(layers.keys() - called - set(self.unused))
        if uncalled:
            raise self.fail("layers", uncalled, "must each be called")
        wrong = sorted(set(self.unused) - (layers.keys() - called))
        if wrong:
            raise self.fail("unused", wrong, "must be names of layers that no call needs")

    def _check_call(self, call: Call, layers: Mapping[str, Layer], known: set[str]) -> None:
        if call.layer not in layers:
            raise self.fail("call", call, "must name a layer of the graph")
        layer = layers[call.layer]
        unknown = [name for name in call.inputs if name not in known]
        if unknown or not (call.inputs or isinstance(layer, (Operation, Parameter))):
            raise self.fail("call", call, f"must take values made before it, not {unknown}")
        if call.name in known:
            raise self.fail("call", call, "must give its value a new name")
        if isinstance(layer, Operation):
            if len(call.inputs) != len(layer.inputs) or not 0 <= (call.part or 0) < len(layer.outputs):
                raise self.fail("call", call, "must take and give values that its operation has")
            return
        if isinstance(layer, Parameter) and call.inputs:
            raise self.fail("call", call, "must take nothing, as a parameter does")
        if call.part is not None and not isinstance(layer, Split):
            raise self.fail("call", call, "can give a part only of a Split or an Operation")
        if len(call.inputs) > 1 and len(call.inputs) != _joined(layer):
            raise self.fail("call", call, "must give several values to a layer that joins as many")

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Run the calls in order and return the main output."""
        children = {child.name: child for child in self.layers}
        if len(self.inputs) == 1:
            values = {self.inputs[0]: value}
        else:
            values = {name: flow.part(self, value, index) for index, name in enumerate(self.inputs)}
        for call in self.calls:
            inputs = [values[name] for name in call.inputs]
            values[call.name] = flow.child(children[call.layer], *inputs, part=call.part)
        for name, source in self.outputs:
            flow.taps[name] = values[source]
        return values[self.output]

    def part_shape(self, shape: Shape, index: int) -> Shape:  # noqa: ARG002 - the contract's signature
        """A graph of several inputs has no part of one shape.

        Raises:
            ShapeError: always.
        """
        raise ShapeError(
            f"it takes {len(self.inputs)} inputs, {', '.join(self.inputs)}, but {shape} arrives; "
            "give a shape for each"
        )

    def _arguments(self) -> Iterator[str]:
        yield repr(self.calls)
        further: tuple[tuple[object, object], ...] = (
            (self.output, self.calls[-1].name),
            (dict(self.outputs), {}),
            (self.inputs, (INPUT,)),
            (self.unused, ()),
            (dict(self.aliases), {}),
            (dict(self.dtypes), {}),
        )
        last = max((place for place, (value, usual) in enumerate(further, 1) if value != usual), default=0)
        yield from (repr(value) for value, _ in further[:last])
        for child in self.layers:
            shown = repr(child.layer if child.key else Inline(child.layer))
            yield f"{child.name}={shown}" if child.name.isidentifier() else f"**{{{child.name!r}: {shown}}}"


def unused_layers(net: Layer) -> Iterator[tuple[str, Layer]]:
    """The layers of graphs inside a network that no call needs, with their paths."""
    for child in net.children:
        if isinstance(net, Graph) and child.name in net.unused:
            yield child.key, child.layer
        else:
            inner = unused_layers(child.layer)
            yield from ((f"{child.key}.{path}" if child.key else path, layer) for path, layer in inner)


def dtypes(net: Layer) -> Iterator[tuple[str, str]]:
    """The types of parameters in a network that are not float32, and under "" that of the network itself."""
    if isinstance(net, Graph):
        yield from net.dtypes
    for child in net.children:
        prefix = f"{child.key}." if child.key else ""
        yield from ((prefix + name if name else "", kind) for name, kind in dtypes(child.layer))


def aliases(net: Layer) -> Iterator[tuple[str, str]]:
    """Further names of parameters in a network, each with the name that it has in `parameters()`."""
    if isinstance(net, Graph):
        yield from net.aliases
    for child in net.children:
        prefix = f"{child.key}." if child.key else ""
        yield from ((prefix + name, prefix + known) for name, known in aliases(child.layer))


def _joined(layer: Layer) -> int:
    """Return the number of values that a join of plain `Identity` children takes; 0 for any other layer."""
    alone = layer.composite and all(isinstance(child.layer, Identity) for child in layer.children)
    if isinstance(layer, ResizeLike):
        return 2 if alone else 0
    return len(layer.children) if alone else 0
