"""The parts of a session that run in the build's process.

Hosts start workers; connections exchange messages with them. Where the system can fork, each worker has a
keeper, a parent process that kills all processes of the session at its end.

    hosts               start_host: returns a host of the kind that the system supports
    fork_host           forks workers from a warm parent
    spawn_host          starts a new interpreter for each worker
    connection          Connection: the interface of the connection that a host returns
    socket_connection   the connection to a worker that has a keeper
    pipe_connection     the connection to a worker that has no keeper, for systems without fork

The engine uses only `hosts` and `connection`.
"""
