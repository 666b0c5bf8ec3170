"""Kernels as sums and products of simpler ones: what a low rank saves, and what it loses.

`separable` (depthwise and pointwise) and `asymmetric` (columns and rows) by the SVD, `cp` and `flattened`
by alternating least squares, `tucker` by HOSVD and HOOI, `grouped` and `block_diagonal` for groups. Every
result has `full()`, the kernel that it stands for, and `error`, what it misses of the one it was made
from.
"""

from convref.factorization.cp import CP as CP
from convref.factorization.cp import Flattened as Flattened
from convref.factorization.cp import cp as cp
from convref.factorization.cp import flattened as flattened
from convref.factorization.grouped import Grouped as Grouped
from convref.factorization.grouped import block_diagonal as block_diagonal
from convref.factorization.grouped import grouped as grouped
from convref.factorization.svd import Asymmetric as Asymmetric
from convref.factorization.svd import Separable as Separable
from convref.factorization.svd import asymmetric as asymmetric
from convref.factorization.svd import separable as separable
from convref.factorization.tucker import Tucker as Tucker
from convref.factorization.tucker import tucker as tucker

__all__ = [
    "CP",
    "Asymmetric",
    "Flattened",
    "Grouped",
    "Separable",
    "Tucker",
    "asymmetric",
    "block_diagonal",
    "cp",
    "flattened",
    "grouped",
    "separable",
    "tucker",
]
