"""Run the code of a page: blocks as in a notebook, inline values, doctest examples, shell commands.

Code is compiled with the path of the page, and with the line numbers that it has there. So tracebacks and
`inspect.getsource` refer to the page.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from convref.weave.page.outcomes import Forms
from convref.weave.run.protocol import Message
from convref.weave.run.worker import mime
from convref.weave.run.worker.capture import Capture
from convref.weave.run.worker.displays import Displays
from convref.weave.run.worker.limits import held_error
from convref.weave.run.worker.magics import Timer, is_timed, translated
from convref.weave.run.worker.tracebacks import describe, remember_source

_FUTURE: Final = sum(
    {getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
)  # the bits of all `from __future__ import` statements
_ASYNCHRONOUS: Final = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.comprehension)
_VALUE: Final = "__convref_value__"
_ARTISTS: Final = ("matplotlib.", "mpl_toolkits.")


class Interpreter:
    """Runs all Python code of a session in one namespace.

    Args:
        namespace: the globals of the page's code.
        languages: the languages for which values are rendered.
        restore: a callback that is called immediately after page code has run; it restores the builtins.
        displays: the object that collects what the current step displays, and its figures.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        languages: list[str],
        restore: Callable[[], None],
        displays: Displays,
    ) -> None:
        self.namespace, self.languages, self.restore, self.displays = namespace, languages, restore, displays
        self._loop: Any = None
        self.future = 0  # the `__future__` features that earlier blocks turned on

    def block(self, step: Message, _: Capture) -> Message:
        """Run a block; return the figures that it left open, and its value, if it has one.

        A block has a value if its last statement is an expression and is not followed by `;`. The value is
        returned in several formats, as `forms`; see `mime.forms`.
        """
        path, line, code = step["path"], step["line"], step["code"]
        remember_source(path, line, code)
        try:
            source = _on_line(code, line)
            tree = ast.parse(source, path)
        except SyntaxError:
            code = translated(code, path, line)
            if code is None:
                raise
            source = _on_line(code, line)
            tree = ast.parse(source, path)
        # `inspect` looks for the source of a class in the file of its module.
        remember_source(self.namespace["__file__"], line, code)
        if not step["values"]:
            # Figures stay open: as in a script, a later block may print them.
            self._execute(tree, path, "exec")
            return {}
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value = None
        with Timer() if is_timed(step["code"]) else contextlib.nullcontext():
            if isinstance(last, ast.Expr) and self._awaits([*tree.body, last], path):
                # The block runs as one coroutine, in which the value of its last expression is assigned.
                name = ast.Name(_VALUE, ast.Store())
                assigned = ast.copy_location(ast.Assign([name], last.value), last)
                tree.body.append(ast.fix_missing_locations(assigned))
                self._execute(tree, path, "exec")
                value = self.namespace.pop(_VALUE, None)
            else:
                self._execute(tree, path, "exec")
                if isinstance(last, ast.Expr):
                    value = self._evaluate(ast.Expression(last.value), path)
        if isinstance(last, ast.Expr) and _ends_with_semicolon(source, last):
            value = None
        figures, were_open = self.displays.figures()
        if (display := _own_display(value)) is not None:
            display()
            self.restore()
            value = None
        is_shown = figures if _is_figure(value) else were_open
        if value is None or (is_shown and _is_artist(value)):
            return {"figures": figures}
        return {"figures": figures, "forms": self._forms(value)}

    def value(self, step: Message, _: Capture) -> Message:
        """Evaluate the expression of an inline value; return its value in several formats (`mime.forms`)."""
        remember_source(step["path"], step["line"], step["code"])
        tree = _expression(step["code"], step["line"], step["path"])
        return {"forms": self._forms(self._evaluate(tree, step["path"]))}

    def examples(self, step: Message, capture: Capture) -> Message:
        """Run doctest examples as the interactive interpreter does.

        The answer has the key `got`, a list with a dict for each example. In this dict, `text` is the text
        that the example printed, and `error` describes the exception that it raised, or is None.
        """
        got: list[Message] = []
        left = capture.limit  # bytes, for all examples together
        for example in step["examples"]:
            start = capture.position()
            error = self._example(example, step["path"])
            capture.flush()
            text = capture.output(start, left).text
            error = error and held_error(error, left)
            left -= sum(
                len(part.encode("utf-8", "replace")) for part in (text, *map(str, (error or {}).values()))
            )
            left = max(left, 0)
            got.append({"text": text, "error": error})
        return {"got": got}

    def _example(self, example: Message, path: str) -> Message | None:
        remember_source(path, example["line"], example["source"])
        with _default_displayhook():
            try:
                tree = ast.parse(_on_line(example["source"], example["line"]), path)
                self._execute(ast.Interactive(tree.body), path, "single")
            except Exception as error:  # noqa: BLE001 (the example may expect it; the check compares)
                return describe(error, {"path": path, "line": example["line"], "code": example["source"]})
        return None

    def _execute(self, tree: ast.Module | ast.Interactive, path: str, mode: str) -> None:
        code = self._compiled(tree, path, mode)
        try:
            if code.co_flags & inspect.CO_COROUTINE:
                self._await(eval(code, self.namespace))  # noqa: S307 (this is what pages are for)
            else:
                exec(code, self.namespace)  # noqa: S102 (likewise)
        finally:
            self.restore()

    def _evaluate(self, tree: ast.Expression, path: str) -> object:
        code = self._compiled(tree, path, "eval")
        try:
            value: object = eval(code, self.namespace)  # noqa: S307 (likewise)
            return self._await(value) if code.co_flags & inspect.CO_COROUTINE else value
        finally:
            self.restore()

    def _awaits(self, body: list[ast.stmt], path: str) -> bool:
        """Return whether a statement uses `await`, `async for` or `async with` outside of a function."""
        if not any(isinstance(each, _ASYNCHRONOUS) for part in body for each in ast.walk(part)):
            return False  # so most blocks need not be compiled twice
        flags = self.future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(ast.Module(body, []), path, "exec", flags=flags, dont_inherit=True)
        return bool(code.co_flags & inspect.CO_COROUTINE)

    def _await(self, coroutine: Any) -> object:
        """Run a coroutine in the event loop that all blocks of the session share, and return its value."""
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)  # for code that asks for it before a loop runs
        return self._loop.run_until_complete(coroutine)

    def _forms(self, value: object) -> Forms:
        try:
            return mime.forms(value, self.languages)
        finally:
            self.restore()  # the value's `__repr__` is page code, too

    def _compiled(self, tree: Any, path: str, mode: str) -> Any:
        # `dont_inherit`: the `from __future__` statements of this module do not hold for pages.
        code = compile(
            tree, path, mode, flags=self.future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
        )
        self.future |= code.co_flags & _FUTURE
        return code


def shell(step: Message, _: Capture) -> Message:
    """Run shell commands, with their standard error redirected to standard output.

    Return an empty answer, or one with an error if the exit code is not the expected one.
    """
    done = subprocess.run([step["shell"], "-c", step["code"]], stderr=subprocess.STDOUT, check=False)  # noqa: S603
    if done.returncode == step["returncode"]:
        return {}
    rule = f"ended with exit code {done.returncode}, not {step['returncode']}"
    return {"error": {"kind": "ReturnCode", "message": rule, "traceback": "", "line": 0}}


def _on_line(code: str, line: int) -> str:
    """Return code preceded by blank lines, so that its line numbers equal those in the page."""
    return "\n" * (line - 1) + code


def _expression(code: str, line: int, path: str) -> ast.Expression:
    """Parse an expression. If it is valid only in parentheses, such as `a := 1`, they are added.

    The code is first parsed without them, so that a syntax error shows the text as the author wrote it.
    """
    try:
        return ast.parse(_on_line(code, line), path, "eval")
    except SyntaxError:
        with contextlib.suppress(SyntaxError):
            return ast.parse(_on_line(f"({code}\n)", line), path, "eval")
        raise


def _ends_with_semicolon(source: str, last: ast.Expr) -> bool:
    lines = source.encode().split(b"\n")  # the parser counts columns in bytes of UTF-8
    row, column = (last.end_lineno or 1) - 1, last.end_col_offset or 0
    return lines[row][column:].lstrip().startswith(b";")


def _is_artist(value: object) -> bool:
    """Return whether a value is an object of matplotlib, or a list of such objects.

    An example is the value of `plt.plot(…)`. If the block has drawn a figure, such a value is not shown.
    """
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        first = list(value)[:1]  # type: ignore[call-overload]
        return bool(first) and _is_artist(first[0])
    return type(value).__module__.startswith(_ARTISTS)


def _is_figure(value: object) -> bool:
    """Return whether a value is a figure of matplotlib.

    If such a figure is the last expression of a block, it is shown even if the block has saved it.
    """
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def _own_display(value: object) -> Callable[[], object] | None:
    """Return the method `_ipython_display_`, which displays a value in a notebook; None if it is missing."""
    return None if isinstance(value, type) else getattr(value, "_ipython_display_", None)


@contextlib.contextmanager
def _default_displayhook() -> Iterator[None]:
    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        yield
    finally:
        sys.displayhook = hook
