"""The script that each new interpreter of a build runs.

The process then becomes a warm parent, which has imported packages and forks the processes of sessions
(`forkserver`), or it belongs to one session, as the worker that runs the code or the keeper that watches the
worker.

The script is a file, not code passed with `-c`, so that tools which check imports see the modules that it
needs, and report it when one of them is moved.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Sequence


def command(program: str, *arguments: str, search: Sequence[str] | None = None) -> list[str]:
    """Return the command line that starts a program of this package.

    Args:
        program: "forkserver"; "session" for a worker with a keeper; "pipes" for a worker without one.
        arguments: the file descriptors of the sockets that the program inherits.
        search: the module search path of the program; by default that of this process.
    """
    path = json.dumps(sys.path if search is None else list(search))
    return [sys.executable, __file__, program, path, *arguments]


def main() -> None:
    """Run the program that the command line names, after setting `sys.path` to that of the build."""
    _, program, path, *arguments = sys.argv
    sys.path[:] = json.loads(path)
    sys.argv[:] = [""]  # as in an interactive session: a page has no command line
    numbers = [int(each) for each in arguments]
    if program == "forkserver":
        from convref.weave.run.process import forkserver

        forkserver.main(*numbers)
    elif program == "session":
        from convref.weave.run.process import keeper
        from convref.weave.run.worker import worker

        channel, lifeline = (socket.socket(fileno=number) for number in numbers)
        keeper.keep(channel, lifeline, worker.serve_socket)
    else:
        from convref.weave.run.worker import worker

        worker.serve_pipes()


if __name__ == "__main__":
    main()
