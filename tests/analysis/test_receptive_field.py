"""Receptive fields: the recursion against brute force over what inputs reach an output."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import analyze, architectures
from convref.analysis import Field, receptive_fields
from convref.nn import AdaptiveAvgPool2d, Conv1d, Conv2d, Flatten, Identity, Linear, Sequential, Sum, trace
from convref.torch import build

WINDOWS = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3))


@settings(max_examples=40, deadline=None)
@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_the_field_of_a_stack_is_what_gradients_reach(windows: list[tuple[int, int, int, int]]) -> None:
    net = Sequential(*[Conv1d(1, 1, k, stride=s, padding=p, dilation=d) for k, s, p, d in windows])
    plan = trace(net, (1, 400))
    (field,) = receptive_fields(plan)[-1]
    model = build(net)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    x = torch.zeros(1, 1, 400, requires_grad=True)
    position = plan.output_shape[1] // 2
    model(x)[0, 0, position].backward()
    reached = torch.nonzero(x.grad[0, 0]).flatten().tolist()
    first = field.start + position * field.stride
    assert (first, first + field.size - 1) == (reached[0], reached[-1])


def test_branches_see_from_the_earliest_start_to_the_latest_end() -> None:
    net = Sum(small=Conv2d(1, 1, 3, padding=1), large=Conv2d(1, 1, 5, padding=2), none=Identity())
    assert (Field(5, 1, -2),) * 2 == receptive_fields(trace(net, (1, 9, 9)))[-1]


def test_what_comes_after_flattening_has_seen_every_position() -> None:
    net = Sequential(Conv2d(1, 1, 3, stride=2), Flatten(), Linear(16, 4))
    fields = receptive_fields(trace(net, (1, 9, 9)))
    assert [(Field(9, 0, 0),) * 2] * 2 == fields[-2:]


@pytest.mark.parametrize("size", [7, 8, 9])
@pytest.mark.parametrize("out", [1, 2, 3, 7])
def test_an_adaptive_pool_s_window_is_its_largest(size: int, out: int) -> None:
    (field, _) = receptive_fields(trace(AdaptiveAvgPool2d(out), (1, size, size)))[-1]
    largest = max(-(-(i + 1) * size // out) - i * size // out for i in range(out))
    assert largest == field.size


@pytest.mark.parametrize(
    ("name", "size", "last"), [("vgg16", 212, "features.30"), ("alexnet", 195, "features.12")]
)
def test_published_fields_are_met(name: str, size: int, last: str) -> None:
    """Araujo, Norris and Sim, 2019, table 1."""
    report = analyze(architectures.build(name), (3, 224, 224))
    assert [size] == [row.fields[0].size for row in report.rows if row.name == last]
