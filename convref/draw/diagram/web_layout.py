"""Lay out a `Web`, that is, steps that do not form separate branches, as a column of boxes.

The line of a value to the next box is an arrow in the column. The lines of a value to other boxes run in a
lane beside the column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from convref.draw.diagram.branches import BUS, GAP, PADDING, Block
from convref.draw.diagram.parse import Box, Frame, Web
from convref.draw.svg.canvas import Canvas
from convref.draw.svg.layer_words import times_text
from convref.nn import Plan

LANES = 4  # the number of tracks that are assumed while widths are estimated
CORNER = 16.0

Row = tuple[Box, tuple[Box, ...]]


def drawn_boxes(web: Web) -> Iterator[Row]:
    """Yield the boxes of a web that are drawn: of a repetition, only those of its first copy.

    Each is paired with a tuple of the boxes that it represents: itself, followed by its copies.
    """
    at = 0
    while at < len(web.boxes):
        frame = next((each for each in web.frames if each.start == at), None)
        period, times = (frame.period, frame.times) if frame else (1, 1)
        for index in range(at, at + period):
            yield web.boxes[index], web.boxes[index : at + period * times : period]
        at += period * times


def layout_web(web: Web, plan: Plan, box: Callable[[Sequence[Box], float], Block], width: float) -> Block:
    """Lay out a column of boxes, with a lane at the left for each value that skips boxes on its way.

    Args:
        web: the boxes.
        plan: the plan that they belong to.
        box: a function that lays out a box and its copies in a given width.
        width: the width of the column and its lanes.
    """
    rows = list(drawn_boxes(web))
    wires = _wires(web, rows, plan)
    lanes = _lanes(wires)
    margin = BUS * (max((lane.number for lane in lanes), default=-1) + 1) + 2 * PADDING
    blocks = [box(copies, width - 2 * margin) for _, copies in rows]
    index = {each.values: number for number, (each, _) in enumerate(rows)}
    frames = [Frame(index[web.boxes[f.start].values], f.period, f.times) for f in web.frames]
    column = _Column(blocks, wires, lanes, frames)
    return Block(2 * (column.half + margin), column.height, column.paint)


@dataclass(frozen=True)
class Lane:
    """The line of a value beside the column, from the row of its box to the rows that read it.

    `start` is -1 if the value is the input. `number` is the index of the lane's track, from the column
    outwards.
    """

    start: int
    ends: tuple[int, ...]
    number: int


@dataclass(frozen=True)
class _Column:
    """The laid-out rows of a web; frames are ranges of row indices."""

    blocks: Sequence[Block]
    wires: Sequence[tuple[int, int]]
    lanes: Sequence[Lane]
    frames: Sequence[Frame]

    @cached_property
    def half(self) -> float:
        """Half the width of the widest row."""
        return max(block.width for block in self.blocks) / 2

    @cached_property
    def tops(self) -> list[float]:
        """The y coordinates of the upper edges of all rows, and finally of the column's lower edge."""
        heads = {frame.start for frame in self.frames}
        feet = {frame.start + frame.period for frame in self.frames}
        tops, y = [], 0.0
        for index, block in enumerate(self.blocks):
            y += GAP + (CORNER if index in heads else 0) + (PADDING if index in feet else 0)
            tops.append(y)
            y += block.height
        return [*tops, y + (PADDING if len(self.blocks) in feet else 0)]

    @property
    def height(self) -> float:
        """The height from input to output."""
        return self.tops[-1]

    def paint(self, canvas: Canvas, x: float, y: float) -> None:
        """Paint frames, rows and lanes."""
        for frame in self.frames:
            self._paint_frame(canvas, x, y, frame)
        above = y
        for index, (block, top) in enumerate(zip(self.blocks, self.tops, strict=False)):
            if (index - 1, index) in self.wires:
                canvas.arrow([(x, above), (x, y + top)])
            block.paint(canvas, x, y + top)
            above = y + top + block.height
        if above < y + self.height:
            canvas.path([(x, above), (x, y + self.height)])
        for lane in self.lanes:
            self._paint_lane(canvas, x, y, lane)

    def _paint_frame(self, canvas: Canvas, x: float, y: float, frame: Frame) -> None:
        last = frame.start + frame.period - 1
        top = self.tops[frame.start] - CORNER - 2
        tall = self.tops[last] + self.blocks[last].height + PADDING - top
        right = x + self.half + PADDING
        wide = 2 * (self.half + PADDING)
        canvas.rect(right - wide, y + top, wide, tall, dash="5 3", radius=7, mark=f"repeat {frame.times}")
        canvas.text(right - 5, y + top + 9, times_text(frame.times), anchor="end", bold=True)

    def _paint_lane(self, canvas: Canvas, x: float, y: float, lane: Lane) -> None:
        """Paint a lane; it leaves a box slightly below its middle and enters a box slightly above."""
        left = x - self.half - PADDING - BUS * (lane.number + 1)
        begin = (x, y)
        if lane.start >= 0:
            block = self.blocks[lane.start]
            begin = (x - block.width / 2, y + self.tops[lane.start] + block.height / 2 + 4)
        for end in lane.ends:
            middle = y + self.tops[end] + self.blocks[end].height / 2 - 3
            edge = x - self.blocks[end].width / 2
            canvas.arrow([begin, (left, begin[1]), (left, middle), (edge, middle)])


def _wires(web: Web, rows: Sequence[Row], plan: Plan) -> list[tuple[int, int]]:
    """Return pairs of row indices (source, reader) for the values that boxes read.

    Copies in a repetition are not drawn. A value of such a copy counts as a value of the row that is drawn.
    """
    row_of = {value: n for n, (_, copies) in enumerate(rows) for box in copies for value in box.values}
    row_of[web.source] = -1
    wires = [
        (row_of[start], number)
        for number, (box, _) in enumerate(rows)
        for value in box.values
        for start in plan.steps[value - 1].inputs
        if start not in box.values
    ]
    return list(dict.fromkeys(wires))


def _lanes(wires: Sequence[tuple[int, int]]) -> list[Lane]:
    """Return a lane for each row whose value skips rows on its way, as close to the column as possible."""
    ends: dict[int, list[int]] = {}
    for start, end in wires:
        if end != start + 1:
            ends.setdefault(start, []).append(end)
    lanes: list[Lane] = []
    # Short lanes first: they get the tracks next to the column, and longer ones run outside of them.
    for start, found in sorted(ends.items(), key=lambda each: (max(each[1]) - each[0], each[0])):
        span = range(min(start, *found), max(start, *found) + 1)
        busy = {lane.number for lane in lanes if {lane.start, *lane.ends} & set(span) or _spans(lane, span)}
        lanes.append(Lane(start, tuple(found), next(n for n in range(len(ends)) if n not in busy)))
    return lanes


def _spans(lane: Lane, span: range) -> bool:
    """Return whether a lane passes beside all rows of a range."""
    return min(lane.start, *lane.ends) < span.start and max(lane.start, *lane.ends) >= span.stop
