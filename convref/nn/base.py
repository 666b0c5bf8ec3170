"""The Layer contract: what a description is, and what it answers.

A **layer** is a frozen dataclass that takes one tensor and gives one tensor. Its constructor is that of
the layer of the same name in `torch.nn`, without `device` and `dtype`. It holds no array. It answers:

    output_shape(input_shape)   channels first, without the batch: (C, H, W)
    parameters(), buffers()     name -> shape; names and layouts are torch's, nested names have dots
    cost(input_shape)           a `Cost`: multiply-accumulates, and the other operations by kind
    makes_map(input_shape)      whether the output is a new map in memory, or counts as done in place
    window(input_shape)         a `Window` if each output sees a window of the input, else None

Axes are numbered as in torch, with the batch as axis 0 (`Flatten(start_dim=1)`), while shapes are written
without the batch.

There are two kinds of layers. A **primitive** computes; it is written in NumPy and in torch. A
**combinator** has children, and its `flow` says once how a value goes through them, whatever the value is:
a shape when a network is planned, an array or a tensor when it runs. `flow` reaches its children through a
`Flow`, which is also how several values join into one.

**Names.** A child given by keyword adds its name to the path, a child given by position adds its index, a
child in `inline(…)` adds nothing (its name serves reports only). A layer's own parameters have the names
that torch gives them. Two equal names are an error where they arise.

**Errors.** Wrong arguments fail where they are given, with `ArgumentError`: layer, argument, value, rule.
Wrong shapes fail where they meet, with `ShapeError`: the layer's path, argument, value, rule.

A description prints as the constructor call that makes it, compares and hashes by value, and pickles.
`Layer` compares for all of them (`eq=False` in their decorators): what dataclasses would write for each class
took a sixth of the time of the command line.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import FunctionType
from typing import Any, ClassVar, Protocol, TypeVar

from convref.nn.checks import Checked, Sizes, is_integer

Shape = Sizes
"""The sizes of a value without the batch, channels first: (3, 224, 224)."""
T = TypeVar("T")

REPR_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """The operations of one layer on one input (batch of one), by kind.

    Attributes:
        macs: multiply-accumulates, the products of weights (or attention scores) with values.
        bias_adds: additions of a bias, one an output element.
        adds, muls: other additions and multiplications, element by element.
        comparisons: as in ReLU and max pooling.
        functions: evaluations of exp, tanh, erf, a power, a division or a square root.

    Example:
        >>> Cost(macs=10) + Cost(macs=5, bias_adds=1)
        Cost(macs=15, bias_adds=1, adds=0, muls=0, comparisons=0, functions=0)
        >>> Cost(muls=1) * 3
        Cost(macs=0, bias_adds=0, adds=0, muls=3, comparisons=0, functions=0)
    """

    macs: int = 0
    bias_adds: int = 0
    adds: int = 0
    muls: int = 0
    comparisons: int = 0
    functions: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.macs + other.macs,
            self.bias_adds + other.bias_adds,
            self.adds + other.adds,
            self.muls + other.muls,
            self.comparisons + other.comparisons,
            self.functions + other.functions,
        )

    def __mul__(self, times: int) -> Cost:
        return Cost(
            self.macs * times,
            self.bias_adds * times,
            self.adds * times,
            self.muls * times,
            self.comparisons * times,
            self.functions * times,
        )


NO_COST = Cost()


@dataclass(frozen=True, slots=True)
class Window:
    """The window of the input that one output element sees, one number for each spatial axis.

    `padding` is what is added before the first element (the left, the top). Where a layer enlarges, its
    outputs are less than one input apart: its stride is a fraction, its kernel the most that an output sees.

    Example:
        >>> Window((3, 3), (1, 1), (2, 2), (2, 2)).extent
        (5, 5)
    """

    kernel: Shape
    stride: tuple[int | Fraction, ...]
    padding: Shape
    dilation: Shape

    @property
    def extent(self) -> Shape:
        """How far the window reaches, its gaps included: `dilation * (kernel - 1) + 1`."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a combinator: what reports call it, what it adds to parameters' paths, the layer."""

    name: str
    key: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Inline:
    """A layer that adds nothing to the path of its parameters; made by `inline`."""

    layer: Layer

    def __repr__(self) -> str:
        return f"inline({self.layer!r})"


def inline(layer: Layer) -> Inline:
    """Give a layer to a combinator without adding to the path of its parameters.

    Example:
        >>> from convref.nn import Linear, Sequential
        >>> list(Sequential(head=inline(Sequential(fc=Linear(2, 3)))).parameters())
        ['fc.weight', 'fc.bias']
    """
    return Inline(layer)


class Flow(Protocol[T]):
    """What a combinator's `flow` may do with values of one kind (shapes, arrays, tensors).

    Attributes:
        taps: the auxiliary outputs so far, by name.
        training: whether taps that only training needs are run.
    """

    taps: dict[str, T]
    training: bool

    def child(self, child: Child, *values: T, part: int | None = None) -> T:
        """The child's output for this value.

        Several values are joined as the child joins them; with `part`, the value is what the child cuts
        out for that branch.
        """
        ...

    def join(self, layer: Layer, *values: T) -> T:
        """The values joined into one as `layer` joins them."""
        ...

    def part(self, layer: Layer, value: T, index: int) -> T:
        """The part of the value that `layer` cuts out for its branch `index`."""
        ...

    def watch(self, child: Child, value: T, paths: Iterable[str]) -> tuple[T, dict[str, T]]:
        """The child's output, and what the layers at these paths inside it gave."""
        ...


class Layer(Checked):
    """A layer of a network: a frozen dataclass; the module's docstring states the contract."""

    composite: ClassVar[bool] = False
    """Whether this is a combinator, whose `flow` says what it does, and not a primitive."""

    def __init_subclass__(cls) -> None:
        """Let the constructor that `Conv2d` has from a base say `Conv2d` where its arguments are wrong."""
        fields = {"__annotations__", "__annotate__", "__annotate_func__"}  # dataclasses write a constructor
        if not {"__init__", *fields} & cls.__dict__.keys() and isinstance(cls.__init__, FunctionType):
            cls.__init__ = _renamed(cls.__init__, cls)  # type: ignore[method-assign]

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape that comes out when `input_shape` goes in; both without the batch.

        Raises:
            ShapeError: the shape does not fit.
        """
        raise NotImplementedError

    def parameters(self) -> dict[str, Shape]:
        """The shapes of the learnt parameters by name."""
        return {}

    def buffers(self) -> dict[str, Shape]:
        """The shapes of what is kept but not learnt (running statistics) by name."""
        return {}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """The operations on one input of this shape."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Whether the output is a new map in memory; False where it counts as done in place."""
        return False

    def window(self, input_shape: Shape) -> Window | None:  # noqa: ARG002 - the contract's signature
        """The window that the receptive field grows by; None where each output sees its own place.

        It takes the input's shape, since the window of an adaptive pool follows from it.
        """
        return None

    @property
    def children(self) -> tuple[Child, ...]:
        """The layers inside this one; a primitive has none."""
        return ()

    def flow(self, value: T, flow: Flow[T]) -> T:
        """The output of a combinator for `value`, of whatever kind `flow` handles."""
        raise NotImplementedError

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape that this combinator joins these shapes into."""
        raise NotImplementedError

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:  # noqa: ARG002 - the contract's signature
        """The operations of joining values of these shapes."""
        return NO_COST

    def joins_to_map(self) -> bool:
        """Whether joining makes a new map (a concatenation), or counts as done in place (a sum)."""
        return False

    def part_shape(self, shape: Shape, index: int) -> Shape:
        """The shape of the part that this combinator cuts out of a value for its branch `index`."""
        raise NotImplementedError

    def default(self, field: dataclasses.Field[Any]) -> object:
        """What the constructor takes for this field when it is not given, as `repr` knows it."""
        return field.default

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - for layers to say otherwise
        """What `repr` writes for the field `name`: one integer for as many equal ones."""
        return _collapse(value)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def _values(self) -> tuple[object, ...]:
        fields = dataclasses.fields(self)  # type: ignore[arg-type] # every concrete layer is a dataclass
        return tuple([getattr(self, field.name) for field in fields])

    def __repr__(self) -> str:
        return call_repr(type(self).__name__, self._arguments())

    def given(self) -> Iterator[tuple[dataclasses.Field[Any], object]]:
        """What a call that makes this layer must give: each such field and its value as `repr` writes it."""
        for field in dataclasses.fields(self):  # type: ignore[arg-type] # every concrete layer is a dataclass
            value = self.shown(field.name, getattr(self, field.name))
            if field.default is dataclasses.MISSING or value != self.shown(field.name, self.default(field)):
                yield field, value

    def _arguments(self) -> Iterator[str]:
        for field, value in self.given():
            yield repr(value) if field.default is dataclasses.MISSING else f"{field.name}={value!r}"


def call_repr(name: str, arguments: Iterable[str]) -> str:
    """A constructor call in one line, or an argument a line where it would be too long."""
    parts = list(arguments)
    line = f"{name}({', '.join(parts)})"
    if len(line) <= REPR_WIDTH and "\n" not in line:
        return line
    body = "".join(f"    {part.replace(chr(10), chr(10) + '    ')},\n" for part in parts)
    return f"{name}(\n{body})"


def _renamed(init: FunctionType, cls: type) -> FunctionType:
    """The same constructor under the name of another class, which Python's own errors tell."""
    same = FunctionType(init.__code__, init.__globals__, init.__name__, init.__defaults__, init.__closure__)
    same.__kwdefaults__, same.__annotations__ = init.__kwdefaults__, init.__annotations__
    same.__doc__, same.__module__ = init.__doc__, cls.__module__
    same.__qualname__ = f"{cls.__qualname__}.__init__"
    return same


def numel(shape: Shape) -> int:
    """The number of elements of a shape."""
    return math.prod(shape)


def _collapse(value: object) -> object:
    """(3, 3) as 3: what one would write."""
    if isinstance(value, tuple) and value and all(map(is_integer, value)):
        return value[0] if len(set(value)) == 1 else value
    return value
