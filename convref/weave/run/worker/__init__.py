"""The worker: the process that runs the steps of one session.

    worker          takes steps, and answers each with its result
    interpreter     runs blocks, inline values, doctest examples and shell commands
    capture         captures standard output and error
    mime            values -> texts per media type and language
    matplotlib_svg  figures of matplotlib -> SVG
    tracebacks      exceptions with the path and lines of the page
    leftovers       what a step leaves behind, such as threads and patched builtins
    limits          holds what a step gives to `output_limit`
    bytecode        keeps stale bytecode of changed sources from running

It trusts nothing that a step can change in the process.
"""
