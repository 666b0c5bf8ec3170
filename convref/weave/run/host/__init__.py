"""The build's side of a session: hosts, which start workers, and connections, which exchange messages.

    hosts               start_host: returns a host of the kind that the system supports
    fork_host           forks workers from a warm parent
    spawn_host          starts a new interpreter for each worker
    connection          Connection: the interface of the connection that a host returns
    socket_connection   the connection to a session with a keeper
    pipe_connection     the connection to a worker without one, for systems without fork

The engine uses only `hosts` and `connection`.
"""
