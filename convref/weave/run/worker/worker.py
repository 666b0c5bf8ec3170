"""The process that runs one session: it receives steps, runs them, and sends an answer for each.

The first message opens the session; it contains the languages, the working directory and the limits. Each
later message contains several steps, so that the worker need not wait for the build between them. The answer
to a step contains its output, value and figures, remarks on side effects, and its failure if it failed. A
step may replace builtins and standard streams; they are restored after it.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import signal
import socket
import sys
import time
import types
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final

from convref.weave.cache.recording.preloaded import Preloaded
from convref.weave.run import protocol
from convref.weave.run.process import system
from convref.weave.run.protocol import OPENED, REPORT, Message, Opening
from convref.weave.run.worker.bytecode import distrust_bytecode
from convref.weave.run.worker.capture import Capture
from convref.weave.run.worker.displays import Displays
from convref.weave.run.worker.interpreter import Interpreter, shell
from convref.weave.run.worker.leftovers import Leftovers
from convref.weave.run.worker.limits import held_remarks, limited, too_long
from convref.weave.run.worker.magics import SYSTEM, TIME, run_command, timed
from convref.weave.run.worker.tracebacks import describe

FILE_LIMIT: Final = 1 << 30
# The original functions, which page code may replace in `os`.
_process_id: Final = os.getpid
_exit: Final = os._exit


class Timeout(BaseException):
    """Raised in a step that exceeds its time limit.

    It is a BaseException, so that `except Exception` in the page's code does not catch it.
    """

    __module__ = "builtins"  # tracebacks then name the class without a module


class Worker:
    """The state of a session in its worker process: the variables of the page's code, and its settings.

    Args:
        opening: the first message, with the settings.
        preloaded: the modules that the process loaded before the session.
    """

    def __init__(self, opening: Opening, preloaded: Preloaded) -> None:
        self.opening, self.timeout = opening, opening.timeout
        self._pid = _process_id()
        os.chdir(opening.cwd)
        os.environ.update(opening.environment)
        # Page code runs as `__main__`, so that pickle and dataclasses find its classes by module and name.
        self.module = types.ModuleType("__main__")
        self.module.__dict__["__builtins__"] = __builtins__
        # Processes that `multiprocessing` spawns would otherwise run the page's file as a program.
        self.module.__spec__ = ModuleSpec("__main__", None)
        sys.modules["__main__"] = self.module
        self.recorder = preloaded.recorder() if opening.record else None
        self.capture = Capture(opening.output_limit)
        self.displays = Displays(self.capture, opening.languages)
        self._add_builtins()
        self.leftovers = Leftovers()
        interpreter = Interpreter(
            self.module.__dict__, opening.languages, self.leftovers.builtins.restore, self.displays
        )
        self.runners: dict[str, Callable[[Message, Capture], Message]] = {
            "python": interpreter.block,
            "value": interpreter.value,
            "doctest": interpreter.examples,
            "shell": shell,
        }

    def _add_builtins(self) -> None:
        """Add functions to the builtins: `display`, and those that translated commands of IPython call."""

        def system(command: str, captured: bool) -> list[str] | None:
            return run_command(command, self.module.__dict__, captured=captured)

        own = {"display": self.displays.display, TIME: timed, SYSTEM: system}
        vars(builtins).update(own)

    def _be_program(self, path: str) -> None:
        """Set `__file__` and `sys.argv` to the values that they would have if the page's file were a program.

        `__file__` is the file of the page. `sys.argv` contains only this file; it is set once, before the
        first step.

        Args:
            path: the path of the page, relative to the working directory of the build.
        """
        file = os.path.join(self.opening.cwd, path)  # noqa: PTH118 (a path object is not needed)
        if "__file__" not in self.module.__dict__:
            sys.argv = [file]
        self.module.__dict__["__file__"] = file

    def run(self, step: Message) -> Message:
        """Run a step, given as a message, and return the answer.

        The answer has the step's output, value, figures, remarks on side effects, and failure.
        """
        began = time.perf_counter()
        # A process that an earlier step left running may still write into that step's output files.
        self.capture.renew = self.leftovers.children
        answer: Message = {}
        self.displays.begin()
        self._be_program(step["path"])
        if self.recorder and step["workdir"]:
            self.recorder.read(step["workdir"])  # it may not exist yet: then the step fails until it does
        try:
            with self.capture, self._time_limit(), _surroundings(step), self._recording(step):
                answer = self.runners[step["kind"]](step, self.capture)
        except BaseException as error:  # noqa: BLE001 (a page may raise anything; all of it is reported)
            answer["error"] = describe(error, step)
        if _process_id() != self._pid:
            _exit(0)  # this is a child process that the page forked; only its parent may answer
        answer["displays"] = self.displays.messages()
        held, remarks = limited(answer, self.opening.output_limit)
        remarks += self.leftovers.remarks()
        output, errors = self.capture.output(), self.capture.errors()
        if errors.dropped:
            remarks.append(f"wrote too much to standard error; {errors.dropped} bytes were cut off")
        return {
            "number": step["number"],
            "output": output.text,
            "dropped": output.dropped,
            "valid": output.valid,
            "stderr": errors.text,
            "remarks": held_remarks(remarks),
            "seconds": time.perf_counter() - began,
            **held,
        }

    def report(self) -> Message:
        """Return the recorded dependencies of the session as a message; empty if they are not recorded."""
        return self.recorder.report().message() if self.recorder else {}

    def _recording(self, step: Message) -> contextlib.AbstractContextManager[None]:
        if self.recorder is None:
            return contextlib.nullcontext()
        return self.recorder.recording([step["code"], *(each["source"] for each in step["examples"])])

    @contextlib.contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Return a context manager that raises a Timeout in the step when the time limit has passed.

        If the page's code catches the Timeout and continues, the build kills the worker.
        """
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
def _surroundings(step: Message) -> Iterator[None]:
    """Return a context manager that applies a step's options for the working directory and console width."""
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
    """Limit the memory that this process may still allocate, and limit each file that it writes to 1 GiB.

    Args:
        size: the bytes that the process may allocate in addition to those that it uses now; 0 for no limit.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, hard))
    if size:
        with contextlib.suppress(OSError, ValueError):
            pages_used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            size += pages_used * resource.getpagesize()
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (size, size))


def serve(incoming: protocol.Reader, outgoing: protocol.Writer, preloaded: Preloaded) -> None:
    """Run a session from its opening message to the end of the stream.

    Args:
        incoming: the stream from which messages are read.
        outgoing: the stream to which answers are written.
        preloaded: the modules that the process loaded before the session.
    """
    message = protocol.receive(incoming)
    if message is None:
        return
    opening = Opening.from_message(message)
    if opening.confine:
        system.confine()
    limit_memory(opening.memory)
    for name in preloaded.project_modules:
        sys.modules.pop(name, None)  # the session imports the project's modules as they are now
    importlib.invalidate_caches()
    distrust_bytecode()
    worker = Worker(opening, preloaded)
    protocol.send(outgoing, OPENED)
    while (batch := protocol.receive(incoming)) is not None:
        for step in batch["steps"]:
            asks = step["kind"] == REPORT
            data = protocol.frame(worker.report() if asks else worker.run(step))
            if len(data) > opening.message_limit:
                # The build would refuse the message and end the session.
                data = protocol.frame(
                    too_long(-1 if asks else step["number"], len(data), opening.output_limit)
                )
            outgoing.write(data)
            outgoing.flush()


def serve_socket(channel: socket.socket, preloaded: Preloaded | None = None) -> None:
    """Run a session whose messages are exchanged over a socket.

    Args:
        channel: the socket.
        preloaded: the modules that the process loaded before the session; None for a new interpreter.
    """
    with channel, channel.makefile("rb") as incoming, channel.makefile("wb") as outgoing:
        serve(incoming, outgoing, preloaded or Preloaded())


def serve_pipes() -> None:
    """Run a session whose messages are exchanged over the standard streams, and exit the process."""
    # The descriptors are copied, because the session's capture replaces 0, 1 and 2 by files.
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    serve(incoming, outgoing, Preloaded())
    os._exit(0)  # without waiting for threads and exit handlers of the page
