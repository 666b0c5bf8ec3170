"""Figures as SVG, computed from descriptions: what reaches what is found by running them.

    draw.window(layer, input_shape)     the inputs that one output sees, and its neighbour
    draw.spread(layer, input_shape)     the outputs that one input reaches, and its neighbour
    draw.hits(net, input_shape)         how often each output is hit: checkerboards
    draw.paths(net, input_shape)        in how many ways inputs reach an output: gridding
    draw.pyramid(net, input_shape)      what one output sees, layer by layer
    draw.samples(layer, …)              where a deformable convolution looks
    draw.wiring(layer)                  which channels reach which
    draw.matrix(layer, input_shape)     a layer as a matrix: what is filled, what is shared
    draw.product(left, right)           small matrices: a kernel of rank 1
    draw.im2col(layer, input_shape)     windows as columns
    draw.flow(layer, input_shape)       a composition step by step
    draw.network(net, input_shape)      a whole network, what comes again drawn once
    draw.bars(report, "macs")           where parameters, operations or memory sit
    draw.scatter(points, x, y)          networks compared
    draw.lines(series, x, y)            measurements: time against kernel size, error against rank
    draw.curves(*layers)                activation functions

Every figure is a `Drawing`: it has a form per language, scales from a phone to a desktop, takes the ink of
the page that it stands on, and equal arguments give equal bytes.
"""

from convref.draw.charts.bars import bars as bars
from convref.draw.charts.scatter import scatter as scatter
from convref.draw.charts.series import curves as curves
from convref.draw.charts.series import lines as lines
from convref.draw.diagram.flow import flow as flow
from convref.draw.diagram.flow import network as network
from convref.draw.reach.counts import hits as hits
from convref.draw.reach.counts import paths as paths
from convref.draw.reach.deformable import samples as samples
from convref.draw.reach.im2col import im2col as im2col
from convref.draw.reach.matrices import matrix as matrix
from convref.draw.reach.matrices import product as product
from convref.draw.reach.pyramid import pyramid as pyramid
from convref.draw.reach.spreads import spread as spread
from convref.draw.reach.windows import window as window
from convref.draw.reach.wiring import wiring as wiring
from convref.draw.svg.drawing import Drawing as Drawing
