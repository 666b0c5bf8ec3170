"""`Saved`: the values that PyTorch's autograd keeps of a layer until the backward pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saved:
    """The values that PyTorch's autograd keeps of one layer for the backward pass, without parameters.

    A dropout keeps its mask as numbers on the CPU, and as one byte per element on CUDA.

    Attributes:
        input: whether the value that the layer takes is kept.
        output: whether the value that it gives is kept.
        elements: the further numbers kept for each input of a batch, as the inner values of attention.
        statistics: the further numbers kept once for a whole batch, as the means of a batch norm.
        indices: the integers of 8 bytes kept for each input, as the positions of maxima.
        cpu_elements: the further numbers for each input that the kernels of the CPU keep.
        cuda_bytes: the further bytes for each input that the kernels of CUDA keep.

    Example:
        >>> Saved(input=True, indices=4)
        Saved(input=True, output=False, elements=0, statistics=0, indices=4, cpu_elements=0, cuda_bytes=0)
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
