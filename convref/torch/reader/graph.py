"""The graph that reading a module builds: its layers and calls, and which value each operation gave."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import fx

from convref.nn import Call, Layer, Shape
from convref.nn.graph import INPUT
from convref.torch.reader.modules import Unreadable
from convref.torch.reader.operations import Shapes
from convref.torch.reader.trace import trace, works_in_place


class Collected:
    """What has been read of a module so far.

    Attributes:
        module: without its weights.
        nodes: its operations.
        given: what each gave.
        layers: by name.
        calls: of the layers, in order.
        names: of the value that each operation gave.
        stale: operations on whose values another has written since, so that they are nothing's output.
    """

    def __init__(self, module: torch.nn.Module, input_shape: Shape) -> None:
        self.module = module
        traced = trace(module, input_shape)
        self.nodes, self.given = traced.graph, traced.given
        self.layers: dict[str, Layer] = {}
        self.calls: list[Call] = []
        self.names: dict[fx.Node, str] = {}
        self.stale: set[fx.Node] = set()
        self._owners: dict[int, tuple[str, str]] = {}
        self._drop_unused()

    def _drop_unused(self) -> None:
        """Take out what gives nothing that is used and changes nothing."""
        for node in reversed(self.nodes.nodes):
            used = node.users or node.op in {"placeholder", "output"}
            if not used and not (node.op != "get_attr" and works_in_place(self.module, node)):
                self.nodes.erase_node(node)

    def add(self, node: fx.Node, name: str, layer: Layer, *taken: fx.Node) -> None:
        """Let a layer with a name take what these operations gave, held against the shape that torch gave."""
        if self.layers.setdefault(name, layer) != layer:
            raise Unreadable(f"{name} is used as {layer} and as {self.layers[name]}")
        shapes = [tuple(self.given[each].shape[1:]) for each in taken]
        self._check_shape(
            node, layer.join_shape(shapes) if len(shapes) > 1 else layer.output_shape(shapes[0])
        )
        self.names[node] = self.call(name, layer, [self.named(each) for each in taken])

    def chain(self, node: fx.Node, layers: tuple[Layer, ...], taken: fx.Node) -> None:
        """Layers one after the other, held against the shape that torch gave."""
        shape = tuple(self.given[taken].shape[1:])
        for layer in layers:
            shape = layer.output_shape(shape)
        self._check_shape(node, shape)
        self.names[node] = self.chained(node, layers, taken)

    def chained(self, node: fx.Node, layers: tuple[Layer, ...], taken: fx.Node) -> str:
        """Layers one after the other; the name of the last value."""
        value = self.named(taken)
        for layer in layers:
            value = self.call(self.path(node), layer, [value])
        return value

    def call(self, name: str, layer: Layer, taken: list[str]) -> str:
        """Let a layer take these values; give the name of the one it makes."""
        self.layers[name] = layer
        value = self.unique(name)
        self.calls.append(Call(name, tuple(taken), name=value))
        return value

    def owner(self, path: str, layer: Layer) -> str:
        """The path of a module, or of the one before it that has the same parameters."""
        module = self.module.get_submodule(path)
        owners = {
            name: self._owners.setdefault(id(value), (path, name))
            for name, value in module.named_parameters()
        }
        foreign = {owner for owner, _ in owners.values()}
        if foreign <= {path}:
            return path
        first, *others = foreign
        if others or self.layers[first] != layer or any(name != owned for name, (_, owned) in owners.items()):
            shared = ", ".join(
                f"{name} is {'.'.join(owner)}" for name, owner in owners.items() if owner[0] != path
            )
            raise Unreadable(f"its {shared}; parameters can be shared by equal layers only, all of them")
        return first

    def named(self, node: fx.Node) -> str:
        """The name of the value that an operation gave."""
        self._check_fresh(node)
        if node not in self.names:
            raise Unreadable(f"it takes {node}, which is no tensor made from the input")
        return self.names[node]

    def rewritten(self, node: fx.Node) -> None:
        """Let what an operation gave in place stand for all that show the same memory."""
        written = self.given[self.tensor(node)]
        for each in list(self.names):
            value = self.given[each]
            if isinstance(value, torch.Tensor) and _same_geometry(value, written):
                self.names[each] = self.names[node]
            elif isinstance(value, torch.Tensor) and _overlap(value, written):
                self.stale.add(each)

    def tensor(self, node: fx.Node) -> fx.Node:
        """The operation whose value this one takes first."""
        given = node.args[0] if node.args else node.kwargs.get("input")
        if not isinstance(given, fx.Node) or given not in self.names:
            raise Unreadable("it must take one tensor made from the input")
        self._check_fresh(given)
        return given

    def _check_fresh(self, node: fx.Node) -> None:
        if node in self.stale:
            raise Unreadable(f"it takes {node}, a part of which was changed in place")

    def constant(self, value: Any) -> Any:
        """An argument with what the trace found for the numbers in it."""
        if isinstance(value, fx.Node):
            if value in self.names:
                raise Unreadable("a tensor stands where a number is known")
            return self.given[value]
        if isinstance(value, (tuple, list)):
            return type(value)(self.constant(each) for each in value)
        return value

    def shapes(self, node: fx.Node, taken: fx.Node) -> Shapes:
        """What an operation takes and what it gives."""
        return Shapes(tuple(self.given[taken].shape), tuple(self.given[node].shape))

    def _check_shape(self, node: fx.Node, shape: Shape) -> None:
        value = self.given[node]
        made = tuple((value[0] if isinstance(value, tuple) else value).shape[1:])
        if made != shape:
            raise Unreadable(f"it gives {made}, but its description {shape}")

    def path(self, node: fx.Node) -> str:
        """A name for an operation, inside the module that calls it."""
        stack = node.meta.get("nn_module_stack") or {"": None}
        scope, base = next(reversed(stack)), re.sub(r"_\d+$", "", node.name)
        name = full = f"{scope}.{base}" if scope else base
        count = 0
        while full in self.layers:
            count += 1
            full = f"{name}_{count}"
        return full

    def unique(self, name: str) -> str:
        """A name for a value: the layer's, numbered where the layer is called again."""
        used, full, count = {INPUT, *(call.name for call in self.calls)}, name, 0
        while full in used:
            count += 1
            full = f"{name}@{count}"
        return full


def _same_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    return bool(one.untyped_storage()._cdata == other.untyped_storage()._cdata)  # noqa: SLF001 - torch's own test


def _same_geometry(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors show the same elements in the same order."""
    geometries = [(each.shape, each.stride(), each.storage_offset()) for each in (one, other)]
    return _same_memory(one, other) and geometries[0] == geometries[1]


def _overlap(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors show some element both."""
    if not _same_memory(one, other):
        return False
    elements = one.untyped_storage().nbytes() // one.element_size()
    touched = torch.zeros(elements, dtype=torch.bool)
    torch.as_strided(touched, one.shape, one.stride(), one.storage_offset()).fill_(True)
    return bool(torch.as_strided(touched, other.shape, other.stride(), other.storage_offset()).any())


def outputs(given: Any) -> dict[str, fx.Node]:
    """The outputs by name, the main one first."""
    if isinstance(given, fx.Node) and hasattr(given.target, "_fields"):
        given = given.target(*given.args)  # type: ignore[operator] # the class of a named tuple
    if isinstance(given, dict):
        named = dict(given)
    elif isinstance(given, (tuple, list)):
        fields = getattr(given, "_fields", [str(index) for index in range(len(given))])
        named = {name: each for name, each in zip(fields, given, strict=True) if each is not None}
    else:
        named = {"output": given}
    if not named or not all(isinstance(each, fx.Node) for each in named.values()):
        raise Unreadable("the outputs must be tensors")
    return named
