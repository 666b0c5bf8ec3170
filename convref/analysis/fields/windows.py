"""Rules for the receptive fields of operations that read windows: convolutions, pools and resizing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from convref.analysis.fields.passed import Passed, Rule, named, unknown
from convref.analysis.seen import Seen, reached
from convref.nn import Reach, Window
from convref.nn.window import resampled_axis, windowed


def _convolution(passed: Passed) -> Seen:
    seen, taken = passed.operand(0)
    weight = passed.taken[passed.args[1].index]
    if seen is None or passed.args[6]:
        return unknown(passed)
    kernel = weight[2:]
    stride, padding, dilation = (tuple(each) * (len(kernel) // len(each)) for each in passed.args[3:6])
    reaches = windowed(Window(kernel, stride, padding, dilation))
    return reached(seen, taken, passed.made, reaches)


def _pool(passed: Passed) -> Seen:
    seen, taken = passed.first
    kernel = tuple(passed.args[1])
    rank = len(kernel)
    stride = tuple(passed.option(2, "stride", ()) or kernel) * rank
    padding = tuple(passed.option(3, "padding", ()) or (0,)) * rank
    window = Window(kernel, stride[:rank], padding[:rank], (1,) * rank)
    channels = tuple([Reach(axis) for axis in range(len(taken) - 1 - rank)])
    spatial = [each for each in windowed(window)[1:] if each is not None]
    shifted = [replace(each, axis=each.axis - 1 + len(channels)) for each in spatial]
    return reached(seen, taken, passed.made, (*channels, *shifted))


def _resized(mode: str) -> Rule:
    def rule(passed: Passed) -> Seen:
        seen, taken = passed.first
        corners = mode not in {"nearest", "nearest-exact"} and len(passed.args) > 2 and bool(passed.args[2])
        reaches = [Reach(0)]
        for axis, (size, out) in enumerate(zip(taken[2:], passed.made[2:], strict=True), 1):
            ratio = Fraction(size - 1, max(out - 1, 1)) if corners else Fraction(size, out)
            reaches.append(resampled_axis(axis, ratio, mode, align_corners=corners))
        return reached(seen, taken, passed.made, reaches)

    return rule


WINDOWS: dict[str, Rule] = {
    "convolution": _convolution,
    **named("max_pool2d_with_indices max_pool3d_with_indices avg_pool2d avg_pool3d", _pool),
    **named("upsample_nearest1d upsample_nearest2d upsample_nearest3d", _resized("nearest")),
    **named("upsample_linear1d upsample_bilinear2d upsample_trilinear3d", _resized("bilinear")),
}
