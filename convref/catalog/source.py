"""Source code of the package as pages show it: a class or a function by name, without its docstring."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def load(name: str) -> Any:
    """What `module:name` names.

    Example:
        >>> load("convref.nn:Conv2d").__name__
        'Conv2d'
    """
    module, _, attributes = name.partition(":")
    return functools.reduce(getattr, attributes.split("."), importlib.import_module(module))


def source(name: str) -> str:
    """The source of a class or function without its docstring: what it does, not what it promises.

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
    """The file that `module:name` is written in, as one finds it in the project.

    Example:
        >>> file("convref.nn:Conv2d")
        'convref/nn/conv.py'
    """
    found = inspect.getsourcefile(inspect.unwrap(load(name)))
    return Path(found or "").relative_to(ROOT).as_posix()


def fence(code: str, title: str = "") -> str:
    """A block of Python for a page, under a title where there is one."""
    option = f' title="{title}"' if title else ""
    return f"```python{option}\n{code}\n```\n"


def boxes(names: Iterable[str]) -> Iterator[str]:
    """The sources of these names, each as module:name: a fence for each run of one file, under its path."""
    for path, run in groupby(names, key=file):
        yield fence("\n\n\n".join(map(source, run)), path)
