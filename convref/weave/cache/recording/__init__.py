"""The recording of dependencies, in a worker, while its session runs.

    audit_hook      reports the files, imports, programs and network that the code uses
    recorder        keeps those reports that can change the result
    seen            Seen: the report that goes to the build
    source_scan     finds imports and files that code only mentions
    module_uses     finds which modules a loaded module uses
    preloaded       what a process had loaded before its session began

The build gets what was recorded at the end of a session, and stores it with the session's result.
"""
