"""How a page's code runs: blocks as in a notebook, inline values, doctest examples, shell commands.

Code is compiled with the page's path and lines, so that every traceback and `inspect.getsource` reads the
page. Frames of the engine are cut from tracebacks.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import linecache
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from convref.weave.page.outcomes import Forms
from convref.weave.run.protocol import Message
from convref.weave.run.worker import mime
from convref.weave.run.worker.capture import Capture

_FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
_ARTISTS = ("matplotlib.", "mpl_toolkits.")


class Interpreter:
    """Runs a session's Python in one namespace.

    Args:
        namespace: the globals of the page's code.
        languages: the languages for which values are asked for their forms.
        restore: called whenever page code has run, before anything else.
    """

    def __init__(self, namespace: dict[str, Any], languages: list[str], restore: Callable[[], None]) -> None:
        self.namespace, self.languages, self.restore = namespace, languages, restore
        self.future = 0

    def block(self, step: Message, _: Capture) -> Message:
        """Run a block; the value of a last expression is shown, unless a semicolon ends it."""
        path, line = step["path"], step["line"]
        remember(path, line, step["code"])
        source = _on_line(step["code"], line)
        tree = ast.parse(source, path)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        self._execute(tree, path, "exec")
        value = None
        if isinstance(last, ast.Expr):
            value = self._evaluate(ast.Expression(last.value), path)
            if _silenced(source, last):
                value = None
        drawn = list(_open_figures())
        if value is None or (drawn and _is_artist(value)):
            return {"figures": drawn}
        return {"figures": drawn, "forms": self._forms(value)}

    def value(self, step: Message, _: Capture) -> Message:
        """Evaluate an inline expression."""
        remember(step["path"], step["line"], step["code"])
        tree = _expression(step["code"], step["line"], step["path"])
        return {"forms": self._forms(self._evaluate(tree, step["path"]))}

    def examples(self, step: Message, capture: Capture) -> Message:
        """Run doctest examples as an interactive session does, and say what each of them wrote."""
        got: list[Message] = []
        for example in step["examples"]:
            start = capture.position()
            error = self._example(example, step["path"])
            capture.flush()
            got.append({"text": capture.output(start).text, "error": error})
        return {"got": got}

    def _example(self, example: Message, path: str) -> Message | None:
        remember(path, example["line"], example["source"])
        with _displaying():
            try:
                tree = ast.parse(_on_line(example["source"], example["line"]), path)
                self._execute(ast.Interactive(tree.body), path, "single")
            except Exception as error:  # noqa: BLE001 (the example may expect it; the caller compares)
                return describe(error, {"path": path, "line": example["line"], "code": example["source"]})
        return None

    def _execute(self, tree: ast.Module | ast.Interactive, path: str, mode: str) -> None:
        code = self._compiled(tree, path, mode)
        try:
            exec(code, self.namespace)  # noqa: S102 (this is what pages are for)
        finally:
            self.restore()

    def _evaluate(self, tree: ast.Expression, path: str) -> object:
        code = self._compiled(tree, path, "eval")
        try:
            return eval(code, self.namespace)  # noqa: S307 (likewise)
        finally:
            self.restore()

    def _forms(self, value: object) -> Forms:
        try:
            return mime.forms(value, self.languages)
        finally:
            self.restore()

    def _compiled(self, tree: Any, path: str, mode: str) -> Any:
        code = compile(tree, path, mode, flags=self.future, dont_inherit=True)
        self.future |= code.co_flags & _FUTURE
        return code


def shell(step: Message, _: Capture) -> Message:
    """Run shell commands; their output and errors come to standard output."""
    done = subprocess.run([step["shell"], "-c", step["code"]], stderr=subprocess.STDOUT, check=False)  # noqa: S603
    if done.returncode == step["returncode"]:
        return {}
    rule = f"ended with code {done.returncode}, not {step['returncode']}"
    return {"error": {"kind": "ReturnCode", "message": rule, "traceback": "", "line": 0}}


def remember(path: str, line: int, code: str) -> None:
    """Make the source of code known under its page's path and lines."""
    known = linecache.cache.get(path)
    lines: list[str] = known[2] if known and len(known) == 4 else []
    lines += ["\n"] * (line - 1 - len(lines))
    new = code.splitlines(keepends=True)
    lines[line - 1 : line - 1 + len(new)] = new
    linecache.cache[path] = (sum(map(len, lines)), None, lines, path)


def describe(error: BaseException, step: Message) -> Message:
    """An exception as the page's author sees it: kind, message, traceback, and the line in the step."""
    told = traceback.TracebackException.from_exception(error)
    _cut(told)
    frames = [frame.lineno for frame in told.stack if frame.filename == step["path"] and frame.lineno]
    parts = [(step["line"], step["code"]), *((e["line"], e["source"]) for e in step.get("examples", ()))]
    own = range(step["line"], max(first + code.count("\n") for first, code in parts) + 1)
    line = next((number for number in reversed(frames) if number in own), step["line"])
    message = _said(error)
    if isinstance(error, SyntaxError):
        message = error.msg
        if error.filename == step["path"] and error.lineno in own:
            line = error.lineno
    text = "".join(told.format())
    return {"kind": type(error).__name__, "message": message, "traceback": text, "line": line}


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 (an exception may fail at anything)
        return "<exception str() failed>"


def _cut(told: traceback.TracebackException | None) -> None:
    """Take the engine's own frames off both ends of a traceback and of those that it followed."""
    seen = set()
    while told is not None and id(told) not in seen:
        seen.add(id(told))
        frames = list(told.stack)
        while frames and (_is_own(frames[0].filename) or frames[0].filename == ast.__file__):
            frames.pop(0)
        while frames and _is_own(frames[-1].filename):
            frames.pop()
        told.stack = traceback.StackSummary.from_list(frames)
        told = told.__cause__ or told.__context__


def _is_own(file: str) -> bool:
    """Return whether a file is part of the worker, so that its frames mean nothing to a page's author."""
    return Path(file).parent == Path(__file__).parent


def _on_line(code: str, line: int) -> str:
    """Code that the parser finds on the page's line."""
    return "\n" * (line - 1) + code


def _expression(code: str, line: int, path: str) -> ast.Expression:
    """An expression, also one for brackets alone, such as `a := 1`; errors show it as it is written."""
    try:
        return ast.parse(_on_line(code, line), path, "eval")
    except SyntaxError:
        with contextlib.suppress(SyntaxError):
            return ast.parse(_on_line(f"({code}\n)", line), path, "eval")
        raise


def _silenced(source: str, last: ast.Expr) -> bool:
    lines = source.encode().split(b"\n")
    row, column = (last.end_lineno or 1) - 1, last.end_col_offset or 0
    return lines[row][column:].lstrip().startswith(b";")


def _is_artist(value: object) -> bool:
    """Whether a value is what drawing calls return, not something to show beside the drawing."""
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        some = list(value)[:1]  # type: ignore[call-overload]
        return bool(some) and _is_artist(some[0])
    return type(value).__module__.startswith(_ARTISTS)


def _open_figures() -> Iterator[str]:
    if "matplotlib.pyplot" in sys.modules:
        from convref.weave.run.worker.matplotlib_svg import drain

        yield from drain()


@contextlib.contextmanager
def _displaying() -> Iterator[None]:
    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        yield
    finally:
        sys.displayhook = hook
