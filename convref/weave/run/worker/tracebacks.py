"""Describe exceptions for a page's author: with the page's path and lines, without the engine's frames."""

from __future__ import annotations

import ast
import linecache
import traceback
from collections.abc import Iterator
from typing import Any, Final

from convref.weave.cache.recording import audit_hook
from convref.weave.run.protocol import Message

# Frames are known by their module's name, not by their file's, which nothing checks when it moves.
_WORKER: Final = __name__.rpartition(".")[0]
_ENGINE: Final = (_WORKER, audit_hook.__name__)


def remember_source(path: str, line: int, code: str) -> None:
    """Register code with `linecache` under its page's path and lines, for tracebacks and `inspect`."""
    known = linecache.cache.get(path)
    lines: list[str] = known[2] if known and len(known) == 4 else []
    lines += ["\n"] * (line - 1 - len(lines))
    new = code.splitlines(keepends=True)
    lines[line - 1 : line - 1 + len(new)] = new
    linecache.cache[path] = (sum(map(len, lines)), None, lines, path)


def describe(error: BaseException, step: Message) -> Message:
    """Return an exception's kind, message, traceback, and the line of the step on which it was raised."""
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
    """Remove the engine's frames from a traceback and from those of its causes, which are printed with it."""
    own = _engine_files(error)
    for each in _related(formatted):
        frames = [frame for frame in each.stack if frame.filename not in own]
        while frames and frames[0].filename == ast.__file__:  # the engine called the parser, not the page
            frames.pop(0)
        each.stack = traceback.StackSummary.from_list(frames)


def _engine_files(error: BaseException) -> set[str]:
    """Return the files whose frames a page's author need not see.

    These are the frames of the worker, and of the audit hook, which wraps functions such as `os.stat`.
    """
    return {
        frame.f_code.co_filename
        for each in _related(error)
        for frame, _ in traceback.walk_tb(each.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith(_ENGINE)
    }


def _related(error: Any) -> Iterator[Any]:
    """Yield an exception or its traceback, then those printed with it (causes, groups), each once."""
    todo, seen = [error], set()  # exceptions may refer to each other in a circle
    while todo:
        each = todo.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            todo += [each.__cause__, each.__context__, *(getattr(each, "exceptions", None) or ())]
