"""What callers give: a network and the shape of its input, checked where they are given."""

from __future__ import annotations

import operator
from collections.abc import Iterable

from convref.errors import ArgumentError
from convref.nn.base import Layer, Shape


def check_net(net: object) -> None:
    """Check that this is a description.

    Raises:
        ArgumentError: it is something else; the error says what makes a description of it.
    """
    if isinstance(net, Layer):
        return
    shown = f"class {net.__name__}" if isinstance(net, type) else repr(net)
    raise ArgumentError(f"net (={shown}) must be a description; {_remedy(net)}")


def _remedy(net: object) -> str:
    if isinstance(net, type):
        return f"give an instance, {net.__name__}(…)"
    if any(kind.__module__.startswith("torch.") for kind in type(net).__mro__):
        return "convref.torch.from_torch reads a module into one"
    return "architectures.build makes one from a name"


def checked_shape(input_shape: Iterable[int]) -> Shape:
    """The shape of an input as a tuple of Python's integers; NumPy's integers are taken too.

    Raises:
        ArgumentError: it is no sequence of positive integers.

    Example:
        >>> checked_shape([3, 224, 224])
        (3, 224, 224)
    """
    try:
        shape = tuple(map(operator.index, input_shape))
    except TypeError:
        shape = ()
    if not shape or min(shape) < 1:
        given = tuple(input_shape) if isinstance(input_shape, list) else input_shape
        raise ArgumentError(
            f"input_shape (={given!r}) must be positive integers, channels first, without the batch: "
            "(C, H, W)"
        )
    return shape
