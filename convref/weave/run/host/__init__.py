"""The build's side of a session: hosts start workers, connections carry messages to and from them.

    hosts               start_host: the host that fits the system
    fork_host           forks workers from a warm parent
    spawn_host          starts a new interpreter for each worker
    connection          Connection: what every host returns
    socket_connection   the connection to a session with a keeper
    pipe_connection     the connection to a worker without one, for systems without fork

The engine knows only `hosts` and `connection`.
"""
