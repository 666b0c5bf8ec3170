"""Give access to a Dask cluster through a `concurrent.futures.Executor`.

The cluster is either started on this machine, or belongs to a Dask scheduler that is already running.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Final

from convref.errors import ArgumentError

PATIENCE: Final = 10.0  # seconds for the scheduler to answer
_PORT: Final = "127.0.0.1:0"  # of the dashboard: any free port, not seen by other machines
_log: Final = logging.getLogger(__name__)


@contextlib.contextmanager
def dask_executor(address: str, workers: int) -> Iterator[Executor]:
    """Return a context manager for an executor that runs functions on a Dask cluster.

    Args:
        address: the address of a running scheduler. If it is "", a new cluster is started on this machine,
            and is stopped at the end of the context.
        workers: the number of processes of a new cluster.

    Raises:
        ArgumentError: Dask is not installed, or the scheduler does not answer.
    """
    option = f"executor (={f'dask: {address}' if address else 'dask'!r})"
    try:
        from distributed import Client
        from distributed.utils import LoopRunner
    except ImportError as error:
        raise ArgumentError(f"{option} needs Dask: pip install 'convref[dask]' ({error})") from error
    # The sessions' processes bound their memory themselves; a worker only waits for them.
    cluster = {"n_workers": workers, "threads_per_worker": 1, "memory_limit": 0, "dashboard_address": _PORT}
    try:
        if address:
            LoopRunner().run_sync(_answer, address)  # in a thread, since this one may have an event loop
        # Without an address, the client starts a cluster on this machine, and closes it when it is closed.
        given = {"address": address} if address else cluster
        client = Client(timeout=PATIENCE, set_as_default=False, **given)
    except (OSError, TypeError) as error:  # a TypeError if there is no certificate for TLS
        reason = str(error) or f"no answer within {PATIENCE:g} s"
        raise ArgumentError(f"{option} cannot be reached: {reason}") from error
    with client:
        if not client.nthreads():
            _log.warning("%s has no workers yet; sessions wait until there are some", option)
        yield client.get_executor()


async def _answer(address: str) -> None:
    """Wait until a scheduler answers; raise OSError if it does not within `PATIENCE` seconds.

    `Client` does not limit the time in which a server that accepts connections must answer.
    """
    from distributed import Security
    from distributed.comm import connect

    connection = connect(address, timeout=PATIENCE, **Security().get_connection_args("client"))
    await (await asyncio.wait_for(connection, PATIENCE)).close()
