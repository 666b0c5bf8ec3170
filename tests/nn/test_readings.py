"""Every reading has a rule for every public layer, and reads a subclass as its base."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from layer_cases import BLOCKS, COMBINATORS, PRIMITIVES, TOKENS

import convref.torch
from convref import analyze, draw, functional, init, nn
from convref.analysis import CONVENTIONS, receptive_fields
from convref.analysis.memory import DEVICES, kept_bytes, live_elements
from convref.nn import Layer, Shape, trace

CASES = [*PRIMITIVES, *COMBINATORS, *[(layer, (3,)) for layer in TOKENS], *BLOCKS.values()]


def batch(layer: Layer, shape: Shape) -> np.ndarray:
    if layer.channel_axis is None:
        return np.array([[1, 9, 0], [2, 2, 7]])
    return np.random.default_rng(1).standard_normal((2, *shape))


def ran_in_numpy(layer: Layer, shape: Shape) -> Any:
    return functional.run(layer, init(layer, dtype="float64"), batch(layer, shape)).tobytes()


def ran_in_torch(layer: Layer, shape: Shape) -> Any:
    with torch.no_grad():
        x = torch.from_numpy(batch(layer, shape))
        return convref.torch.build(layer, init(layer, dtype="float64"))(x).numpy().tobytes()


def drawn(layer: Layer, shape: Shape) -> list[str]:
    """Every figure of the layer; a subclass is drawn under the name of its own class."""
    figures = (draw.flow(layer, shape), draw.network(layer, shape))
    name = type(layer).__name__
    return [figure.alt(lang).replace(name, "Layer") for figure in figures for lang in ("en", "zh")]


def counted(layer: Layer, shape: Shape, convention: Any) -> int:
    return analyze(layer, shape, convention=convention).macs


READINGS: dict[str, Callable[[Layer, Shape], Any]] = {
    "shape": lambda layer, shape: layer.output_shape(shape),
    "parameters": lambda layer, _: (layer.parameters(), layer.buffers()),
    "init": lambda layer, _: {name: each.tobytes() for name, each in init(layer).items()},
    "numpy": ran_in_numpy,
    "torch": ran_in_torch,
    **{tool: partial(counted, convention=tool) for tool in CONVENTIONS},
    "activations": lambda layer, shape: analyze(layer, shape).activations,
    "live memory": lambda layer, shape: live_elements(trace(layer, shape)),
    "training memory": lambda layer, shape: [
        kept_bytes(trace(layer, shape, training=True), 2, 4, device) for device in DEVICES
    ],
    "receptive field": lambda layer, shape: receptive_fields(trace(layer, shape)),
    "drawing": drawn,
}


def subclassed(layer: Layer) -> Layer:
    """The same description, by a subclass of its class that adds nothing."""
    kind = type("Own", (type(layer),), {})
    if not layer.composite:
        return kind(**{field.name: value for field, value in layer.given()})
    own: Layer = object.__new__(kind)
    vars(own).update(vars(layer))
    return own


def name(value: object) -> str:
    return repr(value).replace(" ", "")[:50]


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=name)
def test_every_reading_has_a_rule_for_every_layer(layer: Layer, shape: Shape) -> None:
    for read in READINGS.values():
        assert read(layer, shape) is not None


@pytest.mark.parametrize(("layer", "shape"), [*PRIMITIVES, *COMBINATORS], ids=name)
def test_every_reading_reads_a_subclass_as_its_base(layer: Layer, shape: Shape) -> None:
    own = subclassed(layer)
    for reading, read in READINGS.items():
        assert (reading, read(layer, shape)) == (reading, read(own, shape))


@pytest.mark.parametrize("layer", TOKENS, ids=name)
def test_every_reading_reads_a_subclass_of_an_embedding_as_its_base(layer: Layer) -> None:
    own = subclassed(layer)
    for reading, read in READINGS.items():
        assert (reading, read(layer, (3,))) == (reading, read(own, (3,)))


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_a_subclass_of_a_convolution_counts_what_the_convolution_counts(tool: str) -> None:
    class Own(nn.Conv2d):
        pass

    own, plain = (analyze(kind(3, 8, 3), (3, 9, 9), convention=tool).macs for kind in (Own, nn.Conv2d))
    assert own == plain > 0
