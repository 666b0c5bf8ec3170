"""Find the names that a Python statement binds, and those that it reads.

If a statement cannot be run, statements that read a name which it binds cannot be run either.
"""

from __future__ import annotations

import ast


def bound(statement: ast.stmt) -> set[str]:
    """Return the names that a top-level statement binds.

    The loop variables of comprehensions are included. This is harmless, because other statements rarely use
    the same names.

    Example:
        >>> sorted(bound(ast.parse("import a.b, c as d").body[0]))
        ['a', 'd']
        >>> sorted(bound(ast.parse("def f(x): y = x").body[0]))
        ['f']
    """
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def read(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads, including those in the body of a function that it defines.

    Example:
        >>> sorted(read(ast.parse("x = f(y)").body[0]))
        ['f', 'y']
    """
    nodes = ast.walk(statement)
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
