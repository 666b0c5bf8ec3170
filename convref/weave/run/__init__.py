"""Run the code of pages in separate processes, so that nothing it does can end the build.

A *step* is a code block, an inline value, or the doctest examples of a fence. A *session* is the run of those
steps of a page that share their variables. Each session has a *worker*, a process that runs its steps. A
*host* starts the workers, usually by forking a *warm parent*, a process that has already imported modules
that take long to import. A *keeper* is the parent process of one worker; when the session ends, it kills all
processes of the session.

    engine          Engine: takes plans, returns outcomes, uses the cache
    settings        the settings of an engine
    scheduler       gives each session a thread
    remote          runs sessions on an executor, whose workers may be on other machines
    dask_cluster    opens a Dask cluster as an executor
    session         Session: sends steps to a worker, and waits for the answers
    continuation    Continuation: runs further steps at the end of a session
    answers         a worker's answer to a step -> its outcome
    protocol        the messages between the build and a worker
    environment     the environment variables that pages see
    temporary       the temporary directories of sessions
    host            the build's side: starts workers, and holds the connections to them
    process         the processes around a worker: the warm parent, and the keeper that ends a session
    worker          the worker: runs the code of one session

If a page exits, crashes, hangs or allocates too much, the build continues, and the page shows the error.
"""
