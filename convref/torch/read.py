"""A user's own `torch.nn.Module` -> a description, by tracing it symbolically on the meta device.

`torch.fx` follows the module's `forward`; a meta tensor then goes through the trace, so that every step's
shapes are known and no weight is copied or computed with. Modules of torch.nn are read by
`convref.torch.read_modules`, functions and methods by `convref.torch.read_operations`. The result is a
`Graph` whose layers have the paths of the module's own parameters, so that its state_dict fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import fx

from convref.errors import ArgumentError
from convref.nn import Call, Concat, Graph, Identity, Layer, Product, Split, Sum
from convref.torch.composite import Composite
from convref.torch.read_modules import Unreadable, described
from convref.torch.read_operations import PARAMETRIC, PASSED, UNARY, Shapes, factor
from convref.torch.read_patterns import with_shuffles
from convref.torch.read_trace import operation, trace, values, where, without_weights

INPUT = "input"
JOINS: dict[str, type[Sum | Product]] = {
    "add": Sum,
    "iadd": Sum,
    "add_": Sum,
    "mul": Product,
    "imul": Product,
    "mul_": Product,
}
CUTS = ("chunk", "split")
CONCATENATIONS = ("cat", "concat", "concatenate")


def from_torch(module: torch.nn.Module, input_shape: Sequence[int]) -> Layer:
    """Read a module into a description, to be analyzed, drawn and run in NumPy.

    The module is read as it is in evaluation mode. Its first output is the main one, further outputs (of a
    tuple or dict) are taps.

    Args:
        module: takes one tensor.
        input_shape: of that tensor, without the batch; what depends on it is read for this size.

    Raises:
        ArgumentError: something cannot be read; the error names the operation and its line.

    Example:
        >>> import torch
        >>> net = from_torch(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU()), (3, 32, 32))
        >>> net.output_shape((3, 32, 32)), list(net.parameters())
        ((8, 30, 30), ['0.weight', '0.bias'])
    """
    if isinstance(module, Composite):
        return module.description
    return _Reader(without_weights(module), tuple(input_shape)).graph()


class _Reader:
    """Goes through a trace node by node and collects layers and calls."""

    def __init__(self, module: torch.nn.Module, input_shape: tuple[int, ...]) -> None:
        self.module = module
        self.nodes = trace(module)
        self.given = values(module, self.nodes, input_shape)
        self.layers: dict[str, Layer] = {}
        self.calls: list[Call] = []
        self.names: dict[fx.Node, str] = {}
        self.cuts: dict[fx.Node, tuple[str, str]] = {}

    def graph(self) -> Graph:
        """The description."""
        outputs: dict[str, str] = {}
        for node in self.nodes.nodes:
            try:
                outputs |= {key: self.names[value] for key, value in self._read(node).items()}
            except (Unreadable, ArgumentError, TypeError) as error:
                raise ArgumentError(f"from_torch: cannot read {where(node)}: {error}") from error
        main, *taps = outputs
        calls, layers = with_shuffles(self.calls, self.layers, set(outputs.values()))
        return Graph(calls, outputs[main], {tap: outputs[tap] for tap in taps}, **layers)

    def _read(self, node: fx.Node) -> dict[str, fx.Node]:
        """Read one node; give the outputs by name when it is the last."""
        if node.op == "output":
            return _outputs(node.args[0])
        if node.op == "placeholder":
            if isinstance(self.given[node], torch.Tensor):
                self.names[node] = INPUT
        elif node.op == "call_module":
            target = str(node.target)
            self._add(node, target, described(self.module.get_submodule(target)), self._tensor(node))
        elif node.op in {"call_function", "call_method"} and self._makes_tensors(node):
            self._operation(node, operation(node))
        return {}

    def _makes_tensors(self, node: fx.Node) -> bool:
        value = self.given[node]
        many = value if isinstance(value, (tuple, list)) else (value,)
        return bool(many) and all(isinstance(each, torch.Tensor) for each in many)

    def _operation(self, node: fx.Node, name: str) -> None:
        first: Any = node.args[0] if node.args else node.kwargs.get("input")
        if name in PASSED:
            self.names[node] = self.names[self._tensor(node)]
        elif name == "getitem" and first in self.cuts:
            layer, taken = self.cuts[first]
            value = self._unique(node.name)
            self.calls.append(Call(layer, (taken,), name=value, part=self._constant(node.args[1])))
            self.names[node] = value
        elif name in CUTS:
            self._cut(node)
        elif name in CONCATENATIONS:
            self._concatenate(node)
        elif name in JOINS:
            self._join(node, JOINS[name])
        elif name in PARAMETRIC:
            self._parametric(node, name)
        elif name in UNARY:
            self._unary(node, name)
        else:
            raise Unreadable("the operation is not known here")

    def _unary(self, node: fx.Node, name: str) -> None:
        taken = self._tensor(node)
        rest = [self._constant(each) for each in node.args[1:]]
        named = {key: self._constant(each) for key, each in node.kwargs.items() if key != "input"}
        shapes = Shapes(tuple(self.given[taken].shape), tuple(self.given[node].shape))
        layers = UNARY[name](shapes, *rest, **named)
        self._chain(node, layers if isinstance(layers, tuple) else (layers,), taken)

    def _cut(self, node: fx.Node) -> None:
        taken, parts = self._tensor(node), self.given[node]
        dim = self._constant(node.kwargs.get("dim", node.args[2] if len(node.args) > 2 else 0))
        dim %= parts[0].ndim
        if len({part.shape for part in parts}) != 1:
            raise Unreadable("the parts must be equal")
        name = self._path(node)
        self.layers[name] = Split(*[Identity()] * len(parts), dim=dim)
        self.cuts[node] = (name, self.names[taken])

    def _concatenate(self, node: fx.Node) -> None:
        parts: Any = node.args[0] if node.args else node.kwargs["tensors"]
        dim = self._constant(node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else 0))
        dim %= self.given[node].ndim
        if len(parts) == 1:
            self.names[node] = self.names[parts[0]]
        else:
            self._add(node, self._path(node), Concat(*[Identity()] * len(parts), dim=dim), *parts)

    def _join(self, node: fx.Node, kind: type[Sum | Product]) -> None:
        both: list[Any] = [node.args[0], node.args[1] if len(node.args) > 1 else node.kwargs.get("other")]
        if node.kwargs.get("alpha", 1) != 1:
            raise Unreadable("a factor `alpha` is not known here")
        if not all(isinstance(each, fx.Node) and isinstance(self.given[each], torch.Tensor) for each in both):
            raise Unreadable("a number beside a tensor is not known here")
        weights = [each for each in both if each.op == "get_attr"]
        if kind is Product and len(weights) == 1:
            (taken,) = (each for each in both if each.op != "get_attr")
            name, layer = factor(str(weights[0].target), tuple(self.given[weights[0]].shape))
            self._add(node, name, layer, taken)
        elif weights:
            raise Unreadable("a parameter is used in a way that is not known here")
        elif len({self.given[each].ndim for each in both}) > 1:
            raise Unreadable("tensors of different numbers of axes meet")
        else:
            self._add(node, self._path(node), kind(Identity(), Identity()), *both)

    def _parametric(self, node: fx.Node, name: str) -> None:
        taken = self._tensor(node)
        path, layer = PARAMETRIC[name](
            tuple(self.given[taken].shape), self._held, *node.args[1:], **dict(node.kwargs)
        )
        self._add(node, path, layer, taken)

    def _held(self, node: object) -> tuple[str, tuple[int, ...]] | None:
        """The path and the shape of a parameter that a function takes, None where it takes none."""
        if node is None:
            return None
        if not isinstance(node, fx.Node) or node.op != "get_attr":
            raise Unreadable("its weights must be the module's own parameters")
        return str(node.target), tuple(self.given[node].shape)

    def _chain(self, node: fx.Node, layers: tuple[Layer, ...], taken: fx.Node) -> None:
        value = self.names[taken]
        for layer in layers:
            name = self._path(node)
            self.layers[name] = layer
            self.calls.append(Call(name, (value,)))
            value = name
        self.names[node] = value

    def _add(self, node: fx.Node, name: str, layer: Layer, *taken: fx.Node) -> None:
        if self.layers.setdefault(name, layer) != layer:
            raise Unreadable(f"{name} is used as {layer} and as {self.layers[name]}")
        unread = [each for each in taken if each not in self.names]
        if unread:
            raise Unreadable(f"it takes {unread[0]}, which is no tensor made from the input")
        value = self._unique(name)
        self.calls.append(Call(name, tuple(self.names[each] for each in taken), name=value))
        self.names[node] = value

    def _tensor(self, node: fx.Node) -> fx.Node:
        given = node.args[0] if node.args else node.kwargs.get("input")
        if not isinstance(given, fx.Node) or given not in self.names:
            raise Unreadable("it must take one tensor made from the input")
        return given

    def _constant(self, value: Any) -> Any:
        """An argument with what the trace found for the numbers in it."""
        if isinstance(value, fx.Node):
            if value in self.names:
                raise Unreadable("a tensor stands where a number is known")
            return self.given[value]
        if isinstance(value, (tuple, list)):
            return type(value)(self._constant(each) for each in value)
        return value

    def _path(self, node: fx.Node) -> str:
        """A name for an operation, inside the module that calls it."""
        stack = node.meta.get("nn_module_stack") or {"": None}
        scope, base = next(reversed(stack)), re.sub(r"_\d+$", "", node.name)
        name = full = f"{scope}.{base}" if scope else base
        count = 0
        while full in self.layers:
            count += 1
            full = f"{name}_{count}"
        return full

    def _unique(self, name: str) -> str:
        """A name for a value: the layer's, numbered where the layer is called again."""
        used, full, count = {INPUT, *(call.name for call in self.calls)}, name, 0
        while full in used:
            count += 1
            full = f"{name}@{count}"
        return full


def _outputs(given: Any) -> dict[str, fx.Node]:
    """The outputs by name, the main one first."""
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
