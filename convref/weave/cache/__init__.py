"""Cached results, their recorded dependencies, and the decision whether they are still valid.

In a worker, while a session runs:

    audit_hook      reports the files, imports, programs and network that the code uses
    recorder        keeps those reports that can change the result
    source_scan     finds imports and files that code only mentions
    module_origins  tells the engine's modules from those of the project and of packages
    preloaded       what a process had loaded before its session began

In the build:

    results         ResultCache: looks up, explains and keeps the results of sessions
    entry           Entry: a session's outcomes with their dependencies and conditions
    validity        the present state of dependencies, compared with the recorded one
    fingerprints    states of files and folders
    line_offsets    line numbers relative to steps, so that results survive edits elsewhere
    store           the files in which entries are kept
"""
