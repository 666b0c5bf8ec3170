"""A network by what a reader calls it: a registered name, or a description in a module of their own.

`vgg16`, `package.module:attribute@3,32,32`: what stands behind `@` is the input's shape without the batch,
which a registered network has one of its own for.
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
    """The description that a name stands for, and the shape of its input.

    Args:
        name: a registered name or `package.module:attribute`, either with `@C,H,W` or without.
        input_shape: goes before that in the name.

    Raises:
        ArgumentError: there is no such attribute, its module cannot be imported, it is no description, or no
            input's shape is known.
        UnknownNameError: no network is registered under the name; the error names the nearest.

    Example:
        >>> network("alexnet@3,64,64")[1], network("alexnet")[1]
        ((3, 64, 64), (3, 224, 224))
    """
    if not isinstance(name, str):
        rule = "must be a name; a description goes in by keyword, name=(description, input_shape)"  # type: ignore[unreachable]
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
    """A shape as it is written: 3,224,224 or 3x224x224.

    Raises:
        ArgumentError: it is none.

    Example:
        >>> shape_of("3x224x224")
        (3, 224, 224)
    """
    try:
        return tuple(int(word) for word in text.lower().replace("x", ",").replace("×", ",").split(","))
    except ValueError:
        raise ArgumentError(f"{text!r} is no shape such as 3,224,224") from None


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
    except Exception as error:  # whatever a module of the reader's own may raise
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
    """Where in the reader's own package an import failed; empty where none of its lines ran."""
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
