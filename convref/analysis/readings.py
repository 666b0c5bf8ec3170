"""What is read of each step of a plan: one list for a question, made when it is first asked.

A total needs one of these lists and no `Row`, which is why reading one costs less than a table does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from convref.analysis import memory
from convref.analysis.columns import INPUT, Row
from convref.analysis.conventions import counted
from convref.analysis.receptive_field import Fields, receptive_fields
from convref.nn import Cost, Layer, Plan, Shape, Tapped
from convref.nn.base import NO_COST, numel


class Held(NamedTuple):
    """What a step holds of its own, in elements: what is learnt, and what is only kept."""

    params: int
    buffers: int


NOTHING = Held(0, 0)


class Head(NamedTuple):
    """A head that inference does not run: its parameters are the network's all the same."""

    name: str
    layer: Layer
    held: Held


@dataclass(frozen=True)
class Readings:
    """The readings of a network's plan; each list has an entry for every step, in order.

    Attributes:
        net: the description.
        plan: its steps on the input.
        convention: what `macs` counts.
    """

    net: Layer
    plan: Plan
    convention: str

    @cached_property
    def held(self) -> list[Held]:
        """What each step holds; a shared layer's is counted at its first use."""
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
        """The heads that only training runs."""
        return list(_heads_for_training(self.net))

    @cached_property
    def costs(self) -> list[Cost]:
        """The operations of each step on one input, by kind."""
        return [step.cost for step in self.plan.steps]

    @cached_property
    def macs(self) -> list[int]:
        """What the convention counts of each step on one input."""
        if self.convention == "torchvision":
            return [cost.macs for cost in self.costs]
        return [counted(step, self.convention) for step in self.plan.steps]

    @cached_property
    def activations(self) -> list[int]:
        """The elements of the new map that each step makes, else 0."""
        return [numel(step.output_shape) if step.makes_map else 0 for step in self.plan.steps]

    @cached_property
    def live(self) -> list[int]:
        """The elements in memory at the input, and while each step runs."""
        return memory.live_elements(self.plan)

    @cached_property
    def fields(self) -> list[Fields]:
        """The receptive fields of the input, and of what each step makes."""
        return receptive_fields(self.plan)

    def rows(self, itemsize: int, batch: int) -> Iterator[Row]:
        """The input, every step in order, and the heads that inference does not run."""
        shape = self.plan.input_shape
        live, fields = self.live, self.fields
        yield Row(INPUT, None, (), shape, 0, 0, NO_COST, 0, numel(shape), live[0], itemsize, batch, fields[0])
        lists = (self.held, self.costs, self.macs, self.activations, live[1:], fields[1:])
        for step, held, cost, macs, activations, alive, seen in zip(self.plan.steps, *lists, strict=True):
            yield Row(
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
            yield Row(head.name, head.layer, (), (), *head.held, NO_COST, 0, 0, 0, itemsize, batch, ())


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
