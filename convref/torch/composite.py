"""The torch module of a combinator: holds its children, lets the description say how tensors flow."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import reduce, singledispatch

import torch

from convref import nn
from convref.nn.base import Child, Layer

Tensor = torch.Tensor
Taps = dict[str, Tensor]


class Composite(torch.nn.Module):
    """The module of a combinator; `description` says what it does.

    Args:
        description: the combinator.
        module: makes the module of a primitive.
    """

    def __init__(self, description: Layer, module: Callable[[Layer], torch.nn.Module]) -> None:
        super().__init__()
        self.description = description
        self._inlined: dict[str, Inlined] = {}
        self._hold(description, "", module)

    def _hold(self, layer: Layer, place: str, module: Callable[[Layer], torch.nn.Module]) -> None:
        """Register the children of `layer`, and those of what is inlined in it, as this module's own."""
        for child in layer.children:
            where = f"{place}/{child.name}"
            if child.key:
                part = Composite(child.layer, module) if child.layer.composite else module(child.layer)
                _add(self, child.key, part)
            elif child.layer.composite:
                self._hold(child.layer, where, module)
            else:
                self._inlined[where] = Inlined(self, module(child.layer))

    def inlined(self, where: str, value: Tensor) -> Tensor:
        """What the primitive that is inlined at this place of the description gives."""
        return self._inlined[where].run(self, value)

    def forward(self, x: Tensor, *, taps: bool = False) -> Tensor | tuple[Tensor, Taps]:
        """The description's main output for a batch; with `taps`, also its auxiliary outputs by name."""
        flow = TensorFlow(self, {}, training=self.training)
        output = self.description.flow(x, flow)
        return (output, flow.taps) if taps else output


def _add(parent: torch.nn.Module, path: str, module: torch.nn.Module) -> None:
    """Register a module at a path, in empty modules where the path has dots."""
    *outer, name = path.split(".")
    for each in outer:
        if each not in dict(parent.named_children()):
            parent.add_module(each, torch.nn.Module())
        parent = parent.get_submodule(each)
    for part, inner in dict(parent.named_children()).get(name, torch.nn.Module()).named_children():
        module.add_module(part, inner)  # what is below this path and came first
    parent.add_module(name, module)


class Inlined:
    """A primitive whose parameters its parent holds as its own, under their own names."""

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
        """The primitive's output with the parent's present parameters."""
        self.primitive.train(parent.training)
        if not self.names:  # what holds nothing is called as it is, which tracing can follow too
            output: Tensor = self.primitive(value)
            return output
        own = {name: _held(parent, name) for name in self.names}
        return torch.func.functional_call(self.primitive, own, (value,))  # type: ignore[no-any-return]


def _held(parent: torch.nn.Module, name: str) -> Tensor:
    path, _, last = name.rpartition(".")
    value: Tensor = getattr(parent.get_submodule(path), last)
    return value


class TensorFlow:
    """A `Flow` of tensors through the modules that one `Composite` holds."""

    def __init__(self, holder: Composite, taps: Taps, *, training: bool, place: str = "") -> None:
        self.holder, self.taps, self.training, self.place = holder, taps, training, place

    def child(self, child: Child, *values: Tensor, part: int | None = None) -> Tensor:
        """The child's output, through its own module where it has one."""
        if part is not None:
            return self.part(child.layer, values[0], part)
        if len(values) > 1:
            return self.join(child.layer, *values)
        (value,) = values
        where = f"{self.place}/{child.name}"
        if child.key:
            module = self.holder.get_submodule(child.key)
            if not isinstance(module, Composite):
                return module(value)  # type: ignore[no-any-return]
            output, taps = module(value, taps=True)
            self.taps.update(taps)
            return output  # type: ignore[no-any-return]
        if child.layer.composite:
            inner = TensorFlow(self.holder, self.taps, training=self.training, place=where)
            return child.layer.flow(value, inner)
        return self.holder.inlined(where, value)

    def join(self, layer: Layer, *values: Tensor) -> Tensor:
        """The values joined as the combinator joins them."""
        return join(layer, values)

    def part(self, layer: Layer, value: Tensor, index: int) -> Tensor:
        """One part of what a `Split` cuts."""
        assert isinstance(layer, nn.Split)  # noqa: S101 - no other combinator cuts
        return value[(slice(None), *layer.part_slices(tuple(value.shape[1:]), index))]

    def watch(self, child: Child, value: Tensor, paths: Iterable[str]) -> tuple[Tensor, Taps]:
        """The child's output, and what the modules at these paths inside it gave on the way."""
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


@singledispatch
def join(layer: Layer, values: tuple[Tensor, ...]) -> Tensor:
    """Values joined as a combinator joins them."""
    raise NotImplementedError(f"{type(layer).__name__} has no torch join of {len(values)} values")


@join.register
def _(layer: nn.Sum, values: tuple[Tensor, ...]) -> Tensor:  # noqa: ARG001 - one signature for all
    return reduce(torch.add, values)


@join.register
def _(layer: nn.Mean, values: tuple[Tensor, ...]) -> Tensor:  # noqa: ARG001 - one signature for all
    return reduce(torch.add, values) / len(values)


@join.register
def _(layer: nn.Product, values: tuple[Tensor, ...]) -> Tensor:  # noqa: ARG001 - one signature for all
    return reduce(torch.mul, values)


@join.register(nn.Concat)
@join.register(nn.Split)
def _(layer: nn.Concat | nn.Split, values: tuple[Tensor, ...]) -> Tensor:
    return torch.cat(values, dim=layer.dim)


@join.register
def _(layer: nn.ResizeLike, values: tuple[Tensor, ...]) -> Tensor:
    output, like = values
    corners = None if layer.mode == "nearest" else False
    return torch.nn.functional.interpolate(output, like.shape[2:], mode=layer.mode, align_corners=corners)
