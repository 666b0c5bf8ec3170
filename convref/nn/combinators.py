"""Combinators: layers that are composed of other layers, their children."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from convref.errors import ArgumentError, ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.checks import ordinal
from convref.nn.cost import NO_COST, Cost
from convref.nn.flow import Child, Flow, Inline
from convref.nn.given import is_torch_module, remedy
from convref.nn.pointwise import Pointwise
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.trace import trace

T = TypeVar("T")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Combinator(Layer):
    """A layer with children; subclasses define in `flow` how a value passes through them.

    The name of a child is its index if it is given by position, and the keyword if it is given by keyword. A
    subclass whose `flow` joins several values into one also implements `join_shape`, `join_cost`,
    `joins_to_map` and `join_saves`. It also needs functions that join the values in NumPy and in torch, and
    that count the join for the counting tools; see `convref.nn.register`.
    """

    layers: tuple[Child, ...] = field(default=())
    composite = True

    def __init__(self, *layers: Layer | Inline, **named: Layer | Inline) -> None:
        given = [(str(index), layer) for index, layer in enumerate(layers)] + list(named.items())
        self.normalize(layers=tuple([self._child(name, layer) for name, layer in given]))
        self._check_names()

    def _child(self, name: str, given: Layer | Inline) -> Child:
        key, layer = ("", given.layer) if isinstance(given, Inline) else (name, given)
        if not isinstance(layer, Layer):
            helps = isinstance(layer, type) or is_torch_module(type(layer))  # type: ignore[unreachable]
            raise self.fail(f"child {name}", layer, f"must be a layer{'; ' + remedy(layer) if helps else ''}")
        self._check_child_name(name)
        return Child(name, key, layer)

    def _check_child_name(self, name: str) -> None:
        if not name or "." in name:
            raise self.fail("child", name, "must be a name without dots")

    def _check_names(self) -> None:
        seen: dict[str, str] = {}
        for child in self.layers:
            for name in (child.key,) if child.key else _exposed(child.layer):
                if name in seen:
                    raise ArgumentError(
                        f"{type(self).__name__}: child {child.name} adds the name {name!r} to the paths of "
                        f"parameters, and so does child {seen[name]}; these names must differ"
                    )
                seen[name] = child.name

    @property
    def children(self) -> tuple[Child, ...]:
        """The children, in the order in which they were given."""
        return self.layers

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the output shape, by passing the input's shape through the children.

        Raises:
            ShapeError: the input of a layer inside does not fit that layer; the error names the layer's path.
        """
        return trace(self, input_shape).output_shape

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of all parameters of the children, by full name."""
        return self._parameters.copy()

    def buffers(self) -> dict[str, Shape]:
        """Return the shapes of all buffers of the children, by full name."""
        return self._buffers.copy()

    @cached_property
    def _parameters(self) -> dict[str, Shape]:
        return dict(_under(self, "parameters"))

    @cached_property
    def _buffers(self) -> dict[str, Shape]:
        return dict(_under(self, "buffers"))

    def cost(self, input_shape: Shape) -> Cost:
        """Return the operations of all layers inside together, on one input."""
        return sum((step.cost for step in trace(self, input_shape).steps), NO_COST)

    def _arguments(self) -> Iterator[str]:
        for index, child in enumerate(self.layers):
            shown = repr(child.layer) if child.key else repr(Inline(child.layer))
            if child.name == str(index):
                yield shown
            elif child.name.isidentifier():
                yield f"{child.name}={shown}"
            else:
                yield f"**{{{child.name!r}: {shown}}}"


@dataclass(frozen=True, repr=False, eq=False)
class Identity(Pointwise):
    """Returns its input unchanged, as torch.nn.Identity.

    Example:
        >>> Identity().output_shape((64, 7, 7))
        (64, 7, 7)
    """

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero."""
        return NO_COST

    def shares_memory(self, *, training: bool) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output uses the input's memory."""
        return True

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`: the gradient is passed on unchanged, so autograd keeps no values."""
        return NOTHING_SAVED


class Branches(Combinator):
    """Base of combinators whose children all take the same input and whose outputs are joined."""

    def __init__(self, *layers: Layer | Inline, **named: Layer | Inline) -> None:
        super().__init__(*layers, **named)
        if not self.layers:
            raise ArgumentError(f"{type(self).__name__}: needs at least one child")

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Apply every child to the same value, and join the outputs."""
        return flow.join(self, *[flow.child(child, value) for child in self.layers])


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Concatenation(Branches):
    """Base of combinators that concatenate values along the axis `dim`."""

    dim: int = 1

    def __init__(self, *layers: Layer | Inline, dim: int = 1, **named: Layer | Inline) -> None:
        self.normalize(dim=dim)
        if not isinstance(dim, int) or dim == 0:
            raise self.fail("dim", dim, "must be an integer other than 0; axis 0 is the batch")
        super().__init__(*layers, **named)

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """Return the shape of the concatenation: the sizes along `dim` add up, the others must be equal."""
        first, axis = shapes[0], self.axis("dim", shapes[0])
        others = _without(first, axis)
        for shape in shapes[1:]:
            if len(shape) != len(first) or _without(shape, axis) != others:
                raise ShapeError(
                    f"branches must give shapes that differ only in the {ordinal(axis, first)} size, "
                    f"not {list(shapes)}"
                )
        return (*first[:axis], sum([shape[axis] for shape in shapes]), *first[axis + 1 :])

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: elements are only copied."""
        return NO_COST

    def joins_to_map(self) -> bool:
        """Return True: a concatenation is a new feature map."""
        return True

    def join_saves(self) -> bool:
        """Return False: the gradient needs no values, because it is a slice of the output's gradient."""
        return False

    def _arguments(self) -> Iterator[str]:
        yield from super()._arguments()
        if self.dim != 1:
            yield f"dim={self.dim}"


class Concat(Concatenation):
    """Applies children to the same input and concatenates their outputs along `dim`, as in Inception.

    Shapes: the outputs of the children must have equal sizes on all axes except `dim` (axis 0 is the batch).

    Raises:
        ArgumentError: there is no child, or `dim` is the batch.

    Example:
        >>> from convref.nn import Conv2d
        >>> Concat(one=Conv2d(8, 4, 1), three=Conv2d(8, 6, 3, padding=1)).output_shape((8, 5, 5))
        (10, 5, 5)
    """


class Split(Concatenation):
    """Splits the input along `dim` into equal parts, one per child, and concatenates the children's outputs.

    Shapes: the size of the input along `dim` must be divisible by the number of children.

    Raises:
        ArgumentError: there is no child, or `dim` is the batch.

    Source: Ma et al., 2018, ShuffleNet V2, where one half of the channels passes unchanged.

    Example:
        >>> from convref.nn import Conv2d
        >>> Split(Identity(), branch2=Conv2d(4, 6, 1)).output_shape((8, 5, 5))
        (10, 5, 5)
    """

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Apply each child to its part of the value, and concatenate the outputs."""
        parts = [flow.part(self, value, index) for index in range(len(self.layers))]
        return flow.join(self, *[flow.child(*pair) for pair in zip(self.layers, parts, strict=True)])

    def part_slices(self, shape: Shape, index: int) -> tuple[slice, ...]:
        """Return the slices, one per axis, that select the part of a value for branch `index`."""
        axis, count = self.axis("dim", shape), len(self.layers)
        if shape[axis] % count:
            raise ShapeError(
                f"the {ordinal(axis, shape)} size of {shape} must be divisible "
                f"by the number of branches, {count}"
            )
        size = shape[axis] // count
        after = [slice(None)] * (len(shape) - axis - 1)
        return (*[slice(None)] * axis, slice(index * size, (index + 1) * size), *after)


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _exposed(layer: Layer) -> list[str]:
    """Return the first part of each name of an inlined layer's parameters: "fc" for `fc.weight`.

    These names are used in the layer around it, where no two children may use the same name.
    """
    if not layer.children:
        names = [*layer.parameters(), *layer.buffers()]
        return list(dict.fromkeys(name.partition(".")[0] for name in names))
    return [
        name for child in layer.children for name in ((child.key,) if child.key else _exposed(child.layer))
    ]


def _under(layer: Combinator, which: str) -> Iterator[tuple[str, Shape]]:
    """Yield the names and shapes of a combinator's parameters or buffers, in the order of torch's state_dict.

    In torch, an inlined primitive (a layer without children) is no submodule. Its parameters belong to the
    module around it, and come before those of the submodules. `which` is "parameters" or "buffers".
    """
    for child in sorted(_held(layer), key=lambda child: bool(child.key)):
        prefix = f"{child.key}." if child.key else ""
        for name, shape in getattr(child.layer, which)().items():
            yield (prefix + name if name else child.key), shape


def _held(layer: Layer) -> Iterator[Child]:
    """Yield the children of a layer; an inlined combinator is replaced by its own children."""
    for child in layer.children:
        if child.key or not child.layer.composite:
            yield child
        else:
            yield from _held(child.layer)
