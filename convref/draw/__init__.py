"""Draw SVG figures of layers, networks and measurements.

A figure is computed from the layers that it shows. To find which inputs an output depends on, for example,
the layers are run on changed inputs.

    draw.window(layer, input_shape)     the inputs that one output and its neighbour read
    draw.spread(layer, input_shape)     the outputs that one input and its neighbour affect
    draw.hits(net, input_shape)         how many products each output sums, which shows checkerboards
    draw.paths(net, input_shape)        the number of paths from each input to an output, which shows gridding
    draw.pyramid(net, input_shape)      the receptive field of one output, layer by layer
    draw.samples(layer, …)              the sampling positions of a deformable convolution
    draw.wiring(layer)                  the input channels that each output channel reads
    draw.matrix(layer, input_shape)     a layer as a matrix, with shared weights numbered alike
    draw.product(left, right)           a product of small matrices, such as a kernel of rank 1
    draw.im2col(layer, input_shape)     the windows of an input as columns of a matrix
    draw.flow(layer, input_shape)       a small composition of layers as a diagram
    draw.network(net, input_shape)      a whole network, with repeated parts drawn once
    draw.bars(report, "macs")           the share of each part in parameters, operations or memory
    draw.scatter(points, x, y)          networks as points on two axes
    draw.lines(series, x, y)            measurements, such as time against kernel size
    draw.curves(*layers)                activation functions

Figures of several frames, which a page plays:

    draw.convolution_steps(layer, x, weight)       a kernel moves over a matrix of numbers
    draw.spreading_steps(layer, x, weight)         a transposed convolution adds multiples of its kernel
    draw.zero_insertion_steps(layer, x, weight)    the same as a convolution of the input with zeros inserted
    draw.channel_steps(net)                        the channels that each output channel reads
    draw.sample_steps(layer, x, offsets)           a deformable convolution interpolates its samples
    draw.im2col_steps(layer, input_shape)          the matrix of im2col is filled, window by window
    draw.pyramid_steps(net, input_shape)           a receptive field grows, layer by layer

Every figure is a `Drawing` or, with several frames, a `Stepped`. A figure exists in English and in Chinese,
scales from a phone to a desktop, and takes the text color of the page around it. Equal arguments give equal
bytes, so that files do not change when a site is built again.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from convref.draw.steps.channels import channel_steps as channel_steps
    from convref.draw.steps.convolution import convolution_steps as convolution_steps
    from convref.draw.steps.im2col import im2col_steps as im2col_steps
    from convref.draw.steps.pyramid import pyramid_steps as pyramid_steps
    from convref.draw.steps.samples import sample_steps as sample_steps
    from convref.draw.steps.transposed import spreading_steps as spreading_steps
    from convref.draw.steps.zero_insertion import zero_insertion_steps as zero_insertion_steps
    from convref.draw.svg.drawing import Drawing as Drawing
    from convref.draw.svg.stepped import Stepped as Stepped

# A function is imported when it is first used: `network` and `bars` need no NumPy, which others do.
_MODULES = {
    "bars": "convref.draw.charts.bars",
    "scatter": "convref.draw.charts.scatter",
    "curves": "convref.draw.charts.series",
    "lines": "convref.draw.charts.series",
    "flow": "convref.draw.diagram.flow",
    "network": "convref.draw.diagram.flow",
    "hits": "convref.draw.reach.counts",
    "paths": "convref.draw.reach.counts",
    "samples": "convref.draw.reach.deformable",
    "im2col": "convref.draw.reach.im2col",
    "matrix": "convref.draw.reach.matrices",
    "product": "convref.draw.reach.matrices",
    "pyramid": "convref.draw.reach.pyramid",
    "spread": "convref.draw.reach.spreads",
    "window": "convref.draw.reach.windows",
    "wiring": "convref.draw.reach.wiring",
    "channel_steps": "convref.draw.steps.channels",
    "convolution_steps": "convref.draw.steps.convolution",
    "im2col_steps": "convref.draw.steps.im2col",
    "pyramid_steps": "convref.draw.steps.pyramid",
    "sample_steps": "convref.draw.steps.samples",
    "spreading_steps": "convref.draw.steps.transposed",
    "zero_insertion_steps": "convref.draw.steps.zero_insertion",
    "Drawing": "convref.draw.svg.drawing",
    "Stepped": "convref.draw.svg.stepped",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'convref.draw' has no attribute {name!r}")
    found = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = found  # which also replaces a subpackage of this name
    return found


def __dir__() -> list[str]:
    return sorted(_MODULES)
