"""Check the arguments that callers pass: a network and the shape of its input."""

from __future__ import annotations

import importlib
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
        ArgumentError: `net` is not a description; the error names the function that converts it to one.
    """
    if isinstance(net, Layer):
        return
    shown = f"class {net.__name__}" if isinstance(net, type) else repr(net)
    raise ArgumentError(f"net (={shown}) must be a description; {remedy(net)}")


def described(net: object, input_shape: Iterable[Any]) -> Layer:
    """Return the description of a network, which may be given in any of several forms.

    Args:
        net: a description or a `torch.nn.Module`; or a class or function that returns one of these when it is
            called without arguments. (`functools.partial` can fix its arguments beforehand.)
        input_shape: the shape of the input, without the batch. A module is converted for this shape.

    Raises:
        ArgumentError: `net` has none of these forms, or the call or the conversion of the module fails.

    Example:
        >>> from convref.nn import ReLU
        >>> described(ReLU, (3, 8, 8)), described(lambda: ReLU(), (3, 8, 8))
        (ReLU(), ReLU())
    """
    made = _made(net)
    if is_torch_module(type(made)):
        # Import it here, not at the top: this package works without PyTorch, and a caller who has a module
        # has PyTorch.
        read: Any = importlib.import_module("convref.torch").from_torch
        layer: Layer = read(made, input_shape)
        return layer
    check_net(made)
    assert isinstance(made, Layer)  # noqa: S101 - what else would have been refused
    return made


def _made(net: object) -> object:
    """Return what `net` makes if it is a class or function that makes a network; else return `net` itself."""
    is_class = isinstance(net, type)
    if isinstance(net, type):
        if not issubclass(net, Layer) and not is_torch_module(net):
            return net
    elif isinstance(net, Layer) or is_torch_module(type(net)):
        return net
    if not callable(net):
        return net
    name = getattr(net, "__name__", type(net).__name__)
    shown = f"{'class' if is_class else 'function'} {name}"
    try:
        made = net()
    except TypeError as error:
        rule = (
            f"give an instance, {name}(…)"
            if is_class
            else f"pass its arguments with functools.partial({name}, …)"
        )
        raise ArgumentError(f"net (={shown}) must be a description; {rule}: {error}") from error
    if not isinstance(made, Layer) and not is_torch_module(type(made)):
        rule = "must return a description or a torch.nn.Module"
        raise ArgumentError(f"net (={shown}) {rule}, not a {type(made).__name__}")
    return made


def remedy(given: object) -> str:
    """Return the end of an error message: how to get a description from the object that was given.

    Example:
        >>> remedy("vgg16")
        'architectures.build makes one from a name'
    """
    if isinstance(given, type):
        if is_torch_module(given):
            return "this is a class of torch.nn.Module; convref.torch.from_torch converts an instance of it"
        return f"give an instance, {given.__name__}(…)"
    if is_torch_module(type(given)):
        return "this is a torch.nn.Module; convref.torch.from_torch converts it"
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
    """Return the shape of an input as a tuple of Python integers; for several inputs, a tuple of shapes.

    Raises:
        ArgumentError: `input_shape` is neither a shape nor a sequence of shapes.

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
        ArgumentError: `input_shape` is not a sequence of positive integers. A common mistake is to pass the
            array of images instead of a shape.

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
        shape = (0,)
    if min(shape, default=1) < 1:  # () is the shape of one number, which torch's elementwise modules take
        given = tuple(input_shape) if isinstance(input_shape, list) else input_shape
        raise ArgumentError(
            f"input_shape (={given!r}) must consist of positive integers, channels first, without the batch: "
            "(C, H, W)"
        )
    return shape
