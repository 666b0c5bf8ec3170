"""Cache the results of sessions, with the dependencies that determine whether they are still valid.

A session is the code of a page that shares its variables. It consists of steps; a step is a code block, an
inline value, or the examples of a doctest. The result of a session contains an outcome for each step.

In a worker, while a session runs:

    recording       records what the code uses: files, imports, programs, the network
    module_origins  determines whether a module belongs to convref, the project or an installed package

In the build:

    results         ResultCache: looks up and stores results, and explains why a session runs
    entry           Entry: what the cache stores for a session: outcomes, dependencies and conditions
    validity        compares the current state of dependencies with the recorded state
    fingerprints    describes the state of a file or folder by a short string
    line_offsets    stores line numbers relative to steps, so that results stay valid when other lines change
    store           writes and reads the files in which entries are stored
    memory          keeps values in memory from one build to the next in the same process
    signing         signs entries, so that only entries of this machine's own builds are used
"""
