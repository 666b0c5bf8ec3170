"""Measure which outputs of a network depend on which inputs, by running it.

One input element is changed at a time, and the outputs that change are recorded. This works for every class
of layers without a special function for it.

Runs use float64, positive parameters and positive inputs, so that contributions do not cancel and every ReLU
passes its input on. The change is so large that the changed element is the maximum of every pooling window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from convref.errors import ArgumentError
from convref.functional.init import init
from convref.functional.run import run
from convref.nn import Layer, Shape
from convref.nn.base import numel

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

CHANGE = 10.0  # times the scale of the inputs, so that a changed element is the maximum of every window
SCALES = (1.0, 0.01)  # hard activations are flat at large inputs, and hard shrinkage at small ones
NOISE = 1e-9  # a relative change below this is rounding
MOST_PROBES = 4096  # there is a run for each position; a figure cannot show so many anyway


def reach(net: Layer, input_shape: Sequence[int]) -> Flags:
    """Find which positions of the input affect which positions of the output, over all channels.

    Returns:
        A boolean array of shape (*output sizes, *input sizes), True where the input affects the output.

    Example:
        >>> from convref.nn import Conv1d
        >>> reach(Conv1d(1, 1, 3), (1, 4)).astype(int)
        array([[1, 1, 1, 0],
               [0, 1, 1, 1]])
    """
    shape = tuple(input_shape)
    space = shape[1:]
    positions = np.eye(_checked(int(np.prod(space)))).reshape(-1, 1, *space)
    changed = _changed(net, shape, np.broadcast_to(positions, (len(positions), *shape)))
    by_position: Flags = np.any(changed, axis=1, keepdims=False)
    return np.moveaxis(by_position, 0, -1).reshape(*changed.shape[2:], *space)


def wiring(net: Layer, input_shape: Sequence[int]) -> Flags:
    """Find which channels of the input affect which channels of the output, over all positions.

    Returns:
        A boolean array of shape (output channels, input channels), True where the input affects the output.

    Example:
        >>> from convref.nn import Conv2d
        >>> wiring(Conv2d(4, 2, 1, groups=2), (4, 1, 1)).astype(int)
        array([[1, 1, 0, 0],
               [0, 0, 1, 1]])
    """
    shape = tuple(input_shape)
    channels = np.eye(_checked(shape[0])).reshape(-1, shape[0], *(1,) * len(shape[1:]))
    changed = _changed(net, shape, np.broadcast_to(channels, (shape[0], *shape)))
    by_channel: Flags = np.any(changed.reshape(*changed.shape[:2], -1), axis=2, keepdims=False)
    return by_channel.T


def responses(net: Layer, params: Mapping[str, Numbers], input_shape: Sequence[int]) -> Numbers:
    """Compute channel 0 of the output for each input that is 1 at one position of channel 0, and 0 elsewhere.

    Returns:
        An array of shape (*output sizes, *input sizes).
    """
    shape = tuple(input_shape)
    space = shape[1:]
    count = _checked(int(np.prod(space)))
    x = np.zeros((count, *shape))
    x[:, 0] = np.eye(count).reshape(-1, *space)
    return np.moveaxis(run(net, params, x)[:, 0], 0, -1).reshape(*net.output_shape(shape)[1:], *space)


def ordinals(layer: Layer, input_shape: Sequence[int]) -> Numbers | None:
    """Find, for each pair of output and input, the index from 1 of the kernel element that connects them.

    Returns:
        An array of shape (*output sizes, *input sizes), 0 where input and output are not connected; for a
        vector, (outputs, inputs). None if the layer has no kernel, or if it pads with copies of the input, so
        that several elements of the kernel may multiply one input.

    Example:
        >>> from convref.nn import Conv1d
        >>> ordinals(Conv1d(1, 1, 3), (1, 4)).astype(int)
        array([[1, 2, 3, 0],
               [0, 1, 2, 3]])
    """
    shape = tuple(input_shape)
    weight = layer.parameters().get("weight", ())
    mirrored = getattr(layer, "padding_mode", "zeros") != "zeros"
    if layer.composite or mirrored or len(weight) != len(shape) + 1:
        return None
    kernel = weight[2:] or weight
    params = {name: np.zeros(size) for name, size in layer.parameters().items()}
    # With the index of each element as its weight, the response to a one-hot input is the index itself.
    params["weight"] = np.broadcast_to(np.arange(1.0, numel(kernel) + 1).reshape(kernel), weight)
    if weight == kernel:
        return np.asarray(run(layer, params, np.eye(shape[0])).T)
    return responses(layer, params, shape)


def counts(net: Layer, input_shape: Sequence[int]) -> Numbers:
    """Count the paths from each position of the input to each position of the output.

    Returns:
        An array of shape (*output sizes, *input sizes).

    Raises:
        ArgumentError: the input or a layer has several channels, which would multiply the number of paths.

    Example:
        >>> from convref.nn import Conv1d, Sequential
        >>> counts(Sequential(Conv1d(1, 1, 2), Conv1d(1, 1, 2)), (1, 3)).astype(int)
        array([[1, 2, 1]])
    """
    # A parameter of several channels would add paths that the drawing, of one channel, does not show.
    wide = {name: size for name, size in net.parameters().items() if max(size[:2]) > 1}
    if input_shape[0] != 1 or wide:
        raise ArgumentError(
            f"draw: input_shape (={tuple(input_shape)}) and all layers must have one channel, because only "
            f"paths between positions are counted. Parameters with several channels: "
            f"{', '.join(wide) or 'none'}"
        )
    params = {name: np.full(size, float(name.endswith("weight"))) for name, size in net.parameters().items()}
    return responses(net, params, input_shape)


def _changed(net: Layer, shape: Shape, positions: Numbers) -> Flags:
    """Change the input in several ways, and return for each change which outputs it affects.

    Each change is tried on large and on small inputs, because some layers, such as a clipping activation,
    react to a change only where the input lies in a certain range.

    Args:
        net: the network.
        shape: the shape of the input, without the batch.
        positions: a batch of arrays of this shape, which are 1 where the input is changed and 0 elsewhere.
    """
    params = {name: np.abs(array) + NOISE for name, array in init(net, dtype=np.float64).items()}
    found = []
    for scale in SCALES:
        x = scale * np.random.default_rng(0).uniform(1, 2, shape)
        before = run(net, params, x[np.newaxis])
        after = run(net, params, x + scale * CHANGE * positions)
        found.append(np.abs(after - before) > NOISE * np.abs(before))
    seen: Flags = np.logical_or.reduce(found)
    return seen


def _checked(probes: int) -> int:
    if probes > MOST_PROBES:
        raise ArgumentError(
            f"draw: input_shape has {probes} positions, which is more than the limit of {MOST_PROBES}"
        )
    return probes
