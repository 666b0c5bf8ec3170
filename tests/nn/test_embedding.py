"""Embeddings and positional encodings: rows, wavelengths, errors."""

import math
from typing import Any

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError, ShapeError
from convref.nn import Cost, Embedding, PositionalEncoding


def test_the_padding_row_starts_as_zeros_and_counts_from_the_end_if_negative() -> None:
    assert Embedding(5, 3, padding_idx=4) == Embedding(5, 3, padding_idx=-1)
    weight = init(Embedding(5, 3, padding_idx=-1))["weight"]
    assert [True] * 4 + [False] == weight.any(axis=1).tolist()


def test_a_lookup_costs_no_operations_and_makes_a_feature_map() -> None:
    assert Cost() == Embedding(5, 3).cost((7,))
    assert Embedding(5, 3).makes_map((7,))


def test_positions_add_sines_and_cosines_of_growing_wavelengths() -> None:
    added = functional.run(PositionalEncoding(6, base=100), {}, np.zeros((1, 4, 6)))[0]
    for place in range(4):
        for pair in range(3):
            angle = place / 100 ** (2 * pair / 6)
            expected = [math.sin(angle), math.cos(angle)]
            np.testing.assert_allclose(
                added[place, 2 * pair : 2 * pair + 2], expected, rtol=1e-12, atol=1e-15
            )
    assert Cost(adds=24) == PositionalEncoding(6).cost((4, 6))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_embeddings": 0}, r"Embedding: num_embeddings \(=0\) must be at least 1"),
        ({"embedding_dim": "3"}, r"Embedding: embedding_dim \(='3'\) must be an integer"),
        ({"padding_idx": 5}, r"Embedding: padding_idx \(=5\) must be less than num_embeddings \(=5\)"),
        ({"padding_idx": -6}, r"Embedding: padding_idx \(=-6\) must be at least -5"),
        ({"max_norm": 1.0}, r"max_norm \(=1.0\) must be None, because it would"),
        ({"norm_type": "2"}, r"Embedding: norm_type \(='2'\) must be a number"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Embedding(**{"num_embeddings": 5, "embedding_dim": 3} | arguments)


def test_wrong_encodings_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"PositionalEncoding: base \(=0.5\) must be at least 1"):
        PositionalEncoding(4, base=0.5)
    with pytest.raises(ShapeError, match=r"shape \(L, embed_dim\) with embed_dim = 4, not \(3, 5\)"):
        PositionalEncoding(4).output_shape((3, 5))
