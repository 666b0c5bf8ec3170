"""Approximate a kernel by several smaller kernels that have fewer parameters in total.

- `separable` (depthwise, then pointwise kernels) and `asymmetric` (column, then row kernels) use the singular
  value decomposition.
- `cp` and `flattened` (outer products of vectors) use alternating least squares.
- `tucker` (a small core, and a matrix per axis) uses higher-order SVD and orthogonal iteration.
- `grouped` and `block_diagonal` convert between dense and grouped kernels.

Every approximation has a method `full()` and a field `error`. `full()` returns the single kernel that the
parts represent, and `error` is the relative distance of this kernel from the original.
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
