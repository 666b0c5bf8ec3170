"""The keeper: the parent process of a session's worker, which kills all processes of the session at its end.

The keeper forks the worker and waits. A socket, the lifeline, connects it to the build. When the worker ends,
or the build dies or closes the lifeline, the keeper kills every process that the session started. It then
removes the session's temporary directory, reports how the worker ended, and exits.

The worker's parent is the keeper, and neither the build nor the process that other workers are forked from.
So a page that kills or stops its parent process harms only its own session.

The build sends one line over the lifeline, the path of the temporary directory. The keeper sends two lines:
the process ids of keeper and worker when the session has begun, and an `Ending` when the worker has ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import traceback
from collections.abc import Callable
from typing import NoReturn

from convref.weave.run.process import system
from convref.weave.run.protocol import Ending
from convref.weave.run.temporary import remove_tree


def keep(channel: socket.socket, lifeline: socket.socket, work: Callable[[socket.socket], None]) -> NoReturn:
    """Run a session, clean up after it and exit the process, so that this function never returns.

    Args:
        channel: the socket over which the worker and the build exchange messages.
        lifeline: the socket to the build; the session is ended when the build closes its end.
        work: the function that the worker runs; its argument is `channel`.
    """
    code = 1
    try:
        with contextlib.suppress(PermissionError):  # the process leads a session of the system already
            os.setsid()  # a signal to the process group of the build or server does not reach this process
        system.become_subreaper()
        wake = wake_at_signals()
        home = _read_line(lifeline)
        keeper = os.getpid()
        worker = os.fork()
        if worker == 0:
            for each in (lifeline, *wake):
                each.close()
            _become_worker(keeper, channel, home, work)
        channel.close()
        with contextlib.suppress(OSError):
            lifeline.sendall(f"{keeper} {worker}\n".encode())
        ending = _wait(worker, lifeline, wake[0])
        system.kill_group(worker)
        _reap(worker)  # only then are its children this process's
        system.kill_orphans(set())
        remove_tree(home)
        with contextlib.suppress(OSError):
            lifeline.sendall(ending.line())
        code = 0
    except Exception:  # noqa: BLE001 (the process ends here: nobody else reports it)
        traceback.print_exc()
    finally:
        os._exit(code)


def _become_worker(
    keeper: int, channel: socket.socket, home: str, work: Callable[[socket.socket], None]
) -> NoReturn:
    code = 1
    try:
        os.setsid()  # a process group that can be killed as a whole
        system.become_subreaper()  # the children of a page's dead children become the worker's
        system.die_with_parent(keeper)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        tempfile.tempdir = os.environ["TMPDIR"] = home
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the build has closed the channel
            work(channel)
        code = 0
    finally:
        os._exit(code)


def _wait(worker: int, lifeline: socket.socket, wake: socket.socket) -> Ending:
    """Wait until the worker has ended or was stopped, or the build has closed the lifeline.

    Args:
        worker: the process id of the worker.
        lifeline: the socket to the build.
        wake: a socket that becomes readable when a child process ends or stops.
    """
    poll = select.poll()
    for each in (lifeline, wake):
        poll.register(each, select.POLLIN)
    while True:
        ready = {number for number, _ in poll.poll()}
        with contextlib.suppress(BlockingIOError):
            wake.recv(4096)
        with contextlib.suppress(ChildProcessError):
            # This reaps orphans of the session, too; only the worker's end matters.
            while (child := os.waitpid(-1, os.WNOHANG | os.WUNTRACED))[0]:
                if child[0] == worker:
                    if os.WIFSTOPPED(child[1]):
                        return Ending("stopped", os.WSTOPSIG(child[1]))
                    return Ending("ended", os.waitstatus_to_exitcode(child[1]))
        if lifeline.fileno() in ready:
            return Ending("killed")


def _reap(worker: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(worker, 0)


def wake_at_signals() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets, the first of which becomes readable when a child process ends or stops.

    Python writes a byte to the second socket for each signal (`signal.set_wakeup_fd`).
    """
    wake, woken = socket.socketpair()
    for end in (wake, woken):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # for an ignored signal, Python would write no byte
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides what an interrupt means
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    return wake, woken


def _read_line(lifeline: socket.socket) -> str:
    """Read the path of the session's temporary directory, which the build sends as one line.

    Raises:
        ConnectionResetError: the build has ended.
    """
    line = b""
    while not line.endswith(b"\n"):  # byte by byte: what follows must stay for `select` to see
        byte = lifeline.recv(1)
        if not byte:
            raise ConnectionResetError("the build ended before it sent the session's temporary directory")
        line += byte
    return str(json.loads(line))
