"""The one function that the families of layers extend."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from convref.functional.init import Array
from convref.nn import Layer


@singledispatch
def forward(layer: Layer, params: Mapping[str, Array], x: Array) -> Array:
    """The output of one primitive at inference.

    Args:
        layer: the primitive.
        params: its own parameters and buffers, by their own names.
        x: the input, with its batch.

    Raises:
        NotImplementedError: the layer is none of `convref.nn`.
    """
    raise NotImplementedError(f"{type(layer).__name__} has no NumPy run")
