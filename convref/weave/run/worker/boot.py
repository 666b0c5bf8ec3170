"""The script that a new interpreter runs: it becomes a warm parent, or a worker without one.

It is started by its file, not by `-c` with a text that imports a module: so the tools that check imports see
what it needs, and nothing breaks unnoticed when a module moves.
"""

from __future__ import annotations

import json
import sys


def command(program: str, *arguments: str) -> list[str]:
    """Return the command line that starts a program of this package.

    Args:
        program: "forkserver" or "worker".
        arguments: the program's own arguments.
    """
    return [sys.executable, __file__, program, json.dumps(sys.path), *arguments]


def main() -> None:
    """Run the program that the command line names, with the module search path of the build."""
    _, program, path, *arguments = sys.argv
    sys.path[:] = json.loads(path)
    sys.argv[:] = [""]  # as in an interactive session: a page has no command line
    if program == "forkserver":
        from convref.weave.run.worker import forkserver

        forkserver.main(int(arguments[0]))
    else:
        from convref.weave.run.worker import worker

        worker.main()


if __name__ == "__main__":
    main()
