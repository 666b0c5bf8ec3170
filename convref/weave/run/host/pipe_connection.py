"""A connection over pipes, for systems without `fork`.

The worker is a child process of the build. It has no keeper, the parent process that on other systems kills
all processes of a session. One thread reads and another one writes, because no other way to wait for a pipe
with a deadline works on all systems.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO, Final, cast

from convref.weave.run.host.connection import LostError, lost
from convref.weave.run.process import boot
from convref.weave.run.protocol import Ending, Frames, Message, frame
from convref.weave.run.temporary import SessionFolders, remove_tree

_PIECE: Final = 1 << 16  # bytes to read at once
_WAITING: Final = 64  # unread pieces after which the worker must wait


class PipeConnection:
    """A connection to a worker in a new interpreter, through its standard input and output.

    Args:
        environment: the environment variables that pages see.
        folders: the object that creates the temporary directory of this session.
        limit: the maximum size of a message from the worker, in bytes.
        search: the module search path of the worker; by default that of this process.
    """

    def __init__(
        self,
        environment: dict[str, str],
        folders: SessionFolders,
        limit: int,
        search: Sequence[str] | None = None,
    ) -> None:
        self._home, self._frames = folders.new(), Frames(limit)
        self._process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
            boot.command("pipes", search=search),
            env={**environment, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self._home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._to, self._from = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self._arrived: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, message: Message, timeout: float) -> None:
        """Send a message to the worker.

        Raises:
            LostError: the worker has ended, or does not read the message within `timeout` seconds.
        """
        failed: list[OSError] = []

        def write() -> None:
            try:
                self._to.write(frame(message))
                self._to.flush()
            except (OSError, ValueError) as error:
                failed.append(OSError(str(error)))

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(timeout)
        if writer.is_alive():
            self.kill()
            raise LostError("the process did not answer", late=True)
        if failed:
            raise self._end()

    def receive(self, timeout: float) -> Message:
        """Return the next message.

        Raises:
            LostError: no message arrives within `timeout` seconds, or the worker has ended.
            ProtocolError: the data that arrived is not a message.
        """
        deadline = time.monotonic() + timeout
        while (message := self._frames.next()) is None:
            try:
                data = self._arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                self.kill()
                raise LostError("the process did not answer", late=True) from None
            if not data:
                raise self._end()
            self._frames.add(data)
        return message

    def end(self) -> None:
        """End the session after all its steps have run; raises LostError if its worker had ended already."""
        code = self._process.poll()
        self.kill()
        if code is not None:
            raise lost(Ending("ended", code))

    def abort(self) -> None:
        """End the session from another thread; the thread that waits for an answer gets a LostError."""
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def kill(self) -> None:
        """Kill the session's process group. Idempotent."""
        self._closed = True
        self.abort()
        self._process.wait()
        with contextlib.suppress(queue.Empty):
            while True:  # the reader may wait for room
                self._arrived.get_nowait()
        self._reader.join(1)
        for stream in (self._to, self._from):
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        remove_tree(self._home)

    def _read(self) -> None:
        data = b"more"
        while data and not self._closed:
            try:
                data = os.read(self._from.fileno(), _PIECE)
            except (OSError, ValueError):
                data = b""
            self._arrived.put(data)

    def _end(self) -> LostError:
        """Return the error for a worker whose pipes are closed; if it still runs, kill it."""
        try:
            return lost(Ending("ended", self._process.wait(5)))
        except subprocess.TimeoutExpired:
            self.kill()
            return LostError("the process closed its connection to the build")
