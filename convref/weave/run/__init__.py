"""Runs the steps of pages in other processes, and survives whatever these do.

`engine` takes plans; `scheduler` gives each session a thread; `session` sends its steps to a worker and
turns the answers into outcomes (`answers`). `host` starts workers and holds the connections to them.
`process` is what runs around a worker (the warm parent, the keeper that ends a session, its confinement), and
`worker` what runs inside it.
"""
