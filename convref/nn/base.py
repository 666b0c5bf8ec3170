"""The base class `Layer`, the methods and fields that every layer must have, and how to add a layer.

A **layer** is a frozen dataclass that describes an operation with one input tensor and one output tensor. It
has the constructor of the layer of the same name in `torch.nn`, without `device` and `dtype`. It holds no
weights. A **description** is a layer or a network of layers. Axes are numbered as in torch, with the batch as
axis 0 (`Flatten(start_dim=1)`), while shapes are written without the batch.

There are two kinds of layers. A **primitive** computes its output itself and has no children. A
**combinator** has children, and its method `flow` defines how a value passes through them. The value may be a
shape (when shapes are computed), an array or a tensor (when a network runs). `flow` calls its children
through the methods of a `Flow`, which can also join several values into one.

**Names.** A parameter's full name is the path of its layer and its own name, such as `features.0.weight`. A
child given by keyword adds its name to the path, and a child given by position adds its index. A child in
`inline(…)` adds nothing; its name is only used in tables and messages. A layer's own parameters have the
names that torch gives them. Two children with the same name are an error.

**Errors.** A constructor raises `ArgumentError` for an invalid argument; the message has the layer, the
argument, its value and the rule that it breaks. A method that takes a shape raises `ShapeError` if the shape
does not fit; the message also has the layer's path. A **reading** is anything that is computed from a
description: an analysis, a run, a conversion. A **rule** is the function with which a reading handles a class
of layers. A reading raises `MissingRuleError` for a class of layers that it has no rule for; the message has
the layer's path, its class, and how to add the rule.

The `repr` of a description is the constructor call that makes it. Descriptions compare and hash by value, and
can be pickled.

# Adding a layer

The steps are the same for a layer of this package and for one that a user defines elsewhere.
`tests/own_layers.py` defines three layers by them, and `tests/nn/test_own_layer.py` tests these layers.

1. The description: a subclass of `Layer`, decorated with `@dataclass(frozen=True, repr=False, eq=False)`,
   with the following methods. `Pointwise` (in `pointwise.py`) implements them for a layer that keeps
   the shape and computes each position from that position only, `Elementwise` (in `activation.py`) for an
   activation function.

       output_shape(input_shape)    channels first, without the batch: (C, H, W)
       parameters(), buffers()      name -> shape; names and layouts are torch's, nested names have dots
       cost(input_shape)            a `Cost`: multiply-accumulates, and the other operations by kind

   for memory:

       makes_map(input_shape)       True if the output is a new feature map, False if computed in place
       shares_memory(training=…)    True if the output uses the input's memory, as a reshape does
       saved(input_shape)           a `Saved`: the values that autograd keeps for the backward pass

   for the receptive field:

       window(input_shape)          a `Window` if each output reads a window of the input, else None
       reach(input_shape)           a `Reach` for each axis of the input; by default that of the window

2. The rules that need more than a description, given to `convref.nn.register`: `numpy=` runs the layer on
   arrays, `init=` draws its parameters (only if it has any), `torch=` makes its module, and `costs=` has a
   rule for each counting tool of `convref.analysis.CONVENTIONS`. In this package each rule is in the file of
   its reading: `functional/forward`, `functional/init.py`, `torch/build.py`, `analysis/tools`.

3. Drawing needs no rule: in a figure, the layer is a box with the name of the class and the values of fields
   that have torch's names, such as `kernel_size` and `stride`. The class attributes `mixes_positions` and
   `is_padding` change how it is drawn.

4. Tests: add the layer to `tests/layer_cases.py`. The tests then compare each reading of it with torch, with
   autograd and with the counting tools.

A subclass inherits the methods and the rules of its base class, unless it defines others.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from types import FunctionType
from typing import Any, ClassVar, TypeVar

from convref.errors import MissingRuleError
from convref.nn.checks import Checked, Sizes, is_integer
from convref.nn.cost import Cost
from convref.nn.flow import Child, Flow
from convref.nn.saved import Saved
from convref.nn.window import Reaches, Window, own_positions, whole_axis, windowed

Shape = Sizes
"""The sizes of a value without the batch, channels first: (3, 224, 224)."""
T = TypeVar("T")

REPR_WIDTH = 100


class Layer(Checked):
    """A layer of a network: a frozen dataclass.

    The docstring of `convref.nn.base` defines the methods that a subclass must have.
    """

    composite: ClassVar[bool] = False
    """True for a combinator, whose `flow` defines what it does; False for a primitive."""

    channel_axis: ClassVar[int | None] = 0
    """The index of the input's channel axis, without the batch; None if it has no channels."""

    mixes_positions: ClassVar[bool] = False
    """True if the values decide what each position reads, as in attention; drawings color such layers."""

    is_padding: ClassVar[bool] = False
    """True if the layer only pads or crops for the layer after it; drawings treat the two as one."""

    def __init_subclass__(cls) -> None:
        """Copy the inherited constructor under the subclass's name, so that Python's errors show this name.

        `Conv1d`, `Conv2d` and `Conv3d` inherit the dataclass constructor of their base class, so an error
        about a missing argument would name the base class. Decorating each subclass with `dataclass` would
        avoid this too, but takes 0.45 ms per class: 24 ms for 53 classes, a third of the time of importing
        `convref.nn`.
        """
        # A class with fields gets its constructor from `dataclass`.
        fields = {"__annotations__", "__annotate__", "__annotate_func__"}
        if not {"__init__", *fields} & cls.__dict__.keys() and isinstance(cls.__init__, FunctionType):
            cls.__init__ = _renamed(cls.__init__, cls)  # type: ignore[method-assign]

    def unanswered(self, question: str) -> MissingRuleError:
        """Return the error for a method that every layer must have, but that this class does not implement.

        `question` is the call of the method as the message shows it, such as "window(input_shape)".
        """
        return MissingRuleError(type(self).__name__, f"must define {question}, as convref.nn.base describes")

    def output_shape(self, input_shape: Shape) -> Shape:  # noqa: ARG002 - the contract's signature
        """Return the output shape for an input of shape `input_shape`; neither shape has a batch axis.

        Raises:
            ShapeError: the shape does not fit.
        """
        raise self.unanswered("output_shape(input_shape)")

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the learnt parameters, by name."""
        return {}

    def buffers(self) -> dict[str, Shape]:
        """Return the shapes of tensors that are stored but not learnt (running statistics), by name."""
        return {}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return the number of operations of each kind that the layer performs on one input of this shape."""
        raise self.unanswered("cost(input_shape)")

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True if the output is a new feature map, False if the layer counts as computed in place.

        Layers that count as computed in place, such as activation functions and norms, overwrite their input.
        """
        raise self.unanswered("makes_map(input_shape)")

    def shares_memory(self, *, training: bool) -> bool:  # noqa: ARG002 - the contract's signature
        """Return whether the output uses the input's memory: it is the input itself, or a view of it."""
        return False

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the tensors that autograd keeps for the backward pass, for one input of this shape."""
        raise self.unanswered("saved(input_shape)")

    def window(self, input_shape: Shape) -> Window | None:  # noqa: ARG002 - the contract's signature
        """Return the window of the input that each output reads; None if outputs do not read a window.

        The window of an adaptive pool depends on `input_shape`.
        """
        return None

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output position reads: a `Reach` for each axis of the input.

        Receptive fields are computed from the result. By default, an output position reads the positions in
        its window (see `window`). For an axis that the layer mixes, so that every output reads all of it, the
        result has None; for most layers, the channels are such an axis.

        Norms are an exception: each output position counts as reading only the same input position. In fact,
        the statistics of a norm depend on all positions, but if these were counted, the receptive field would
        be the whole input after every norm.
        """
        window = self.window(input_shape)
        if window is None:
            raise self.unanswered("window(input_shape) or reach(input_shape)")
        return windowed(window)

    @property
    def children(self) -> tuple[Child, ...]:
        """The layers directly inside this one, with their names; empty for a primitive."""
        return ()

    def contains(self, kind: type[Layer]) -> bool:
        """Return whether this layer is of the class `kind`, or a combinator inside it is, at any depth."""
        return any(issubclass(each, kind) for each in self._kinds)

    @cached_property
    def _kinds(self) -> set[type[Layer]]:
        """The classes of this layer and of all combinators inside it."""
        kinds, unvisited = set(), [self]
        while unvisited:
            layer = unvisited.pop()
            kinds.add(type(layer))
            unvisited += [child.layer for child in layer.children if child.layer.composite]
        return kinds

    def flow(self, value: T, flow: Flow[T]) -> T:  # noqa: ARG002 - the contract's signature
        """Pass `value` through the children and return the result.

        Args:
            value: the input: a shape, an array or a tensor.
            flow: an object whose methods apply a child to such a value, and join several values into one.
        """
        raise self.unanswered("flow(value, flow)")

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:  # noqa: ARG002 - the contract's signature
        """Return the shape that results when this combinator joins values of these shapes."""
        raise self.unanswered("join_shape(shapes)")

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return the number of operations for joining values of these shapes, on one input."""
        raise self.unanswered("join_cost(shapes)")

    def joins_to_map(self) -> bool:
        """Return True if joining values makes a new feature map, as a concatenation does.

        Return False if the join counts as computed in place: a sum, for example, overwrites one of its terms.
        """
        raise self.unanswered("joins_to_map()")

    def join_saves(self) -> bool:
        """Return True if autograd keeps the values that the layer joins, for the backward pass.

        These are the outputs of its children. A product keeps them; a sum does not need them.
        """
        raise self.unanswered("join_saves()")

    def join_reads(self, count: int) -> int:
        """Return how many of the `count` joined values are read element by element; by default, all.

        These are always the first ones. The join uses only the shape of the rest: `ResizeLike` resizes its
        first value to the size of the second.
        """
        return count

    def join_reach(self, shapes: Sequence[Shape]) -> tuple[Reaches, ...]:
        """Return, for each joined value, the positions of the value that each position of the result reads.

        By default each position of the result reads the same position of every value. If an axis of a value
        has size 1 and is broadcast, all positions of the result read its only element.
        """
        joined = self.join_shape(shapes)
        return tuple([_broadcast_reach(shape, joined) for shape in shapes])

    def part_slices(self, shape: Shape, index: int) -> tuple[slice, ...]:  # noqa: ARG002 - the contract's
        """Return the slices, one per axis, that select the part of a value for branch `index`."""
        raise self.unanswered("part_slices(shape, index)")

    def part_shape(self, shape: Shape, index: int) -> Shape:
        """Return the shape of the part for branch `index`, if a value of shape `shape` is split."""
        slices = self.part_slices(shape, index)
        return tuple([len(range(*cut.indices(size))) for cut, size in zip(slices, shape, strict=True)])

    def default(self, field: dataclasses.Field[Any]) -> object:
        """Return the default value of a field; `repr` omits a field whose value equals its default."""
        return field.default

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - for layers that differ
        """Return the value of a field as `repr` writes it: `3` for the tuple `(3, 3)`."""
        return _collapse(value)

    # Layers compare here (their decorators have `eq=False`): generating `__eq__` and `__hash__` for each
    # class took a sixth of the start-up of the command line.
    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __getstate__(self) -> dict[str, object]:
        # Copies and pickles have the fields only, not what was computed from them and kept.
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]

    def _values(self) -> tuple[object, ...]:
        fields = dataclasses.fields(self)  # type: ignore[arg-type] # every concrete layer is a dataclass
        return tuple([getattr(self, field.name) for field in fields])

    def __repr__(self) -> str:
        return call_repr(type(self).__name__, self._arguments())

    def given(self) -> Iterator[tuple[dataclasses.Field[Any], object]]:
        """Yield (field, value) for the fields that differ from their defaults; `repr` writes only these."""
        for field in dataclasses.fields(self):  # type: ignore[arg-type] # every concrete layer is a dataclass
            value = self.shown(field.name, getattr(self, field.name))
            if field.default is dataclasses.MISSING or value != self.shown(field.name, self.default(field)):
                yield field, value

    def _arguments(self) -> Iterator[str]:
        for field, value in self.given():
            yield repr(value) if field.default is dataclasses.MISSING else f"{field.name}={value!r}"


def call_repr(name: str, arguments: Iterable[str]) -> str:
    """Format a constructor call on one line, or with one argument per line if that is too long."""
    parts = list(arguments)
    line = f"{name}({', '.join(parts)})"
    if len(line) <= REPR_WIDTH and "\n" not in line:
        return line
    body = "".join(f"    {part.replace(chr(10), chr(10) + '    ')},\n" for part in parts)
    return f"{name}(\n{body})"


def numel(shape: Shape) -> int:
    """Return the number of elements of a tensor of this shape."""
    return math.prod(shape)


def _renamed(init: FunctionType, cls: type) -> FunctionType:
    """Return a copy of the constructor `init` for which Python's error messages name the class `cls`."""
    same = FunctionType(init.__code__, init.__globals__, init.__name__, init.__defaults__, init.__closure__)
    same.__kwdefaults__, same.__annotations__ = init.__kwdefaults__, init.__annotations__
    same.__doc__, same.__module__ = init.__doc__, cls.__module__
    same.__qualname__ = f"{cls.__qualname__}.__init__"
    return same


def _broadcast_reach(shape: Shape, joined: Shape) -> Reaches:
    own = own_positions(len(shape))
    if shape == joined:
        return own
    return tuple(
        [
            whole_axis(axis, 1) if size == 1 < joined[axis] else reach
            for axis, (size, reach) in enumerate(zip(shape, own, strict=True))
        ]
    )


def _collapse(value: object) -> object:
    """Return one integer for a tuple of equal integers, such as 3 for (3, 3), or else the value itself."""
    if isinstance(value, tuple) and value and all(map(is_integer, value)):
        return value[0] if len(set(value)) == 1 else value
    return value
