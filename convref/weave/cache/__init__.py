"""Cache the results of sessions, with the dependencies that determine whether they are still valid.

A session is the code of a page that shares its variables. Its result has an outcome for each step: a block,
an inline value, or the examples of a doctest.

In a worker, while a session runs:

    recording       records what the code uses: files, imports, programs, the network
    module_origins  distinguishes modules of the engine, the project and installed packages

In the build:

    results         ResultCache: looks up and stores results, and explains why a session runs
    entry           Entry: a session's outcomes with their dependencies and conditions
    validity        compares the current state of dependencies with the recorded state
    fingerprints    states of files and folders
    line_offsets    line numbers relative to steps, so that results survive edits elsewhere
    store           the files in which entries are kept
    memory          values of former builds in the same process
    signing         signs entries, so that only those of this machine's own builds are used
"""
