"""The warm parent: a process that has loaded the heavy modules and forks a keeper for every session.

Importing torch or matplotlib takes seconds; a fork of a process that has them takes milliseconds.

The build holds the other end of a control socket. Over it come requests of one byte, with sockets attached:
`PRELOAD` with one from which the names of modules are read; `CHECK` with one for the answer whether what is
loaded is still valid; `SESSION` with a session's channel and lifeline, which go to its keeper
(`convref.weave.run.process.keeper`) and on to its worker. When the build is gone, the keepers end their
sessions, and then the server ends, too.

The server itself runs no code of pages and starts no thread: a fork copies only the thread that forks, and a
lock that another one held would stay locked in the worker for ever.
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

from convref.weave.cache.module_origins import directories
from convref.weave.cache.recording.preloaded import Preloaded
from convref.weave.run.process import keeper, system
from convref.weave.run.protocol import CHECK, PRELOAD, SESSION, VALID
from convref.weave.run.worker import capture, worker


def main(control: int) -> None:
    """Serve requests until the build closes its end.

    Args:
        control: the descriptor of the control socket.
    """
    Server(socket.socket(fileno=control)).run()


class Server:
    """Forks sessions.

    Args:
        control: the socket that leads to the build.
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
        """Serve until the build is gone and all sessions have ended."""
        system.become_subreaper()  # for what a session leaves whose keeper was killed
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
        """Do once what every worker would do, in memory that all share as long as nobody writes to it."""
        self.preloaded.settle()
        gc.collect()
        gc.freeze()  # a collection in a worker would write to, and so copy, all objects

    def _turn(self) -> bool:
        """Handle what has happened; return False when the server is to end."""
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
            # A session must not hold what belongs to the server and to other sessions.
            for each in (self.control, self.wake, self.woken, *self.lifelines.values()):
                each.close()
            self.selector.close()
            keeper.keep(channel, lifeline, lambda end: worker.serve_socket(end, self.preloaded))
        channel.close()
        self.lifelines[pid] = lifeline

    def _reap(self) -> None:
        """Wait for dead children; what a killed keeper left is killed here."""
        with contextlib.suppress(BlockingIOError):
            self.wake.recv(4096)
        with contextlib.suppress(ChildProcessError):
            while (child := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = child
                if pid in self.lifelines:
                    if status != 0:
                        system.kill_orphans(set(self.lifelines))
                    # This end keeps the build waiting: the session ends when nobody holds its lifeline.
                    self.lifelines.pop(pid).close()


def preload(names: list[str], preloaded: Preloaded) -> None:
    """Import those of the modules that belong to installed packages.

    Modules of the standard library load fast, and some of them do things when they are imported that must be
    recorded for the page. Modules of the project may change before the next session. An import that fails
    here fails again in the page, where the author sees it.
    """
    for name in names:
        with contextlib.suppress(BaseException):
            if name not in sys.modules and find_origin(name).startswith(directories("purelib", "platlib")):
                with preloaded.loading():
                    importlib.import_module(name)


def find_origin(name: str) -> str:
    """Return the file of a module's top package without importing it; empty if it has none."""
    spec = find_spec(name.partition(".")[0])
    if spec is None:
        return ""
    if spec.origin and spec.has_location:
        return spec.origin
    return next(iter(spec.submodule_search_locations or ()), "")
