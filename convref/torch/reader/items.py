"""Divide a recording into items, each of which becomes one layer or operation of the description.

An item is one of these, in order of preference:

- a layer. A call of a module, a call of a function or a single operation becomes a layer if it executed
  exactly the operations that the layer's module executes (see `twins`);
- a call of a function such as `einsum`, in place of the operations that it executed;
- a single operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from convref.assembly.calls import FUNCTIONS, bound, called_layer, operation_layer
from convref.assembly.items import Item
from convref.assembly.nodes import Event, Node, Ref, refs
from convref.assembly.recording import Recording
from convref.assembly.refusals import Unreadable
from convref.assembly.sizes import BatchDependent, Sizes
from convref.errors import ArgumentError, ConvrefError
from convref.nn import Layer
from convref.torch.reader.modules import described
from convref.torch.reader.twins import Span, Twins


class Items:
    """Divides one recording into items: layers, function calls and single operations.

    Args:
        recording: the recording of the module.
        training: whether the module was recorded in training mode.
    """

    def __init__(self, recording: Recording, *, training: bool) -> None:
        self._recording = recording
        self._nodes = recording.nodes
        self.leaves = {node.outputs[0]: node.leaf for node in recording.nodes if node.leaf is not None}
        self._twins = Twins(recording.values, self.leaves, recording.literals, training=training)
        self._owned: dict[str, Layer] = {}
        self._last_use: dict[int, int] = {}
        for index, node in enumerate(recording.nodes):
            self._last_use |= dict.fromkeys(node.inputs, index)
        self._last_use |= {ref.value: len(recording.nodes) for ref in refs(recording.result)}

    def all(self) -> list[Item]:
        """Return the items in the order in which they ran."""
        return list(self._within(self._recording.events, 0, len(self._nodes)))

    def confirm(self, items: Sequence[Item], sizes: Sizes) -> None:
        """Check that every call that is a layer in another recording is the same layer in this one.

        The two recordings are of the same module, with different batch sizes.

        Args:
            items: the items of the other recording.
            sizes: the comparison of both recordings, from which the corresponding calls are looked up.

        Raises:
            BatchDependent: a call that is a layer in the other recording does something else in this one.
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
                    None, f"the operations of {item.name} depend on the number of samples in the batch"
                )

    def _within(self, events: Sequence[Event], start: int, end: int) -> Iterator[Item]:
        """Yield the items of the operations `nodes[start:end]` of the recording.

        `events` are the calls in this range that are not inside another call.
        """
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
            if node.name == "tensor":  # a tensor of plain numbers may be used again later
                yield Item(node.name, (), {}, node.outputs, node.scope, node.line, node)
        yield found

    # Layers

    def _layer_of_call(self, event: Event) -> Layer | None:
        """Return the layer with the name and the arguments of a call; None if there is no such layer.

        The call may still do something else than the layer: its operations are compared later.
        """
        try:
            if event.is_module:
                return described(event.what)
            return called_layer(event, self._recording.values, self.leaves)
        except (ConvrefError, Unreadable, TypeError, ValueError, LookupError):
            return None

    def _lifted(self, layer: Layer, event: Event) -> Item | None:
        """Return an item with `layer` for a call, or None if the call did not do what the layer does."""
        args, kwargs = event.args, event.kwargs
        if not event.is_module:  # the input is the only argument of a layer
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
        """Return an item for a single operation as a layer, or None if no layer does the same."""
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
        """Return True if the module at the path `owner` can be `layer`.

        It cannot if an earlier call of the module was read as a different layer.
        """
        return owner is None or self._owned.setdefault(owner, layer) == layer

    def _fits(self, layer: Layer, taken: int, made: int) -> bool:
        """Return True if `layer` can have the value `taken` as its input and the value `made` as its output.

        The layer must compute the shape of `made` from that of `taken`, with the batch as the first axis of
        both.
        """
        shapes = [self._recording.values[value].shape for value in (taken, made)]
        if not all(shapes) or shapes[0][0] != shapes[1][0]:
            return False
        try:
            return layer.output_shape(shapes[0][1:]) == shapes[1][1:]
        except (ConvrefError, IndexError):
            return False

    # Functions

    def _function(self, event: Event) -> Item | None:
        """Return one item for a call of a function, or None if the call must be divided into its operations.

        It must be divided if the function uses a tensor that is not among its arguments, if it draws random
        numbers, or if an intermediate value that it computes is used after the call.
        """
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
        """Return True if no value that a call computes, except for those in `results`, is used after it."""
        return all(
            value in results or self._last_use.get(value, -1) < event.end
            for node in self._nodes[event.start : event.end]
            if node.name not in {"leaf", "tensor"}
            for value in node.outputs
        )


def _is_torch_s(module: torch.nn.Module) -> bool:
    """Return True if a module's class is one of `torch.nn`, and the module has no hook or replaced method."""
    own = type(module) is getattr(torch.nn, type(module).__name__, None)
    hooks = module._forward_hooks or module._forward_pre_hooks  # noqa: SLF001 - torch has no other way
    return own and not hooks and not {"forward", "_conv_forward"} & vars(module).keys()
