"""Extend griffe, which reads docstrings for the reference: examples are code, and errors are linked.

Griffe recognizes a section `Examples:`, but not `Example:`. It links an error under `Raises:` only if the
module has the error's name, but a module need not import an error that is raised by a function it calls.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

from convref import errors

_SHAPES = re.compile(r"^ *Shapes: .*$", re.MULTILINE)
_EXAMPLE = re.compile(r"^(\s*)Example:$", re.MULTILINE)


ERRORS = tuple(name for name, each in vars(errors).items() if isinstance(each, type))


class Examples(griffe.Extension):
    """A griffe extension that renames `Example:` to `Examples:`, and adds the errors to every module."""

    def on_module_members(self, *, mod: griffe.Module, **_event: Any) -> None:
        """Add the package's errors to a module, as if the module imported them."""
        for name in ERRORS if mod.path != errors.__name__ else ():
            if name not in mod.members:
                mod.imports[name] = f"{errors.__name__}.{name}"
                mod.set_member(name, griffe.Alias(name, mod.imports[name]))

    def on_instance(self, *, obj: griffe.Object, **_event: Any) -> None:
        """Rename the section in the docstring of a loaded object, and escape the stars of its shapes."""
        if obj.docstring:
            text = _SHAPES.sub(lambda line: line[0].replace("*", r"\*"), obj.docstring.value)
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", text)
