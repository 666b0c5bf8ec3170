"""Build a `Graph` from the items of a recording and the sizes of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from convref import nn
from convref.assembly.arguments import SETTINGS, plain_arguments, tupled, type_name
from convref.assembly.axes import fixed_behind_batch, permuted, regrouped
from convref.assembly.items import Item
from convref.assembly.nodes import Leaf, Node, refs
from convref.assembly.recording import Recording
from convref.assembly.refusals import Refusal
from convref.assembly.shuffles import with_shuffles
from convref.assembly.sizes import Sizes
from convref.nn import (
    Call,
    Concat,
    Graph,
    Identity,
    Layer,
    Operation,
    Parameter,
    Product,
    Sequential,
    Split,
    Sum,
    inline,
)
from convref.nn.flow import Inline
from convref.nn.operations.kinds import PRODUCTS
from convref.nn.sizes import FullShape, N, at

NOT_OF_TORCH = (nn.Affine, nn.LayerScale, nn.Scale)
"""Layers that torch.nn does not have. No tool that counts operations has a hook for them."""
PASSED = frozenset({"alias"})
MOST_SHOWN = 1 << 12
"""The largest number of elements of a tensor of plain numbers that a description may contain."""


@dataclass
class Assembly:
    """A graph under construction.

    Attributes:
        recording: the recording from which the graph is made.
        sizes: the sizes of its values as functions of the batch size; None if every value's first axis is
            the batch and no other axis depends on it.
        leaves: the `Leaf` of each tensor of the module that the recording uses, by the number of its value.
        dtype: the dtype in which the network computes.
        layers: the layers of the graph so far, by name.
        inlined: the names of layers that have no submodule in the original module: they come from functions
            such as `F.relu`, or their parameters belong to the module itself.
        functions: the names of layers that a function executes with the parameters of a submodule, as in
            `F.linear(x, self.qkv.weight)`.
        modules: the names of layers that a call of a submodule executes.
        calls: the calls of the graph so far, in order.
        names: a dict from the number of a value to its name in the graph.
        flows: the numbers of the values that depend on an input of the module.
        used: the names that are already used in the graph.
        needed: the numbers of the values on which an output of the module depends.
        owned: the paths of the modules that are layers. No other layer or operation may have such a name.
    """

    recording: Recording
    sizes: Sizes | None
    leaves: Mapping[int, Leaf]
    dtype: Any
    layers: dict[str, Layer] = field(default_factory=dict)
    inlined: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    flows: set[int] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    needed: set[int] = field(default_factory=set)
    owned: set[str] = field(default_factory=set)

    def shape(self, value: int) -> FullShape:
        """Return the shape of a value with its batch axis."""
        if self.sizes is not None:
            return self.sizes.shape(value)
        return (N, *self.recording.values[value].shape[1:])

    def alive(self, items: Sequence[Item], inputs: Sequence[int], wanted: set[int]) -> list[Item]:
        """Return the items that the description must contain.

        These are the items on which an output depends. Items with parameters or multiplications are kept too,
        even if no output depends on them, so that they are counted.

        Args:
            items: the items of the recording, in order.
            inputs: the numbers of the values that are the module's inputs.
            wanted: the numbers of the values that are its outputs.
        """
        kept, needed = [], set(wanted)
        for item in reversed(items):
            if needed.intersection(item.outputs) or self._costs(item):
                needed.update(item.inputs)
                kept.append(item)
        self.needed = needed
        self.flows.update(inputs)
        for item in reversed(kept):
            if self.flows.intersection(item.inputs):
                self.flows.update(item.outputs)
        return kept[::-1]

    def make(self, items: Sequence[Item], inputs: Sequence[str], results: Mapping[str, int]) -> Graph:
        """Build the graph from the items, and return it.

        Args:
            items: the items that `alive` returned, in order.
            inputs: the names of the inputs.
            results: a dict from the name of each output to the number of its value, the main output first.
        """
        for value, name in zip(self.recording.inputs, inputs, strict=True):
            self.names[value] = name
            self.used.add(name)
        self.owned = {item.owner for item in items if item.owner}
        for item in items:
            self._add(item)
        main, *taps = results
        ends = {name: self._name(value) for name, value in results.items()}
        if not self.calls:  # the module returns its input unchanged, but a graph must have at least one call
            self._call("identity", Identity(), (inputs[0],))
        calls, layers = with_shuffles(self.calls, self.layers, set(ends.values()))
        given = {name: self._held(name, layer) for name, layer in layers.items()}
        return Graph(calls, ends[main], {tap: ends[tap] for tap in taps}, inputs, **given)

    def _held(self, name: str, layer: Layer) -> Layer | Inline:
        """Return the child of the graph for a layer.

        This is the layer itself if the original module has a submodule that is called for it. Otherwise it is
        inlined, so that it is not part of the names of parameters.
        """
        if name in self.inlined:
            return inline(layer)
        if name in self.functions - self.modules and not isinstance(layer, NOT_OF_TORCH):
            return Sequential(inline(layer))
        return layer

    def _costs(self, item: Item) -> bool:
        if item.layer is not None:
            return bool(item.layer.parameters()) or item.owner is not None
        return item.name in PRODUCTS

    # One item

    def _add(self, item: Item) -> None:
        if item.layer is not None and self._is_same(item):
            self._layer(item, item.layer)
        elif item.layer is not None and isinstance(item.source, Node):
            self._operation(plain(item, item.source))
        elif item.name in PASSED or (item.name == "cat" and len(list(refs(item.args))) == 1):
            self.names[item.outputs[0]] = self._name(item.inputs[0])
        elif not (self._joined(item) or self._split(item) or self._reshaped(item)):
            self._operation(item)

    def _is_same(self, item: Item) -> bool:
        """Return True if the item's layer is the same for every batch size."""
        return self.sizes is None or not isinstance(item.layer, nn.Affine) or self.sizes.is_fixed(item.source)

    def _layer(self, item: Item, layer: Layer) -> None:
        name = item.owner or ""
        if item.owner is None or (not name and not layer.parameters() and not layer.buffers()):
            name = self._place(item)
            if isinstance(item.source, Node) or not item.source.is_module:
                self.inlined.add(name)  # a call of a function, such as F.relu(x)
        elif not name:  # the parameters belong to the module itself, not to a submodule
            name = self._place(item)
            self.inlined.add(name)
        elif isinstance(item.source, Node) or not item.source.is_module:
            self.functions.add(name)
        else:
            self.modules.add(name)
        self._give(item.outputs[0], self._call(name, layer, (self._name(item.inputs[0]),)))

    def _joined(self, item: Item) -> bool:
        """Add an item to the graph as a `Sum`, `Product` or `Concat` if it is one; otherwise return False."""
        taken = [ref.value for ref in refs(item.args)]
        shapes = [self.shape(value) for value in (*taken, *item.outputs)]
        kinds = {self.recording.values[value].dtype for value in (*taken, *item.outputs)}
        if not all(value in self.flows for value in taken) or len(taken) < 2 or len(kinds) > 1:
            return False
        if (
            len({shape[:1] for shape in shapes}) > 1
            or len(set(map(len, shapes))) > 1
            or not fixed_behind_batch(shapes)
        ):
            return False
        parts = [Identity()] * len(taken)
        if item.name == "cat":
            dim = item.args[1] if len(item.args) > 1 else item.kwargs.get("dim", 0)
            dim %= len(shapes[0])
            layer: Layer | None = Concat(*parts, dim=dim) if dim else None
        elif item.kwargs.get("alpha", 1) != 1 or len(item.args) > 2:
            layer = None
        else:
            layer = {"add.Tensor": Sum(*parts), "mul.Tensor": Product(*parts)}.get(item.name)
        if layer is None:
            return False
        if layer.join_shape([at(shape[1:], 1) for shape in shapes[:-1]]) != at(shapes[-1][1:], 1):
            return False
        call = self._call(self._place(item), layer, tuple(map(self._name, taken)))
        self._give(item.outputs[0], call)
        return True

    def _split(self, item: Item) -> bool:
        """Add an item to the graph as a `Split` if it splits an axis into equal parts, else return False.

        If it splits the batch axis, return False too.
        """
        if item.name not in {"split.Tensor", "split_with_sizes"} or item.inputs[0] not in self.flows:
            return False
        whole, parts = self.shape(item.inputs[0]), [self.shape(value) for value in item.outputs]
        dim = item.args[2] if len(item.args) > 2 else item.kwargs.get("dim", 0)
        dim %= len(whole)
        if not dim or len(set(parts)) > 1 or len(parts) < 2 or not fixed_behind_batch([whole]):
            return False
        name = self._place(item)
        layer = Split(*[Identity()] * len(parts), dim=dim)
        for index, value in enumerate(item.outputs):
            self._give(value, self._call(name, layer, (self._name(item.inputs[0]),), part=index))
        return True

    def _reshaped(self, item: Item) -> bool:
        """Add an item to the graph as a `Permute`, `Flatten` or `Unflatten`; return False if it is none."""
        if item.name not in {"view", "_unsafe_view", "permute", "transpose.int", "unsqueeze", "squeeze.dim"}:
            return False
        taken, made = self.shape(item.inputs[0]), self.shape(item.outputs[0])
        if item.inputs[0] not in self.flows or not fixed_behind_batch([taken, made]) or taken[:1] != made[:1]:
            return False
        layer = (
            permuted(item, len(taken))
            if item.name in {"permute", "transpose.int"}
            else regrouped(taken, made)
        )
        if layer is None:
            return False
        if isinstance(layer, Identity):
            self.names[item.outputs[0]] = self._name(item.inputs[0])
        else:
            self._give(item.outputs[0], self._call(self._place(item), layer, (self._name(item.inputs[0]),)))
        return True

    def _operation(self, item: Item) -> None:
        """Add an item to the graph as an `Operation` with torch's name and arguments."""
        args, kwargs = item.args, item.kwargs
        if item.name == "tensor":
            args = (self._literal(item),)
        elif self.sizes is not None:
            args, kwargs = self.sizes.arguments(item.source, args, kwargs)
        place = {value: index for index, value in enumerate(item.inputs)}
        last = max((index for index, value in enumerate(item.outputs) if value in self.needed), default=0)
        outputs = item.outputs[: last + 1]
        operation = Operation(
            item.name,
            plain_arguments(args, place),
            tuple([self.shape(value) for value in item.inputs]),
            tuple([self.shape(value) for value in outputs]),
            tuple((key, plain_arguments(each, place)) for key, each in kwargs.items() if key not in SETTINGS),
            self._types(outputs),
            item.line,
        )
        name = self._place(item)
        taken = tuple([self._name(value) for value in item.inputs])
        several = len(outputs) > 1
        for index, value in enumerate(outputs):
            if value not in self.needed and index:
                continue
            self._give(value, self._call(name, operation, taken, part=index if several else None))

    def _types(self, values: Sequence[int]) -> tuple[str, ...]:
        names = tuple([type_name(self.recording.values[value].dtype, self.dtype) for value in values])
        return names if any(names) else ()

    def _literal(self, item: Item) -> Any:
        tensor = self.recording.literals[item.outputs[0]]
        if tensor.numel() > MOST_SHOWN:
            made = f"the forward makes a tensor of {tensor.numel()} numbers"
            rule = f"{made}; make it once and add it to the module with register_buffer"
            raise Refusal("tensor", rule, item.scope, item.line)
        return tupled(tensor.tolist())

    # Names

    def _name(self, value: int) -> str:
        """Return the name of a value in the graph.

        If the value is a parameter that is used for the first time, a call that reads it is added first.
        """
        if value not in self.names:
            leaf = self.leaves[value]
            meta = self.recording.values[value]
            parameter = Parameter(meta.shape, leaf.kind, type_name(meta.dtype, self.dtype))
            known = next(
                (call.name for call in self.calls if call.layer == leaf.path and not call.inputs), None
            )
            self.names[value] = known or self._call(leaf.path, parameter, ())
        return self.names[value]

    def _give(self, value: int, name: str) -> None:
        self.names[value] = name

    def _call(self, name: str, layer: Layer, taken: tuple[str, ...], part: int | None = None) -> str:
        self.layers[name] = layer
        full, count = name if part is None else f"{name}:{part}", 0
        while full in self.used:
            count += 1
            full = f"{name}@{count}"
        self.used.add(full)
        self.calls.append(Call(name, taken, full, part))
        return full

    def _place(self, item: Item) -> str:
        """Return a new name for the layer or operation of an item, such as `features.relu_1`.

        It begins with the path of the module that executes the item.
        """
        if item.layer is not None and not isinstance(item.source, Node) and item.source.is_module:
            name = item.source.name or item.name
            if self.layers.get(name, item.layer) == item.layer:
                return name
        else:
            base = item.name.rpartition("::")[2].partition(".")[0].strip("_").removesuffix("_with_indices")
            name = f"{item.scope}.{base}" if item.scope else base
        full, count = name, 0
        while full in self.layers or full in self.owned:
            count += 1
            full = f"{name}_{count}"
        return full


def plain(item: Item, node: Node) -> Item:
    """Return a copy of an item without its layer, so that it becomes the single operation `node`."""
    return replace(item, args=node.args, kwargs=node.kwargs, layer=None, owner=None, inputs=())
