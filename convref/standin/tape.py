"""`Tape`: records each operation of a forward, and the item of the description that it becomes.

If no tape is active, operations only compute the shapes of their results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from convref.assembly.calls import FUNCTIONS, bound, called_layer, operation_layer
from convref.assembly.items import Item
from convref.assembly.nodes import Event, Leaf, Meta, Node, Ref, replaced
from convref.errors import ArgumentError, ConvrefError
from convref.nn import Layer
from convref.standin.dtypes import DType
from convref.standin.lines import user_line
from convref.standin.literal import Literal
from convref.standin.owners import Owners
from convref.standin.shapes import Shape, contiguous
from convref.standin.tensor import Tensor, refused

_ACTIVE: ContextVar[Tape | None] = ContextVar("tape", default=None)
UNHELD = (
    "the forward uses a tensor that the module does not hold; make it a parameter, register it with "
    "register_buffer, or make it in the forward"
)
SHARED = (
    "reads a tensor that {} changed in place through another view of the same memory, which is not supported "
    "without PyTorch"
)


class Tape:
    """A recording in progress.

    Args:
        held: a dict from the `id` of each parameter, buffer and other tensor of the network to its `Leaf`.
        paths: a dict from the `id` of each module of the network to its path.
        batch: the number of samples, which errors name.

    Attributes:
        nodes, values, events, literals: see `convref.assembly.recording.Recording`.
        items: the layers, functions and operations of the description, in the order in which they ran.
        leaves: the `Leaf` of each tensor of the network that the forward used so far, by the number of its
            value.
        scopes: the paths of the modules whose forward is running, from the outermost to the innermost.
    """

    def __init__(self, held: Mapping[int, Leaf], paths: Mapping[int, str], batch: int = 0) -> None:
        self.nodes: list[Node] = []
        self.values: list[Meta] = []
        self.events: list[Event] = []
        self.literals: dict[int, Any] = {}
        self.items: list[Item] = []
        self.leaves: dict[int, Leaf] = {}
        self.paths, self.batch = paths, batch
        self.scopes = [""]
        self._owners = Owners(held)
        self._values_of_held: dict[int, int] = {}

    @contextmanager
    def active(self) -> Iterator[None]:
        """Record the operations in the `with` block on this tape."""
        token = _ACTIVE.set(self)
        try:
            yield
        finally:
            _ACTIVE.reset(token)

    @contextmanager
    def inside(self, path: str) -> Iterator[None]:
        """Record the operations in the `with` block as part of the forward of the module at a path."""
        self.scopes.append(path)
        try:
            yield
        finally:
            self.scopes.pop()

    # Tensors

    def input(self, shape: Shape, dtype: DType) -> Tensor:
        """Create a tensor, record it as an input of the network, and return it."""
        return self._made("input", (), {}, [Tensor(shape, dtype, contiguous(shape))], [])[0]

    def value_of(self, tensor: Tensor) -> int:
        """Return the number of a tensor's current value, by which recorded operations refer to the tensor.

        Raises:
            NotFollowed: the tensor does not belong to the network, or another view of its memory was written.
        """
        if tensor.missing:
            raise refused("the forward", tensor.missing)
        if tensor.seen != tensor.storage.version:
            raise refused("the forward", SHARED.format(tensor.storage.written))
        if tensor.tape is self and tensor.value is not None:
            return tensor.value
        if id(tensor) in self._values_of_held:
            return self._values_of_held[id(tensor)]
        leaf = self._owners.held.get(id(tensor))
        if leaf is None and tensor.known() is None:
            raise refused("tensor", UNHELD)
        value = len(self.values)
        self.values.append(Meta(tuple(tensor.shape), tensor.strides or (), tensor.dtype))
        node = Node(
            "tensor" if leaf is None else "leaf", (), {}, (value,), self.scopes[-1], user_line(), leaf
        )
        self.nodes.append(node)
        self._values_of_held[id(tensor)] = value
        if leaf is not None:
            self.leaves[value] = leaf
        else:
            self.literals[value] = Literal(tensor.numbers, tensor.numel())
            self.items.append(Item("tensor", (), {}, (value,), node.scope, node.line, node))
        return value

    def hold(self, module: Any) -> None:
        """Register the parameters and buffers that a lazy module created during the recording."""
        path = self.paths[id(module)]
        for kind, tensors in (("parameter", module._parameters), ("buffer", module._buffers)):  # noqa: SLF001
            for name, tensor in tensors.items():
                if tensor is not None:
                    full = f"{path}.{name}" if path else name
                    self._owners.held[id(tensor)] = Leaf(full, kind, tensor)  # type: ignore[arg-type] # a Kind

    def is_held(self, tensor: Tensor) -> bool:
        """Return True if a tensor is a parameter or buffer of the network."""
        return id(tensor) in self._owners.held

    def template(self, given: Any) -> Any:
        """Return arguments or a result with each tensor replaced by a `Ref` to the tensor's current value."""
        return replaced(given, lambda each: Ref(self.value_of(each)) if isinstance(each, Tensor) else each)

    # Steps

    def operation(self, name: str, args: Any, options: dict[str, Any], made: list[Tensor]) -> list[Tensor]:
        """Record an operation, as a layer if it does what a layer does, and return its results.

        Args:
            name: torch's name of the operation.
            args: its positional arguments.
            options: its keyword arguments.
            made: its results.
        """
        taken, named = self.template(args), self.template(options)
        self._made(name, taken, named, made, [])
        node = self.nodes[-1]
        self.items.append(self._layer_of(node) or _plain(node))
        return made

    def function(
        self, name: str, args: Any, options: dict[str, Any], made: list[Tensor], held: Mapping[str, Any]
    ) -> bool:
        """Record a call of a function: as a layer if it does what a layer does, otherwise as a function.

        Only functions in `FUNCTIONS` can be recorded as functions.

        Args:
            name: the function's name.
            args: its arguments, the input first.
            options: its keyword arguments.
            made: the tensors that it returns.
            held: a dict from the name of each parameter or buffer of the layer to the argument that is used
                for it, such as {"weight": weight}.

        Returns:
            True if the call was recorded. False if the call does not do what a layer does and the function is
            not in `FUNCTIONS`; the caller must then record it in another way.
        """
        event = Event(
            None,
            name,
            len(self.nodes),
            self.template(args),
            self.template(options),
            self.scopes[-1],
            user_line(),
        )
        start, values = len(self.nodes), len(self.values)
        self._made(name, event.args, event.kwargs, made, [event])
        layer, owner = self._called(event), self._owners.path_of(held)
        fits = layer is not None and owner is not False and self._fits(layer, self.nodes[-1])
        if layer is not None and fits and self._owners.accept(owner, layer):
            self._step(event, layer, owner)
            return True
        if name in FUNCTIONS:
            given, named = bound(event)
            self.items.append(
                Item(name, given, named, self.nodes[-1].outputs, event.scope, event.line, event)
            )
            return True
        del self.nodes[start:], self.values[values:]
        for each in made:
            each.tape = each.value = None
        self.events.remove(event)
        return False

    def layer(self, path: str, layer: Layer, taken: Tensor, made: Tensor, held: Mapping[str, Any]) -> bool:
        """Record a call of a module as a call of a layer of `convref.nn`.

        Args:
            path: the module's path.
            layer: the layer.
            taken: the input.
            made: the output.
            held: a dict from the name of each parameter and buffer of the layer to the module's tensor for
                it.

        Returns:
            True if the call was recorded. False if the parameters belong to several modules, or to a module
            that was recorded as a different layer before.
        """
        owner = self._owners.path_of(held)
        if owner is False or not self._owners.accept(owner if owner is not None else path, layer):
            return False
        event = Event(layer, path, len(self.nodes), (self.template(taken),), {}, self.scopes[-1], user_line())
        event.is_module = True
        self._made("module", event.args, {}, [made], [event])
        self._step(event, layer, owner if owner is not None else path)
        return True

    def _step(self, event: Event, layer: Layer, owner: str | bool | None) -> None:
        assert not isinstance(owner, bool)  # noqa: S101 - the callers have refused it
        node = self.nodes[-1]
        taken, name = (event.args[0].value,), event.name or type(layer).__name__.lower()
        self.items.append(
            Item(name, (), {}, node.outputs, event.scope, event.line, event, layer, owner, taken)
        )

    def _made(
        self, name: str, args: Any, options: dict[str, Any], made: list[Tensor], events: list[Event]
    ) -> list[Tensor]:
        """Record an operation, and return its results.

        Args:
            name: the operation's name.
            args: its positional arguments.
            options: its keyword arguments.
            made: its results, which get new values.
            events: the call that executed it, if it is one of a function or a module; otherwise empty.
        """
        numbers = tuple(range(len(self.values), len(self.values) + len(made)))
        for value, each in zip(numbers, made, strict=True):
            self.values.append(Meta(tuple(each.shape), each.strides or (), each.dtype))
            each.tape, each.value, each.seen = self, value, each.storage.version
        self.nodes.append(Node(name, args, options, numbers, self.scopes[-1], user_line()))
        for event in events:
            event.end = len(self.nodes)
            event.result = Ref(numbers[0]) if len(numbers) == 1 else tuple(map(Ref, numbers))
            self.events.append(event)
        return made

    # Layers

    def _called(self, event: Event) -> Layer | None:
        try:
            return called_layer(event, self.values, self.leaves)
        except (ConvrefError, TypeError, ValueError, LookupError, AttributeError):
            return None

    def _layer_of(self, node: Node) -> Item | None:
        if not node.inputs:
            return None
        try:
            found = operation_layer(node, self.values, self.leaves)
        except (ArgumentError, TypeError):
            return None
        if found is None or len(node.outputs) > 1 or not self._fits(found.layer, node, found.taken):
            return None
        if not self._owners.accept(found.owner, found.layer):
            return None
        return Item(
            node.name,
            (),
            {},
            node.outputs,
            node.scope,
            node.line,
            node,
            found.layer,
            found.owner,
            (found.taken,),
        )

    def _fits(self, layer: Layer, node: Node, taken: int | None = None) -> bool:
        """Return True if `layer` computes the shape of an operation's output from the shape of its input.

        Args:
            layer: the layer.
            node: the operation.
            taken: the number of the input's value; by default, the operation's first input.
        """
        first = node.inputs[0] if taken is None else taken
        one, other = (self.values[value].shape for value in (first, node.outputs[0]))
        if not one or not other or one[0] != other[0]:
            return False
        try:
            return layer.output_shape(one[1:]) == other[1:]
        except (ConvrefError, IndexError):
            return False


def _plain(node: Node) -> Item:
    return Item(node.name, node.args, node.kwargs, node.outputs, node.scope, node.line, node)


def active() -> Tape | None:
    """Return the active tape, or None if no recording is in progress."""
    return _ACTIVE.get()
