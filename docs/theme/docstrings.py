# ruff: noqa: INP001 - no package: mkdocstrings loads it by its path
"""Shows a docstring's `Example:` as code; Griffe knows the section by its plural alone."""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(\s*)Example:$", re.MULTILINE)


class Examples(griffe.Extension):
    """Reads `Example:` as `Examples:`."""

    def on_instance(self, *, obj: griffe.Object, **_event: Any) -> None:
        """Change the docstring of each object once it is loaded."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
