"""Layers made of layers. How a value flows through the children is said here once for every reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn.base import Child, Cost, Flow, Inline, Layer, Shape, numel
from convref.nn.checks import ordinal
from convref.nn.given import is_torch_module, remedy
from convref.nn.trace import trace

T = TypeVar("T")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Combinator(Layer):
    """A layer that has children; subclasses say in `flow` how a value goes through them.

    Children given by position are named by their index, children given by keyword by the keyword.
    """

    layers: tuple[Child, ...] = field(default=())
    composite = True

    def __init__(self, *layers: Layer | Inline, **named: Layer | Inline) -> None:
        given = [(str(index), layer) for index, layer in enumerate(layers)] + list(named.items())
        self.normalize(layers=tuple(self._child(name, layer) for name, layer in given))
        self._check_names()

    def _child(self, name: str, given: Layer | Inline) -> Child:
        layer = given.layer if isinstance(given, Inline) else given
        if not isinstance(layer, Layer):
            told = isinstance(layer, type) or is_torch_module(type(layer))  # type: ignore[unreachable]
            raise self.fail(f"child {name}", layer, f"must be a layer{'; ' + remedy(layer) if told else ''}")
        self._check_child_name(name)
        return Child(name, "" if isinstance(given, Inline) else name, layer)

    def _check_child_name(self, name: str) -> None:
        if not name or "." in name:
            raise self.fail("child", name, "must have a name without dots")

    def _check_names(self) -> None:
        seen: dict[str, str] = {}
        for child in self.layers:
            for name in (child.key,) if child.key else _exposed(child.layer):
                if name in seen:
                    raise ArgumentError(
                        f"{type(self).__name__}: child {child.name} gives the name {name!r}, "
                        f"which child {seen[name]} gives too; names must differ"
                    )
                seen[name] = child.name

    @property
    def children(self) -> tuple[Child, ...]:
        """The children, in the order in which they were given."""
        return self.layers

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape that comes out; a `ShapeError` names the path of the layer that does not fit."""
        return trace(self, input_shape).output_shape

    def parameters(self) -> dict[str, Shape]:
        """All parameters inside, by their full names."""
        return dict(_under(self, "parameters"))

    def buffers(self) -> dict[str, Shape]:
        """All buffers inside, by their full names."""
        return dict(_under(self, "buffers"))

    def cost(self, input_shape: Shape) -> Cost:
        """The operations of all the layers inside."""
        return sum((step.cost for step in trace(self, input_shape).steps), Cost())

    def _arguments(self) -> Iterator[str]:
        for index, child in enumerate(self.layers):
            shown = repr(child.layer) if child.key else repr(Inline(child.layer))
            if child.name == str(index):
                yield shown
            elif child.name.isidentifier():
                yield f"{child.name}={shown}"
            else:
                yield f"**{{{child.name!r}: {shown}}}"


class Sequential(Combinator):
    """Layers one after another, as in torch.nn.Sequential.

    It has a length, gives its layers by index, one after another, and by name; a slice is a Sequential whose
    layers keep their names, so that parameters of the whole are those of the part.

    Shapes: as the first layer's input, to the last layer's output; empty, it is the identity.

    Raises:
        UnknownNameError: it is asked for a layer that it does not have.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> net = Sequential(conv=Conv2d(3, 8, 3, padding=1), relu=ReLU())
        >>> net.output_shape((3, 32, 32))
        (8, 32, 32)
        >>> net.parameters()
        {'conv.weight': (8, 3, 3, 3), 'conv.bias': (8,)}
        >>> net[-1], net["relu"], net[1:], len(net)
        (ReLU(), ReLU(), Sequential(relu=ReLU()), 2)
    """

    def __len__(self) -> int:
        return len(self.layers)

    def __bool__(self) -> bool:
        """A layer is one, even if it is empty."""
        return True

    def __iter__(self) -> Iterator[Layer]:
        return iter([child.layer for child in self.layers])

    @overload
    def __getitem__(self, index: int | str) -> Layer: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: int | str | slice) -> Layer:
        if isinstance(index, slice):
            return Sequential(
                **{
                    child.name: child.layer if child.key else Inline(child.layer)
                    for child in self.layers[index]
                }
            )
        names = [child.name for child in self.layers]
        if isinstance(index, str) and index in names:
            return self.layers[names.index(index)].layer
        if isinstance(index, int) and -len(names) <= index < len(names):
            return self.layers[index].layer
        raise UnknownNameError("layer", index, names)

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Each child on what the one before gave."""
        for child in self.layers:
            value = flow.child(child, value)
        return value


@dataclass(frozen=True, repr=False, eq=False)
class Identity(Layer):
    """Gives what it takes, as in torch.nn.Identity.

    Example:
        >>> Identity().output_shape((64, 7, 7))
        (64, 7, 7)
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape


class _Branches(Combinator):
    """Children that take the same input and whose outputs are joined."""

    def __init__(self, *layers: Layer | Inline, **named: Layer | Inline) -> None:
        super().__init__(*layers, **named)
        if not self.layers:
            raise ArgumentError(f"{type(self).__name__}: there must be at least one child")

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Every child on the same value, joined."""
        return flow.join(self, *[flow.child(child, value) for child in self.layers])


class Sum(_Branches):
    """The elementwise sum of what its children give for the same input: the join of residual blocks.

    Shapes: those that the children give must be equal, or 1 along an axis where they differ.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> from convref.nn import Conv2d
        >>> Sum(body=Conv2d(8, 8, 3, padding=1), shortcut=Identity()).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape that all branches broadcast to."""
        return _broadcast(self, shapes)

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """One addition less than there are branches, for each element."""
        return Cost(adds=(len(shapes) - 1) * numel(_broadcast(self, shapes)))


class Mean(Sum):
    """The elementwise mean of what its children give for the same input.

    Shapes: as of a sum.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> Mean(one=Identity(), other=Identity()).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """The sum's, and one division for each element."""
        return super().join_cost(shapes) + Cost(functions=numel(self.join_shape(shapes)))


class Product(_Branches):
    """The elementwise product of what its children give for the same input: the join of gates.

    Shapes: those that the children give must be equal, or 1 along an axis where they differ.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d
        >>> Product(value=Identity(), gate=AdaptiveAvgPool2d(1)).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape that all branches broadcast to."""
        return _broadcast(self, shapes)

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """One multiplication less than there are branches, for each element."""
        return Cost(muls=(len(shapes) - 1) * numel(_broadcast(self, shapes)))


@dataclass(frozen=True, init=False, repr=False, eq=False)
class _Along(_Branches):
    """Branches joined by concatenation along an axis."""

    dim: int = 1

    def __init__(self, *layers: Layer | Inline, dim: int = 1, **named: Layer | Inline) -> None:
        self.normalize(dim=dim)
        if not isinstance(dim, int) or dim == 0:
            raise self.fail("dim", dim, "must be an axis other than 0, the batch")
        super().__init__(*layers, **named)

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shapes end to end along `dim`, equal on all other axes."""
        first, axis = shapes[0], self.axis("dim", shapes[0])
        for shape in shapes:
            if len(shape) != len(first) or _without(shape, axis) != _without(first, axis):
                raise ShapeError(
                    f"branches must give shapes equal but for the {ordinal(axis, first)} size, "
                    f"not {list(shapes)}"
                )
        return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])

    def joins_to_map(self) -> bool:
        """A concatenation makes a new map."""
        return True

    def _arguments(self) -> Iterator[str]:
        yield from super()._arguments()
        if self.dim != 1:
            yield f"dim={self.dim}"


class Concat(_Along):
    """What its children give for the same input, concatenated along `dim`: the join of inception modules.

    Shapes: those that the children give must be equal on all axes but `dim` (axis 0 is the batch).

    Raises:
        ArgumentError: there is no child, or `dim` is the batch.

    Example:
        >>> from convref.nn import Conv2d
        >>> Concat(one=Conv2d(8, 4, 1), three=Conv2d(8, 6, 3, padding=1)).output_shape((8, 5, 5))
        (10, 5, 5)
    """


class Split(_Along):
    """The input cut along `dim` into as many equal parts as there are children; their outputs concatenated.

    Shapes: `dim` of the input must be divisible by the number of children.

    Raises:
        ArgumentError: there is no child, or `dim` is the batch.

    Source: Ma et al., 2018, ShuffleNet V2, where one half of the channels passes unchanged.

    Example:
        >>> from convref.nn import Conv2d
        >>> Split(Identity(), branch2=Conv2d(4, 6, 1)).output_shape((8, 5, 5))
        (10, 5, 5)
    """

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Each child on its part of the value, concatenated."""
        parts = [flow.part(self, value, index) for index in range(len(self.layers))]
        return flow.join(self, *[flow.child(*pair) for pair in zip(self.layers, parts, strict=True)])

    def part_slices(self, shape: Shape, index: int) -> tuple[slice, ...]:
        """Where branch `index` finds its part in a value of this shape (without the batch)."""
        axis, count = self.axis("dim", shape), len(self.layers)
        if shape[axis] % count:
            raise ShapeError(
                f"the {ordinal(axis, shape)} size of {shape} must be divisible by the {count} branches"
            )
        size = shape[axis] // count
        return (*[slice(None)] * axis, slice(index * size, (index + 1) * size))

    def part_shape(self, shape: Shape, index: int) -> Shape:
        """The shape of one part."""
        axis = self.axis("dim", shape)
        cut = self.part_slices(shape, index)[axis]
        return (*shape[:axis], cut.stop - cut.start, *shape[axis + 1 :])


def _broadcast(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    if len({len(shape) for shape in shapes}) == 1:
        joined = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
        if all(size in {1, most} for shape in shapes for size, most in zip(shape, joined, strict=True)):
            return joined
    raise ShapeError(
        f"{type(layer).__name__} must join equal shapes (or 1 along an axis), not {list(shapes)}"
    )


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _exposed(layer: Layer) -> list[str]:
    """The first parts of the names that an inlined layer gives to the layer around it."""
    if not layer.children:
        names = [*layer.parameters(), *layer.buffers()]
        return list(dict.fromkeys(name.partition(".")[0] for name in names))
    return [
        name for child in layer.children for name in ((child.key,) if child.key else _exposed(child.layer))
    ]


def _under(layer: Combinator, which: str) -> Iterator[tuple[str, Shape]]:
    """Names and shapes in torch's order: what the layer holds itself, then what its children hold."""
    for child in sorted(_held(layer), key=lambda child: bool(child.key)):
        prefix = f"{child.key}." if child.key else ""
        for name, shape in getattr(child.layer, which)().items():
            yield prefix + name, shape


def _held(layer: Layer) -> Iterator[Child]:
    """The children, with those of inlined combinators in their place."""
    for child in layer.children:
        if child.key or not child.layer.composite:
            yield child
        else:
            yield from _held(child.layer)
