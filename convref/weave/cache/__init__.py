"""Cached results, their recorded dependencies, and the decision whether they are still valid.

In a worker, while a session runs:

    recording       reports and keeps what the code uses: files, imports, programs, the network
    module_origins  tells the engine's modules from those of the project and of packages

In the build:

    results         ResultCache: looks up, explains and keeps the results of sessions
    entry           Entry: a session's outcomes with their dependencies and conditions
    validity        the present state of dependencies, compared with the recorded one
    fingerprints    states of files and folders
    line_offsets    line numbers relative to steps, so that results survive edits elsewhere
    store           the files in which entries are kept
    signing         signs entries, so that only those of this machine's own builds are used
"""
