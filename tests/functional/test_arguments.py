"""Arguments of wrong types and values end in an error of convref's own, for every public function.

CONVREF_EXAMPLES sets the number of calls that are drawn for each function.
"""

import inspect
import os
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from figures import record
from functional_calls import EVERY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convref
from convref import functional as F
from convref.errors import ConvrefError
from convref.networks import network, shape_of
from convref.nn import Conv2d, ReLU, Sequential

EXAMPLES = int(os.environ.get("CONVREF_EXAMPLES", "15"))

NET = Sequential(Conv2d(4, 2, 3), ReLU())
IMAGES = EVERY["relu"][0]
CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    **{name: (getattr(F, name), EVERY[name]) for name in F.__all__ if name not in {"init", "run"}},
    "init": (convref.init, (NET, 0)),
    "run": (F.run, (NET, convref.init(NET, dtype=np.float64), IMAGES)),
    "analyze": (convref.analyze, (NET, (4, 6, 6))),
}

HUGE = (10**9, 2**31, 2**62, 2**64, 10**30)


SHAPES = [(), (0,), (1,), (3,), (2, 3), (2, 4, 6), (2, 4, 6, 6), (2, 4, 0, 6), (1,) * 5, (1,) * 7]
TYPES = ["e", "f", "d", "g", "F", "b", "q", "Q", "?", "U3", "S2", "O", "M8[s]", ">f8"]
ARRAYS = st.builds(np.zeros, st.sampled_from(SHAPES), st.sampled_from(TYPES)) | st.builds(
    np.full, st.sampled_from(SHAPES), st.sampled_from([np.nan, np.inf, -1.0, 1e300])
)
SCALARS = st.sampled_from([
    None, True, False, 0, 1, 2, -1, -7, *HUGE, 0.5, 2.0, -0.0, 1e-300, 1e300, float("nan"), float("inf"), 1j,
    "", "3", "same", "bilinear", "\0", b"3", bytearray(b"x"), (), [], {}, {1: 2}, set(), object(), int, print,
    range(2), np.float32(1.5), np.int8(2), np.bool_(True), np.datetime64("2020-01-01"), slice(2), Ellipsis,
])  # fmt: skip
LISTS = st.lists(SCALARS, max_size=4)
NESTED = st.sampled_from(
    [[[1, 2], [3, 4]], [[1], [2, 3]], ((1,),), [1.5, 2.5], [10**30] * 2, [-1, -1], [0, 0]]
)
VALUES = ARRAYS | SCALARS | LISTS | LISTS.map(tuple) | NESTED


def copied(value: Any) -> Any:
    """Return a copy of an array, which some arguments let a function overwrite."""
    return value.copy() if isinstance(value, np.ndarray) else value


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    record("arguments", functions=len(CALLS), examples=EXAMPLES)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_wrong_argument_raises_no_error_but_convrefs_own(name: str, data: st.DataObject) -> None:
    function, good = CALLS[name]
    signature = inspect.signature(function)
    arguments = {key: copied(value) for key, value in signature.bind(*good).arguments.items()}
    names = st.lists(st.sampled_from(list(signature.parameters)), min_size=1, max_size=2, unique=True)
    wrong = {key: data.draw(VALUES, label=key) for key in data.draw(names)}
    with warnings.catch_warnings(), suppress(ConvrefError):
        warnings.simplefilter("ignore")
        function(**{**arguments, **wrong})


@settings(max_examples=EXAMPLES, deadline=None)
@given(values=st.lists(VALUES, max_size=2))
def test_wrong_networks_to_compare_raise_no_error_but_convrefs_own(values: list[Any]) -> None:
    with suppress(ConvrefError):
        convref.compare(*values)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    name=st.text()
    | st.sampled_from(["resnet18:", ":", "a.b:c", "math:pi", "math:no", "..:x", "convref.nn:ReLU"])
)
def test_a_wrong_name_to_show_raises_no_error_but_convrefs_own(name: str) -> None:
    with suppress(ConvrefError):
        network(name)


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=st.text() | st.text("0123456789,x-.e ", max_size=12))
def test_a_wrong_shape_to_show_raises_no_error_but_convrefs_own(text: str) -> None:
    with suppress(ConvrefError):
        shape_of(text)


def test_every_function_has_a_valid_call() -> None:
    assert set() == set(F.__all__) - set(CALLS)
