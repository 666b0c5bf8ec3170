"""Draw networks as flow diagrams.

The plan of a network is parsed into a chain of elements (`parse`): boxes for steps; forks, which are branches
that join again; and webs, which are steps that are connected in any other way. Repeated parts are found, so
that they are drawn once (`repeats`, `web_frames`). The chain is laid out (`layout`, `branches`, `web_layout`)
and painted (`flow`).
"""
