"""The dtypes of tensors, with torch's names, and the rules for the dtype of an operation's result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

CATEGORIES = ("bool", "int", "float", "complex")


@dataclass(frozen=True)
class DType:
    """A dtype of tensors, such as `torch.float32`.

    Attributes:
        name: its name in torch, such as "float32".
        category: "bool", "int", "float" or "complex".
        itemsize: the size of an element, in bytes.
    """

    name: str
    category: str
    itemsize: int

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    @property
    def is_floating_point(self) -> bool:
        """True for a dtype of floating-point numbers."""
        return self.category == "float"

    @property
    def is_complex(self) -> bool:
        """True for a dtype of complex numbers."""
        return self.category == "complex"


float32 = DType("float32", "float", 4)
float64 = DType("float64", "float", 8)
float16 = DType("float16", "float", 2)
bfloat16 = DType("bfloat16", "float", 2)
int64 = DType("int64", "int", 8)
int32 = DType("int32", "int", 4)
int16 = DType("int16", "int", 2)
int8 = DType("int8", "int", 1)
uint8 = DType("uint8", "int", 1)
bool_ = DType("bool", "bool", 1)
complex64 = DType("complex64", "complex", 8)
NAMES: dict[str, DType] = {
    each.name: each
    for each in (
        *(float32, float64, float16, bfloat16),
        *(int64, int32, int16, int8, uint8, bool_, complex64),
    )
} | {"float": float32, "double": float64, "half": float16, "long": int64, "int": int32, "short": int16}
"""A dict from each name of a dtype in torch to the dtype; some dtypes have two names."""


def dtype_of(number: object) -> DType:
    """Return the dtype that a Python number has when torch makes a tensor from it.

    Example:
        >>> dtype_of(True), dtype_of(1), dtype_of(0.5)
        (torch.bool, torch.int64, torch.float32)
    """
    if isinstance(number, bool):
        return bool_
    if isinstance(number, complex):
        return complex64
    return int64 if isinstance(number, int) else float32


def promoted(operands: Iterable[Any]) -> DType:
    """Return the dtype of the result of an arithmetic operation, by torch's rules of type promotion.

    The tensors with at least one axis determine the dtype. A tensor without axes changes it only if its
    category is higher: a float changes the dtype of an operation on integers, but float64 does not change
    float32. A Python number changes it only if its category is higher than that of all tensors.

    Args:
        operands: the operands, tensors and Python numbers.
    """
    levels: tuple[list[DType], list[DType], list[DType]] = ([], [], [])
    for each in operands:
        if hasattr(each, "dtype"):
            levels[0 if each.shape else 1].append(each.dtype)
        else:
            levels[2].append(dtype_of(each))
    result: DType | None = None
    for level in levels:
        for each in sorted(level, key=_rank):
            if (
                result is None
                or _category(each) > _category(result)
                or (level is levels[0] and each != result)
            ):
                result = each
    assert result is not None  # noqa: S101 - an operation has an operand
    return result


def _category(dtype: DType) -> int:
    return CATEGORIES.index(dtype.category)


def _rank(dtype: DType) -> tuple[int, int]:
    return _category(dtype), dtype.itemsize
