"""Show source code of classes and functions of the package on pages, without docstrings."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from convref_docs.paths import ROOT


@dataclass(frozen=True)
class Sources:
    """Source code to show; consecutive names from the same file share one code block.

    Attributes:
        names: the classes and functions, each as `module:name`.
    """

    names: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        return "\n".join(blocks(self.names))


def sources(*names: str) -> Sources:
    """Return the source of classes and functions, each given as `module:name`, without their docstrings.

    Example:
        >>> print(sources("convref.nn:Identity.output_shape")._repr_markdown_())
        ```python title="convref/nn/pointwise.py"
        def output_shape(self, input_shape: Shape) -> Shape:
            return input_shape
        ```
        <BLANKLINE>
    """
    return Sources(names)


def blocks(names: Iterable[str]) -> Iterator[str]:
    """Yield Markdown code blocks with the source of the given names, each titled with the file's path.

    Consecutive names from the same file share one block.
    """
    for path, run in groupby(names, key=file):
        yield fence("\n\n\n".join(map(source, run)), path)


def fence(code: str, title: str = "") -> str:
    """Return a Markdown code block of Python code, with an optional title."""
    option = f' title="{title}"' if title else ""
    return f"```python{option}\n{code}\n```\n"


def source(name: str) -> str:
    """Return the source of a class or function without its docstring.

    Example:
        >>> print(source("convref.nn:Conv2d.makes_map"))
        def makes_map(self, input_shape: Shape) -> bool:
            return True
    """
    lines = textwrap.dedent(inspect.getsource(load(name))).splitlines()
    (node,) = ast.parse("\n".join(lines)).body
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
        doc = node.body[0]
        after = doc.end_lineno or doc.lineno
        while after < len(lines) and not lines[after].strip():
            after += 1
        lines = lines[: doc.lineno - 1] + lines[after:]
    return "\n".join(line.partition("  # noqa")[0] for line in lines)


def file(name: str) -> str:
    """Return the path, relative to the project's root, of the file that defines `module:name`.

    Example:
        >>> file("convref.nn:Conv2d")
        'convref/nn/conv.py'
    """
    found = inspect.getsourcefile(inspect.unwrap(load(name)))
    return Path(found or "").relative_to(ROOT).as_posix()


def load(name: str) -> Any:
    """Import the module of `module:name`, and return the object of that name.

    Example:
        >>> load("convref.nn:Conv2d").__name__
        'Conv2d'
    """
    module, _, attributes = name.partition(":")
    return functools.reduce(getattr, attributes.split("."), importlib.import_module(module))
