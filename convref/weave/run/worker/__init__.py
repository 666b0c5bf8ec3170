"""The worker: the process that runs the steps of one session.

    worker          receives steps, runs them, and sends an answer for each
    interpreter     runs blocks, inline values, doctest examples and shell commands
    capture         captures standard output and error
    mime            renders values as texts by media type and language
    matplotlib_svg  draws figures of matplotlib as SVG
    displays        collects the objects that `display` shows, and records which figures the code saves
    magics          translates commands of IPython, such as %time
    tracebacks      describes exceptions with the path and lines of the page
    leftovers       finds side effects that outlive a step, such as threads and patched builtins
    limits          limits each output of a step to `output_limit`
    bytecode        prevents outdated bytecode of changed sources from running

A step can change almost anything in this process, such as the builtins or `sys.stdout`. The worker keeps
references to the original objects and restores them after each step.
"""
