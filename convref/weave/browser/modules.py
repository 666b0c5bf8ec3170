"""Determine which modules code in the browser can import, without running any code.

- The modules of the standard library are available, except a few that need processes or devices of the
  reader's system.
- The modules in a wheel that the site provides are available.
- The site may also provide a package as a directory. A module in it is available if all modules that it
  imports outside of functions are available.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

_NEEDS_SYSTEM: Final = frozenset(
    {
        "curses", "dbm", "ensurepip", "fcntl", "idlelib", "multiprocessing", "pwd", "readline", "resource",
        "socket", "subprocess", "syslog", "termios", "tkinter", "turtle", "venv", "webbrowser",
    }
)  # fmt: skip
BROWSER_ONLY: Final = frozenset({"js", "pyodide", "pyodide_js"})
"""Modules that only the browser has."""


class Modules:
    """The modules that code in the browser can import.

    Args:
        directories: the packages that the site provides as directories, as a dict from name to directory.
        installed: the top-level modules of the site's wheels.
    """

    def __init__(self, directories: Mapping[str, Path], installed: Iterable[str] = ()) -> None:
        self.directories = dict(directories)
        self.installed = frozenset(installed) | BROWSER_ONLY
        self._known: dict[str, bool] = {}

    def with_installed(self, names: Iterable[str]) -> Modules:
        """Return these modules together with the top-level modules of further wheels."""
        return Modules(self.directories, {*self.installed, *names})

    def has(self, name: str) -> bool:
        """Return whether a module can be imported.

        Example:
            >>> modules = Modules({}, ["numpy"])
            >>> [modules.has(name) for name in ("math", "numpy.linalg", "subprocess", "torch")]
            [True, True, False, False]
        """
        if name not in self._known:
            self._known[name] = True  # while its imports are followed, which may lead back to it
            self._known[name] = self._found(name)
        return self._known[name]

    def has_all(self, imports: Iterable[ast.AST]) -> bool:
        """Return whether all modules that some import statements name are available."""
        return all(map(self.has, self._imported(imports, "")))

    def _found(self, name: str) -> bool:
        top, _, rest = name.partition(".")
        if top in self.directories:
            file = self._file(name)
            parent = name.rpartition(".")[0]
            if file is None or (rest and not self.has(parent)):
                return False
            tree = ast.parse(file.read_text("utf-8"))
            package = name if file.name == "__init__.py" else parent
            return all(map(self.has, self._imported(_at_import(tree.body), package)))
        return top in self.installed or (top in sys.stdlib_module_names and top not in _NEEDS_SYSTEM)

    def _file(self, name: str) -> Path | None:
        """Return the file of a module in a package's directory; None if the directory does not contain it."""
        top, *rest = name.split(".")
        path = self.directories[top].joinpath(*rest)
        return next(
            (file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None
        )

    def _imported(self, nodes: Iterable[ast.AST], package: str) -> Iterator[str]:
        """Yield the full names of the modules that import statements name.

        Args:
            nodes: the import statements.
            package: the package to which relative imports refer.
        """
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield base
                if base.partition(".")[0] in self.directories:  # a name may be a module of the package
                    names = [f"{base}.{alias.name}" for alias in node.names]
                    yield from (name for name in names if self._file(name))


def _at_import(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that must run when a module is imported, including those in `if` and `with`.

    Statements in `try` are left out, because an import that fails there is usually handled.
    """
    for statement in body:
        if isinstance(statement, ast.If):
            if "TYPE_CHECKING" not in ast.dump(statement.test):
                yield from _at_import(statement.body)
            yield from _at_import(statement.orelse)
        elif isinstance(statement, ast.With):
            yield from _at_import(statement.body)
        elif not isinstance(statement, ast.Try | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement  # what is imported under `try` is optional
