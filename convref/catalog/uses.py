"""Which networks use an operator: read from their plans, whatever their authors call the parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convref.nn import GLU, AdaptiveAvgPool2d, Conv1d, Conv2d, Conv3d, Layer, Plan, Product, Step, trace
from convref.nn.base import numel

Uses = Callable[[Plan], bool]
Sort = Callable[[Layer], bool]

CONVOLUTIONS = (Conv1d, Conv2d, Conv3d)


def networks_using(uses: Uses) -> dict[str, tuple[str, ...]]:
    """Return the registered networks, by family, whose plans satisfy a predicate.

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
    """Networks with a layer, or a join, of one of these kinds.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential, trace
        >>> has(Conv2d)(trace(Sequential(Conv2d(3, 8, 3), ReLU()), (3, 9, 9)))
        True
    """
    return where(lambda layer: isinstance(layer, kinds))


def where(sort: Sort) -> Uses:
    """Networks with a layer, or a join, of this sort."""
    return lambda plan: any(sort(step.layer) for step in plan.steps)


def followed(*sorts: Sort) -> Uses:
    """Networks in which what a layer of the first sort makes is read by one of the second, and so on.

    What counts as done in place may stand between: normalizations, activations, gates.

    Example:
        >>> from convref.nn import BatchNorm2d, Conv2d, Sequential, trace
        >>> net = Sequential(Conv2d(8, 8, 3, groups=8), BatchNorm2d(8), Conv2d(8, 16, 1))
        >>> followed(is_depthwise, is_pointwise)(trace(net, (8, 9, 9)))
        True
    """

    def ends(plan: Plan, step: Step, chain: tuple[Sort, ...]) -> bool:
        *before, last = chain
        return last(step.layer) and (
            not before or any(ends(plan, maker, tuple(before)) for maker in makers(plan, step))
        )

    return lambda plan: any(ends(plan, step, sorts) for step in plan.steps)


def either(*uses: Uses) -> Uses:
    """Networks that use an operator in one of these ways."""
    return lambda plan: any(use(plan) for use in uses)


def gates_places(plan: Plan) -> bool:
    """Networks in which maps of one shape are multiplied: every place has a gate, not only every channel."""
    return any(
        isinstance(step.layer, GLU) or (isinstance(step.layer, Product) and len(set(step.input_shapes)) == 1)
        for step in plan.steps
    )


def both(one: Sort, other: Sort) -> Sort:
    """Layers that are of either sort at once."""
    return lambda layer: one(layer) and other(layer)


def to_one_place(*kinds: type[Layer]) -> Uses:
    """Networks in which a layer of one of these kinds makes a map of several places one place.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, trace
        >>> uses = to_one_place(AdaptiveAvgPool2d)
        >>> uses(trace(AdaptiveAvgPool2d(1), (3, 9, 9))), uses(trace(AdaptiveAvgPool2d(7), (3, 9, 9)))
        (True, False)
    """
    return lambda plan: any(
        isinstance(step.layer, kinds) and numel(step.output_shape[1:]) == 1 < numel(step.input_shapes[0][1:])
        for step in plan.steps
    )


def gated_by_means(plan: Plan) -> bool:
    """Networks that multiply a map by numbers made of its channels' means: squeeze and excitation."""
    return any(
        isinstance(step.layer, Product) and any(_of_means(plan, value) for value in step.inputs)
        for step in plan.steps
    )


def _of_means(plan: Plan, value: int) -> bool:
    """Whether a value is one place a channel, made of nothing but such places since a global pool."""
    while value:
        step = plan.steps[value - 1]
        if numel(step.output_shape[1:]) > 1 or len(step.inputs) != 1:
            return False
        if isinstance(step.layer, AdaptiveAvgPool2d):
            return True
        (value,) = step.inputs
    return False


def makers(plan: Plan, step: Step) -> Iterator[Step]:
    """The steps that made the maps that a step reads, seen through what is done in place."""
    for value in step.inputs:
        if value:
            maker = plan.steps[value - 1]
            yield from (maker,) if maker.makes_map else makers(plan, maker)


def over_whole_map(sort: Sort) -> Uses:
    """Networks with a convolution of this sort whose kernel is all of its map, so that one place is left.

    Example:
        >>> from convref.nn import Conv2d, trace
        >>> [over_whole_map(is_depthwise)(trace(Conv2d(8, 8, 9, groups=8), (8, n, n))) for n in (9, 10)]
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
    """A convolution of kernel size 1."""
    return isinstance(layer, CONVOLUTIONS) and numel(layer.window().kernel) == 1


def is_pointwise(layer: Layer) -> bool:
    """A convolution of kernel size 1 without groups."""
    return isinstance(layer, CONVOLUTIONS) and has_one_tap(layer) and layer.groups == 1


def is_depthwise(layer: Layer) -> bool:
    """A convolution of several channels with a group for each."""
    return isinstance(layer, CONVOLUTIONS) and layer.groups == layer.in_channels > 1


def is_grouped(layer: Layer) -> bool:
    """A convolution whose channels are in several groups, of more than one channel each."""
    return isinstance(layer, CONVOLUTIONS) and 1 < layer.groups < layer.in_channels


def is_dilated(layer: Layer) -> bool:
    """A convolution whose taps stand apart along some axis."""
    return isinstance(layer, CONVOLUTIONS) and max(layer.sizes("dilation")) > 1


def is_small(layer: Layer) -> bool:
    """A 3 × 3 convolution of stride 1, without groups or dilation."""
    if not isinstance(layer, Conv2d) or layer.groups > 1:
        return False
    window = layer.window()
    return (window.kernel, window.extent, window.stride) == ((3, 3), (3, 3), (1, 1))


def is_column(layer: Layer) -> bool:
    """A 2-D convolution that spans several places down and one to the right."""
    return isinstance(layer, Conv2d) and _spans(layer) == (True, False)


def is_row(layer: Layer) -> bool:
    """A 2-D convolution that spans one place down and several to the right."""
    return isinstance(layer, Conv2d) and _spans(layer) == (False, True)


def _spans(layer: Conv2d) -> tuple[bool, ...]:
    return tuple(size > 1 for size in layer.window().kernel)


def is_spatial(layer: Layer) -> bool:
    """A convolution with a kernel of several places."""
    return isinstance(layer, CONVOLUTIONS) and numel(layer.window().kernel) > 1


def narrows(layer: Layer) -> bool:
    """A pointwise convolution that gives fewer channels than it takes."""
    return isinstance(layer, CONVOLUTIONS) and is_pointwise(layer) and layer.out_channels < layer.in_channels


def widens(layer: Layer) -> bool:
    """A pointwise convolution that gives more channels than it takes."""
    return isinstance(layer, CONVOLUTIONS) and is_pointwise(layer) and layer.out_channels > layer.in_channels
