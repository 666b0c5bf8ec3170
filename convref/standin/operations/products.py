"""Matrix products, `einsum`, and scaled dot-product attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref.standin.dtypes import promoted
from convref.standin.recording import checked, operation
from convref.standin.shapes import Shape, ShapeMismatch, contiguous
from convref.standin.shapes import matmul as product
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused, tensors_in


def functional(
    name: str, args: tuple[Any, ...], shape: Shape, options: dict[str, Any] | None = None
) -> Tensor:
    """Record a function call that becomes one operation of the description, and return its result.

    Args:
        name: the function's name.
        args: its positional arguments.
        shape: the shape of its result.
        options: its keyword arguments.
    """
    made = Tensor(shape, promoted(tensors_in(args)), contiguous(shape))
    tape = active()
    if tape is not None and not tape.function(name, args, options or {}, [made], {}):
        raise refused(name, "it is not supported without PyTorch")
    return made


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """Return the product of two matrices, vectors, or batches of matrices.

    Raises:
        TorchRefuses: the columns of `input` and the rows of `other` differ in number.
    """
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul(): argument 'other' must be Tensor, not {type(other).__name__}")
    return functional("matmul", (input, other), checked("matmul", product, input.shape, other.shape))


def ranked(name: str, ranks: tuple[int, int]) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the function `name`, a product of operands with certain numbers of axes: `mm`, `bmm` or `mv`.

    Args:
        name: the function's name.
        ranks: the number of axes of each operand.
    """

    def multiply(input: Tensor, mat2: Tensor) -> Tensor:
        shape = checked(name, _product, ranks, input.shape, mat2.shape)
        return operation(name, (input, mat2), shape, promoted((input, mat2)), strides=contiguous(shape))

    multiply.__name__ = name
    return multiply


def _product(ranks: tuple[int, int], one: Shape, other: Shape) -> Shape:
    if (len(one), len(other)) != ranks or (ranks == (3, 3) and one[0] != other[0]):
        rule = f"operands with {ranks[0]} and {ranks[1]} axes are needed"
        rule += ", and equal batch sizes" if ranks == (3, 3) else ""
        raise ShapeMismatch(f"{rule}, not the shapes {one} and {other}")
    return product(one, other)


PRODUCTS = {"mm": ranked("mm", (2, 2)), "bmm": ranked("bmm", (3, 3)), "mv": ranked("mv", (2, 1))}


def einsum(equation: str, *operands: Any) -> Tensor:
    """Return a sum of products, written as in `einsum("bij,bjk->bik", a, b)`.

    Raises:
        TorchRefuses: two axes with the same letter have different sizes, or the number of letters for an
            operand differs from the number of its axes.
        NotFollowed: the equation has an ellipsis, or the same letter twice for one operand.
    """
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    text = equation.replace(" ", "")
    if "." in text:
        raise refused("einsum", "an ellipsis is not supported without PyTorch")
    terms, arrow, result = text.partition("->")
    letters = terms.split(",")
    if any(len(set(term)) != len(term) for term in letters):
        raise refused("einsum", "a letter that occurs twice for one operand is not supported without PyTorch")
    sizes = checked("einsum", _sizes, letters, [each.shape for each in given])
    if not arrow:
        result = "".join(sorted(each for each in set(terms) - {","} if terms.count(each) == 1))
    return functional("einsum", (equation, *given), tuple([sizes[each] for each in result]))


def _sizes(letters: list[str], shapes: list[Shape]) -> dict[str, int]:
    if [len(term) for term in letters] != [len(shape) for shape in shapes]:
        raise ShapeMismatch(
            f"the equation's terms {letters} must have one letter for each axis of the operands, "
            f"of shapes {[tuple(each) for each in shapes]}"
        )
    sizes: dict[str, int] = {}
    for term, shape in zip(letters, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            known = sizes.setdefault(letter, size)
            if 1 in {known, size}:
                sizes[letter] = max(known, size)
            elif known != size:
                rule = f"all axes with the letter {letter} must have the same size, not {known} and {size}"
                raise ShapeMismatch(rule)
    return sizes


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Return scaled dot-product attention, `softmax(scale * query @ key.mT) @ value`.

    Raises:
        TorchRefuses: the shapes of query, key and value do not fit together.
        NotFollowed: `dropout_p` is not 0, or `enable_gqa` is True (groups of heads share keys and values).
    """
    if dropout_p or enable_gqa:
        rule = "dropout_p and enable_gqa are not supported without PyTorch"
        raise refused("scaled_dot_product_attention", rule)
    name = "scaled_dot_product_attention"
    turned = (*key.shape[:-2], key.shape[-1], key.shape[-2])
    weights = checked(name, product, query.shape, turned)
    shape = checked(name, product, weights, value.shape)
    usual = {"attn_mask": None, "dropout_p": 0.0, "is_causal": False, "scale": None}
    given = {"attn_mask": attn_mask, "dropout_p": dropout_p, "is_causal": is_causal, "scale": scale}
    options = {key: each for key, each in given.items() if each is not usual[key] and each != usual[key]}
    return functional(name, (query, key, value), shape, options)
