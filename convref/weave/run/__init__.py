"""Runs the steps of pages in other processes, and survives whatever these do.

    engine          Engine: takes plans, returns outcomes, uses the cache
    settings        the settings of an engine
    scheduler       gives each session a thread
    session         Session: sends steps to a worker, and waits for the answers
    answers         a worker's answer to a step -> its outcome
    protocol        the messages between the build and a worker
    environment     the environment variables that pages see
    temporary       the temporary directories of sessions
    host            the build's side: starts workers, and holds the connections to them
    process         the processes around a worker: the warm parent, and the keeper that ends a session
    worker          the worker: runs the code of one session

A page can exit, crash, hang or allocate too much: the build goes on, and the page shows the error.
"""
