"""Find the network in a reader's code: the value that the code was written for, whatever its name is."""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import inspect
from collections.abc import Iterator
from typing import Any

from convref import analyze, architectures, nn
from convref.nn import blocks
from convref.standin import installed
from convref.standin.description import description
from convref.standin.module import Module
from convref.standin.names import LOSSES

EDITOR = "<editor>"
"""The file name of the reader's code in tracebacks."""
MODULE = "editor"
"""The name of the module in which the reader's code runs."""


class NoNetworkError(Exception):
    """Raised if no variable and no expression of the code holds a network.

    Args:
        last: the value of the last line; None if it has none.
        needs: for a class that cannot be made without arguments, its name and the arguments' names.
    """

    def __init__(self, last: object, needs: tuple[str, list[str]] | None) -> None:
        super().__init__("no network")
        self.last, self.needs = last, needs


def network(code: str, shape: tuple[int, ...]) -> nn.Layer:
    r"""Run the code, and return its network.

    The network is the last expression or variable that holds a description or a module of PyTorch. Losses,
    parts of another network, and modules without parameters count only where there is nothing else. If there
    is no such value, the network is the last class of modules that can be made without arguments.

    Code that imports torch runs against `convref.standin`, which describes its modules for the input shape.

    Args:
        code: the reader's code.
        shape: the shape of the input, without the batch.

    Raises:
        NoNetworkError: there is no network in the code.

    Example:
        >>> network("model = Conv2d(3, 8, 3)\nprint('made')", (3, 9, 9))
        made
        Conv2d(3, 8, 3)
    """
    tree = parsed(code)
    with installed() if imports_torch(code) else contextlib.nullcontext():
        value = _chosen(tree)
        if isinstance(value, type):
            value = value()
        if isinstance(value, Module):
            value = description(value, shape)
    found: nn.Layer = value
    return found


@functools.lru_cache(maxsize=1)  # each step of an answer asks for the tree of the same code
def parsed(code: str) -> ast.Module:
    """Return the syntax tree of the reader's code, which must not be changed.

    Raises:
        SyntaxError: the code is not valid.
    """
    return ast.parse(code, EDITOR)


def imports_torch(code: str) -> bool:
    """Return whether code, which must be valid, imports torch or a module of it.

    Example:
        >>> imports_torch("import torch.nn as nn"), imports_torch("import torchvision")
        (True, False)
    """
    tree = parsed(code)
    imported = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(name.partition(".")[0] == "torch" for name in imported)


def line_of(code: str, path: str) -> int:
    r"""Return the 1-based line of the code that makes a layer of its description; 0 if it is not to be seen.

    The description is the last line or assignment. Each part of the path is an index or the name of an
    argument of a call. If the code has no such argument, the result is the line of the layer around it.

    Args:
        code: the code, which must be valid.
        path: the path of the layer from the root of the network, such as `features.3`.

    Example:
        >>> line_of("Sequential(\n    ReLU(),\n    Conv2d(3, 8, 40),\n)", "1")
        3
    """
    values: dict[str, ast.expr] = {}
    node: ast.expr | None = None
    for statement in parsed(code).body:
        if isinstance(statement, ast.Assign):
            node = statement.value
            values |= {name.id: node for name in statement.targets if isinstance(name, ast.Name)}
        elif isinstance(statement, ast.Expr):
            node = statement.value
    node = _value(node, values)
    for part in path.split(".") if path else ():
        inner = _argument(node, part) if isinstance(node, ast.Call) else None
        if inner is None:
            break
        node = _value(inner, values)
    return node.lineno if isinstance(node, ast.Call) else 0


def _value(node: ast.expr | None, values: dict[str, ast.expr]) -> ast.expr | None:
    """Return the expression that was last assigned to the name that `node` is, or `node` if it is no name."""
    return values.get(node.id) if isinstance(node, ast.Name) else node


def _argument(call: ast.Call, part: str) -> ast.expr | None:
    if part.isdigit():
        before = call.args[: int(part) + 1]
        plain = len(before) > int(part) and not any(isinstance(each, ast.Starred) for each in before)
        return before[-1] if plain else None
    return next((each.value for each in call.keywords if each.arg == part), None)


def _chosen(tree: ast.Module) -> Any:
    """Run the code, and return the value that is its network: a description, a module, or its class."""
    names: dict[str, Any] = {name: getattr(nn, name) for name in dir(nn) if not name.startswith("_")}
    names |= {name: getattr(blocks, name) for name in dir(blocks) if not name.startswith("_")}
    names |= {"nn": nn, "architectures": architectures, "analyze": analyze, "__name__": MODULE}
    values = list(_values(tree, names))
    last = values[-1] if values and isinstance(tree.body[-1], ast.Expr) else None
    if _is_network(last) or _is_class(last):
        return last
    found = [each for each in values if _is_network(each)]
    parts = {id(part) for each in found if isinstance(each, Module) for part in list(each.modules())[1:]}
    whole = [each for each in found if id(each) not in parts]
    learning = [each for each in whole if _has_parameters(each)]
    if whole:
        return (learning or whole)[-1]
    classes = [each for each in values if _is_class(each)]
    plain = [each for each in classes if not _required(each)]
    if plain:
        return plain[-1]
    needs = (classes[-1].__name__, _required(classes[-1])) if classes else None
    raise NoNetworkError(last, needs)


def _values(tree: ast.Module, names: dict[str, Any]) -> Iterator[Any]:
    """Run the code statement by statement; yield the value of each expression or assignment."""
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            flags |= sum(getattr(__future__, name.name).compiler_flag for name in node.names)
    compile(
        tree, EDITOR, "exec", flags, dont_inherit=True
    )  # a mistake anywhere is found before anything runs
    for node in tree.body:
        if isinstance(node, ast.Expr):
            expression = compile(ast.Expression(node.value), EDITOR, "eval", flags, dont_inherit=True)
            yield eval(expression, names)  # noqa: S307 (the reader's own code, in their browser)
            continue
        before = dict(names)
        exec(compile(ast.Module([node], []), EDITOR, "exec", flags, dont_inherit=True), names)  # noqa: S102
        bound = [name for name, value in names.items() if before.get(name) is not value]
        yield from (names[name] for name in bound)


def _is_network(value: object) -> bool:
    """Return True for a description, and for a module of PyTorch that is not a loss."""
    return isinstance(value, nn.Layer) or (isinstance(value, Module) and type(value).__name__ not in LOSSES)


def _is_class(value: object) -> bool:
    """Return True for a class of modules that the reader's code defines."""
    return isinstance(value, type) and issubclass(value, Module) and value.__module__ == MODULE


def _has_parameters(value: Any) -> bool:
    return bool(value.parameters() if isinstance(value, nn.Layer) else list(value.parameters()))


def _required(kind: type) -> list[str]:
    """Return the names of the arguments without which a class cannot be made."""
    given = list(inspect.signature(kind).parameters.values())
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each.name for each in given if each.default is each.empty and each.kind not in variable]
