"""Auxiliary outputs and dense outputs: where heads may sit, what is resized, costs, errors."""

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    Conv2d,
    Cost,
    Flatten,
    Identity,
    Linear,
    ReLU,
    ResizeLike,
    Sequential,
    Shape,
    Sum,
    Tap,
    Tapped,
    inline,
    trace,
)
from convref.nn.taps import has_path

BODY = Sequential(
    stem=Conv2d(3, 8, 3),
    stage=inline(Sequential(deep=Sequential(Conv2d(8, 8, 3), ReLU()))),
    top=Sum(a=Conv2d(8, 4, 1), b=Conv2d(8, 4, 1)),
)


@pytest.mark.parametrize("path", ["stem", "deep", "deep.1", "top.a", "top"])
def test_a_tap_can_be_at_any_path_of_a_parameter(path: str) -> None:
    plan = trace(Tapped(inline(BODY), aux=Tap(path, Identity())), (3, 9, 9))
    expected = {"stem": (8, 7, 7), "top.a": (4, 5, 5), "top": (4, 5, 5)}
    assert expected.get(path, (8, 5, 5)) == plan.shape(plan.taps["aux"])
    assert (4, 5, 5) == plan.output_shape


@pytest.mark.parametrize("path", ["", "stage", "stem.0", "deep.2", "a"])
def test_a_path_that_is_not_in_the_body_is_refused(path: str) -> None:
    assert not has_path(BODY, path)
    with pytest.raises(ArgumentError, match=rf"aux\.at \(='{path}'\) must be the path of a layer inside"):
        Tapped(inline(BODY), aux=Tap(path, Identity()))


def test_heads_count_as_parameters_and_cost_only_when_they_run() -> None:
    net = Tapped(inline(BODY), aux=Tap("stem", Sequential(Flatten(), fc=Linear(392, 2)), when="training"))
    assert (2, 392) == net.parameters()["aux.fc.weight"]
    assert BODY.cost((3, 9, 9)) == net.cost((3, 9, 9))
    training = sum((step.cost for step in trace(net, (3, 9, 9), training=True).steps), Cost())
    assert 784 == training.macs - net.cost((3, 9, 9)).macs


def test_taps_must_be_taps_with_a_known_when() -> None:
    with pytest.raises(ArgumentError, match=r"Tapped: aux \(=ReLU\(\)\) must be a Tap"):
        Tapped(inline(BODY), aux=ReLU())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Tapped: aux\.when \(='never'\) must be 'always' or 'training'"):
        Tapped(inline(BODY), aux=Tap("stem", ReLU(), when="never"))  # type: ignore[arg-type]


def test_taps_inside_are_resized_with_the_output() -> None:
    net = ResizeLike(inline(Tapped(inline(BODY), aux=Tap("stem", Conv2d(8, 2, 1)))))
    plan = trace(net, (3, 9, 9))
    assert ((4, 9, 9), (2, 9, 9)) == (plan.output_shape, plan.shape(plan.taps["aux"]))


def test_bilinear_resizing_costs_four_products_an_element_and_copying_costs_none() -> None:
    elements = 4 * 9 * 9
    costs = [ResizeLike(Conv2d(3, 4, 3), mode=mode).cost((3, 9, 9)) for mode in ("bilinear", "nearest")]
    assert [(3 * elements, 4 * elements), (0, 0)] == [(cost.adds, cost.muls) for cost in costs]
    assert ResizeLike(Identity()).joins_to_map()


def test_resizing_needs_a_known_mode_and_a_body_that_keeps_the_axes() -> None:
    with pytest.raises(ArgumentError, match=r"ResizeLike: mode \(='cubic'\) must be 'bilinear' or 'nearest'"):
        ResizeLike(Identity(), mode="cubic")  # type: ignore[arg-type]
    shape: Shape = (3, 9, 9)
    with pytest.raises(
        ShapeError, match=r"the body must keep the number of axes of its input \(3, 9, 9\), but gives"
    ):
        ResizeLike(Flatten()).output_shape(shape)
