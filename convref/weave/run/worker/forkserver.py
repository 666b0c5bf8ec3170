"""The warm parent: a process that has the heavy modules loaded and forks a worker for every session.

The build holds one end of a socket. Over it come requests of one byte: `P` with a socket that names modules
to load, `S` with two sockets for a session: its messages, and its lifeline. While the build keeps the
lifeline open, the session may live; when it is shut, or the build is gone, the session is killed with every
process that it started. The lifeline tells when the session has begun, and how it ended. The server itself
runs no page's code and starts no thread.
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
from typing import NoReturn

from convref.weave.cache.module_origins import directories
from convref.weave.cache.recorder import Ahead
from convref.weave.run.protocol import PRELOAD, READY, SESSION
from convref.weave.run.worker import capture, worker

_SUBREAPER, _DEATH_SIGNAL = 36, 1


def main() -> None:
    """Serve the socket whose descriptor is the last argument until its other end closes."""
    control = socket.socket(fileno=int(sys.argv[-1]))
    Server(control).run()


class Server:
    """Forks sessions and sees to their ends.

    Args:
        control: the socket to the build.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.lifelines: dict[int, socket.socket] = {}
        self.homes: dict[int, str] = {}
        self.ahead = Ahead()
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.wake, self.woken = socket.socketpair()
        for end in (self.wake, self.woken):
            end.setblocking(False)
        self.selector.register(self.wake, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the build is gone; then kill whatever is left."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides what an interrupt means
        signal.signal(signal.SIGCHLD, lambda *_: None)
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
        """Do once what every worker would do, on memory that is shared as long as nobody writes to it."""
        self.ahead.settle()
        gc.collect()
        gc.freeze()  # a collection in a worker would touch, and so copy, all of this

    def _turn(self) -> bool:
        for key, _ in self.selector.select():
            if key.fileobj is self.control:
                if not self._request():
                    return False
            elif key.fileobj is self.wake:
                with contextlib.suppress(BlockingIOError):
                    self.wake.recv(4096)
            else:
                self.selector.unregister(key.fileobj)
                self._kill(key.data)
        self._reap(os.WNOHANG)
        return True

    def _request(self) -> bool:
        try:
            kind, descriptors, _, _ = socket.recv_fds(self.control, 1, 2)
        except OSError:
            return False
        if not self.lifelines and self.ahead.changed():
            return False  # the build starts another, in which it is loaded anew
        sockets = [socket.socket(fileno=each) for each in descriptors]
        if kind == PRELOAD:
            with sockets[0] as channel, channel.makefile("rb") as text:
                known = len(sys.modules)
                preload(json.loads(text.read()), self.ahead)
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
        os.setsid()
        _control_process(_SUBREAPER, 1)
        _control_process(_DEATH_SIGNAL, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        for each in (self.control, self.wake, self.woken, lifeline, *self.lifelines.values()):
            each.close()
        self.selector.close()
        tempfile.tempdir = os.environ["TMPDIR"] = home
        code = 1
        try:
            with channel, channel.makefile("rb") as incoming, channel.makefile("wb") as outgoing:
                worker.serve(incoming, outgoing, self.ahead)
            code = 0
        except (BrokenPipeError, ConnectionResetError):
            code = 0
        finally:
            os._exit(code)

    def _kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _reap(self, how: int) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, how)
                if pid == 0:
                    return
                if pid in self.lifelines:
                    self._buried(pid, os.waitstatus_to_exitcode(status))
                if how == 0:
                    return

    def _buried(self, pid: int, code: int) -> None:
        """A worker is dead: what it started goes too, and the build is told."""
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


def preload(names: list[str], ahead: Ahead) -> None:
    """Import those of the modules that are installed packages.

    The standard library's are light, and some of them do on import what a page wants to be seen. Whatever
    fails here fails again, visibly, in a page.
    """
    for name in names:
        with contextlib.suppress(BaseException):
            if name not in sys.modules and find_origin(name).startswith(directories("purelib", "platlib")):
                with ahead.loading():
                    importlib.import_module(name)


def find_origin(name: str) -> str:
    """The file of a module's top package, without importing it; empty for what has none."""
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
    """Kill the processes that fell to this one when a worker died, and those that these leave."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            strays = {int(pid) for pid in listing.read_text(encoding="ascii").split()} - known
        except OSError:
            return
        strays = {pid for pid in strays if _unwaited(pid)}
        if not strays:
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _unwaited(pid: int) -> bool:
    """Whether a child still runs; a dead one is buried by asking."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    return False
