"""The class `Parameter`: a tensor that belongs to a network, as a node of a `Graph`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved


@dataclass(frozen=True, repr=False, eq=False)
class Parameter(Layer):
    """A parameter, a buffer or a constant tensor that operations of a `Graph` read.

    Its name in the graph, such as `blocks.0.gamma`, is its name among the network's parameters.

    Args:
        shape: the shape of the tensor, which has no batch axis.
        kind: "parameter" if it is learnt; "buffer" if it is stored with the parameters but not learnt;
            "constant" if it is not part of the state_dict.
        dtype: the type of the tensor, such as "int64" or "bool"; empty if it is the type of the network.

    Shapes: no input -> `shape`.

    Raises:
        ArgumentError: `kind` is not one of these three, or a size is negative.

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
            raise self.fail("shape", self.shape, "must not contain negative sizes")

    @property
    def label(self) -> str:
        """The name in tables and messages: the kind with a capital letter, such as "Buffer"."""
        return self.kind.capitalize()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Raise an error, because a parameter takes no input.

        Raises:
            ShapeError: always.
        """
        raise ShapeError(f"Parameter takes no input, but got one of shape {input_shape}")

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of a learnt parameter, or an empty dict for a buffer or a constant.

        The key is the empty string, because the name of the node is already the full name.
        """
        return {"": self.shape} if self.kind == "parameter" else {}

    def buffers(self) -> dict[str, Shape]:
        """Return the shape of a buffer or constant under the key "", or an empty dict for a parameter."""
        return {"": self.shape} if self.kind != "parameter" else {}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: nothing is computed."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: a parameter is not a feature map."""
        return False

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`: parameters are in memory anyway, so nothing is kept in addition."""
        return NOTHING_SAVED

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - a shape is never one number
        """Return the value unchanged, so that `repr` writes `(4, 4)` and does not shorten it to `4`."""
        return value
