"""Run code that imports PyTorch where PyTorch is not installed, with `convref.standin` in its place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from convref.errors import ArgumentError
from convref.nn import Layer
from convref.nn.given import described, is_torch_module

STAND_IN = ("convref.standin.module", "Module")
"""The Python module and the name of the stand-in's version of `torch.nn.Module`."""


@contextlib.contextmanager
def stand_in(called: str) -> Iterator[None]:
    """Let code that imports PyTorch get the stand-in for PyTorch in its place, in the `with` block.

    Args:
        called: the name of the network as the caller gave it, which the error quotes.

    Raises:
        ArgumentError: the code uses a part of torch that the stand-in does not support.
    """
    from convref.assembly.refusals import Refusal, where
    from convref.standin import installed

    try:
        with installed():
            yield
    except Refusal as refusal:
        rule = f"cannot be read without PyTorch: {where(refusal)}: {refusal.rule}"
        raise ArgumentError(f"network (={called}) {rule}") from refusal


def pass_refusal(error: Exception) -> None:
    """Raise an error again if it comes from the stand-in for PyTorch: its message already names the line."""
    from convref.assembly.refusals import Refusal

    if isinstance(error, Refusal):
        raise error


def _is_stand_in(kind: type) -> bool:
    """Return True if a class is a module of the stand-in for PyTorch, without importing it."""
    return any((each.__module__, each.__name__) == STAND_IN for each in kind.__mro__)


def is_module(kind: type) -> bool:
    """Return True if a class is a module of PyTorch or of the stand-in for it."""
    return is_torch_module(kind) or _is_stand_in(kind)


def description_of(net: Any, shape: Any) -> Layer:
    """Return the description of a network.

    Args:
        net: the network: a description, which is returned unchanged, or a module of PyTorch or the stand-in.
        shape: the shape of its input without the batch, or a tuple of shapes for several inputs.
    """
    if not _is_stand_in(type(net)):
        return described(net, shape)
    from convref.standin.description import description

    return description(net, shape)
