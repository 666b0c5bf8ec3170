"""`Parameter`: a tensor that a network holds, as a node of a `Graph`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved


@dataclass(frozen=True, repr=False, eq=False)
class Parameter(Layer):
    """A parameter, a buffer or a constant that operations of a `Graph` take.

    Its path is its name in the graph, `blocks.0.gamma`.

    Args:
        shape: all of it; it has no batch.
        kind: "parameter" is learnt; "buffer" is kept with them; "constant" is neither, and in no state_dict.
        dtype: the type where it is not the network's: "int64", "bool".

    Shapes: of nothing, `shape`.

    Raises:
        ArgumentError: the kind is none of the three, or a size is negative.

    Example:
        >>> from convref.nn import Call, Graph, N, Operation, Value
        >>> shapes = ((N, 8, 5, 5), (8, 1, 1))
        >>> scale = Operation("mul.Tensor", (Value(0), Value(1)), shapes, shapes[:1])
        >>> calls = (Call("gamma", ()), Call("scale", ("input", "gamma")))
        >>> net = Graph(calls, gamma=Parameter((8, 1, 1)), scale=scale)
        >>> net.parameters(), net.output_shape((8, 5, 5))
        ({'gamma': (8, 1, 1)}, (8, 5, 5))
    """

    shape: tuple[int, ...]
    kind: Literal["parameter", "buffer", "constant"] = "parameter"
    dtype: str = ""

    def __post_init__(self) -> None:
        self.normalize(shape=tuple(self.shape))
        if self.kind not in {"parameter", "buffer", "constant"}:
            raise self.fail("kind", self.kind, "must be 'parameter', 'buffer' or 'constant'")
        if min(self.shape, default=0) < 0:
            raise self.fail("shape", self.shape, "must be of sizes that are not negative")

    @property
    def label(self) -> str:
        """The name in reports."""
        return self.kind.capitalize()

    def output_shape(self, input_shape: Shape) -> Shape:
        """A parameter takes nothing.

        Raises:
            ShapeError: always.
        """
        raise ShapeError(f"Parameter takes no input, but {input_shape} arrives")

    def parameters(self) -> dict[str, Shape]:
        """Itself, under the name that the graph has for it."""
        return {"": self.shape} if self.kind == "parameter" else {}

    def buffers(self) -> dict[str, Shape]:
        """Itself, where it is not learnt."""
        return {"": self.shape} if self.kind != "parameter" else {}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Nothing: it is there."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: it is no feature map."""
        return False

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return nothing: parameters are there all the time."""
        return NOTHING_SAVED

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - a shape is never one number
        """The text that `repr` writes for a field: all of it."""
        return value
