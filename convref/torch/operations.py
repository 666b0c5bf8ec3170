"""Execute the operations of a `Graph` in PyTorch, each by the torch operator or function of the same name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional as F

from convref.errors import ArgumentError
from convref.nn import Operation
from convref.nn.sizes import at

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "linear": F.linear,
    "matmul": torch.matmul,
    "einsum": torch.einsum,
    "scaled_dot_product_attention": F.scaled_dot_product_attention,
    "multi_head_attention_forward": F.multi_head_attention_forward,
    "pad": F.pad,
    "normalize": F.normalize,
    "bilinear": F.bilinear,
    "cdist": torch.cdist,
    "lstm": torch.lstm,
    "gru": torch.gru,
    "rnn_tanh": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
    "tensor": torch.tensor,
    # `view` could fail here, since the tensor may have other strides than in the module that was read.
    **dict.fromkeys(("view", "_unsafe_view"), torch.reshape),
}
"""The operations that are functions of torch, by name; all others are operators in `torch.ops`."""


def apply(
    operation: Operation, tensors: Sequence[torch.Tensor], batch: int, like: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """Run an operation of a description, and return its outputs as a tuple of tensors.

    Args:
        operation: the operation.
        tensors: the tensors to which the operation is applied.
        batch: the number of samples, by which the batch size in the operation's arguments is replaced.
        like: any tensor with the dtype and the device of the network; the outputs are converted to them.

    Raises:
        ArgumentError: the installed torch has no such operation, or the shape of an output differs from the
            one in the description.

    Example:
        >>> from convref.nn import N, Value
        >>> total = Operation("sum.dim_IntList", (Value(0), (1,)), ((N, 3),), ((N,),))
        >>> apply(total, [torch.ones(2, 3)], 2, torch.ones(()))
        (tensor([3., 3.]),)
    """
    args, options = operation.given_for(batch, lambda index: tensors[index])
    if operation.name == "scatter":
        made: Any = _scattered(*args)
    else:
        if not tensors and operation.name in _WITH_DEVICE:
            options["device"] = like.device
        made = _function(operation)(*args, **options)
    many = made if isinstance(made, (tuple, list)) else (made,)
    return tuple(
        [
            _typed(operation, index, each, batch, like)
            for index, each in zip(range(len(operation.outputs)), many, strict=False)
        ]
    )


_WITH_DEVICE = frozenset(
    {
        "tensor",
        "zeros",
        "ones",
        "full",
        "arange",
        "arange.start",
        "arange.start_step",
        "eye",
        "eye.m",
        "linspace",
    }
)


def _function(operation: Operation) -> Callable[..., Any]:
    if operation.name in FUNCTIONS:
        return FUNCTIONS[operation.name]
    namespace, _, full = operation.name.rpartition("::")
    name, _, overload = full.partition(".")
    packet = getattr(getattr(torch.ops, namespace or "aten"), name, None)
    found: Callable[..., Any] | None = getattr(packet, overload or "default", None)
    if found is None:
        raise ArgumentError(f"the installed torch has no operation {operation.label}")
    return found


def _scattered(  # noqa: PLR0917 - the arguments of the operation
    whole: torch.Tensor,
    part: torch.Tensor,
    view: str,
    args: Sequence[Any],
    options: Sequence[Any],
    index: int,
) -> torch.Tensor:
    """Return a copy of a tensor with new elements in one part, as after `whole[1:3] = part`.

    Args:
        whole: the tensor.
        part: the new elements.
        view: torch's name of the operation that selects the part as a view, such as "slice.Tensor".
        args: the positional arguments of that operation after the tensor.
        options: the keyword arguments of that operation, as pairs (name, value).
        index: the index of the view among the outputs of that operation, which may return several views.
    """
    made = whole.clone()
    name, _, overload = view.partition(".")
    seen = getattr(getattr(torch.ops.aten, name), overload or "default")(made, *args, **dict(options))
    (seen[index] if isinstance(seen, (tuple, list)) else seen).copy_(part)
    return made


def _typed(
    operation: Operation, index: int, tensor: torch.Tensor, batch: int, like: torch.Tensor
) -> torch.Tensor:
    shape = at(operation.outputs[index], batch)
    if tuple(tensor.shape) != shape:
        raise ArgumentError(
            f"{operation.label} returns the shape {tuple(tensor.shape)}, but its shape in the description "
            f"is {shape}"
        )
    name = operation.dtypes[index] if operation.dtypes else ""
    return tensor.to(device=like.device, dtype=getattr(torch, name) if name else like.dtype)
