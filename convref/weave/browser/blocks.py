"""Find the blocks of a page that readers can run in their browser, and the code that must run before them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from convref.weave.browser.modules import Modules
from convref.weave.browser.names import bound, read
from convref.weave.markdown.document import Document, Fence
from convref.weave.markdown.fences import runnable_code
from convref.weave.numbers.doctest_output import expected_error
from convref.weave.page.plan import Address
from convref.weave.page.python_code import statements, wanted_examples

_KINDS: Final = frozenset({"python", "session", "doctest", "pyodide"})
_NEEDS_FILES: Final = frozenset({"open", "input"})


@dataclass(frozen=True)
class BrowserBlock:
    """A block of a page in the form that is sent to the browser.

    Args:
        number: the index of the block among the blocks of the page.
        session: the name of its session; blocks of one session share their variables.
        code: the code without prompts. If readers cannot run the block itself, this is only the part that
            later blocks may need and that the browser can run.
        interactive: whether the value of every statement is shown, as for doctest examples.
        raises: whether the author expects the block to raise an exception: by the option `raises`, or by the
            output of a doctest example.
        install: the packages in the block's option `install`, as requirements for pip.
        rows: the number of lines that the editor shows.
        offered: whether readers can edit and run the block.
    """

    number: int
    session: str
    code: str
    interactive: bool
    raises: bool
    install: tuple[str, ...]
    rows: int
    offered: bool


def blocks_of(
    page: Document, modules: Modules, everywhere: bool, modules_of: Callable[[str, int], frozenset[str]]
) -> dict[Address, BrowserBlock]:
    """Return the Python blocks of a page in order, as a dict from the address of a block to the block.

    Readers can run a block if the language of its fence is `pyodide`, or if the fence has `try="on"`. They
    cannot if it has `try="off"`. A block without `try` can be run if `everywhere` is True and the browser has
    everything that the block needs.

    Args:
        page: the page.
        modules: the modules that code in the browser can import.
        everywhere: True to let readers also run blocks without the option `try`.
        modules_of: a function that takes a requirement for pip and the line of the fence that names it, and
            returns the top-level modules in the wheels of this requirement.
    """
    sessions: dict[str, _Session] = {}
    found: dict[Address, BrowserBlock] = {}
    for address, fence in _fences(page, ()):
        options = fence.options
        name, code = options.get("session", ""), _code(fence)
        install = tuple(filter(None, (each.strip() for each in options.get("install", "").split(","))))
        extra = frozenset[str]().union(*(modules_of(each, fence.line) for each in install))
        part = sessions.setdefault(name, _Session()).available_part(
            code, modules.with_installed(extra) if extra else modules
        )
        shown = fence.kind == "doctest" or (options.on("source") and "raises" not in options)
        default = everywhere and part == code and shown and fence.kind != "session"
        offered = fence.kind == "pyodide" or options.on("try", default=default)
        found[address] = BrowserBlock(
            number=len(found),
            session=name,
            code=code if offered else _without_display(part, sessions[name].imported),
            interactive=fence.kind == "doctest",
            raises="raises" in options or _expects_exception(fence),
            install=install,
            rows=_rows(options, code),
            offered=offered,
        )
    return found


def names_browser(page: Document) -> bool:
    """Return whether a fence of a page has the language `pyodide`, or an option for running in the browser.

    If no fence has, readers can run a block only if the site offers all blocks.
    """
    return any(
        fence.kind == "pyodide" or "try" in fence.options or "install" in fence.options
        for _, fence in _fences(page, ())
    )


def _fences(page: Document, outer: Address) -> Iterator[tuple[Address, Fence]]:
    for fence in page.of(Fence):
        address = (*outer, fence.start)
        if fence.page:
            yield from _fences(fence.page, address)
        elif fence.kind in _KINDS:
            yield address, fence


def _code(fence: Fence) -> str:
    if fence.kind == "doctest":
        return "".join(each.source for each in wanted_examples(fence))
    return runnable_code(fence.kind, fence.code)


def _expects_exception(fence: Fence) -> bool:
    return fence.kind == "doctest" and any(
        expected_error(each.want) is not None for each in wanted_examples(fence)
    )


def _rows(options: Mapping[str, str], code: str) -> int:
    """Return the number of lines that the editor of a block shows.

    This is the number in the option `height`, such as "8", or the larger one of "5-20". Without this option,
    it is the number of lines of the code.
    """
    given = options.get("height", "auto").rpartition("-")[2]
    lines = int(given) if given.isdigit() and int(given) else code.count("\n") + 1
    return min(max(lines, 2), 30)


class _Session:
    """The names that the blocks of a session have bound so far.

    `missing` are the names that the browser cannot define, because they need a module or a file that it does
    not have. `imported` are the names that import statements have bound.
    """

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.imported: set[str] = set()

    def available_part(self, code: str, modules: Modules) -> str:
        """Return the statements of the session's next block that can run in the browser.

        A statement cannot run if it imports a module that the browser does not have, or uses a name that such
        a statement defines. If all statements can run, the result is `code` itself. If `code` cannot be
        parsed, the result is "".
        """
        parsed = _parsed(code)
        if parsed is None:
            return ""
        kept = []
        for each in parsed:
            if each.reads & self.missing or each.reads & _NEEDS_FILES or not modules.has_all(each.imports):
                self.missing |= each.binds
                continue
            self.missing -= each.binds
            if isinstance(each.statement, ast.Import | ast.ImportFrom):
                self.imported |= each.binds
            kept.append(each.statement)
        return code if len(kept) == len(parsed) else _source(code, kept)


@dataclass(frozen=True)
class _Statement:
    """A top-level statement of a block, with the names that it reads and binds, and its import statements."""

    statement: ast.stmt
    reads: frozenset[str]
    binds: frozenset[str]
    imports: tuple[ast.AST, ...]


@functools.lru_cache(maxsize=4096)  # under `mkdocs serve`, nearly all blocks are the same in every build
def _parsed(code: str) -> tuple[_Statement, ...] | None:
    tree = statements(code)
    return tree if tree is None else tuple(map(_statement, tree))


def _statement(statement: ast.stmt) -> _Statement:
    imports = [each for each in ast.walk(statement) if isinstance(each, ast.Import | ast.ImportFrom)]
    return _Statement(statement, frozenset(read(statement)), frozenset(bound(statement)), tuple(imports))


def _source(code: str, kept: Sequence[ast.stmt]) -> str:
    """Return the source of the top-level statements `kept` of some code, with their decorators."""
    lines = code.splitlines(keepends=True)
    parts = []
    for statement in kept:
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        parts += lines[first - 1 : statement.end_lineno]
    return "".join(parts)


def _without_display(code: str, imported: set[str]) -> str:
    """Return the code of a block that runs before another block, without a last statement that shows a value.

    Such a statement is a call of an imported function, for example one that draws a figure. The call is left
    out because its result is not shown, and it may take longer than all other statements.
    """
    tree = statements(code) or ()
    last = tree[-1].value if tree and isinstance(tree[-1], ast.Expr) else None
    if not isinstance(last, ast.Call):
        return code
    root: ast.expr = last.func
    while isinstance(root, ast.Attribute | ast.Call):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    return _source(code, tree[:-1]) if isinstance(root, ast.Name) and root.id in imported else code
