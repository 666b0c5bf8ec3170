"""A user's own `torch.nn.Module` -> a description, by following it with a tensor of the meta device.

`torch.fx` follows the module's `forward` with a tensor that has a shape and no numbers, so that every step's
shapes are known and no weight is copied or computed with. Modules of torch.nn are read by
`convref.torch.reader.modules`, functions and methods by `convref.torch.reader.operations`, those that take
parameters by `convref.torch.reader.parametric`. The result is a `Graph` whose layers have the paths of the
module's own parameters, so that its state_dict fits. Each layer is held against the shape that torch gave;
what would differ is told, not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import fx

from convref import nn
from convref.errors import ArgumentError, ShapeError
from convref.nn import Call, Concat, Graph, Identity, Layer, Product, Shape, Split, Sum
from convref.nn.given import checked_shape
from convref.nn.graph import INPUT
from convref.torch.composite import Composite
from convref.torch.reader.cuts import indexed, part
from convref.torch.reader.graph import Collected, outputs
from convref.torch.reader.heads import with_training_heads
from convref.torch.reader.modules import Unreadable, described
from convref.torch.reader.operations import CASTS, PASSED, UNARY, Shapes, factor, reshaped, with_number
from convref.torch.reader.parametric import PARAMETRIC
from convref.torch.reader.patterns import with_shuffles
from convref.torch.reader.trace import operation, where, without_weights, works_in_place

ARITHMETIC = {
    **dict.fromkeys(("add", "iadd", "add_"), "add"),
    **dict.fromkeys(("mul", "imul", "mul_", "multiply"), "mul"),
    **dict.fromkeys(("sub", "isub", "sub_", "subtract"), "sub"),
    **dict.fromkeys(("truediv", "itruediv", "div", "div_", "divide"), "div"),
}
"""The names of what joins two tensors, or a tensor and a number."""
CUTS = ("chunk", "split")
CONCATENATIONS = ("cat", "concat", "concatenate")
NESTS = (torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict)
EXPANSIONS = ("expand", "expand_as")


def from_torch(module: torch.nn.Module, input_shape: Sequence[int]) -> Layer:
    """Read a module into a description, to be analyzed, drawn and run in NumPy.

    The module is read as it is in evaluation mode. Its first output is the main one, further outputs (of a
    tuple or dict) are taps.

    Args:
        module: takes one tensor; further arguments of its forward have their defaults. What the forward
            does not use is no part of the description, but heads that training alone runs are taps of it.
        input_shape: of that tensor, without the batch; what depends on it is read for this size.

    Raises:
        ArgumentError: `module` is no module, does not take an input of this shape, or does something that
            cannot be read; the error names the operation, the module that it is in, and the line.

    Example:
        >>> import torch
        >>> net = from_torch(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU()), (3, 32, 32))
        >>> net.output_shape((3, 32, 32)), list(net.parameters())
        ((8, 30, 30), ['0.weight', '0.bias'])
    """
    _check_module(module)
    shape = checked_shape(input_shape)
    if isinstance(module, Composite):
        return module.description
    if type(module) is getattr(torch.nn, type(module).__name__, None) and not isinstance(module, NESTS):
        return _alone(module, shape)
    plain = without_weights(module)
    net = _Reader(plain, shape).graph()
    if net.parameters().keys() >= dict(module.named_parameters()).keys():
        return net
    try:
        return with_training_heads(net, _Reader(plain.train(), shape).graph())
    except ArgumentError:  # training does more than can be read
        return net


def _check_module(module: object) -> None:
    if isinstance(module, torch.nn.Module):
        return
    rule = "must be a torch.nn.Module"
    if isinstance(module, type):
        raise ArgumentError(f"from_torch: module (=class {module.__name__}) {rule}; give an instance")
    if isinstance(module, Layer):
        rule += "; this is a description already"
    raise ArgumentError(f"from_torch: module (=a {type(module).__name__}) {rule}")


def _alone(module: torch.nn.Module, shape: tuple[int, ...]) -> Layer:
    """The description of a module of torch.nn that is the whole network."""
    try:
        layer = described(module)
        layer.output_shape(shape)
    except (Unreadable, ShapeError) as error:
        raise ArgumentError(f"from_torch: cannot read {type(module).__name__}: {error}") from error
    return layer


class _Reader(Collected):
    """Goes through a trace node by node."""

    def __init__(self, module: torch.nn.Module, input_shape: Shape) -> None:
        super().__init__(module, input_shape)
        self.cuts: dict[fx.Node, tuple[str, str]] = {}
        self.unequal: dict[fx.Node, tuple[fx.Node, int]] = {}

    def graph(self) -> Graph:
        """The description."""
        ends: dict[str, str] = {}
        for node in self.nodes.nodes:
            try:
                ends |= {key: self.named(value) for key, value in self._read(node).items()}
            except (Unreadable, ArgumentError, ShapeError, TypeError) as error:
                raise ArgumentError(f"from_torch: cannot read {where(node)}: {error}") from error
        main, *taps = ends
        if not self.calls:  # what goes in comes out
            self.call("identity", Identity(), [INPUT])
        calls, layers = with_shuffles(self.calls, self.layers, set(ends.values()))
        return Graph(calls, ends[main], {tap: ends[tap] for tap in taps}, **layers)

    def _read(self, node: fx.Node) -> dict[str, fx.Node]:
        """Read one node; give the outputs by name when it is the last."""
        if node.op == "output":
            return outputs(node.args[0])
        if node.op == "placeholder":
            if isinstance(self.given[node], torch.Tensor):
                self.names[node] = INPUT
        elif node.op == "call_module":
            self._module(node, str(node.target))
        elif node.op in {"call_function", "call_method"} and self._makes_tensors(node):
            self._operation(node, operation(node))
        if node in self.names and node.op.startswith("call_") and works_in_place(self.module, node):
            self.rewritten(node)
        return {}

    def _module(self, node: fx.Node, target: str) -> None:
        module, taken = self.module.get_submodule(target), self.tensor(node)
        layer = described(module)
        harmless = {"input", "need_weights", "average_attn_weights"}
        more = [*node.args[1:], *(each for key, each in node.kwargs.items() if key not in harmless)]
        if isinstance(layer, nn.MultiheadAttention):
            if more[:2] != [taken, taken]:
                raise Unreadable("its queries, keys and values must be one tensor")
            more = more[2:]
        if any(each is not None and each is not False for each in more):
            raise Unreadable("it must be given one tensor and nothing else")
        self.add(node, self.owner(target, layer), layer, taken)

    def _makes_tensors(self, node: fx.Node) -> bool:
        value = self.given.get(node)  # None for a named tuple, which torch.fx makes out of what it returns
        many = value if isinstance(value, (tuple, list)) else (value,)
        return any(isinstance(each, torch.Tensor) for each in many)

    def _operation(self, node: fx.Node, name: str) -> None:
        if name in PASSED or (
            name in CASTS and self.given[self.tensor(node)].dtype == self.given[node].dtype
        ):
            self.names[node] = self.names[self.tensor(node)]
        elif name == "getitem":
            self._item(node)
        elif name in EXPANSIONS:
            self._expand(node)
        elif name == "stack":
            self._stack(node)
        elif name in CUTS:
            self._cut(node)
        elif name in CONCATENATIONS:
            self._concatenate(node)
        elif name in ARITHMETIC:
            self._arithmetic(node, ARITHMETIC[name])
        elif name in PARAMETRIC:
            self._parametric(node, name)
        elif name in UNARY:
            self._unary(node, name)
        else:
            raise Unreadable("the operation is not known here")

    def _unary(self, node: fx.Node, name: str) -> None:
        taken = self.tensor(node)
        rest = [self.constant(each) for each in node.args[1:]]
        named = {key: self.constant(each) for key, each in node.kwargs.items() if key != "input"}
        shapes = self.shapes(node, taken)
        if "dropout" in name and not self.module.training and named.get("training", (*rest, True, True)[1]):
            raise Unreadable("it drops in evaluation too; training=self.training lets it not")
        layers = UNARY[name](shapes, *rest, **named)
        self.chain(node, layers if isinstance(layers, tuple) else (layers,), taken)

    def _cut(self, node: fx.Node) -> None:
        taken, parts = self.tensor(node), self.given[node]
        dim = self.constant(node.kwargs.get("dim", node.args[2] if len(node.args) > 2 else 0))
        dim %= parts[0].ndim
        if len({each.shape for each in parts}) == 1:
            name = self.path(node)
            self.layers[name] = Split(*[Identity()] * len(parts), dim=dim)
            self.cuts[node] = (name, self.names[taken])
        else:
            self.unequal[node] = (taken, dim)

    def _item(self, node: fx.Node) -> None:
        """A part of what a cut gave, the output of a module that gives several, or a part of a tensor."""
        first: Any = node.args[0]
        index = self.constant(node.args[1])
        if first in self.cuts:
            layer, taken = self.cuts[first]
            value = self.unique(node.name)
            self.calls.append(Call(layer, (taken,), name=value, part=index % len(self.given[first])))
            self.names[node] = value
        elif first in self.unequal:
            source, dim = self.unequal[first]
            sizes = [each.shape[dim] for each in self.given[first]]
            place = index % len(sizes)
            layers = part(tuple(self.given[source].shape), dim, sum(sizes[:place]), sizes[place])
            self.chain(node, layers, source)
        elif isinstance(self.given[first], tuple):
            if index != 0:
                raise Unreadable("only the first of the outputs is known here")
            self.names[node] = self.names[first]
        else:
            whole = self.tensor(node)
            self.chain(node, indexed(self.shapes(node, whole), index), whole)

    def _expand(self, node: fx.Node) -> None:
        """What is repeated only to be added or multiplied is what broadcasting does anyway."""
        if any(operation(user) not in ARITHMETIC for user in node.users):
            raise Unreadable("what is repeated must go into a sum or a product")
        if self.given[self.tensor(node)].ndim != self.given[node].ndim:
            raise Unreadable("tensors of different numbers of axes meet")
        self.names[node] = self.names[self.tensor(node)]

    def _stack(self, node: fx.Node) -> None:
        parts, dim = self._listed(node)
        made = tuple(self.given[node].shape)
        if dim == 0:
            raise Unreadable("the batch must stay the first axis")
        single = (*made[:dim], 1, *made[dim + 1 :])
        ends = [
            self.chained(node, reshaped(Shapes(tuple(self.given[each].shape), single)), each)
            for each in parts
        ]
        self.names[node] = self.call(self.path(node), Concat(*[Identity()] * len(parts), dim=dim), ends)

    def _listed(self, node: fx.Node) -> tuple[list[fx.Node], int]:
        """The tensors that are put together, and along which axis."""
        parts: Any = node.args[0] if node.args else node.kwargs["tensors"]
        dim = self.constant(node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else 0))
        return parts, dim % self.given[node].ndim

    def _concatenate(self, node: fx.Node) -> None:
        parts, dim = self._listed(node)
        if len(parts) == 1:
            self.names[node] = self.named(parts[0])
        else:
            self.add(node, self.path(node), Concat(*[Identity()] * len(parts), dim=dim), *parts)

    def _arithmetic(self, node: fx.Node, name: str) -> None:
        both: list[Any] = [node.args[0], node.args[1] if len(node.args) > 1 else node.kwargs.get("other")]
        options = [key for key in ("alpha", "rounding_mode") if node.kwargs.get(key, 1) not in {1, None}]
        if options:
            raise Unreadable(f"`{options[0]}` is not known here")
        tensors = [
            each for each in both if isinstance(each, fx.Node) and isinstance(self.given[each], torch.Tensor)
        ]
        if len(tensors) == 2:
            self._join(node, name, *tensors)
            return
        left, right = (None if each in tensors else self.constant(each) for each in both)
        layer = with_number(name, left, right)
        if layer == nn.Affine():  # as the sum() of Python begins
            self.names[node] = self.named(tensors[0])
        else:
            self.chain(node, (layer,), tensors[0])

    def _join(self, node: fx.Node, name: str, *both: fx.Node) -> None:
        weights = [each for each in both if each.op == "get_attr"]
        if name == "mul" and len(weights) == 1:
            (taken,) = (each for each in both if each.op != "get_attr")
            path, layer = factor(str(weights[0].target), tuple(self.given[weights[0]].shape))
            self.add(node, path, layer, taken)
        elif weights:
            raise Unreadable("a parameter is used in a way that is not known here")
        elif len({self.given[each].ndim for each in both}) > 1:
            raise Unreadable("tensors of different numbers of axes meet")
        elif name == "div":
            raise Unreadable("a tensor over a tensor is not known here")
        elif name == "sub":
            minus = self.chained(node, (nn.Affine(-1.0),), both[1])
            self.names[node] = self.call(
                self.path(node), Sum(Identity(), Identity()), [self.named(both[0]), minus]
            )
        else:
            kind = Product if name == "mul" else Sum
            self.add(node, self.path(node), kind(Identity(), Identity()), *both)

    def _parametric(self, node: fx.Node, name: str) -> None:
        taken = self.tensor(node)
        named = {key: each for key, each in node.kwargs.items() if key != "input"}
        path, layer = PARAMETRIC[name](tuple(self.given[taken].shape), self._held, *node.args[1:], **named)
        self.add(node, path or self.path(node), layer, taken)

    def _held(self, node: object) -> tuple[str, tuple[int, ...]] | None:
        """The path and the shape of a parameter that a function takes, None where it takes none."""
        if node is None:
            return None
        if not isinstance(node, fx.Node) or node.op != "get_attr":
            raise Unreadable("its weights must be the module's own parameters")
        return str(node.target), tuple(self.given[node].shape)
