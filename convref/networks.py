"""Networks by name: registered ones, `vgg16`, and descriptions in other modules, `package.module:attribute`.

A name may end in `@` and the shape of the input without the batch, `package.module:attribute@3,32,32`.
Registered networks have a default input shape.
"""

from __future__ import annotations

import functools
import importlib

from convref.architectures import Architecture, build, find
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Layer, Shape
from convref.nn.given import remedy

OWN_PACKAGE = __name__.partition(".")[0]


def network(name: str, input_shape: Shape | None = None) -> tuple[Layer, Shape]:
    """Return the description that a name refers to, and the shape of its input.

    Args:
        name: a registered name or `package.module:attribute`, with or without `@C,H,W`.
        input_shape: the shape of the input; it overrides the one in the name.

    Raises:
        ArgumentError: the module cannot be imported or lacks the attribute, the attribute is not a
            description, or no shape of the input is known.
        UnknownNameError: no network is registered under the name; the error names the nearest.

    Example:
        >>> network("alexnet@3,64,64")[1], network("alexnet")[1]
        ((3, 64, 64), (3, 224, 224))
    """
    if not isinstance(name, str):
        rule = "must be a name; pass a description by keyword: name=(description, input_shape)"  # type: ignore[unreachable]
        raise ArgumentError(f"network (=a {type(name).__name__}) {rule}")
    called, at, text = name.partition("@")
    shape = input_shape or (shape_of(text) if at else None)
    if ":" not in called:
        entry = _registered(called)
        return build(called), shape or entry.input_shape
    net = _imported(called)
    if shape is None:
        raise ArgumentError(
            f"network (={name}) needs the shape of its input without the batch: {name}@3,224,224"
        )
    return net, shape


def shape_of(text: str) -> Shape:
    """Parse a shape written as 3,224,224 or 3x224x224.

    Raises:
        ArgumentError: the text is not a shape.

    Example:
        >>> shape_of("3x224x224")
        (3, 224, 224)
    """
    try:
        return tuple(int(word) for word in text.lower().replace("x", ",").replace("×", ",").split(","))
    except ValueError:
        raise ArgumentError(f"shape (={text!r}) must be integers such as 3,224,224") from None


def _registered(name: str) -> Architecture:
    try:
        return find(name)
    except UnknownNameError as error:
        listing = f"{error.listing}; one of your own is package.module:attribute@C,H,W"
        raise UnknownNameError(error.kind, name, error.known, listing) from None


def _imported(name: str) -> Layer:
    module, _, attribute = name.partition(":")
    try:
        made = importlib.import_module(module)
    except Exception as error:  # a foreign module may raise anything
        line = _own_line(error, module)
        rule = f"cannot be imported; {line}: {type(error).__name__}: {_message(error)}"
        unknown = f"must be package.module:attribute; {error}"
        raise ArgumentError(f"network (={name}) {rule if line else unknown}") from error
    try:
        net = functools.reduce(getattr, attribute.split("."), made)
    except AttributeError as error:
        raise ArgumentError(f"network (={name}) must be package.module:attribute; {error}") from error
    if not isinstance(net, Layer):
        rule = f"must be a description, not a {type(net).__name__}; {remedy(net)}"
        raise ArgumentError(f"network (={name}) {rule}")
    return net


def _own_line(error: Exception, module: str) -> str:
    """Return "file:line", the line of the module's package at which its import failed.

    Return an empty string if no line of the package was run, as when there is no such module.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    package, line, trace = module.partition(".")[0], "", error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == package != OWN_PACKAGE:
            line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return line


def _message(error: Exception) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error).strip().partition("\n")[0]
