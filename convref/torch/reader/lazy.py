"""Initialize the lazy layers of a module, such as `torch.nn.LazyConv2d`, by a run on the meta device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from convref.errors import ArgumentError
from convref.torch.reader.held import deep_copy, first_line


def initialized(module: torch.nn.Module, shapes: Sequence[tuple[int, ...]]) -> torch.nn.Module:
    """Return a module whose parameters all have shapes.

    If the module has lazy layers, it is copied to the meta device, the copy is run once, and the copy is
    returned. Otherwise the module itself is returned.

    Args:
        module: the module.
        shapes: the shapes of the inputs, without the batch.

    Raises:
        ArgumentError: the run fails, or a parameter still has no shape after it.

    Example:
        >>> net = torch.nn.Sequential(torch.nn.LazyLinear(4))
        >>> initialized(net, [(3,)])[0].weight.shape, net[0].weight
        (torch.Size([4, 3]), <UninitializedParameter>)
    """
    if not _lazy(module):
        return module
    failed: Exception | None = None
    for dtype in (torch.float32, torch.int64):
        made = _copy(module)
        given = [torch.empty((2, *shape), dtype=dtype, device="meta") for shape in shapes]
        try:
            with torch.device("meta"), torch.no_grad():
                made(*given)
            break
        except Exception as error:  # noqa: BLE001 - the forward is a user's
            failed = failed or error
    else:
        assert failed is not None  # noqa: S101 - neither type was taken
        raise ArgumentError(
            f"from_torch: the shape of {_lazy(module)[0]} is set by the first call of the module, "
            f"but this call failed: {first_line(failed)}"
        )
    left = _lazy(made)
    if left:
        raise ArgumentError(
            f"from_torch: {left[0]} still has no shape after a call of the module, because the call "
            "does not initialize it"
        )
    return made


def _copy(module: torch.nn.Module) -> torch.nn.Module:
    """Copy a module with lazy layers to the meta device.

    `copy.deepcopy` cannot copy tensors without a shape, so new ones are created for them.
    """
    memo: dict[int, Any] = {}
    for _, part in module.named_modules():
        for tensor in (*part._parameters.values(), *part._buffers.values()):  # noqa: SLF001 - see `held`
            if tensor is not None and is_lazy(tensor):
                kind: Any = type(tensor)
                memo[id(tensor)] = kind(device="meta", dtype=tensor.dtype)
    return deep_copy(module, memo, training=False).to("meta")


def _lazy(module: torch.nn.Module) -> list[str]:
    """Return the paths of the parameters and buffers without a shape."""
    return [
        f"{path}.{name}" if path else name
        for path, part in module.named_modules()
        for name, tensor in (*part._parameters.items(), *part._buffers.items())  # noqa: SLF001 - see `held`
        if tensor is not None and is_lazy(tensor)
    ]
