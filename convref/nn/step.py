"""The class `Step`: one unit of a network's computation, with its shapes, cost and memory.

A step is a primitive layer, an operation on tensors, a parameter, a join of several values into one, or the
selection of one part of a value. Steps compute values, which a `Plan` numbers: see `convref.nn.trace`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from convref.errors import MissingRuleError
from convref.nn.base import Layer, Shape
from convref.nn.cost import NO_COST, Cost
from convref.nn.operations.operation import Operation
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.sizes import FullShape, N, Size, at
from convref.nn.window import Reaches, own_positions

T = TypeVar("T")
Kind: TypeAlias = Literal["layer", "join", "part", "operation", "parameter"]
Holder: TypeAlias = Literal["own", "leaf", "parent"]


# A named tuple, because creating a frozen dataclass of so many fields takes five times as long, and a network
# may have hundreds of steps.
class Step(NamedTuple):
    """One step of a network: a primitive layer, operation, parameter, join, or selection of a part.

    Attributes:
        layer: the primitive, operation or parameter. If the step joins values or selects a part, it is the
            combinator that does this.
        path: the prefix of the names of the layer's parameters, such as `features.0`.
        name: the path that tables and messages show; unlike `path`, it contains the names of inlined layers.
        kind: "layer" for a primitive, "operation", "parameter", "join" if a combinator joins several values,
            or "part" if a combinator selects a part of a value, as `Split` does.
        inputs: the numbers of the values that the step reads.
        input_shapes, output_shape: the shapes of the inputs and of the result, without the batch.
        samples: the size of the first axis of the inputs. It is N, the number of samples, unless operations
            have merged other axes into the batch. For example, it is `64 * N` if each input of the network
            was cut into 64 windows.
        whole: the full shape of the result, with the batch axis; see `convref.nn.sizes`.
        dtype: the type of the result; empty if it is the type of the network.
        holder: "own" if a primitive is a torch module itself. If it is inlined, it is a function that the
            module of the combinator around it calls, and this module has its parameters. `holder` is then
            "leaf" if this module has no submodules, otherwise "parent". The counts of tools that count the
            calls of modules depend on this.
        index: the index of the part that is selected, or of the operation's output.
        repeated: whether an earlier step is another output of the same call of an operation. The cost of the
            call is then counted in that step only.
    """

    layer: Layer
    path: str
    name: str
    kind: Kind
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    samples: int | Size
    whole: FullShape
    dtype: str = ""
    holder: Holder = "own"
    index: int = 0  # type: ignore[assignment] # this hides the method of tuples, which no caller needs
    repeated: bool = False

    def _answer(self, one: Callable[[Shape], T], several: Callable[[], T], cut: T) -> T:
        """Return a property of the step, such as its cost; the step's kind decides how it is computed.

        Args:
            one: a method of the layer that takes an input shape; it is called for layers and operations.
            several: a function without arguments; it is called if the step joins values.
            cut: the result for all other steps: parameters and selections of a part.

        Raises:
            MissingRuleError: the layer's class does not implement the method; the error names the step's
                path.
        """
        try:
            if self.kind in {"layer", "operation"}:
                return one(self.input_shapes[0] if self.input_shapes else ())
            return several() if self.kind == "join" else cut
        except MissingRuleError as error:
            raise error.at(self.name) from None

    @property
    def cost(self) -> Cost:
        """The number of operations that this step takes for one input of the network, by kind."""
        layer = self.layer
        if self.repeated:
            return NO_COST
        cost = self._answer(layer.cost, lambda: layer.join_cost(self.input_shapes), NO_COST)
        return cost if self.samples is N or self.kind == "operation" else cost * self.times

    @property
    def times(self) -> int:
        """The number of samples that the layer receives for one input of the network.

        It is 1, unless operations merged another axis into the batch. If they cut each input into 64 windows,
        for example, it is 64.
        """
        return self.samples.at(1) if isinstance(self.samples, Size) else self.samples

    def elements(self, batch: int = 1) -> int:
        """Return the number of elements of the step's result, for `batch` inputs of the network."""
        return math.prod(at(self.whole, batch))

    @property
    def makes_map(self) -> bool:
        """True if the output is a new feature map in memory, False if it counts as computed in place."""
        return self._answer(self.layer.makes_map, self.layer.joins_to_map, cut=False)

    @property
    def saved(self) -> Saved:
        """The values that autograd keeps for the backward pass of this step, for one input of the network."""
        layer = self.layer
        saved = self._answer(layer.saved, lambda: Saved(input=layer.join_saves()), NOTHING_SAVED)
        if self.times == 1:
            return saved
        grown = {name: getattr(saved, name) * self.times for name in FOR_EACH_SAMPLE}
        return replace(saved, **grown)

    @property
    def reaches(self) -> tuple[Reaches, ...]:
        """For each value that the step reads, the positions in this value that an output position reads."""
        layer, shapes = self.layer, self.input_shapes
        cut = (own_positions(len(shapes[0])),)
        return self._answer(
            lambda shape: (layer.reach(shape),),
            lambda: layer.join_reach(shapes)[: layer.join_reads(len(shapes))],
            cut,
        )

    @property
    def reads(self) -> tuple[int, ...]:
        """The numbers of the values whose elements the step reads.

        This leaves out values of which the step uses only the shape, as `ResizeLike` does.
        """
        return self.inputs[: self.layer.join_reads(len(self.inputs))] if self.kind == "join" else self.inputs

    def shares_memory(self, *, training: bool) -> bool:
        """Return whether the output uses the input's memory: whether it is a view or a part of the input."""
        several = self.kind == "part" and not isinstance(self.layer, Operation)
        own = self.kind in {"layer", "operation"} and bool(self.inputs)
        return several or (own and self.layer.shares_memory(training=training))


FOR_EACH_SAMPLE = ("elements", "indices", "cpu_elements", "cuda_bytes")
"""The fields of `Saved` that count elements per sample, and so grow with the number of samples."""
