"""The class `Graph`: a directed acyclic graph of layers, operations on tensors, and parameters.

A `Graph` describes networks that cannot be written as nested branches, such as those that
`convref.torch.from_torch` reads from PyTorch modules.
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
from convref.wording import counted

T = TypeVar("T")

INPUT = "input"


@dataclass(frozen=True)
class Call:
    """One use of a node of a `Graph`: of a layer, an operation or a parameter.

    Attributes:
        layer: the name of the node that is called.
        inputs: the names of the values that are passed to the node, such as `("conv1", "shortcut")`. The
            input of the graph is called "input". A single name may be given as a string. A parameter has no
            inputs, `()`.
        name: the name of the result, by which later calls refer to it; by default the name of the node.
        part: an index if the node has several results (a `Split`, or an `Operation` with several outputs) and
            this call uses only one of them; otherwise None.
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
    """A network as named nodes, and a list of calls that pass the results of nodes to other nodes.

    A node is a layer, an `Operation` on tensors, or a `Parameter`. A layer that is called several times
    shares its parameters between the calls. To join several values, call a `Sum`, `Product` or `Concat` that
    has an `Identity()` for each value. To resize one value to the spatial size of another, call
    `ResizeLike(Identity())` with the two. To select one of the parts into which a `Split` divides its input,
    set `part` in the call. A node's name is the prefix of the names of its parameters, and may contain dots.

    Args:
        calls: the calls in the order in which they run; a call reads only results of earlier calls.
        output: the name of the result that is the main output; by default, the result of the last call.
        taps: the auxiliary outputs, as a dict from an output's name to the name of a call's result.
        inputs: the names of the graph's inputs. If there are several, methods take a tuple of shapes, and
            `run` a tuple of arrays.
        unused: the names of layers that no call uses; their parameters still belong to the network.
        aliases: further names of shared parameters, as a dict from a further name to the name in
            `parameters()`.
        dtypes: the types of the parameters whose type differs from the network's, by parameter name. The key
            "" has the type of the network, if that is not float32.
        frozen: the names of the parameters that training does not change.
        layers: the nodes by name.

    Raises:
        ArgumentError: a call names a node that does not exist, or a value that no earlier call computes; a
            layer is neither called nor listed in `unused`; or several values are passed to a layer that does
            not join values.

    Example:
        >>> from convref.nn import Conv2d, Sum
        >>> net = Graph(
        ...     (
        ...         Call("conv", "input"),
        ...         Call("conv", "conv", name="twice"),
        ...         Call("add", ("conv", "twice")),
        ...     ),
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
    frozen: tuple[str, ...] = ()

    def __init__(  # noqa: PLR0917 - names of layers are free for keywords
        self,
        calls: Sequence[Call],
        output: str = "",
        taps: Mapping[str, str] | None = None,
        inputs: Sequence[str] = (INPUT,),
        unused: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        dtypes: Mapping[str, str] | None = None,
        frozen: Sequence[str] = (),
        /,
        **layers: Layer | Inline,
    ) -> None:
        super().__init__(**layers)
        if not calls:
            raise self.fail("calls", calls, "must contain at least one call")
        self.normalize(
            calls=tuple(calls),
            output=output or calls[-1].name,
            outputs=tuple((taps or {}).items()),
            inputs=tuple(inputs),
            unused=tuple(unused),
            aliases=tuple((aliases or {}).items()),
            dtypes=tuple((dtypes or {}).items()),
            frozen=tuple(frozen),
        )
        self._check_calls()

    def _check_child_name(self, name: str) -> None:
        if not name:
            raise self.fail("child", name, "must have a name")

    def _check_calls(self) -> None:
        layers = {child.name: child.layer for child in self.layers}
        known = set(self.inputs)
        if not known or len(known) != len(self.inputs):
            raise self.fail("inputs", self.inputs, "must be one or more different names")
        for call in self.calls:
            self._check_call(call, layers, known)
            known.add(call.name)
        for name in (self.output, *(value for _, value in self.outputs)):
            if name not in known:
                raise self.fail("output", name, "must be the name of an input or of a call's result")
        called = {call.layer for call in self.calls}
        uncalled = sorted(layers.keys() - called - set(self.unused))
        if uncalled:
            raise self.fail("layers", uncalled, "must each be used by a call, or be listed in unused")
        wrong = sorted(set(self.unused) - (layers.keys() - called))
        if wrong:
            raise self.fail("unused", wrong, "must be names of layers that no call uses")

    def _check_call(self, call: Call, layers: Mapping[str, Layer], known: set[str]) -> None:
        if call.layer not in layers:
            raise self.fail("call", call, f"must name a layer of the graph, not {call.layer!r}")
        layer = layers[call.layer]
        unknown = [name for name in call.inputs if name not in known]
        if unknown or not (call.inputs or isinstance(layer, (Operation, Parameter))):
            found = f"not {unknown}" if unknown else "but it takes none"
            raise self.fail("call", call, f"must take results of earlier calls, {found}")
        if call.name in known:
            raise self.fail("call", call, f"must have a new name for its result: {call.name!r} is taken")
        if isinstance(layer, Operation):
            if len(call.inputs) != len(layer.inputs):
                takes = counted(len(layer.inputs), "input")
                raise self.fail("call", call, f"must have {takes}, as the operation {call.layer!r} has")
            if not 0 <= (call.part or 0) < len(layer.outputs):
                gives = counted(len(layer.outputs), "output")
                rule = f"must have as its part the index of an output of {call.layer!r}, which has {gives}"
                raise self.fail("call", call, rule)
            return
        if isinstance(layer, Parameter) and call.inputs:
            raise self.fail("call", call, "must have no inputs, because a parameter takes none")
        if call.part is not None and not isinstance(layer, Split):
            raise self.fail("call", call, "must have no part: only a Split and an Operation have parts")
        if len(call.inputs) > 1 and len(call.inputs) != _joined(layer):
            rule = f"must pass one value, because {call.layer} does not join {len(call.inputs)} values"
            raise self.fail("call", call, rule)

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
        """Raise an error, because a graph with several inputs was given the shape of only one input.

        Raises:
            ShapeError: always.
        """
        raise ShapeError(
            f"the graph has {len(self.inputs)} inputs ({', '.join(self.inputs)}) and needs a tuple with a "
            f"shape for each, not the single shape {shape}"
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
            (self.frozen, ()),
        )
        last = max((place for place, (value, usual) in enumerate(further, 1) if value != usual), default=0)
        yield from (repr(value) for value, _ in further[:last])
        for child in self.layers:
            shown = repr(child.layer if child.key else Inline(child.layer))
            yield f"{child.name}={shown}" if child.name.isidentifier() else f"**{{{child.name!r}: {shown}}}"


def unused_layers(net: Layer) -> Iterator[tuple[str, Layer]]:
    """Yield the layers that no call of their graph uses, as pairs (path in the network, layer)."""
    if net.contains(Graph):
        yield from _unused_under(net)


def _unused_under(net: Layer) -> Iterator[tuple[str, Layer]]:
    for child in net.children:
        if isinstance(net, Graph) and child.name in net.unused:
            yield child.key, child.layer
        elif child.layer.composite:
            inner = _unused_under(child.layer)
            yield from ((f"{child.key}.{path}" if child.key else path, layer) for path, layer in inner)


def dtypes(net: Layer) -> Iterator[tuple[str, str]]:
    """Yield (name, type) for the parameters whose type differs from the network's, such as "int64".

    If the network's type is not float32, it is yielded too, with the name "".
    """
    for prefix, graph in _graphs(net):
        yield from ((prefix + name if name else "", kind) for name, kind in graph.dtypes)


def frozen(net: Layer) -> Iterator[str]:
    """Yield the names of the frozen parameters of a network: those that training does not change."""
    for prefix, graph in _graphs(net):
        yield from (prefix + name for name in graph.frozen)


def aliases(net: Layer) -> Iterator[tuple[str, str]]:
    """Yield (further name, name in `parameters()`) for each further name of a shared parameter."""
    for prefix, graph in _graphs(net):
        yield from ((prefix + name, prefix + known) for name, known in graph.aliases)


def _graphs(net: Layer) -> Iterator[tuple[str, Graph]]:
    """Yield the graphs in a network, each with the prefix of its parameters' names, such as "encoder."."""
    if net.contains(Graph):
        yield from _graphs_under(net, "")


def _graphs_under(net: Layer, prefix: str) -> Iterator[tuple[str, Graph]]:
    if isinstance(net, Graph):
        yield prefix, net
    for child in net.children:
        if child.layer.composite:
            yield from _graphs_under(child.layer, f"{prefix}{child.key}." if child.key else prefix)


def _joined(layer: Layer) -> int:
    """Return the number of values that a layer joins into one when a graph calls it, or 0 if it joins none.

    A combinator joins values if all its children are `Identity`.
    """
    alone = layer.composite and all(isinstance(child.layer, Identity) for child in layer.children)
    if isinstance(layer, ResizeLike):
        return 2 if alone else 0
    return len(layer.children) if alone else 0
