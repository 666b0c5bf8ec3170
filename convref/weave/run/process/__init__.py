"""The processes around a worker.

    boot            the script that a new interpreter runs
    forkserver      the warm parent: has imported the heavy modules, and forks a keeper for each session
    keeper          the parent of a worker: kills all processes of its session
    system          calls of the operating system that the standard library lacks

None of them runs the code of a page.
"""
