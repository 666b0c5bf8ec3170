"""Six ways to compute the same convolution, each in a file that can be read on its own.

- `direct`: the definition, as nested loops. Slow, and the reference for the others.
- `im2col`: one matrix product over all windows.
- `fft`: an elementwise product of spectra; cost independent of the kernel's size.
- `winograd`: fewer multiplications for small kernels.
- `banded`: matrix products for depthwise convolutions.
- `strassen`: im2col with fewer multiplications in its matrix product.

`conv` runs one of them by name; `choose` picks one by the convolution's size. All of them are given a
`ConvPlan`, the integers of the convolution, already checked.
"""

from convref.algorithms.choice import choose as choose
from convref.algorithms.conv import METHODS as METHODS
from convref.algorithms.conv import conv as conv

__all__ = ["METHODS", "choose", "conv"]
