"""Let a forward take the way for tensors on the CPU, although a recording has them on the meta device."""

from __future__ import annotations

from typing import Any

import torch

ON_CPU: dict[Any, Any] = {
    torch.Tensor.device.__get__: torch.device("cpu"),
    torch.Tensor.is_cpu.__get__: True,  # type: ignore[attr-defined]
    torch.Tensor.is_meta.__get__: False,  # type: ignore[attr-defined]
}
"""Attributes that show the device of a tensor, with their values for a tensor on the CPU.

A forward that chooses by the device takes the way for the CPU: its tensors are on the meta device only while
it is recorded.
"""
MOVES = frozenset({torch.Tensor.cuda, torch.Tensor.cpu})
"""Methods that return their tensor on another device; all tensors of a recording are on one."""


def on_meta(
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a function with the meta device in place of any other.

    A forward may name a GPU that this machine lacks, and `x.to("cpu")` must not copy.
    """
    if kwargs.get("device") is not None:
        kwargs = {**kwargs, "device": "meta"}
    if func is torch.Tensor.to and len(args) > 1 and isinstance(args[1], (str, torch.device, int)):
        args = (args[0], "meta", *args[2:])
    return args, kwargs
