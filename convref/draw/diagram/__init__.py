"""Networks as flow diagrams.

A plan is parsed into a chain of boxes, forks and webs (`parse`), repeated parts are folded (`repeats`,
`web_frames`), and the chain is laid out (`layout`, `branches`, `web_layout`) and painted (`flow`).
"""
