"""The process that runs one session: takes its steps, answers each with a result.

The first message opens the session (languages, working directory, limits); every further one brings steps,
dictionaries made from `convref.weave.page.plan.Step`, at once, so that the worker need not wait for the build
between them. The answer to a step says what it wrote, showed, drew and left behind, and how it failed. The
worker trusts nothing that a step did to the process: the builtins and the standard streams are put back after
each.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

from convref.weave.cache.recorder import Ahead, Recorder
from convref.weave.run import protocol as messages
from convref.weave.run.protocol import SEEN, Message
from convref.weave.run.worker import interpreter
from convref.weave.run.worker.bytecode import mistrust_bytecode
from convref.weave.run.worker.capture import Capture
from convref.weave.run.worker.leftovers import Remains

FILE_LIMIT = 1 << 30


class Timeout(BaseException):
    """Raised in a step when its time is over; no `except Exception` of a page holds it up."""

    __module__ = "builtins"  # for the traceback: it names the class alone


class Worker:
    """A session: its namespace and the steps' way through it.

    Args:
        opening: the first message.
        ahead: what the process did before.
    """

    def __init__(self, opening: Message, ahead: Ahead) -> None:
        self.languages: list[str] = opening["languages"]
        self.limit: int = opening["output_limit"]
        self.timeout: float = opening["timeout"]
        os.chdir(opening["cwd"])
        os.environ.update(opening["env"])
        self.module = types.ModuleType("__main__")
        self.module.__dict__["__builtins__"] = __builtins__
        sys.modules["__main__"] = self.module
        self.recorder = Recorder(ahead) if opening["record"] else None
        self.remains = Remains()
        self.capture = Capture(self.limit)
        self.interpreter = interpreter.Interpreter(
            self.module.__dict__, self.languages, self.remains.builtins.restore
        )
        self.runners: dict[str, Callable[[Message, Capture], Message]] = {
            "python": self.interpreter.block,
            "value": self.interpreter.value,
            "doctest": self.interpreter.examples,
            "shell": interpreter.shell,
        }

    def run(self, step: Message) -> Message:
        """Run a step and say what came of it."""
        began = time.perf_counter()
        self.capture.renew = self.remains.children  # what still runs may still write
        answer: Message = {}
        try:
            with self.capture, self._time_limit(), _place(step), self._recording(step):
                answer = self.runners[step["kind"]](step, self.capture)
        except BaseException as error:  # noqa: BLE001 (a page may raise anything; all of it is reported)
            answer["error"] = interpreter.describe(error, step)
        remarks = self.remains.remarks()
        output, errors = self.capture.output(), self.capture.errors()
        return {
            "output": output.text,
            "dropped": output.dropped,
            "valid": output.valid,
            "stderr": errors.text,
            "remarks": remarks,
            "seconds": time.perf_counter() - began,
            **answer,
        }

    def _recording(self, step: Message) -> contextlib.AbstractContextManager[None]:
        if self.recorder is None:
            return contextlib.nullcontext()
        return self.recorder.recording([step["code"], *(each["source"] for each in step["examples"])])

    @contextlib.contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Raise in the step when its time is over; whoever ignores that is killed from outside."""
        if not hasattr(signal, "setitimer"):
            yield
            return

        def expire(*_: object) -> None:
            raise Timeout(f"took longer than {self.timeout:g} s")

        signal.signal(signal.SIGALRM, expire)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, self.timeout)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def _place(step: Message) -> Iterator[None]:
    """The working directory and the console width that a step asks for, and the former ones after it."""
    home, columns = (Path.cwd() if step["workdir"] else None), os.environ.get("COLUMNS")
    if step["workdir"]:
        os.chdir(step["workdir"])
    if step["width"]:
        os.environ["COLUMNS"] = str(step["width"])
    try:
        yield
    finally:
        if home:
            os.chdir(home)
        if step["width"]:
            os.environ.pop("COLUMNS")
            os.environ.update({"COLUMNS": columns} if columns is not None else {})


def limit_memory(size: int) -> None:
    """Let the process take `size` bytes more than it has; 0 sets no limit. Files may grow to 1 GiB."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, hard))
    if size:
        with contextlib.suppress(OSError, ValueError):
            pages_used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            size += pages_used * resource.getpagesize()
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (size, size))


def serve(incoming: messages.Reader, outgoing: messages.Writer, ahead: Ahead) -> None:
    """Run a session from its opening message to the stream's end.

    Args:
        incoming: where messages come from.
        outgoing: where they go to.
        ahead: what the process did before.
    """
    opening = messages.receive(incoming)
    if opening is None:
        return
    limit_memory(opening["memory"])
    for name in ahead.own:
        sys.modules.pop(name, None)  # a session imports what is the project's as it is now
    importlib.invalidate_caches()
    mistrust_bytecode()
    worker = Worker(opening, ahead)
    while True:
        batch = messages.receive(incoming)
        if batch is None:
            return
        for step in batch["steps"]:
            if step["kind"] == SEEN:
                messages.send(outgoing, worker.recorder.report() if worker.recorder else {})
            else:
                messages.send(outgoing, worker.run(step))


def main() -> None:
    """A worker of its own, without a warm parent: the messages come and go by standard input and output."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    serve(incoming, outgoing, Ahead())
    os._exit(0)
