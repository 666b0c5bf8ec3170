"""The class `Saved`: the values that PyTorch's autograd keeps for the backward pass of a layer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saved:
    """The values that PyTorch's autograd keeps for the backward pass of one layer, besides its parameters.

    Attributes:
        input: whether the input of the layer is kept.
        output: whether the output of the layer is kept.
        elements: the number of further values per sample, such as the queries and keys in attention.
        statistics: the number of further values per batch, such as the means in a batch norm.
        indices: the number of 8-byte integers per sample, such as the positions of maxima in a max pool.
        cpu_elements: the number of further values per sample that only PyTorch's CPU kernels keep, such as
            the mask of a dropout.
        cuda_bytes: the number of further bytes per sample that only PyTorch's CUDA kernels keep. An example
            is the mask of a dropout, which takes one byte per element there.

    Example:
        >>> Saved(input=True, indices=4)
        Saved(input=True, output=False, elements=0, statistics=0, indices=4, cpu_elements=0,
              cuda_bytes=0)
    """

    input: bool = False
    output: bool = False
    elements: int = 0
    statistics: int = 0
    indices: int = 0
    cpu_elements: int = 0
    cuda_bytes: int = 0


NOTHING_SAVED = Saved()
INPUT_SAVED = Saved(input=True)
OUTPUT_SAVED = Saved(output=True)
