"""Shows a docstring's `Example:` as code, and links the errors that its `Raises:` names.

Griffe knows the first section by its plural alone, and links the names that a module has: a function's module
need not import what the functions raise that it calls.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

from convref import errors

_EXAMPLE = re.compile(r"^(\s*)Example:$", re.MULTILINE)


ERRORS = tuple(name for name, each in vars(errors).items() if isinstance(each, type))


class Examples(griffe.Extension):
    """Reads `Example:` as `Examples:`, and lets every module know the package's errors by name."""

    def on_module_members(self, *, mod: griffe.Module, **_event: Any) -> None:
        """Add the errors that a module has not got, as if it imported them."""
        for name in ERRORS if mod.path != errors.__name__ else ():
            if name not in mod.members:
                mod.imports[name] = f"{errors.__name__}.{name}"
                mod.set_member(name, griffe.Alias(name, mod.imports[name]))

    def on_instance(self, *, obj: griffe.Object, **_event: Any) -> None:
        """Change the docstring of each object once it is loaded."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
