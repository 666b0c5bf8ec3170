"""A recording as a list of items: layers where something is one, else functions and operations.

A call of a module is a layer if its operations are those of the layer's own module (`twins`); a call of a
function likewise, with the module's parameters; a single operation likewise. Of the rest, a function that
is one step to a reader (an einsum, an attention) is one item, whose operations are below it; everything
else is an item for each operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from convref.errors import ArgumentError, ConvrefError
from convref.nn import Layer
from convref.torch.reader.calls import FUNCTIONS, bound, called_layer, operation_layer
from convref.torch.reader.modules import described
from convref.torch.reader.nodes import Event, Node, Ref, refs
from convref.torch.reader.recording import Recording
from convref.torch.reader.refusals import Unreadable
from convref.torch.reader.sizes import BatchDependent, Sizes
from convref.torch.reader.twins import Span, Twins


@dataclass(eq=False)
class Item:
    """A step of the description that is being made.

    Attributes:
        name: torch's name of an operation or a function; of a layer, where reports have it.
        args, kwargs: of an operation, with a `Ref` for each tensor.
        outputs: the values that it makes.
        scope, line: where it is.
        source: the operation or the call that it was read from.
        layer: what it is, if it is a layer, a join or a cut.
        owner: the path of the module that has the layer's parameters.
        inputs: the values that it takes.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[int, ...]
    scope: str
    line: str
    source: Node | Event
    layer: Layer | None = None
    owner: str | None = None
    inputs: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.inputs:
            self.inputs = tuple(dict.fromkeys(ref.value for ref in refs((self.args, self.kwargs))))


class Items:
    """Makes the items of one recording.

    Args:
        recording: of the module.
        training: the mode that it was recorded in.
    """

    def __init__(self, recording: Recording, *, training: bool) -> None:
        self._recording = recording
        self._nodes = recording.nodes
        self.leaves = {node.outputs[0]: node.leaf for node in recording.nodes if node.leaf is not None}
        paths = {value: leaf.path for value, leaf in self.leaves.items()}
        self._twins = Twins(recording.values, paths, recording.literals, training=training)
        self._owned: dict[str, Layer] = {}
        self._last_use: dict[int, int] = {}
        for index, node in enumerate(recording.nodes):
            self._last_use |= dict.fromkeys(node.inputs, index)
        self._last_use |= {ref.value: len(recording.nodes) for ref in refs(recording.result)}

    def all(self) -> list[Item]:
        """The items in order."""
        return list(self._within(self._recording.events, 0, len(self._nodes)))

    def confirm(self, items: Sequence[Item], sizes: Sizes) -> None:
        """Check that calls are the same layers here, in a recording with another number of samples.

        Args:
            items: of the first recording.
            sizes: of both.

        Raises:
            BatchDependent: a module does something else here.
        """
        for item in items:
            if item.layer is None or isinstance(item.source, Node):
                continue
            event = sizes.twin(item.source)
            if not event.is_module and sizes.is_fixed(item.source):
                continue
            if event.is_module and _is_torch_s(event.what):
                continue
            found = self._lifted(item.layer, event)
            if found is None or found.outputs != item.outputs:
                raise BatchDependent(
                    None, f"what {item.name} does depends on the number of samples in the batch"
                )

    def _within(self, events: Sequence[Event], start: int, end: int) -> Iterator[Item]:
        """The items of a span of operations, around and of the calls in it."""
        at = start
        for event in events:
            yield from self._operations(at, event.start)
            yield from self._called(event)
            at = event.end
        yield from self._operations(at, end)

    def _operations(self, start: int, end: int) -> Iterator[Item]:
        for node in self._nodes[start:end]:
            if node.name in {"input", "leaf"}:
                continue
            found = self._layer_of_operation(node)
            yield found or Item(node.name, node.args, node.kwargs, node.outputs, node.scope, node.line, node)

    def _called(self, event: Event) -> Iterator[Item]:
        layer = self._layer_of_call(event)
        found = self._lifted(layer, event) if layer is not None else None
        if found is None and not event.is_module and event.name in FUNCTIONS:
            found = self._function(event)
        if found is None:
            yield from self._within(event.inner, event.start, event.end)
            return
        for node in self._nodes[event.start : event.end]:
            if node.name == "tensor":  # a literal may be taken again later
                yield Item(node.name, (), {}, node.outputs, node.scope, node.line, node)
        yield found

    # Layers

    def _layer_of_call(self, event: Event) -> Layer | None:
        """The layer that a call may be."""
        try:
            if event.is_module:
                return described(event.what)
            return called_layer(event, self._recording.values, self.leaves)
        except (ConvrefError, Unreadable, TypeError, ValueError, LookupError):
            return None

    def _lifted(self, layer: Layer, event: Event) -> Item | None:
        """A call as a layer, if it is that."""
        args, kwargs = event.args, event.kwargs
        if not event.is_module:  # a layer is called with the input alone
            first = next(refs((args, kwargs)), None)
            args, kwargs = (first,), {}
        nodes = self._nodes[event.start : event.end]
        match = self._twins.match(layer, Span(nodes, args, kwargs, event.result))
        if match is None or len(match.inputs) != 1 or not self._alone(event, {match.output}):
            return None
        if not self._fits(layer, match.inputs[0], match.output) or not self._owns(match.owner, layer):
            return None
        return Item(
            event.name or type(layer).__name__.lower(),
            (),
            {},
            (match.output,),
            event.scope,
            event.line,
            event,
            layer,
            match.owner if match.owner is not None or not event.is_module else event.name,
            match.inputs,
        )

    def _layer_of_operation(self, node: Node) -> Item | None:
        """A single operation as a layer, if it is that."""
        if not node.inputs or not node.outputs:
            return None
        try:
            found = operation_layer(node, self._recording.values, self.leaves)
        except (ArgumentError, TypeError):
            return None
        if found is None or any(self._last_use.get(each, -1) >= 0 for each in node.outputs[1:]):
            return None
        owner, made = found.owner, node.outputs[0]
        if not found.is_sure:
            match = self._twins.match(found.layer, Span([node], (Ref(found.taken),), {}, Ref(made)))
            if match is None:
                return None
            owner = match.owner
        if not self._fits(found.layer, found.taken, made) or not self._owns(owner, found.layer):
            return None
        return Item(
            node.name, (), {}, (made,), node.scope, node.line, node, found.layer, owner, (found.taken,)
        )

    def _owns(self, owner: str | None, layer: Layer) -> bool:
        """True if the module with these parameters is the same layer wherever it is used."""
        return owner is None or self._owned.setdefault(owner, layer) == layer

    def _fits(self, layer: Layer, taken: int, made: int) -> bool:
        """True if a layer, whose first axis is the batch, gives the shape that torch gave."""
        shapes = [self._recording.values[value].shape for value in (taken, made)]
        if not all(shapes) or shapes[0][0] != shapes[1][0]:
            return False
        try:
            return layer.output_shape(shapes[0][1:]) == shapes[1][1:]
        except (ConvrefError, IndexError):
            return False

    # Functions

    def _function(self, event: Event) -> Item | None:
        """A function as one item, if all that it made and another takes is its result."""
        results = tuple(ref.value for ref in refs(event.result))
        nodes = self._nodes[event.start : event.end]
        made = {value for node in nodes for value in node.outputs if node.name not in {"leaf", "tensor"}}
        given = {ref.value for ref in refs((event.args, event.kwargs))}
        taken = {value for node in nodes for value in node.inputs}
        random = any(node.is_random for node in nodes)
        if random or not results or not set(results) <= made or not taken <= made | given:
            return None
        if not self._alone(event, set(results)):
            return None
        args, kwargs = bound(event)
        return Item(event.name, args, kwargs, results, event.scope, event.line, event)

    def _alone(self, event: Event, results: set[int]) -> bool:
        """True if nothing that a call made is taken outside, but its result."""
        return all(
            value in results or self._last_use.get(value, -1) < event.end
            for node in self._nodes[event.start : event.end]
            if node.name not in {"leaf", "tensor"}
            for value in node.outputs
        )


def _is_torch_s(module: torch.nn.Module) -> bool:
    """True if a module is one of torch.nn as it is there, without hooks and replaced methods."""
    own = type(module) is getattr(torch.nn, type(module).__name__, None)
    hooks = module._forward_hooks or module._forward_pre_hooks  # noqa: SLF001 - torch has no other way
    return own and not hooks and not {"forward", "_conv_forward"} & vars(module).keys()
