"""Checks of arguments that callers pass: a network and the shape of its input."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from convref.errors import ArgumentError
from convref.nn.base import Layer, Shape

TORCH_MODULE = ("torch.nn.modules.module", "Module")
TENSOR = ("torch", "Tensor")


def check_net(net: object) -> None:
    """Check that `net` is a description.

    Raises:
        ArgumentError: `net` is anything else; the error names the function that converts it.
    """
    if isinstance(net, Layer):
        return
    shown = f"class {net.__name__}" if isinstance(net, type) else repr(net)
    raise ArgumentError(f"net (={shown}) must be a description; {remedy(net)}")


def remedy(given: object) -> str:
    """Return a clause on how to convert an object to a description, for the end of an error message.

    Example:
        >>> remedy("vgg16")
        'architectures.build makes one from a name'
    """
    if isinstance(given, type):
        if is_torch_module(given):
            return "this class is a torch.nn.Module; convref.torch.from_torch reads an instance of it"
        return f"give an instance, {given.__name__}(…)"
    if is_torch_module(type(given)):
        return "this is a torch.nn.Module; convref.torch.from_torch reads it"
    return "architectures.build makes one from a name"


def is_torch_module(kind: type) -> bool:
    """Return whether a class is a PyTorch module, without importing PyTorch.

    Example:
        >>> is_torch_module(str)
        False
    """
    return _descends(kind, TORCH_MODULE)


def is_tensor(value: object) -> bool:
    """Return whether this is a PyTorch tensor or parameter, without importing PyTorch.

    Example:
        >>> is_tensor([1.0])
        False
    """
    return _descends(type(value), TENSOR)


def _descends(kind: type, ancestor: tuple[str, str]) -> bool:
    return any((each.__module__, each.__name__) == ancestor for each in kind.__mro__)


def checked_shapes(input_shape: Iterable[Any]) -> tuple[Any, ...]:
    """Return the shape of an input as a tuple of Python integers, or a tuple of such shapes for several.

    Raises:
        ArgumentError: it is neither a shape nor a sequence of shapes.

    Example:
        >>> checked_shapes([3, 224, 224]), checked_shapes([(3, 8, 8), (1, 8, 8)])
        ((3, 224, 224), ((3, 8, 8), (1, 8, 8)))
    """
    if isinstance(input_shape, (tuple, list)) and input_shape and isinstance(input_shape[0], (tuple, list)):
        return tuple([checked_shape(each) for each in input_shape])
    return checked_shape(input_shape)


def checked_shape(input_shape: Iterable[int]) -> Shape:
    """Return an input shape as a tuple of Python integers; NumPy integers are accepted too.

    Raises:
        ArgumentError: it is not a sequence of positive integers, but for example an array of images.

    Example:
        >>> checked_shape([3, 224, 224])
        (3, 224, 224)
    """
    own = getattr(input_shape, "shape", None)  # an array's or a tensor's
    if own is not None and len(own) != 1:
        raise ArgumentError(
            f"input_shape must be a shape, without the batch: (C, H, W), not an array (of shape {tuple(own)})"
        )
    try:
        shape = tuple(map(operator.index, input_shape))
    except TypeError:
        shape = ()
    if not shape or min(shape) < 1:
        given = tuple(input_shape) if isinstance(input_shape, list) else input_shape
        raise ArgumentError(
            f"input_shape (={given!r}) must consist of positive integers, channels first, without the batch: "
            "(C, H, W)"
        )
    return shape
