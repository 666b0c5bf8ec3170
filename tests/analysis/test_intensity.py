"""Arithmetic intensity counts what is computed for every byte that is moved."""

from __future__ import annotations

import pytest

from convref.analysis import arithmetic_intensity
from convref.errors import UnknownNameError
from convref.nn import BatchNorm1d, Linear, ReLU, Sequential


def test_a_layer_reads_its_input_and_weights_and_writes_its_output_once() -> None:
    assert 2 * 4 * 6 / ((4 + 6 + 24) * 4) == arithmetic_intensity(Linear(4, 6, bias=False), (4,))


def test_a_feature_map_between_two_layers_is_written_and_read() -> None:
    net = Sequential(Linear(4, 6, bias=False), Linear(6, 2, bias=False))
    assert 2 * (24 + 12) / ((4 + 6 + 24 + 6 + 2 + 12) * 4) == arithmetic_intensity(net, (4,))


def test_steps_done_in_place_move_no_bytes() -> None:
    plain = arithmetic_intensity(Linear(4, 6), (4,))
    assert plain == arithmetic_intensity(Sequential(Linear(4, 6), BatchNorm1d(6), ReLU()), (4,))


def test_half_the_bytes_give_twice_the_intensity() -> None:
    layer = Linear(4, 6)
    assert 2 * arithmetic_intensity(layer, (4,)) == arithmetic_intensity(layer, (4,), dtype="float16")


def test_an_unknown_dtype_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown dtype 'float31'"):
        arithmetic_intensity(Linear(4, 6), (4,), dtype="float31")
