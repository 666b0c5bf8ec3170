"""Record the dependencies of a session in its worker process while the session runs.

    audit_hook      reports the files, imports, programs and network that the code uses
    recorder        keeps the reports of things that can change the result
    seen            Seen: the report that goes to the build
    source_scan     finds imports and files named in source code, without running it
    module_uses     finds which modules a loaded module uses
    preloaded       the modules that a process had loaded before its session began

At the end of a session, the worker sends the dependencies to the build, which stores them with the result.
"""
