"""Six algorithms that compute the same convolution, each in a self-contained file.

- `direct`: the definition, as nested loops; slow, and the reference for the other algorithms.
- `im2col`: one matrix product over all windows.
- `fft`: an elementwise product of spectra, whose cost is independent of the kernel's size.
- `winograd`: fewer multiplications for small kernels.
- `banded`: matrix products for depthwise convolutions.
- `strassen`: im2col with fewer multiplications in its matrix product.

`conv` runs an algorithm by name; `choose` picks one by the convolution's size. Every algorithm is a function
of the input, the weight and a `ConvPlan`, which holds the checked sizes and arguments of the convolution.
"""

from convref.algorithms.choice import choose as choose
from convref.algorithms.conv import METHODS as METHODS
from convref.algorithms.conv import conv as conv

__all__ = ["METHODS", "choose", "conv"]
