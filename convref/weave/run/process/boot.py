"""The script that each new interpreter of a build runs.

Depending on its first argument, the process becomes a warm parent, which imports packages in advance and
forks the processes of sessions (`forkserver`), or it becomes a process of one session: the worker that runs
the code, or the keeper that watches the worker.

The script is a file, not code passed with `-c`. So tools that check imports see the modules that it imports,
and report an error if one of these modules is moved.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Sequence


def command(program: str, *arguments: str, search: Sequence[str] | None = None) -> list[str]:
    """Return the command line that starts a program of this package.

    Args:
        program: "forkserver" for a process that imports modules in advance and from which others are forked;
            "session" for a keeper, which forks a worker and kills all processes of the session at its end;
            "pipes" for a worker without a keeper.
        arguments: the file descriptors of the sockets that the program inherits.
        search: the module search path of the program; by default that of this process.
    """
    path = json.dumps(sys.path if search is None else list(search))
    return [sys.executable, __file__, program, path, *arguments]


def main() -> None:
    """Set `sys.path` to that of the build, and run the program that the command line names."""
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
