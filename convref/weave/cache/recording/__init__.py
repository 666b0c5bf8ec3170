"""Record the dependencies of a session in its worker process while the session runs.

    audit_hook      reports every file, import, program and network connection that the code uses
    recorder        keeps those reports that matter for the result
    seen            Seen: the recorded dependencies, as they are sent to the build
    source_scan     finds imports and files named in source code, without running it
    module_uses     finds which modules a loaded module uses
    preloaded       describes the modules that the process had loaded before the session began

At the end of a session, the worker sends the dependencies to the build, which stores them with the result.
"""
