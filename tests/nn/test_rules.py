"""A reading without a rule for a layer raises an error that names the layer and what to add."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

import convref.torch
from convref import analyze, functional, init
from convref.analysis import receptive_fields
from convref.analysis.memory import kept_bytes
from convref.errors import ArgumentError, MissingRuleError, UnknownNameError
from convref.nn import Conv2d, Cost, Identity, Layer, ReLU, Sequential, Shape, register, trace
from convref.nn.combinators import Branches
from convref.nn.pointwise import Pointwise
from convref.nn.rules import COSTS, INIT, NUMPY, TORCH, Rules


@dataclass(frozen=True, repr=False, eq=False)
class Answers(Pointwise):
    """A layer whose description is whole, and for which no rule is registered."""

    def cost(self, input_shape: Shape) -> Cost:
        return Cost(muls=len(input_shape))

    def parameters(self) -> dict[str, Shape]:
        return {"gain": (1,)}


@dataclass(frozen=True, repr=False, eq=False)
class Bare(Layer):
    """A layer that defines nothing but its shape."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape


@dataclass(frozen=True, repr=False, eq=False)
class Empty(Layer):
    pass


class Joined(Branches):
    """A join for which no rule is registered."""

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        return shapes[0]

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        return Cost(adds=len(shapes))


class BareJoin(Branches):
    pass


SHAPE = (3, 4, 4)
X = np.ones((1, *SHAPE))


def inside(layer: Layer) -> Layer:
    return Sequential(stem=ReLU(), body=Sequential(ReLU(), layer))


def counted(tool: Any, net: Layer) -> int:
    return analyze(net, SHAPE, convention=tool).macs


READS: dict[tuple[str, str], Callable[[Layer], object]] = {
    ("the NumPy run", "numpy=…"): lambda net: functional.run(net, {"body.1.gain": np.ones(1)}, X),
    ("drawing parameters", "init=…"): init,
    ("the torch module", "torch=…"): convref.torch.build,
    **{
        (f"the operations that {tool} counts", f"costs={{{tool!r}: …}}"): partial(counted, tool)
        for tool in ("fvcore", "ptflops", "thop", "torchinfo")
    },
}


@pytest.mark.parametrize(("reading", "argument"), READS)
def test_a_rule_that_is_missing_is_named_with_the_layer_s_path(reading: str, argument: str) -> None:
    adds = f"convref.nn.register(Answers, {argument}) adds one"
    message = f"body.1: Answers has no rule for {reading}; {adds}"
    with pytest.raises(MissingRuleError, match=f"^{re.escape(message)}$"):
        READS[reading, argument](inside(Answers()))


@pytest.mark.parametrize(
    ("read", "question"),
    [
        (lambda net: analyze(net, SHAPE).macs, "cost(input_shape)"),
        (lambda net: analyze(net, SHAPE).activations, "makes_map(input_shape)"),
        (
            lambda net: kept_bytes(trace(net, SHAPE, training=True), 1, 4),
            "saved(input_shape)",
        ),
        (
            lambda net: receptive_fields(trace(net, SHAPE)),
            "window(input_shape) or reach(input_shape)",
        ),
    ],
)
def test_an_answer_that_is_missing_is_named_with_the_layer_s_path(
    read: Callable[[Layer], object], question: str
) -> None:
    message = f"body.1: Bare must define {question}, as convref.nn.base describes"
    with pytest.raises(MissingRuleError, match=f"^{re.escape(message)}$"):
        read(inside(Bare()))


def test_a_layer_without_a_shape_cannot_be_planned() -> None:
    with pytest.raises(
        MissingRuleError, match=r"^body\.1: Empty must define output_shape\(input_shape\), as"
    ):
        trace(inside(Empty()), SHAPE)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (
            lambda net: functional.run(net, {}, X),
            "body.1: Joined has no rule for the NumPy run; convref.nn.register(Joined, numpy=…) adds one",
        ),
        (
            lambda net: convref.torch.build(net)(torch.ones(1, *SHAPE)),
            "body.1: Joined has no rule for the torch module; convref.nn.register(Joined, torch=…) adds one",
        ),
        (
            lambda net: analyze(net, SHAPE, convention="fvcore").macs,
            "body.1: Joined has no rule for the operations that fvcore counts",
        ),
    ],
)
def test_a_join_without_a_rule_is_named_with_its_path(read: Callable[[Layer], object], message: str) -> None:
    with pytest.raises(MissingRuleError, match=f"^{re.escape(message)}"):
        read(inside(Joined(Identity(), ReLU())))


@pytest.mark.parametrize(
    ("ask", "question"),
    [
        (lambda join: join.join_shape([SHAPE]), "join_shape(shapes)"),
        (lambda join: join.join_cost([SHAPE]), "join_cost(shapes)"),
        (lambda join: join.joins_to_map(), "joins_to_map()"),
        (lambda join: join.join_saves(), "join_saves()"),
        (lambda join: join.part_slices(SHAPE, 0), "part_slices(shape, index)"),
    ],
)
def test_a_question_that_a_combinator_does_not_define_is_named(
    ask: Callable[[Layer], object], question: str
) -> None:
    with pytest.raises(MissingRuleError, match=rf"^\w+ must define {re.escape(question)}, as convref"):
        ask(BareJoin(Identity()))


def test_a_primitive_has_no_flow() -> None:
    with pytest.raises(MissingRuleError, match=r"^Bare must define flow\(value, flow\), as"):
        Bare().flow(0, None)  # type: ignore[arg-type]


def test_a_subclass_has_the_rule_of_its_nearest_base_until_it_has_one_itself() -> None:
    class Own(Conv2d):
        pass

    assert NUMPY.rule(Own(1, 1, 1)) is NUMPY.rule(Conv2d(1, 1, 1))
    rules: Rules[Callable[..., str]] = Rules("a test", "test=…")
    rules.register(Layer)(lambda: "any")
    rules.register(Conv2d)(lambda: "convolution")
    assert ["convolution", "any"] == [rules.rule(layer)() for layer in (Own(1, 1, 1), ReLU())]
    rules.register(Own)(lambda: "own")
    assert ["own", "convolution"] == [rules.rule(layer)() for layer in (Own(1, 1, 1), Conv2d(1, 1, 1))]
    assert rules.find(Own) is not None


def test_a_single_count_is_registered_for_all_tools_except_convref_s_own() -> None:
    class Own(Answers):
        pass

    register(Own, costs=lambda _layer, _step: 7)
    counts = {tool: analyze(Own(), SHAPE, convention=tool).macs for tool in COSTS}
    assert {"torchvision": 0, "fvcore": 7, "ptflops": 7, "thop": 7, "torchinfo": 7} == counts
    assert not any(Own in rules._rules for rules in (NUMPY, INIT, TORCH))


@pytest.mark.parametrize("kind", [Answers(), int, "Conv2d"])
def test_rules_for_anything_but_a_class_of_layers_are_refused(kind: object) -> None:
    with pytest.raises(
        ArgumentError, match=rf"^register: kind \(={re.escape(repr(kind))}\) must be a class of"
    ):
        register(kind, numpy=len)  # type: ignore[arg-type]


def test_an_unknown_tool_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown convention 'fvcor'; the nearest is 'fvcore'"):
        register(Answers, costs={"fvcor": lambda _layer, _step: 0})
