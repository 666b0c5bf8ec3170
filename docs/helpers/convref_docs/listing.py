"""List the public names of a package, one line each, and generate their reference entries."""

from __future__ import annotations

import importlib
import importlib.util
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
            f"- [`{name}`][{_path(self.package, name)}]: {_first_line(package, name)}\n"
            for name in self.names
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
        return "\n".join(f"::: {_path(package, name)}\n{options}" for name in self.listing.names)


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
    """Return the names of public classes and functions of a package, keyed by defining module.

    Raises:
        UnknownNameError: the package has no public class or function, so that its page would be empty.
    """
    held = importlib.import_module(package)
    found: dict[str, list[str]] = {}
    for name in sorted(filter(lambda each: not each.startswith("_"), dir(held))):
        value = getattr(held, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            if value.__module__ == package:
                found.setdefault("__init__", []).append(name)
            elif value.__module__.startswith(f"{package}."):
                found.setdefault(value.__module__.split(".")[package.count(".") + 1], []).append(name)
    if not found:
        raise UnknownNameError("package with public names", package, ())
    return found


def _path(package: str, name: str) -> str:
    """Return the path by which mkdocstrings finds a name: through its module if one has the same name."""
    shadowed = importlib.util.find_spec(f"{package}.{name}") is not None
    module = getattr(importlib.import_module(package), name).__module__ if shadowed else package
    return f"{module}.{name}"


def _first_line(package: ModuleType, name: str) -> str:
    line = (inspect.getdoc(getattr(package, name)) or "").partition("\n")[0]
    return _STAR.sub(lambda match: match[0] if match[0].startswith("`") else r"\*", line)
