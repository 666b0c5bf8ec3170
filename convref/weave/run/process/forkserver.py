"""The warm parent: a process that has imported the heavy modules and forks a keeper for every session.

Importing torch or matplotlib takes seconds; forking a process that has imported them takes milliseconds.

The build sends requests over a control socket. A request is one byte, to which sockets are attached:

- `PRELOAD` asks the warm parent to import modules; it reads their names from the attached socket.
- `CHECK` asks whether importing the same modules again would give the same code. If so, the warm parent
  writes `VALID` to the attached socket; otherwise it exits.
- `SESSION` asks for a new session. It has two sockets: the channel, for messages between the build and the
  worker, and the lifeline, between the build and the keeper (`convref.weave.run.process.keeper`).

When the build has ended, the keepers end their sessions, and then the warm parent ends, too.

The warm parent runs no code of pages and starts no thread. A fork copies only the thread that calls it, so a
lock that another thread held at that time would never be released in the worker.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import socket
import sys
from importlib.util import find_spec

from convref.weave.cache.module_origins import directories, engine_paths
from convref.weave.cache.recording.preloaded import Preloaded
from convref.weave.run.process import keeper, system
from convref.weave.run.protocol import CHECK, PRELOAD, SESSION, VALID
from convref.weave.run.worker import capture, worker


def main(control: int) -> None:
    """Serve the build's requests until the build has ended and all sessions have ended.

    Args:
        control: the file descriptor of the socket over which the build sends requests.
    """
    Server(socket.socket(fileno=control)).run()


class Server:
    """A server process that forks one process, the keeper, for each session that the build requests.

    A keeper forks the worker that runs the session, and kills all processes of the session at its end.

    Args:
        control: the socket over which the build sends requests.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.lifelines: dict[int, socket.socket] = {}  # by the keeper's process id
        self.preloaded = Preloaded()
        self.wake, self.woken = keeper.wake_at_signals()
        self.selector = selectors.DefaultSelector()
        for each in (control, self.wake):
            self.selector.register(each, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve requests until the build has ended and all sessions have ended."""
        system.become_subreaper()  # to kill the processes of a session whose keeper was killed
        capture.warm_up()
        importlib.import_module("resource")
        self._settle()
        while self._turn():
            pass
        self.selector.unregister(self.control)
        while self.lifelines:
            self.selector.select()
            self._reap()
        system.kill_orphans(set())

    def _settle(self) -> None:
        """Compute data about the loaded modules once, before workers are forked, because all of them need it.

        The garbage collector is told to ignore all present objects. Otherwise it would write to them in each
        worker, and the system would have to copy the memory that workers share with this process.
        """
        self.preloaded.settle()
        engine_paths()
        gc.collect()
        gc.freeze()  # a collection in a worker would write to, and so copy, all objects

    def _turn(self) -> bool:
        """Wait for the next event and handle it; return False if the server must end."""
        ready = {key.fileobj for key, _ in self.selector.select()}
        self._reap()
        return self.control not in ready or self._handle_request()

    def _handle_request(self) -> bool:
        try:
            kind, descriptors, _, _ = socket.recv_fds(self.control, 1, 2)
        except OSError:
            return False
        sockets = [socket.socket(fileno=each) for each in descriptors]
        if kind == PRELOAD:
            with sockets[0] as channel, channel.makefile("rb") as text:
                known = len(sys.modules)
                preload(json.loads(text.read()), self.preloaded)
                if len(sys.modules) != known:
                    self._settle()
        elif kind == CHECK:
            with sockets[0] as channel:
                if self.preloaded.changed():
                    return False  # the build then starts another server, which loads everything anew
                with contextlib.suppress(OSError):
                    channel.sendall(VALID)
        elif kind == SESSION:
            self._fork(*sockets)
        return bool(kind)

    def _fork(self, channel: socket.socket, lifeline: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            # The session must not keep the sockets of the server and of other sessions open.
            for each in (self.control, self.wake, self.woken, *self.lifelines.values()):
                each.close()
            self.selector.close()
            keeper.keep(channel, lifeline, lambda end: worker.serve_socket(end, self.preloaded))
        channel.close()
        self.lifelines[pid] = lifeline

    def _reap(self) -> None:
        """Reap the keepers (the parent processes of workers) that have ended.

        A keeper that crashed or was killed may have left processes of its session running; they are killed
        here.
        """
        with contextlib.suppress(BlockingIOError):
            self.wake.recv(4096)
        with contextlib.suppress(ChildProcessError):
            while (child := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = child
                if pid in self.lifelines:
                    if status != 0:
                        system.kill_orphans(set(self.lifelines))
                    # The build takes the session as ended when no process holds this end of its lifeline.
                    self.lifelines.pop(pid).close()


def preload(names: list[str], preloaded: Preloaded) -> None:
    """Import those of the given modules that belong to installed packages.

    Other modules are not imported in advance. Modules of the standard library load fast, and the effects of
    importing them must be recorded in the session. Modules of the project may change before the next session.
    If an import fails, the error is ignored, since the import fails again in the page, where the author sees
    the error.

    Args:
        names: the names of the modules.
        preloaded: the record of the modules that this process imports.
    """
    for name in names:
        with contextlib.suppress(BaseException):
            if name not in sys.modules and find_origin(name).startswith(directories("purelib", "platlib")):
                with preloaded.loading():
                    importlib.import_module(name)


def find_origin(name: str) -> str:
    """Return the file or folder of a module's top-level package, without importing it.

    The result is empty if there is no such package, or if it is built into the interpreter.
    """
    spec = find_spec(name.partition(".")[0])
    if spec is None:
        return ""
    if spec.origin and spec.has_location:
        return spec.origin
    return next(iter(spec.submodule_search_locations or ()), "")
