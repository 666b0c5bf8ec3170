"""Plans: steps, values, paths and names; which inputs there are."""

import copy
import pickle

import pytest

from convref.errors import ArgumentError
from convref.nn import Conv2d, Identity, ReLU, Sequential, Split, Sum, Tap, Tapped, inline, trace


def test_every_value_has_a_number_and_every_step_its_inputs() -> None:
    plan = trace(Sequential(a=Conv2d(3, 4, 1), b=Sum(ReLU(), Identity()), c=ReLU()), (3, 2, 2))
    assert [(0,), (1,), (1,), (2, 3), (4,)] == [step.inputs for step in plan.steps]
    assert ["a", "b.0", "b.1", "b", "c"] == [step.path for step in plan.steps]
    assert ["layer", "layer", "layer", "join", "layer"] == [step.kind for step in plan.steps]
    assert (5, (4, 2, 2)) == (plan.output, plan.output_shape)
    assert (3, 2, 2) == plan.shape(0)


def test_steps_of_parts_have_their_index() -> None:
    plan = trace(Split(ReLU(), ReLU()), (4, 2))
    assert [("part", 0), ("part", 1)] == [(step.kind, step.index) for step in plan.steps[:2]]
    assert [(2, 2), (2, 2)] == [step.output_shape for step in plan.steps[:2]]


def test_inlined_layers_are_named_in_reports_but_not_in_paths() -> None:
    (step,) = trace(Sequential(stage=inline(Sequential(conv=Conv2d(3, 4, 1)))), (3, 2, 2)).steps
    assert ("conv", "stage.conv") == (step.path, step.name)


@pytest.mark.parametrize("shape", [(0, 3), (3, -1), (3, 2.0), ("3",)])
def test_an_input_s_shape_must_be_positive_integers(shape: tuple[object, ...]) -> None:
    with pytest.raises(
        ArgumentError, match=r"input_shape \(=.*\) must consist of positive integers, channels"
    ):
        trace(ReLU(), shape)


def test_a_network_keeps_its_last_plan() -> None:
    net = Sequential(Conv2d(3, 4, 1), ReLU())
    plan = trace(net, (3, 2, 2))
    assert plan is trace(net, [3, 2, 2])
    assert (4, 5, 5) == trace(net, (3, 5, 5)).output_shape
    assert plan == trace(net, (3, 2, 2))


def test_the_plan_for_training_is_not_that_for_inference() -> None:
    net = Tapped(inline(Sequential(body=Conv2d(3, 4, 1))), aux=Tap("body", ReLU(), when="training"))
    assert [1, 2] == [len(trace(net, (3, 2, 2), training=training).steps) for training in (False, True)]


def test_copies_and_pickles_have_no_plan() -> None:
    net = Sequential(Conv2d(3, 4, 1), ReLU())
    fields = copy.copy(net).__dict__.keys()
    trace(net, (3, 2, 2)), net.parameters()
    for other in (copy.copy(net), pickle.loads(pickle.dumps(net))):
        assert net == other
        assert fields == other.__dict__.keys()
