"""Figures as SVG, computed from descriptions: what reaches what is found by running them.

    draw.window(layer, input_shape)     the inputs that one output sees, and its neighbour
    draw.wiring(layer)                  which channels reach which

Every figure is a `Drawing`: it has a form per language, scales from a phone to a desktop, takes the ink of
the page that it stands on, and equal arguments give equal bytes.
"""

from convref.draw.channels import wiring as wiring
from convref.draw.drawing import Drawing as Drawing
from convref.draw.windows import window as window
