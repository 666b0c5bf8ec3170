"""`Composite`: the PyTorch module of a combinator, that is, of a layer that contains other layers.

The method `flow` of the combinator's description calls the children and joins their outputs. It does so
through a `Flow`, an interface with one implementation for each kind of value. `TensorFlow` is the one for
tensors.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import torch

from convref import nn
from convref.nn.base import Layer
from convref.nn.combinators import Concatenation
from convref.nn.flow import Child
from convref.nn.rules import TORCH
from convref.torch.operations import apply

Tensor = torch.Tensor
Taps = dict[str, Tensor]
MakeModule = Callable[[Layer, str], torch.nn.Module]
"""A function that creates the module of a layer without children, given the layer and its path."""


class Composite(torch.nn.Module):
    """The PyTorch module of a combinator; its forward pass is the method `flow` of `description`.

    Args:
        description: the combinator.
        module: a function that creates the module of a layer without children.
        path: the combinator's path in the network, which errors name.
    """

    def __init__(self, description: Layer, module: MakeModule, path: str = "") -> None:
        super().__init__()
        self.description = description
        self._path = path
        self._inlined: dict[str, Inlined] = {}
        self._hold(description, "", path, module)

    def _hold(self, layer: Layer, inside: str, path: str, module: MakeModule) -> None:
        """Create the modules of the children of `layer`, and register them in this module.

        A child is *inlined* if it does not appear in the names of parameters: the weight of an inlined
        convolution is `weight`, not `conv.weight`. An inlined child gets no submodule. If it contains other
        layers, these are registered directly in this module; otherwise its parameters are.

        Args:
            layer: this module's description, or a combinator that is inlined in it.
            inside: the path of `layer` within this module's description.
            path: the path of `layer` within the whole network, which errors name.
            module: a function that creates the module of a layer without children.
        """
        for child in layer.children:
            where, full = f"{inside}/{child.name}", f"{path}.{child.name}" if path else child.name
            if isinstance(child.layer, nn.Operation):
                continue  # an operation has no parameters
            if isinstance(child.layer, nn.Parameter):
                _hold_tensor(self, child.key, child.layer)
            elif child.key and child.layer.composite:
                _add(self, child.key, Composite(child.layer, module, full))
            elif child.key:
                _add(self, child.key, module(child.layer, full))
            elif child.layer.composite:
                self._hold(child.layer, where, full, module)
            else:
                self._inlined[where] = Inlined(self, module(child.layer, full))

    @property
    def path(self) -> str:
        """The path of the combinator in the network; empty for the network itself."""
        return self._path

    def inlined(self, where: str, value: Tensor) -> Tensor:
        """Apply a layer that has no submodule to `value`, and return its output.

        Args:
            where: the layer's path within this module's description.
            value: the layer's input.
        """
        return self._inlined[where].run(self, value)

    def forward(self, x: Tensor, *further: Tensor, taps: bool = False) -> Tensor | tuple[Tensor, Taps]:
        """Return the main output for a batch.

        With `taps`, return a pair instead: the main output, and a dict from name to auxiliary output.
        """
        flow = TensorFlow(self, {}, training=self.training, first=x)
        value: Any = (x, *further) if further else x
        output = self.description.flow(value, flow)
        return (output, flow.taps) if taps else output


def _add(parent: torch.nn.Module, path: str, module: torch.nn.Module) -> None:
    """Register a module under a path such as `stem.conv`; if `stem` does not exist, it is an empty module."""
    *outer, name = path.split(".")
    for each in outer:
        if each not in dict(parent.named_children()):
            parent.add_module(each, torch.nn.Module())
        parent = parent.get_submodule(each)
    for part, inner in dict(parent.named_children()).get(name, torch.nn.Module()).named_children():
        module.add_module(part, inner)  # keep the submodules that were registered under this path before
    parent.add_module(name, module)


def _hold_tensor(parent: torch.nn.Module, path: str, parameter: nn.Parameter) -> None:
    """Register a parameter or buffer under a path such as `stem.weight`.

    If a tensor with this path is already registered, because a layer's module has it, do nothing.
    """
    outer, _, name = path.rpartition(".")
    for each in outer.split(".") if outer else ():
        if each not in dict(parent.named_children()):
            parent.add_module(each, torch.nn.Module())
        parent = parent.get_submodule(each)
    if hasattr(parent, name):
        return
    tensor = torch.zeros(parameter.shape, dtype=getattr(torch, parameter.dtype) if parameter.dtype else None)
    if parameter.kind != "parameter":
        parent.register_buffer(name, tensor)
        return
    if tensor.is_floating_point():
        torch.nn.init.normal_(tensor, std=0.02)
    parent.register_parameter(name, torch.nn.Parameter(tensor, requires_grad=tensor.is_floating_point()))


class Inlined:
    """A layer whose parameters are registered in its parent module, as `weight` instead of `conv.weight`."""

    def __init__(self, parent: torch.nn.Module, primitive: torch.nn.Module) -> None:
        self.names = [name for name, _ in (*primitive.named_parameters(), *primitive.named_buffers())]
        self.primitive = copy.deepcopy(primitive).to("meta")
        for name, parameter in primitive.named_parameters(recurse=False):
            parent.register_parameter(name, parameter)
        for name, buffer in primitive.named_buffers(recurse=False):
            parent.register_buffer(name, buffer)
        for name, part in primitive.named_children():
            parent.add_module(name, part)

    def run(self, parent: torch.nn.Module, value: Tensor) -> Tensor:
        """Return the layer's output for `value`, computed with the current parameters of `parent`."""
        self.primitive.train(parent.training)
        if not self.names:  # without parameters, the module can simply be called, which torch.fx can trace
            output: Tensor = self.primitive(value)
            return output
        # torch.func.functional_call does the same, but torch.jit, which fvcore uses, cannot trace it.
        kept = {name: self._swap(name, _held(parent, name)) for name in self.names}
        try:
            return self.primitive(value)  # type: ignore[no-any-return]
        finally:
            for name, tensor in kept.items():
                self._swap(name, tensor)

    def _swap(self, name: str, tensor: Tensor) -> Tensor:
        """Replace the layer's parameter or buffer `name` by `tensor`, and return the old one."""
        path, _, last = name.rpartition(".")
        part = self.primitive.get_submodule(path)
        held: dict[str, Any] = part._parameters if last in part._parameters else part._buffers  # noqa: SLF001 - a tensor need not be a Parameter
        before: Tensor = held[last]
        held[last] = tensor
        return before


def _held(parent: torch.nn.Module, name: str) -> Tensor:
    path, _, last = name.rpartition(".")
    value: Tensor = getattr(parent.get_submodule(path), last)
    return value


class TensorFlow:
    """A `Flow` (the interface through which a combinator calls its children) that computes with tensors.

    Args:
        holder: the module that holds the children.
        taps: a dict from name to auxiliary output; this object adds the outputs that the children compute.
        training: whether the module is in training mode.
        first: the module's first input, from which the batch size and the device are read.
        inside: the path, within the holder's description, of the inlined combinator whose children are
            called; empty for the holder's own children.
    """

    def __init__(
        self, holder: Composite, taps: Taps, *, training: bool, first: Tensor, inside: str = ""
    ) -> None:
        self.holder, self.taps, self.training, self.inside = holder, taps, training, inside
        self._first = first
        self._several: dict[tuple[str, tuple[int, ...]], tuple[Tensor, ...]] = {}

    def child(self, child: Child, *values: Tensor, part: int | None = None) -> Tensor:
        """Return the output of a child for its inputs.

        Args:
            child: the child.
            values: its inputs.
            part: for an operation with several outputs, the index of the output to return. For a child that
                splits its input, the index of the part of the input to return.
        """
        if isinstance(child.layer, nn.Operation):
            return self._operation(child.layer, child.name, values, part or 0)
        if isinstance(child.layer, nn.Parameter):
            return _held(self.holder, child.key)
        if part is not None:
            return self.part(child.layer, values[0], part)
        where = f"{self.inside}/{child.name}"
        if len(values) > 1:
            return self._joined(child.layer, values, where)
        (value,) = values
        if child.key:
            module = self.holder.get_submodule(child.key)
            if not isinstance(module, Composite):
                return module(value)  # type: ignore[no-any-return]
            output, taps = module(value, taps=True)
            self.taps.update(taps)
            return output  # type: ignore[no-any-return]
        if child.layer.composite:
            inner = TensorFlow(
                self.holder, self.taps, training=self.training, first=self._first, inside=where
            )
            return child.layer.flow(value, inner)
        return self.holder.inlined(where, value)

    def _operation(self, layer: nn.Operation, name: str, values: tuple[Tensor, ...], part: int) -> Tensor:
        """Run an operation, and return its output with the index `part`.

        An operation with several outputs runs only once. Its outputs are kept, and later calls return them.
        """
        like = next((each for each in self.holder.parameters() if each.is_floating_point()), self._first)
        key = (name, tuple(map(id, values)))
        if len(layer.outputs) == 1 or key not in self._several:
            self._several[key] = apply(layer, values, len(self._first), like)
        return self._several[key][part]

    def join(self, layer: Layer, *values: Tensor) -> Tensor:
        """Join the outputs of the branches of the combinator `layer` into one tensor, such as their sum."""
        return self._joined(layer, values, self.inside)

    def _joined(self, layer: Layer, values: tuple[Tensor, ...], where: str) -> Tensor:
        path = ".".join(filter(None, (self.holder.path, *where.split("/"))))
        joined: Tensor = TORCH.rule(layer, path)(layer, values)
        return joined

    def part(self, layer: Layer, value: Any, index: int) -> Tensor:
        """Return the part of `value` that a combinator passes to the branch with the index `index`.

        For a tuple of inputs, this is the input with that index. For one tensor, it is a slice.
        """
        if isinstance(value, tuple):
            one: Tensor = value[index]
            return one
        cut: Tensor = value[(slice(None), *layer.part_slices(tuple(value.shape[1:]), index))]
        return cut

    def watch(self, child: Child, value: Tensor, paths: Iterable[str]) -> tuple[Tensor, Taps]:
        """Return the output of a child, and the outputs of modules inside the child.

        The second result is a dict from each of `paths`, relative to the child, to the output of that module.
        """
        seen: Taps = {}

        def keep(path: str) -> Callable[[torch.nn.Module, object, object], None]:
            def hook(_module: torch.nn.Module, _inputs: object, output: object) -> None:
                seen[path] = output[0] if isinstance(output, tuple) else output  # type: ignore[assignment]

            return hook

        prefix = f"{child.key}." if child.key else ""
        hooks = [self.holder.get_submodule(prefix + path).register_forward_hook(keep(path)) for path in paths]
        try:
            return self.child(child, value), seen
        finally:
            for hook in hooks:
                hook.remove()


@TORCH.register(nn.Sum)
def add(_layer: nn.Sum, values: tuple[Tensor, ...]) -> Tensor:
    """Return the sum of the tensors."""
    return reduce(torch.add, values)


@TORCH.register(nn.Mean)
def mean(_layer: nn.Mean, values: tuple[Tensor, ...]) -> Tensor:
    """Return the mean of the tensors."""
    return reduce(torch.add, values) / len(values)


@TORCH.register(nn.Product)
def multiply(_layer: nn.Product, values: tuple[Tensor, ...]) -> Tensor:
    """Return the product of the tensors."""
    return reduce(torch.mul, values)


@TORCH.register(Concatenation)
def concatenate(layer: Concatenation, values: tuple[Tensor, ...]) -> Tensor:
    """Concatenate the tensors along the layer's `dim`."""
    return torch.cat(values, dim=layer.dim)


@TORCH.register(nn.ResizeLike)
def resize_like(layer: nn.ResizeLike, values: tuple[Tensor, ...]) -> Tensor:
    """Resize the first tensor to the spatial size of the second."""
    output, like = values
    corners = None if layer.mode == "nearest" else False
    return torch.nn.functional.interpolate(output, like.shape[2:], mode=layer.mode, align_corners=corners)
