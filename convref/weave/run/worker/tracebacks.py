"""Describe exceptions for a page's author.

Tracebacks show the page's path and lines, and leave out the frames of the engine that runs the page.
"""

from __future__ import annotations

import ast
import linecache
import traceback
from collections.abc import Iterator
from typing import Any, Final

from convref.weave.cache.recording import audit_hook
from convref.weave.run.protocol import Message

# Frames are recognized by the names of their modules. These names stay right, because the imports of a module
# that is renamed fail; a wrong file name would not be noticed.
_WORKER: Final = __name__.rpartition(".")[0]
_ENGINE: Final = (_WORKER, audit_hook.__name__)


def remember_source(path: str, line: int, code: str) -> None:
    """Register code in `linecache` as lines of its page, so that tracebacks and `inspect` can show it.

    Args:
        path: the path of the page.
        line: the line number in the page at which the code starts.
        code: the code.
    """
    known = linecache.cache.get(path)
    lines: list[str] = known[2] if known and len(known) == 4 else []
    lines += ["\n"] * (line - 1 - len(lines))
    new = code.splitlines(keepends=True)
    lines[line - 1 : line - 1 + len(new)] = new
    linecache.cache[path] = (sum(map(len, lines)), None, lines, path)


def describe(error: BaseException, step: Message) -> Message:
    """Return a dict with the keys kind, message, traceback and line that describes a step's exception.

    `kind` is the name of the exception's class. `line` is the line of the step that occurs last in the
    traceback, or the first line of the step if no line of the step occurs there.
    """
    formatted = traceback.TracebackException.from_exception(error)
    _remove_engine_frames(formatted, error)
    frames = [frame.lineno for frame in formatted.stack if frame.filename == step["path"] and frame.lineno]
    parts = [(step["line"], step["code"]), *((e["line"], e["source"]) for e in step.get("examples", ()))]
    own = range(step["line"], max(first + code.count("\n") for first, code in parts) + 1)
    # The innermost frame may be in another block, in a function that was defined there.
    line = next((number for number in reversed(frames) if number in own), step["line"])
    message = _message_of(error)
    if isinstance(error, SyntaxError):
        message = error.msg
        if error.filename == step["path"] and error.lineno in own:
            line = error.lineno
    text = "".join(formatted.format())
    return {"kind": type(error).__name__, "message": message, "traceback": text, "line": line}


def _message_of(error: BaseException) -> str:
    try:
        return str.__str__(str(error))  # an instance of `str` itself, which cannot hide its size
    except Exception:  # noqa: BLE001 (the `__str__` of a page's exception may raise anything)
        return "<exception str() failed>"


def _remove_engine_frames(formatted: traceback.TracebackException, error: BaseException) -> None:
    """Remove the engine's frames from an exception's traceback and from the tracebacks of its causes."""
    own = _engine_files(error)
    for each in _related(formatted):
        frames = [frame for frame in each.stack if frame.filename not in own]
        while frames and frames[0].filename == ast.__file__:  # the engine called the parser, not the page
            frames.pop(0)
        each.stack = traceback.StackSummary.from_list(frames)


def _engine_files(error: BaseException) -> set[str]:
    """Return the files of the engine that occur in an exception's traceback.

    These are files of the worker, and the file of the audit hook, which wraps functions such as `os.stat`.
    """
    return {
        frame.f_code.co_filename
        for each in _related(error)
        for frame, _ in traceback.walk_tb(each.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith(_ENGINE)
    }


def _related(error: Any) -> Iterator[Any]:
    """Yield an exception and all exceptions that Python prints with it: causes, and members of groups.

    If `error` is a `traceback.TracebackException`, the other objects are of this class, too.
    """
    todo, seen = [error], set()  # exceptions may refer to each other in a circle
    while todo:
        each = todo.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            todo += [each.__cause__, each.__context__, *(getattr(each, "exceptions", None) or ())]
