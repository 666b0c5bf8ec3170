"""Read code that imports PyTorch where PyTorch is not installed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from convref.errors import ArgumentError
from convref.nn import Layer
from convref.nn.given import described, is_torch_module

STAND_IN = ("convref.standin.module", "Module")
"""The module and the name of the stand-in's class for modules."""


@contextlib.contextmanager
def stand_in(called: str) -> Iterator[None]:
    """Let code that imports PyTorch run against the stand-in in the `with` block.

    Raises:
        ArgumentError: the code uses something of torch that the stand-in does not support.
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
    """Raise the error again if it is one of the stand-in's, which names the line of the code already."""
    from convref.assembly.refusals import Refusal

    if isinstance(error, Refusal):
        raise error


def _is_stand_in(kind: type) -> bool:
    """Return whether a class is a module of the stand-in, without importing it."""
    return any((each.__module__, each.__name__) == STAND_IN for each in kind.__mro__)


def is_module(kind: type) -> bool:
    """Return whether a class is a module of PyTorch or of the stand-in for it."""
    return is_torch_module(kind) or _is_stand_in(kind)


def description_of(net: Any, shape: Any) -> Layer:
    """Return the description of a network: of a description itself, a module of PyTorch, or of the stand-in.

    Args:
        net: the network.
        shape: the shape of its input without the batch, or a tuple of shapes for several inputs.
    """
    if not _is_stand_in(type(net)):
        return described(net, shape)
    from convref.standin.description import description

    return description(net, shape)
