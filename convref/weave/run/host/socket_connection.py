"""A connection over two sockets: the channel to a worker, and the lifeline to its parent process.

The session's keeper (`convref.weave.run.process.keeper`) watches its end of the lifeline. When the build
closes the lifeline or dies, the keeper kills all processes of the session. The keeper also reports over the
lifeline how the worker ended.

Every wait has a deadline. On Linux, the system attaches the sender's process id to all data that is sent over
the channel. Messages that do not come from the worker are recognized by this id and refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from typing import Final

from convref.weave.run.host.connection import LostError, lost
from convref.weave.run.process import system
from convref.weave.run.protocol import Ending, Frames, Message, ProtocolError, frame
from convref.weave.run.temporary import SessionFolders, remove_tree

_PIECE: Final = 1 << 18  # bytes to read at once
_CREDENTIALS: Final = struct.Struct("3i")  # process, user and group of a sender
_SCM_CREDENTIALS: Final = 2
_END: Final = 10.0  # seconds for the keeper to end a session
_GLANCE: Final = 0.05  # seconds without a report after which is checked whether a signal stopped the keeper
_CLOSED: Final = 5.0  # seconds for which the build waits for the end of a worker that has closed its channel
_NO_KEEPER: Final = "the process has lost its parent process, which supervises the session"
_STOPPED_KEEPER: Final = "the process stopped its parent process, which supervises the session, with a signal"


class SocketConnection:
    """A connection to the worker of a session and to its keeper, the parent process of the worker.

    Args:
        channel: the socket over which messages are exchanged with the worker.
        lifeline: the socket to the keeper; closing it ends the session.
        folders: the object that creates the temporary directory of this session.
        limit: the maximum size of a message from the worker, in bytes.
        process: the keeper's process if it is a child of this process; None if it was forked by the warm
            parent.
    """

    def __init__(
        self,
        channel: socket.socket,
        lifeline: socket.socket,
        folders: SessionFolders,
        limit: int,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self._channel, self._lifeline, self._frames = channel, lifeline, Frames(limit)
        self._process = process
        if sys.platform == "linux":
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        for end in (channel, lifeline):
            end.setblocking(False)
        self._home = folders.new()
        self._keeper = self._worker = 0
        self._lines = b""  # what has come over the lifeline
        self._ending: LostError | None = None
        self._reported = False  # the keeper has ended the session, or is gone itself
        self._killed = False
        with contextlib.suppress(OSError):
            lifeline.sendall(f"{json.dumps(self._home)}\n".encode())

    def begin(self, timeout: float) -> bool:
        """Wait until the keeper, the worker's parent, has started the worker.

        The result is False if it has not done so within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while not self._worker and not self._reported:
            if not self._wait(deadline):
                return False
            self._read_lifeline()
        return bool(self._worker)

    def send(self, message: Message, timeout: float) -> None:
        """Send a message to the worker.

        Raises:
            LostError: the worker has ended, or does not read the message within `timeout` seconds.
        """
        data = memoryview(frame(message))
        deadline = time.monotonic() + timeout
        while data:
            try:
                data = data[self._channel.send(data[:_PIECE]) :]
            except BlockingIOError:
                ready = self._wait(deadline, select.POLLOUT)
                if not ready:
                    raise self._late() from None
                if self._lifeline in ready:
                    self._read_lifeline()
            except OSError:
                self._wait_for_end()
            if self._ending:
                raise self._ending

    def receive(self, timeout: float) -> Message:
        """Return the next message.

        Raises:
            LostError: no message arrives within `timeout` seconds, or the worker has ended.
            ProtocolError: the data that arrived is not a message, or another process sent it.
        """
        deadline = time.monotonic() + timeout
        while True:
            message = self._frames.next()
            if message is not None:
                return message
            if self._ending:
                raise self._ending
            ready = self._wait(deadline, select.POLLIN)
            if not ready:
                raise self._late()
            # When the lifeline reports the end, all that the worker sent has arrived: it is read first.
            self._read_channel()
            if self._lifeline in ready:
                self._read_lifeline()

    def end(self) -> None:
        """End the session after all its steps have run; raises LostError if its worker had ended already."""
        self.kill()
        if self._ending:
            raise self._ending

    def abort(self) -> None:
        """End the session from another thread; the thread that waits for an answer gets a LostError."""
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""
        if self._killed:
            return
        self._killed = True
        self.abort()
        self._wait_for_end(_END)
        self._end_keeper()
        self._lifeline.close()
        self._channel.close()
        remove_tree(self._home)  # the keeper has done so, unless it was killed

    def _end_keeper(self) -> None:
        """Wait for the end of the worker's parent, the keeper, if it is a child of this process.

        The keeper is killed if it takes too long.
        """
        if self._process is None:
            return
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _late(self) -> LostError:
        self.kill()
        return LostError("the process did not answer", late=True)

    def _wait(self, deadline: float, events: int = 0) -> list[socket.socket]:
        """Wait until at least one of the two sockets is ready, and return a list of the ready ones.

        The list is empty if the deadline passes first.

        Args:
            deadline: the time at which waiting ends, by `time.monotonic`.
            events: the events to wait for on the socket to the worker, such as `select.POLLIN`; 0 for none.
                On the socket to the keeper, this always waits for data.
        """
        poll = select.poll()
        poll.register(self._lifeline, select.POLLIN)
        if events:
            poll.register(self._channel, events)
        ready = {number for number, _ in poll.poll(max(0.0, 1000 * (deadline - time.monotonic())))}
        return [each for each in (self._lifeline, self._channel) if each.fileno() in ready]

    def _read_channel(self) -> None:
        """Read the data that has arrived on the channel, up to about the largest size of a message."""
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        received = 0
        while received <= self._frames.limit:
            try:
                data, ancillary, _, _ = self._channel.recvmsg(_PIECE, space)
            except BlockingIOError:
                return
            except OSError:
                data, ancillary = b"", []
            if not data:
                self._wait_for_end()
                return
            self._check_sender(ancillary)
            self._frames.add(data)
            received += len(data)

    def _check_sender(self, ancillary: list[tuple[int, int, bytes]]) -> None:
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, _SCM_CREDENTIALS):
                sender, _, _ = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])
                if sender != self._worker:
                    raise ProtocolError("another process wrote into the worker's connection to the build")

    def _read_lifeline(self) -> None:
        """Read the lines that have arrived from the keeper, the worker's parent.

        The first line has the process ids of keeper and worker; the second reports how the worker ended.
        """
        try:
            data = self._lifeline.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data and not self._reported:
            self._reported = True
            self._ending = self._ending or LostError(_NO_KEEPER, external=True)
        self._lines += data
        while b"\n" in self._lines:
            line, _, self._lines = self._lines.partition(b"\n")
            if not self._worker:
                self._keeper, self._worker = map(int, line.split())
            else:
                self._reported = True
                ending = Ending.from_line(line)
                if ending.how != "killed":
                    self._ending = self._ending or lost(ending)
                elif not self._killed:  # another thread has called `abort`
                    self._ending = LostError("the process was killed because the build was stopped")

    def _wait_for_end(self, timeout: float = _CLOSED) -> None:
        """Wait until the worker's parent, the keeper, has reported the worker's end, or has ended.

        The wait takes at most `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while not self._reported and time.monotonic() < deadline:
            if self._wait(time.monotonic() + _GLANCE):
                self._read_lifeline()
            elif system.is_stopped(self._keeper):
                # A stopped process does nothing, so this has happened before it could report anything.
                self._ending = self._ending or LostError(_STOPPED_KEEPER)
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(self._keeper, signal.SIGCONT)
        if not self._killed:
            self._ending = self._ending or LostError("the process closed its connection to the build")
