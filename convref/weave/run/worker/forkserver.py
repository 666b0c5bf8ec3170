"""The warm parent: a process that has loaded the heavy modules and forks a worker for every session.

Importing torch or matplotlib takes seconds; a fork of a process that has them takes milliseconds.

The build holds the other end of a control socket. Over it come requests of one byte, with descriptors
attached: `PRELOAD` with a socket from which the names of modules are read; `SESSION` with two sockets, the
session's channel (its messages) and its lifeline. While the build keeps the lifeline open, the session may
live. When the build shuts it, or dies, the server kills the session with every process that it started. Over
the lifeline the server says when the session has begun (`READY`) and with which exit code it ended.

The server itself runs no code of pages and starts no thread: a fork copies only the thread that forks, and a
lock that another one held would stay locked in the worker for ever.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

from convref.weave.cache.module_origins import directories
from convref.weave.cache.preloaded import Preloaded
from convref.weave.run.protocol import PRELOAD, READY, SESSION
from convref.weave.run.worker import capture, worker

# Options of Linux's `prctl`. A subreaper becomes the parent of its descendants' orphans, so that a daemon
# cannot escape from its session; a process with a death signal gets it when its parent dies.
_SUBREAPER: Final = 36
_DEATH_SIGNAL: Final = 1


def main(control: int) -> None:
    """Serve requests until the build closes its end.

    Args:
        control: the descriptor of the control socket.
    """
    Server(socket.socket(fileno=control)).run()


class Server:
    """Forks sessions and cleans up after them.

    Args:
        control: the socket that leads to the build.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.lifelines: dict[int, socket.socket] = {}  # by the worker's process id
        self.homes: dict[int, str] = {}  # each session's temporary directory
        self.preloaded = Preloaded()
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        # A signal makes Python write a byte here, which ends a `select` that waits: a child has died.
        self.wake, self.woken = socket.socketpair()
        for end in (self.wake, self.woken):
            end.setblocking(False)
        self.selector.register(self.wake, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the build is gone; then kill the sessions that are left."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides what an interrupt means
        signal.signal(signal.SIGCHLD, lambda *_: None)  # ignored signals would wake nobody
        signal.set_wakeup_fd(self.woken.fileno(), warn_on_full_buffer=False)
        _control_process(_SUBREAPER, 1)
        capture.warm_up()
        importlib.import_module("resource")
        self._settle()
        while self._turn():
            pass
        for pid in list(self.lifelines):
            self._kill(pid)
        while self.lifelines:
            self._reap(0)
        _kill_strays(set())

    def _settle(self) -> None:
        """Do once what every worker would do, in memory that all share as long as nobody writes to it."""
        self.preloaded.settle()
        gc.collect()
        gc.freeze()  # a collection in a worker would write to, and so copy, all objects

    def _turn(self) -> bool:
        """Handle what has happened; return False when the server is to end."""
        for key, _ in self.selector.select():
            if key.fileobj is self.control:
                if not self._request():
                    return False
            elif key.fileobj is self.wake:
                with contextlib.suppress(BlockingIOError):
                    self.wake.recv(4096)
            else:  # a lifeline was shut
                self.selector.unregister(key.fileobj)
                self._kill(key.data)
        self._reap(os.WNOHANG)
        return True

    def _request(self) -> bool:
        try:
            kind, descriptors, _, _ = socket.recv_fds(self.control, 1, 2)
        except OSError:
            return False
        if not self.lifelines and self.preloaded.changed():
            return False  # the build then starts another server, which loads everything anew
        sockets = [socket.socket(fileno=each) for each in descriptors]
        if kind == PRELOAD:
            with sockets[0] as channel, channel.makefile("rb") as text:
                known = len(sys.modules)
                preload(json.loads(text.read()), self.preloaded)
                if len(sys.modules) != known:
                    self._settle()
        elif kind == SESSION:
            self._fork(*sockets)
        return bool(kind)

    def _fork(self, channel: socket.socket, lifeline: socket.socket) -> None:
        home = tempfile.mkdtemp(prefix="convref-")
        pid = os.fork()
        if pid == 0:
            self._become_worker(channel, lifeline, home)
        channel.close()
        with contextlib.suppress(OSError):
            lifeline.sendall(READY)
        self.lifelines[pid], self.homes[pid] = lifeline, home
        self.selector.register(lifeline, selectors.EVENT_READ, pid)

    def _become_worker(self, channel: socket.socket, lifeline: socket.socket, home: str) -> NoReturn:
        os.setsid()  # a process group that can be killed as a whole
        _control_process(_SUBREAPER, 1)
        _control_process(_DEATH_SIGNAL, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # The worker must not keep lifelines open: a session ends when its lifeline has no other end.
        for each in (self.control, self.wake, self.woken, lifeline, *self.lifelines.values()):
            each.close()
        self.selector.close()
        tempfile.tempdir = os.environ["TMPDIR"] = home
        code = 1
        try:
            with channel, channel.makefile("rb") as incoming, channel.makefile("wb") as outgoing:
                worker.serve(incoming, outgoing, self.preloaded)
            code = 0
        except (BrokenPipeError, ConnectionResetError):  # the build has closed the channel
            code = 0
        finally:
            os._exit(code)

    def _kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # the worker may not have made its group yet

    def _reap(self, options: int) -> None:
        """Wait for dead children; with `os.WNOHANG` for those that are dead already, with 0 for one."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, options)
                if pid == 0:
                    return
                if pid in self.lifelines:
                    self._clean_up(pid, os.waitstatus_to_exitcode(status))
                if options == 0:
                    return

    def _clean_up(self, pid: int, code: int) -> None:
        """Kill what a dead worker started, remove its temporary directory, and report its exit code."""
        lifeline = self.lifelines.pop(pid)
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(lifeline)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _kill_strays(set(self.lifelines))
        shutil.rmtree(self.homes.pop(pid), ignore_errors=True)
        with contextlib.suppress(OSError):
            lifeline.sendall(str(code).encode())
        lifeline.close()


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


def _control_process(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _kill_strays(known: set[int]) -> None:
    """Kill the children that this process got when a worker died, and those that it gets when these die."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            strays = {int(pid) for pid in listing.read_text(encoding="ascii").split()} - known
        except OSError:
            return
        strays = {pid for pid in strays if _runs(pid)}
        if not strays:
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    """Return whether a child still runs; a dead one is reaped."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    return False
