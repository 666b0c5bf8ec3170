"""Draw networks as flow diagrams.

A network's plan lists its steps (layers and operations) in the order of execution. The plan is parsed into a
chain of elements (`parse`): boxes for steps; forks, which are branches that join again; and webs, which are
steps that are connected in any other way. Repeated parts are found, so that they are drawn once (`repeats`,
`web_frames`). The chain is laid out (`layout`, `branches`, `web_layout`) and painted (`flow`).

In a plan, the values that layers exchange are numbered: value 0 is the network's input, and value i is the
output of the i-th step, counted from 1. In-place layers are activations and normalizations, which change a
feature map without making a new one; they are drawn in the box of the layer before them.
"""
