"""The exceptions that convref raises, one small tree.

    ConvrefError
    ├── ArgumentError    an argument breaks a rule where it is given          (also a ValueError)
    ├── ShapeError       a tensor's shape does not fit where it arrives       (also a ValueError)
    ├── UnknownNameError no such name; says which names are near              (also a LookupError)
    └── PageError        a page cannot be read, run or checked; says file:line

Every message names the place (a path in a network, or file:line), the argument, its value and the
rule that it breaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

_FEW = 12  # names, up to which all are listed beside the nearest


class ConvrefError(Exception):
    """What every error of convref is."""


class ArgumentError(ConvrefError, ValueError):
    """An argument breaks a rule where it is given.

    Example:
        >>> from convref.nn import Conv2d
        >>> Conv2d(3, 64, kernel_size=-3)
        Traceback (most recent call last):
        ...
        convref.errors.ArgumentError: Conv2d: kernel_size (=-3) must be at least 1
    """


class ShapeError(ConvrefError, ValueError):
    """A tensor's shape does not fit where it arrives; `path` says which layer of the network.

    Args:
        rule: what does not hold, with the argument and its value.
        path: the layer's path from the root, `features.3`; empty for the layer that was asked itself.
    """

    def __init__(self, rule: str, path: str = "") -> None:
        super().__init__(f"{path}: {rule}" if path else rule)
        self.rule = rule
        self.path = path

    def inside(self, name: str) -> Self:
        """The same error, seen from the parent that calls this layer `name`."""
        return type(self)(self.rule, f"{name}.{self.path}" if self.path else name)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (self.rule, self.path)


class UnknownNameError(ConvrefError, LookupError):
    """There is no such name.

    Args:
        kind: what was asked for, "architecture".
        name: the name that was given.
        known: the names that there are; the message lists them where they are few, or where none is near.
        listing: what the message says in the place of a list, "`convref list` gives all".

    Example:
        >>> str(UnknownNameError("column", "parms", ["params", "macs"]))
        "unknown column 'parms'; the nearest is 'params'; there are: params, macs"
    """

    def __init__(self, kind: str, name: object, known: Iterable[str], listing: str = "") -> None:
        self.kind, self.name, self.known, self.listing = kind, name, tuple(known), listing
        from convref.wording import nearest, nearest_text  # only who errs needs them

        near = nearest(name, self.known)
        rest = "" if near and len(self.known) > _FEW else f"there are: {', '.join(self.known)}"
        told = (nearest_text(near), listing or rest)
        super().__init__("; ".join([f"unknown {kind} {name!r}", *filter(None, told)]))

    def __reduce__(self) -> tuple[type[Self], tuple[str, object, tuple[str, ...], str]]:
        return type(self), (self.kind, self.name, self.known, self.listing)


class PageError(ConvrefError):
    """A page cannot be read, run or checked.

    Args:
        path: the page's path as the author knows it, `docs/en/index.md`.
        line: the line in that page, from 1; 0 when it is the page as a whole.
        rule: what is wrong.

    Example:
        >>> str(PageError("docs/en/index.md", 42, "the fence is not closed"))
        'docs/en/index.md:42: the fence is not closed'
    """

    def __init__(self, path: str, line: int, rule: str) -> None:
        super().__init__(f"{path}:{line}: {rule}" if line else f"{path}: {rule}")
        self.path, self.line, self.rule = path, line, rule

    def __reduce__(self) -> tuple[type[Self], tuple[str, int, str]]:
        return type(self), (self.path, self.line, self.rule)
