"""A `Step` of a network: one primitive, operation, parameter, join or cut, with its shapes and readings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar

from convref.errors import MissingRuleError
from convref.nn.base import Layer, Shape
from convref.nn.cost import NO_COST, Cost
from convref.nn.operations.operation import Operation
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.sizes import FullShape, N, Size, at
from convref.nn.window import Reaches, own_positions

T = TypeVar("T")
Kind: TypeAlias = Literal["layer", "join", "part", "operation", "parameter"]


@dataclass(frozen=True, slots=True)
class Step:
    """One primitive, one operation, one parameter, one join or one cut of a network.

    Attributes:
        layer: the primitive, or the combinator that joins or cuts.
        path: the prefix of its parameters' names, `features.0`.
        name: the same with the names of inlined layers, for reports.
        kind: a primitive is a `layer`, an operation on tensors an `operation`, a parameter a `parameter`; a
            combinator does a `join`, or takes a `part` of a value.
        inputs: the numbers of the values that it takes.
        input_shapes, output_shape: the shapes of these, and of the value that it makes. Those of a layer are
            of one of its samples; `samples` is the number of these.
        index: the number of the part, from 0.
        samples: the first axis of what a layer takes: N, `64 * N` where each input is cut into 64 windows.
        whole: the whole shape of the value that it makes, with the batch.
        repeated: whether an operation with several results was called before, for another of them.
        dtype: the type of the value that it makes; empty where it is the network's.
    """

    layer: Layer
    path: str
    name: str
    kind: Kind
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    index: int = 0
    samples: int | Size = N
    whole: FullShape = ()
    repeated: bool = False
    dtype: str = ""

    def _answer(self, one: Callable[[Shape], T], several: Callable[[], T], cut: T) -> T:
        """Return the layer's answer for one input or for a join, or `cut` for a part of a value."""
        try:
            if self.kind in {"layer", "operation"}:
                return one(self.input_shapes[0] if self.input_shapes else ())
            return several() if self.kind == "join" else cut
        except MissingRuleError as error:
            raise error.at(self.name) from None

    @property
    def cost(self) -> Cost:
        """The operations of this step on one input of the network."""
        layer = self.layer
        if self.repeated:
            return NO_COST
        cost = self._answer(layer.cost, lambda: layer.join_cost(self.input_shapes), NO_COST)
        return cost if self.samples is N or self.kind == "operation" else cost * self.times

    @property
    def times(self) -> int:
        """The number of samples that a layer has of one input of the network."""
        return self.samples.at(1) if isinstance(self.samples, Size) else self.samples

    def elements(self, batch: int = 1) -> int:
        """Return the number of elements of the value that it makes, for so many inputs of the network."""
        return math.prod(at(self.whole, batch))

    @property
    def makes_map(self) -> bool:
        """True if the output is a new feature map in memory, False if it counts as done in place."""
        return self._answer(self.layer.makes_map, self.layer.joins_to_map, cut=False)

    @property
    def saved(self) -> Saved:
        """The tensors that autograd keeps of this step for the backward pass of one input."""
        layer = self.layer
        saved = self._answer(layer.saved, lambda: Saved(input=layer.join_saves()), NOTHING_SAVED)
        if self.times == 1:
            return saved
        grown = {name: getattr(saved, name) * self.times for name in FOR_EACH_SAMPLE}
        return replace(saved, **grown)

    @property
    def reaches(self) -> tuple[Reaches, ...]:
        """The input positions that each output position reads, per axis, for each value that is read."""
        layer, shapes = self.layer, self.input_shapes
        cut = (own_positions(len(shapes[0])),)
        return self._answer(
            lambda shape: (layer.reach(shape),),
            lambda: layer.join_reach(shapes)[: layer.join_reads(len(shapes))],
            cut,
        )

    @property
    def reads(self) -> tuple[int, ...]:
        """The numbers of the values that are read; of the other inputs only the shape is used."""
        return self.inputs[: self.layer.join_reads(len(self.inputs))] if self.kind == "join" else self.inputs

    def shares_memory(self, *, training: bool) -> bool:
        """Return whether the output is (a part of) the input's memory."""
        several = self.kind == "part" and not isinstance(self.layer, Operation)
        own = self.kind in {"layer", "operation"} and bool(self.inputs)
        return several or (own and self.layer.shares_memory(training=training))


FOR_EACH_SAMPLE = ("elements", "indices", "cpu_elements", "cuda_bytes")
"""What of `Saved` is kept for each sample of a layer."""
