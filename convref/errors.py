"""The exceptions that convref raises.

    ConvrefError
    ├── ArgumentError     an argument is invalid (also a ValueError)
    ├── ShapeError        a shape does not fit a layer (also a ValueError)
    ├── MissingRuleError  no function handles a class of layers; the message has how to add one
    ├── UnknownNameError  a name is unknown; the message lists similar names (also a LookupError)
    └── PageError         a page cannot be read, run or checked

Every message has the location (a path in a network, or file:line), the argument, its value and the rule that
the value breaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

_FEW = 12  # if there are at most so many known names, the message lists all of them besides the similar ones


class ConvrefError(Exception):
    """The base class of all errors of convref."""


class ArgumentError(ConvrefError, ValueError):
    """An argument is invalid.

    Example:
        >>> from convref.nn import Conv2d
        >>> Conv2d(3, 64, kernel_size=-3)
        Traceback (most recent call last):
        ...
        convref.errors.ArgumentError: Conv2d: kernel_size (=-3) must be at least 1
    """


class ShapeError(ConvrefError, ValueError):
    """The shape of an input does not fit a layer.

    Args:
        rule: the rule that is broken, with the argument and its value.
        path: the path of the layer from the root of the network, such as `features.3`; empty for the root.
    """

    def __init__(self, rule: str, path: str = "") -> None:
        super().__init__(f"{path}: {rule}" if path else rule)
        self.rule = rule
        self.path = path

    def inside(self, name: str) -> Self:
        """Return the same error with `name` and a dot in front of its path.

        A layer that catches the error of a child calls this with the child's name and raises the result. So
        the path in the message finally starts at the root.
        """
        return type(self)(self.rule, f"{name}.{self.path}" if self.path else name)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (self.rule, self.path)


class MissingRuleError(ConvrefError):
    """An analysis, a run or a conversion meets a class of layers for which it has no rule.

    A rule is a function, or a method of the layer, that handles the class.

    Args:
        kind: the name of the layer's class.
        rule: what is missing and how to add it; in the message, this follows the name of the class.
        path: the layer's path from the root of the network, such as `features.3`; empty for the root.

    Example:
        >>> str(MissingRuleError("Square", "must define cost(input_shape)", path="features.3"))
        'features.3: Square must define cost(input_shape)'
    """

    def __init__(self, kind: str, rule: str, path: str = "") -> None:
        super().__init__(f"{path}: {kind} {rule}" if path else f"{kind} {rule}")
        self.kind, self.rule, self.path = kind, rule, path

    def at(self, path: str) -> Self:
        """Return the same error with the path `path`, unless it already has a path."""
        return type(self)(self.kind, self.rule, self.path or path)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        return type(self), (self.kind, self.rule, self.path)


class UnknownNameError(ConvrefError, LookupError):
    """A name that the caller passed is not among the known names.

    Args:
        kind: the kind of thing that was looked up, such as "architecture".
        name: the unknown name.
        known: the known names. The message lists those that are similar to `name`. It also lists all known
            names if there are few, or if none of them is similar.
        listing: a text that the message has in place of all known names, such as "`convref list` gives all".

    Example:
        >>> str(UnknownNameError("column", "parms", ["params", "macs"]))
        "unknown column 'parms'; the nearest is 'params'; there are: params, macs"
    """

    def __init__(self, kind: str, name: object, known: Iterable[str], listing: str = "") -> None:
        self.kind, self.name, self.known, self.listing = kind, name, tuple(known), listing
        from convref.wording import nearest, nearest_text  # imported late: wording is only needed for errors

        near = nearest(name, self.known)
        rest = "" if near and len(self.known) > _FEW else f"there are: {', '.join(self.known)}"
        hints = (nearest_text(near), listing or rest)
        super().__init__("; ".join([f"unknown {kind} {name!r}", *filter(None, hints)]))

    def __reduce__(self) -> tuple[type[Self], tuple[str, object, tuple[str, ...], str]]:
        return type(self), (self.kind, self.name, self.known, self.listing)


class PageError(ConvrefError):
    """A page cannot be read, run or checked.

    Args:
        path: the path of the page's file in the project, such as `docs/en/index.md`.
        line: the line number in that file, counted from 1; 0 if the error concerns the whole page.
        rule: the problem, as the text of the message.

    Example:
        >>> str(PageError("docs/en/index.md", 42, "the fence is not closed"))
        'docs/en/index.md:42: the fence is not closed'
    """

    def __init__(self, path: str, line: int, rule: str) -> None:
        super().__init__(f"{path}:{line}: {rule}" if line else f"{path}: {rule}")
        self.path, self.line, self.rule = path, line, rule

    def __reduce__(self) -> tuple[type[Self], tuple[str, int, str]]:
        return type(self), (self.path, self.line, self.rule)
