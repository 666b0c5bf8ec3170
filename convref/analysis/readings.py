"""The quantities of every step of a plan, computed lazily: one list for each quantity.

A total needs only one of these lists and no `Row`, so it costs less than a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from convref.analysis import memory
from convref.analysis.columns import NAMES, Row
from convref.analysis.conventions import PLAIN, counted
from convref.analysis.receptive_field import Fields, receptive_fields
from convref.nn import Cost, Layer, Plan, Shape, Tapped
from convref.nn.base import numel
from convref.nn.cost import NO_COST


class Held(NamedTuple):
    """The numbers of parameters (learnt) and buffers (kept but not learnt) of a step, in elements."""

    params: int
    buffers: int


NOTHING = Held(0, 0)


class Head(NamedTuple):
    """A head that runs only in training; its parameters are counted at inference too."""

    name: str
    layer: Layer
    held: Held


@dataclass(frozen=True)
class Readings:
    """The quantities of a network's plan: lists with one entry per step, in order.

    Attributes:
        net: the description.
        plan: its steps on the input.
        convention: the tool whose operations `macs` counts.
    """

    net: Layer
    plan: Plan
    convention: str

    @cached_property
    def held(self) -> list[Held]:
        """The numbers of parameters and buffers of each step; shared layers count at their first use."""
        found, seen = [], set()
        for step in self.plan.steps:
            if step.kind == "layer" and step.path not in seen:
                seen.add(step.path)
                found.append(_held(step.layer))
            else:
                found.append(NOTHING)
        return found

    @cached_property
    def heads(self) -> list[Head]:
        """The heads that run only in training."""
        return list(_heads_for_training(self.net))

    @cached_property
    def costs(self) -> list[Cost]:
        """The operations of each step on one input, by kind."""
        return [step.cost for step in self.plan.steps]

    @cached_property
    def macs(self) -> list[int]:
        """The number of operations of each step on one input, as `convention` counts them."""
        if self.convention == PLAIN:
            return [cost.macs for cost in self.costs]
        return [counted(step, self.convention) for step in self.plan.steps]

    @cached_property
    def activations(self) -> list[int]:
        """The number of elements of each step's output if it is a new feature map, else 0."""
        return [numel(step.output_shape) if step.makes_map else 0 for step in self.plan.steps]

    @cached_property
    def live(self) -> list[int]:
        """The number of elements in memory for one input: at the input, then while each step runs."""
        return memory.live_elements(self.plan)

    @cached_property
    def fields(self) -> list[Fields]:
        """The receptive fields of the network's input, then of each step's output."""
        return receptive_fields(self.plan)

    def rows(self, itemsize: int, batch: int) -> Iterator[Row]:
        """Yield a row for the input, each step in order, and each head that runs only in training."""
        shape = self.plan.input_shape
        live, fields = self.live, self.fields
        sizes = (numel(shape), live[0], itemsize, batch)
        yield Row("input", NAMES["input"], None, (), shape, 0, 0, NO_COST, 0, *sizes, fields[0])
        lists = (self.held, self.costs, self.macs, self.activations, live[1:], fields[1:])
        for step, held, cost, macs, activations, alive, seen in zip(self.plan.steps, *lists, strict=True):
            yield Row(
                kind="layer",
                name=step.name,
                layer=step.layer,
                inputs=step.input_shapes,
                output=step.output_shape,
                params=held.params,
                buffers=held.buffers,
                cost=cost,
                macs=macs,
                activations=activations,
                live=alive,
                itemsize=itemsize,
                batch=batch,
                fields=seen,
            )
        for head in self.heads:
            sizes = (0, 0, itemsize, batch)
            yield Row("layer", head.name, head.layer, (), (), *head.held, NO_COST, 0, *sizes, ())


def _held(layer: Layer) -> Held:
    return Held(_elements(layer.parameters()), _elements(layer.buffers()))


def _elements(held: dict[str, Shape]) -> int:
    return sum(map(numel, held.values())) if held else 0


def _heads_for_training(net: Layer, name: str = "") -> Iterator[Head]:
    unused = [tap for tap, how in net.taps if how.when == "training"] if isinstance(net, Tapped) else []
    for child in net.children:
        full = f"{name}.{child.name}" if name else child.name
        if child.name in unused:
            yield Head(full, child.layer, _held(child.layer))
        elif child.layer.composite:
            yield from _heads_for_training(child.layer, full)
