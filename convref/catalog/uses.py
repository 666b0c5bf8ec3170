"""Predicates that decide whether a network uses an operator.

They look at its layers, not at names. A predicate of type `Uses` takes the plan of a network: the sequence of
its steps, each of which applies one layer (`convref.nn.trace.Plan`). A predicate of type `Sort` takes a
single layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convref.nn import GLU, AdaptiveAvgPool2d, Conv1d, Conv2d, Conv3d, Layer, Plan, Product, Step, trace
from convref.nn.base import numel

Uses = Callable[[Plan], bool]
Sort = Callable[[Layer], bool]

CONVOLUTIONS = (Conv1d, Conv2d, Conv3d)


def networks_using(uses: Uses) -> dict[str, tuple[str, ...]]:
    """Return the names of the registered networks that satisfy `uses`, as a dict from family to names.

    Example:
        >>> from convref.nn import LocalResponseNorm
        >>> networks_using(has(LocalResponseNorm))
        {'alexnet': ('alexnet_original',), 'googlenet': ('googlenet_paper',)}
    """
    from convref import architectures

    found: dict[str, tuple[str, ...]] = {}
    for name in architectures.names():
        entry = architectures.find(name)
        if uses(trace(architectures.build(name), entry.input_shape)):
            found[entry.family] = (*found.get(entry.family, ()), name)
    return found


def has(*kinds: type[Layer]) -> Uses:
    """Return a predicate that tests whether a plan has a layer of one of these classes.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> has(Conv2d)(trace(Sequential(Conv2d(3, 8, 3), ReLU()), (3, 9, 9)))
        True
    """
    return where(lambda layer: isinstance(layer, kinds))


def where(sort: Sort) -> Uses:
    """Return a predicate that tests whether a plan has a layer that satisfies the predicate `sort`."""
    return lambda plan: any(sort(step.layer) for step in plan.steps)


def followed(*sorts: Sort) -> Uses:
    """Return a predicate that tests whether a plan has consecutive layers, one for each of `sorts` in order.

    Other layers may come between them if they make no new feature map, as normalizations and activation
    functions do.

    Example:
        >>> from convref.nn import BatchNorm2d, Conv2d, Sequential, trace
        >>> net = Sequential(Conv2d(8, 8, 3, groups=8), BatchNorm2d(8), Conv2d(8, 16, 1))
        >>> followed(is_depthwise, is_pointwise)(trace(net, (8, 9, 9)))
        True
    """

    def ends(plan: Plan, step: Step, chain: tuple[Sort, ...]) -> bool:
        *before, last = chain
        # Walk backwards from the last layer of the sequence to the makers of what it reads.
        return last(step.layer) and (
            not before or any(ends(plan, maker, tuple(before)) for maker in makers(plan, step))
        )

    return lambda plan: any(ends(plan, step, sorts) for step in plan.steps)


def either(*uses: Uses) -> Uses:
    """Return a predicate that tests whether a plan satisfies at least one of the predicates `uses`."""
    return lambda plan: any(use(plan) for use in uses)


def gates_positions(plan: Plan) -> bool:
    """Return whether the plan multiplies two feature maps of equal shape, which is a gate per position."""
    return any(
        isinstance(step.layer, GLU) or (isinstance(step.layer, Product) and len(set(step.input_shapes)) == 1)
        for step in plan.steps
    )


def both(one: Sort, other: Sort) -> Sort:
    """Return a predicate that tests whether a layer satisfies both `one` and `other`."""
    return lambda layer: one(layer) and other(layer)


def to_one_position(*kinds: type[Layer]) -> Uses:
    """Return a predicate that tests whether a plan has a layer of these classes that makes a 1 × 1 output.

    The input of the layer must be larger than 1 × 1.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, trace
        >>> uses = to_one_position(AdaptiveAvgPool2d)
        >>> uses(trace(AdaptiveAvgPool2d(1), (3, 9, 9))), uses(trace(AdaptiveAvgPool2d(7), (3, 9, 9)))
        (True, False)
    """
    return lambda plan: any(
        isinstance(step.layer, kinds) and numel(step.output_shape[1:]) == 1 < numel(step.input_shapes[0][1:])
        for step in plan.steps
    )


def gated_by_means(plan: Plan) -> bool:
    """Return whether the plan multiplies a feature map by factors computed from its channel means."""
    return any(
        isinstance(step.layer, Product) and any(_of_means(plan, value) for value in step.inputs)
        for step in plan.steps
    )


def _of_means(plan: Plan, value: int) -> bool:
    """Return whether a value is computed from channel means, the output of a global average pool.

    Each layer between the pool and the value must have one input, with one position per channel.
    """
    while value:
        step = plan.steps[value - 1]
        if numel(step.output_shape[1:]) > 1 or len(step.inputs) != 1:
            return False
        if isinstance(step.layer, AdaptiveAvgPool2d):
            return True
        (value,) = step.inputs
    return False


def makers(plan: Plan, step: Step) -> Iterator[Step]:
    """Yield the steps that made the feature maps that `step` reads.

    A layer that makes no new feature map, such as an activation function, overwrites the feature map of an
    earlier step. That step is then yielded instead.
    """
    for value in step.inputs:
        if value:  # 0 is the input of the network, which no step made
            maker = plan.steps[value - 1]
            yield from (maker,) if maker.makes_map else makers(plan, maker)


def over_whole_input(sort: Sort) -> Uses:
    """Return a predicate that tests whether a plan has a convolution whose kernel is as large as its input.

    The convolution must also satisfy the predicate `sort`.

    Example:
        >>> from convref.nn import Conv2d, trace
        >>> [over_whole_input(is_depthwise)(trace(Conv2d(8, 8, 9, groups=8), (8, n, n))) for n in (9, 10)]
        [True, False]
    """

    def uses(plan: Plan) -> bool:
        return any(
            isinstance(step.layer, CONVOLUTIONS)
            and step.layer.window().kernel == step.input_shapes[0][1:]
            and 1 == numel(step.output_shape[1:]) < numel(step.input_shapes[0][1:])
            and sort(step.layer)
            for step in plan.steps
        )

    return uses


def has_one_tap(layer: Layer) -> bool:
    """Return whether a layer is a convolution with kernel size 1 along every axis."""
    return isinstance(layer, CONVOLUTIONS) and numel(layer.window().kernel) == 1


def is_pointwise(layer: Layer) -> bool:
    """Return whether a layer is a convolution with kernel size 1 and without groups."""
    return isinstance(layer, CONVOLUTIONS) and has_one_tap(layer) and layer.groups == 1


def is_depthwise(layer: Layer) -> bool:
    """Return whether a layer is a convolution with one group per channel, and more than one channel."""
    return isinstance(layer, CONVOLUTIONS) and layer.groups == layer.in_channels > 1


def is_grouped(layer: Layer) -> bool:
    """Return whether a layer is a convolution with several groups, each with more than one channel."""
    return isinstance(layer, CONVOLUTIONS) and 1 < layer.groups < layer.in_channels


def is_dilated(layer: Layer) -> bool:
    """Return whether a layer is a convolution with a dilation above 1 along some axis."""
    return isinstance(layer, CONVOLUTIONS) and max(layer.sizes("dilation")) > 1


def is_small(layer: Layer) -> bool:
    """Return whether a layer is a 3 × 3 convolution with stride 1, without groups or dilation."""
    if not isinstance(layer, Conv2d) or layer.groups > 1:
        return False
    window = layer.window()
    return (window.kernel, window.extent, window.stride) == ((3, 3), (3, 3), (1, 1))


def is_column(layer: Layer) -> bool:
    """Return whether a layer is a 2-D convolution with a kernel of several rows and one column."""
    return isinstance(layer, Conv2d) and _spans(layer) == (True, False)


def is_row(layer: Layer) -> bool:
    """Return whether a layer is a 2-D convolution with a kernel of one row and several columns."""
    return isinstance(layer, Conv2d) and _spans(layer) == (False, True)


def _spans(layer: Conv2d) -> tuple[bool, ...]:
    return tuple(size > 1 for size in layer.window().kernel)


def is_spatial(layer: Layer) -> bool:
    """Return whether a layer is a convolution whose kernel covers more than one position."""
    return isinstance(layer, CONVOLUTIONS) and numel(layer.window().kernel) > 1


def narrows(layer: Layer) -> bool:
    """Return whether a layer is a pointwise convolution with fewer output than input channels."""
    return isinstance(layer, CONVOLUTIONS) and is_pointwise(layer) and layer.out_channels < layer.in_channels


def widens(layer: Layer) -> bool:
    """Return whether a layer is a pointwise convolution with more output than input channels."""
    return isinstance(layer, CONVOLUTIONS) and is_pointwise(layer) and layer.out_channels > layer.in_channels
