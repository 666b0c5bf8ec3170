"""List the public names of a package, one line each, and generate their reference entries."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from types import ModuleType

from convref.errors import UnknownNameError

_STAR = re.compile(r"`[^`]*`|\*")
OPTIONS = """\
    options:
      heading_level: {}
      members: false
"""


@dataclass(frozen=True)
class Listing:
    """Public classes and functions of a package, shown as a list.

    Attributes:
        package: the package's name, such as `convref.nn`.
        names: the names of the classes and functions.
    """

    package: str
    names: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        """Return a Markdown list: each name linked to its entry, with its docstring's first line."""
        package = importlib.import_module(self.package)
        return "".join(
            f"- [`{name}`][{self.package}.{name}]: {_first_line(package, name)}\n" for name in self.names
        )

    def entries(self, level: int = 3) -> Entries:
        """Return the reference entries of all names, with headings at `level`."""
        return Entries(self, level)


@dataclass(frozen=True)
class Entries:
    """Reference entries of public names, as mkdocstrings directives."""

    listing: Listing
    level: int

    def _repr_markdown_(self) -> str:
        package, options = self.listing.package, OPTIONS.format(self.level)
        return "\n".join(f"::: {package}.{name}\n{options}" for name in self.listing.names)


def listing(package: str, *modules: str) -> Listing:
    """Return a list of the public names of a package, or only of those defined in the given modules.

    Args:
        package: the package's name, such as `convref.nn`.
        modules: names of its modules, such as `conv`, in display order; all modules if none is given.

    Raises:
        UnknownNameError: a given module defines no public name of the package.

    Example:
        >>> listing("convref.nn", "linear", "reshape").names
        ('Linear', 'Flatten', 'Permute', 'Unflatten')
        >>> print(listing("convref.nn", "linear")._repr_markdown_())
        - [`Linear`][convref.nn.Linear]: Fully connected layer along the last axis, as in torch.nn.Linear.
        <BLANKLINE>
    """
    names = by_module(package)
    for module in modules:
        if module not in names:
            raise UnknownNameError(f"module of {package}", module, names)
    return Listing(package, tuple(name for module in modules or names for name in names[module]))


def by_module(package: str) -> dict[str, list[str]]:
    """Return the names of public classes and functions of a package, keyed by defining module."""
    held = importlib.import_module(package)
    found: dict[str, list[str]] = {}
    for name in sorted(filter(lambda each: not each.startswith("_"), dir(held))):
        value = getattr(held, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            parent, _, module = value.__module__.rpartition(".")
            if value.__module__ == package:
                found.setdefault("__init__", []).append(name)
            elif parent == package:
                found.setdefault(module, []).append(name)
    return found


def _first_line(package: ModuleType, name: str) -> str:
    line = (inspect.getdoc(getattr(package, name)) or "").partition("\n")[0]
    return _STAR.sub(lambda match: match[0] if match[0].startswith("`") else r"\*", line)
