"""Run an operation of a graph on NumPy arrays, with results of the same shapes and types as in torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional.operations.elementwise import ELEMENTWISE
from convref.functional.operations.factories import FACTORIES
from convref.functional.operations.indexing import INDEXING
from convref.functional.operations.layers import LAYERS
from convref.functional.operations.products import PRODUCTS
from convref.functional.operations.recurrent import RECURRENT
from convref.functional.operations.reductions import REDUCTIONS
from convref.functional.operations.scatter import scatter
from convref.functional.operations.shapes import SHAPES
from convref.nn import Operation
from convref.nn.sizes import at

RULES: dict[str, Any] = {
    **SHAPES,
    **ELEMENTWISE,
    **REDUCTIONS,
    **PRODUCTS,
    **INDEXING,
    **FACTORIES,
    **LAYERS,
    **RECURRENT,
    "scatter": scatter,
}


def is_known(operation: Operation) -> bool:
    """Return whether there is a NumPy function for an operation.

    Example:
        >>> from convref.nn import N, Value
        >>> is_known(Operation("relu", (Value(0),), ((N, 8),), ((N, 8),)))
        True
    """
    return operation.name in RULES


def apply(operation: Operation, arrays: Sequence[Array], batch: int, dtype: DTypeLike) -> tuple[Array, ...]:
    """Run an operation on arrays and return a tuple of all its outputs.

    Args:
        operation: the operation.
        arrays: the operation's inputs.
        batch: the number of samples N. It is inserted into arguments that depend on it, such as a size `64 *
            N`.
        dtype: the type of the network's parameters. Outputs for which the operation gives no type have this
            type.

    Raises:
        ArgumentError: there is no NumPy function for the operation, NumPy does not have the type of an
            output, or the shape of an output is not that in torch.

    Example:
        >>> from convref.nn import N, Value
        >>> total = Operation("sum.dim_IntList", (Value(0), (1,)), ((N, 3),), ((N,),))
        >>> apply(total, [np.ones((2, 3))], 2, np.float64)
        (array([3., 3.]),)
    """
    rule = RULES.get(operation.name)
    if rule is None:
        raise ArgumentError(f"{operation.label} cannot be run in NumPy{_place(operation)}")
    args, options = operation.given_for(batch, lambda index: arrays[index])
    if operation.name in NEED_SHAPE:
        options["shape"] = at(operation.outputs[0], batch)
    with np.errstate(all="ignore"):  # torch does not warn of infinities or NaN either
        made = rule(*args, **options)
    many = made if isinstance(made, (tuple, list)) else (made,)
    return tuple(
        [
            _typed(operation, index, np.asarray(each), batch, dtype)
            for index, each in zip(range(len(operation.outputs)), many, strict=False)
        ]
    )


NEED_SHAPE = frozenset(
    {"expand", "_unsafe_view", "view", "reshape", "copy", "empty.memory_format", "squeeze"}
)
"""Operations whose function is given the recorded shape of the result, as the keyword `shape`."""


def _typed(operation: Operation, index: int, array: Array, batch: int, dtype: DTypeLike) -> Array:
    shape = at(operation.outputs[index], batch)
    if array.shape != shape:
        raise ArgumentError(
            f"{operation.label} gives shape {array.shape} in NumPy, but {shape} in torch{_place(operation)}"
        )
    name = operation.dtypes[index] if operation.dtypes else ""
    if name == "bfloat16":
        raise ArgumentError(f"{operation.label} gives bfloat16, which NumPy does not have{_place(operation)}")
    return array.astype(name or dtype, copy=False)


def _place(operation: Operation) -> str:
    return f" ({operation.place})" if operation.place else ""
