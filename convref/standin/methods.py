"""The functions that are both in `torch` and methods of tensors; `equip` adds the methods to `Tensor`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from convref.standin import activations
from convref.standin.names import IN_PLACE, VALUES
from convref.standin.operations import elementwise, factories, indexing, joins, products, reductions, views
from convref.standin.recording import written
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused


def in_place(name: str, function: Callable[..., Any]) -> Callable[..., Tensor]:
    """Return the in-place form of a function, such as `relu_` for `relu`.

    It is a method of tensors, which writes the function's result into the tensor.
    """

    @functools.wraps(function)
    def change(self: Tensor, *args: Any, **options: Any) -> Tensor:
        return written(self, function(self, *args, **options), f"{name}_")

    return change


def _set_values(name: str) -> Callable[..., Tensor]:
    def change(self: Tensor, *_args: Any, **_options: Any) -> Tensor:
        if active() is not None:
            raise refused(f"Tensor.{name}", "a change of elements in place is not supported without PyTorch")
        self.numbers = None
        return self

    return change


def _set_item(self: Tensor, index: Any, value: Any) -> None:  # noqa: ARG001 - Python's protocol
    if active() is not None:
        rule = "an assignment to a part of a tensor is not supported without PyTorch; use torch.cat"
        raise refused("Tensor.__setitem__", rule)
    self.numbers = None


FUNCTIONS_ALONE = frozenset({"silu", "mish", "hardswish", "hardsigmoid"})
"""Functions that are in `torch.nn.functional` alone: neither in `torch` nor methods of tensors."""
SHARED: dict[str, Callable[..., Any]] = {
    **{name: each for name, each in elementwise.UNARY.items() if name not in FUNCTIONS_ALONE},
    **elementwise.COMPARISONS,
    **products.PRODUCTS,
    **{
        name: getattr(elementwise, name)
        for name in (
            *("add", "sub", "mul", "div", "floor_divide", "remainder", "square", "clamp", "where"),
            *("masked_fill", "softmax", "log_softmax", "cumsum", "maximum", "minimum"),
        )
    },
    "multiply": elementwise.mul,
    "divide": elementwise.div,
    "true_divide": elementwise.div,
    "subtract": elementwise.sub,
    "pow": elementwise.power,
    "absolute": elementwise.UNARY["abs"],
    "clip": elementwise.clamp,
    "negative": elementwise.UNARY["neg"],
    **{
        name: getattr(reductions, name)
        for name in ("mean", "amax", "amin", "argmax", "argmin", "norm", "logsumexp")
    },
    "sum": reductions.total,
    "max": reductions.maximum,
    "min": reductions.minimum,
    "var": reductions.variance,
    "std": reductions.deviation,
    "any": reductions.any_,
    "all": reductions.all_,
    **{
        name: getattr(views, name)
        for name in (
            *(
                "reshape",
                "flatten",
                "unflatten",
                "permute",
                "transpose",
                "t",
                "movedim",
                "unsqueeze",
                "squeeze",
            ),
            *("flip", "roll"),
        )
    },
    "swapaxes": views.transpose,
    "swapdims": views.transpose,
    "moveaxis": views.movedim,
    "clone": views.copied,
    **{name: getattr(joins, name) for name in ("split", "chunk", "unbind")},
    **{name: getattr(indexing, name) for name in ("select", "narrow")},
    "matmul": products.matmul,
    "tril": factories.FACTORIES["tril"],
    "triu": factories.FACTORIES["triu"],
    "detach": views.alias,
    "relu": elementwise.UNARY["relu"],
}
"""Functions that are both in `torch` and methods of tensors."""
METHODS: dict[str, Callable[..., Any]] = {
    **SHARED,
    **{
        name: getattr(views, name)
        for name in ("view", "expand", "expand_as", "view_as", "reshape_as", "repeat", "to")
    },
    **views.CASTS,
    "contiguous": views.contiguous_,
    "cuda": views.same,
    "cpu": views.same,
    "type_as": lambda self, other: views.cast(self, other.dtype),
    "type": views.to,
    "requires_grad_": Tensor.requires_grad_,
    "__getitem__": indexing.item_at,
    "__iter__": joins.each_of,
    "__setitem__": _set_item,
    "relu": elementwise.UNARY["relu"],
    "prelu": activations.prelu,
    "new_zeros": lambda self, *size, **given: factories.FACTORIES["zeros"](
        *size, **{"dtype": self.dtype, **given}
    ),
    "new_ones": lambda self, *size, **given: factories.FACTORIES["ones"](
        *size, **{"dtype": self.dtype, **given}
    ),
    "__add__": elementwise.add,
    "__radd__": elementwise.add,
    "__sub__": elementwise.sub,
    "__rsub__": elementwise.rsub,
    "__mul__": elementwise.mul,
    "__rmul__": elementwise.mul,
    "__truediv__": elementwise.div,
    "__rtruediv__": elementwise.rdiv,
    "__floordiv__": elementwise.floor_divide,
    "__mod__": elementwise.remainder,
    "__pow__": elementwise.power,
    "__rpow__": lambda self, base: elementwise.power(base, self),
    "__matmul__": products.matmul,
    "__rmatmul__": lambda self, other: products.matmul(other, self),
    "__neg__": elementwise.UNARY["neg"],
    "__abs__": elementwise.UNARY["abs"],
    **{f"__{name}__": function for name, function in elementwise.COMPARISONS.items()},
}
OPERATORS = {"iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "div", "ipow": "pow"}


def equip() -> type[Tensor]:
    """Add the methods that compute, such as `add` and `view`, to the class `Tensor`, and return it.

    The class itself cannot define them: they call functions that import the class, which would be a circular
    import.
    """
    for name, function in METHODS.items():
        setattr(Tensor, name, function)
    for name in IN_PLACE:
        setattr(Tensor, f"{name}_", in_place(name, METHODS[name]))
    for name, method in OPERATORS.items():
        setattr(Tensor, f"__{name}__", in_place(method, METHODS[method]))
    for name in VALUES:
        setattr(Tensor, name, _set_values(name))
    for name, axes in {"T": None, "mT": (-2, -1)}.items():
        turn = (
            (lambda self: views.permute(self, *range(self.ndim)[::-1]))
            if axes is None
            else (lambda self: views.transpose(self, -2, -1))
        )
        setattr(Tensor, name, property(turn))
    return Tensor
