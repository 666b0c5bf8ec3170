"""Find repetitions in a `Web`, that is, in steps that do not form separate branches.

A repetition is a group of consecutive boxes that occurs several times, each time with the same connections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from convref.draw.diagram.parse import Box, Frame, Web
from convref.draw.diagram.signatures import Signature, wiring_signature
from convref.nn import Plan

LONGEST_PERIOD = 16


def add_frames(plan: Plan, web: Web) -> Web:
    """Return a web with in-place steps merged into the boxes before them, and frames around repetitions."""
    takers = Counter(value for step in plan.steps for value in step.inputs)
    boxes: list[Box] = []
    for box in web.boxes:
        step = plan.steps[box.values[0] - 1]
        last = boxes[-1].values[-1] if boxes else 0
        if step.kind == "layer" and not step.makes_map and step.inputs == (last,) and takers[last] == 1:
            boxes[-1] = Box(boxes[-1].values + box.values)
        else:
            boxes.append(box)
    signatures = [wiring_signature(plan, box) for box in boxes]
    frames: list[Frame] = []
    at = 0
    while at < len(boxes):
        frame = _best_frame(plan, boxes, signatures, at)
        frames += [frame] if frame.times > 1 else []
        at = frame.start + frame.period * frame.times
    return Web(web.source, tuple(boxes), tuple(frames))


def _best_frame(plan: Plan, boxes: Sequence[Box], signatures: Sequence[Signature], at: int) -> Frame:
    """Return the repetition that starts at index `at`, or shortly after it, and saves the most boxes.

    If several repetitions save about as many, return the one that reads the fewest values from outside.
    """
    best, gain = Frame(at, 1, 1), 0
    for period in range(1, min(LONGEST_PERIOD, (len(boxes) - at) // 2) + 1):
        times = _times(signatures, at, period)
        if period * (times - 1) > gain:
            best, gain = Frame(at, period, times), period * (times - 1)
    if best.times == 1:
        return best
    starts = [
        Frame(start, best.period, _times(signatures, start, best.period))
        for start in range(at, at + best.period)
    ]
    return min(starts, key=lambda frame: (best.times - frame.times > 1, _entering(plan, boxes, frame)))


def _times(signatures: Sequence[Signature], at: int, period: int) -> int:
    times = 1
    while signatures[at + times * period : at + (times + 1) * period] == signatures[at : at + period]:
        times += 1
    return times


def _entering(plan: Plan, boxes: Sequence[Box], frame: Frame) -> int:
    """Return the number of values that the first copy in a frame reads from outside the frame."""
    inside = {value for box in boxes[frame.start : frame.start + frame.period] for value in box.values}
    return len({each for value in inside for each in plan.steps[value - 1].inputs} - inside)
