"""The script that a new interpreter runs: it becomes a warm parent, or a session's keeper and worker.

It is started by its file, not by `-c` with a text that imports a module: so the tools that check imports see
what it needs, and nothing breaks unnoticed when a module moves.
"""

from __future__ import annotations

import json
import socket
import sys


def command(program: str, *arguments: str) -> list[str]:
    """Return the command line that starts a program of this package.

    Args:
        program: "forkserver"; "session" for a worker with a keeper; "pipes" for one without.
        arguments: the program's own arguments.
    """
    return [sys.executable, __file__, program, json.dumps(sys.path), *arguments]


def main() -> None:
    """Run the program that the command line names, with the module search path of the build."""
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
