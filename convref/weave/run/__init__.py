"""Run the code of pages in separate processes, so that an error or a crash in the code cannot end the build.

A *step* is a code block, an inline value, or the doctest examples of a fence. The steps of a page that share
their variables form a *session*. Each session has a *worker*, a process that runs its steps. A *host* is the
object that starts the workers. It usually forks them from a *warm parent*, a process that has already
imported modules that take long to import. A *keeper* is the parent process of one worker. When the session
ends, its keeper kills all processes of the session.

    engine          Engine: takes plans, returns outcomes, uses the cache
    settings        the settings of an engine
    scheduler       gives each session a thread
    remote          runs sessions on an executor, whose workers may be on other machines
    dask_cluster    opens a Dask cluster as an executor
    session         Session: sends steps to a worker, and waits for the answers
    continuation    Continuation: runs further steps after those in the page's text
    answers         a worker's answer to a step -> its outcome
    protocol        the messages between the build and a worker
    environment     the environment variables that pages see
    temporary       the temporary directories of sessions
    host            what runs in the build's own process: it starts workers and exchanges messages with them
    process         the processes around a worker: the warm parent, and the keeper that ends a session
    worker          the worker: runs the code of one session

If a page exits, crashes, hangs or allocates too much, the build continues, and the page shows the error.
"""
