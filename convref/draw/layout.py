"""Elements of a diagram laid out from top to bottom: how wide they are, how tall, and how they are painted.

Branches stand side by side where their boxes can be read, and one below the other where they cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from convref.draw import boxes
from convref.draw.canvas import TINT, Canvas, narrowest, text_width, wrap
from convref.draw.labels import join_sign
from convref.draw.structure import Box, Chain, Element, Fork, Repeat, Web
from convref.nn import Plan

LINE = 15.0
GAP = 14.0
BETWEEN = 8.0
PADDING = 5.0
PASS = 12.0
BUS = 9.0
LANES = 6


@dataclass(frozen=True)
class Block:
    """A piece of a diagram: its size, and how to paint it below y with its way in and out at x.

    `head` says whether the arrow that leads to it ends there.
    """

    width: float
    height: float
    paint: Callable[[Canvas, float, float], None] = field(repr=False)
    head: bool = False


@dataclass(frozen=True)
class Layout:
    """Lays out the elements of one plan in one language."""

    plan: Plan
    lang: str

    def least(self, copies: Sequence[Element]) -> float:
        """How narrow an element can be."""
        return self._extent(copies, narrowest)

    def wanted(self, copies: Sequence[Element]) -> float:
        """How wide an element would like to be."""
        return self._extent(copies, text_width)

    def _extent(self, copies: Sequence[Element], of: Callable[[str], float]) -> float:
        first = copies[0]
        if isinstance(first, Box):
            if boxes.hidden(self.plan, first):
                return PASS
            return max(map(of, self._lines(copies))) + 2 * PADDING + 2
        if isinstance(first, Fork):
            sides = [self._chain_extent(branch, of) for branch in branches(copies)]
            return max(sum(sides) + BETWEEN * (len(sides) - 1), of(self._sign(first)) + 2 * PADDING)
        if isinstance(first, Web):
            return max(self._extent([Box((value,))], of) for value in first.values) + 2 * BUS * LANES
        return self._chain_extent(flat(copies), of) + 2 * PADDING

    def _chain_extent(self, copies: Sequence[Chain], of: Callable[[str], float]) -> float:
        return max((self._extent(each, of) for each in zip(*copies, strict=True)), default=PASS)

    def chain(self, copies: Sequence[Chain], width: float) -> Block:
        """Elements one below the other, with arrows between them."""
        blocks = [self.element(each, width) for each in zip(*copies, strict=True)]
        if not blocks:
            return Block(PASS, PASS, lambda canvas, x, y: canvas.path([(x, y), (x, y + PASS)]))
        height = sum(block.height for block in blocks) + GAP * (len(blocks) - 1)

        def paint(canvas: Canvas, x: float, y: float) -> None:
            for index, block in enumerate(blocks):
                block.paint(canvas, x, y)
                y += block.height
                if index + 1 < len(blocks):
                    canvas.arrow([(x, y), (x, y + GAP)], head=blocks[index + 1].head)
                    y += GAP

        return Block(max(block.width for block in blocks), height, paint, head=blocks[0].head)

    def element(self, copies: Sequence[Element], width: float) -> Block:
        """One element, of which copies may be shown by the first."""
        first = copies[0]
        if isinstance(first, Box):
            return self._box(copies, width)
        if isinstance(first, Fork):
            return self._fork(copies, width)
        if isinstance(first, Web):
            return self._web(first, width)
        return self._repeat(copies, width)

    def _lines(self, copies: Sequence[Element]) -> list[str]:
        return boxes.lines(self.plan, [each for each in copies if isinstance(each, Box)], self.lang)

    def _box(self, copies: Sequence[Element], width: float) -> Block:
        first = copies[0]
        assert isinstance(first, Box)  # noqa: S101 - as `element` found
        mark = " ".join(map(str, ("box", *first.values)))
        if boxes.hidden(self.plan, first):
            return Block(PASS, PASS, lambda canvas, x, y: canvas.path([(x, y), (x, y + PASS)], mark=mark))
        inner = min(width, self.wanted(copies)) - 2 * PADDING
        texts = [line for words in self._lines(copies) for line in wrap(words, inner)]
        wide, tall = inner + 2 * PADDING, LINE * len(texts) + 2 * PADDING - 1
        hue = boxes.hue(self.plan.steps[first.values[0] - 1].layer)

        def paint(canvas: Canvas, x: float, y: float) -> None:
            canvas.rect(
                x - wide / 2, y, wide, tall, hue=hue, tint=TINT / 1.5, radius=4, stroke=1.4, mark=mark
            )
            for index, text in enumerate(texts):
                canvas.text(x, y + PADDING + LINE * (index + 0.5), text)

        return Block(wide, tall, paint, head=True)

    def _sign(self, fork: Fork) -> str:
        return join_sign(self.plan.steps[fork.value - 1].layer, self.lang)

    def _join(self, fork: Fork, room: float) -> Block:
        """The sign of the join, and beside it what is done in place after it."""
        sign = self._sign(fork)
        steps = [self.plan.steps[value - 1] for value in fork.after]
        after = " · ".join(boxes.name(step, self.lang) for step in steps)
        half = 10.0 if len(sign) == 1 else text_width(sign) / 2 + PADDING
        texts = wrap(after, max(room / 2 - half - 4, narrowest(after))) if after else []
        tall = max(20.0, LINE * len(texts))
        mark = " ".join(map(str, ("join", fork.value, *fork.after)))

        def paint(canvas: Canvas, x: float, y: float) -> None:
            middle = y + tall / 2
            canvas.rect(x - half, middle - 10, 2 * half, 20, radius=10, stroke=1.4, mark=mark)
            canvas.text(x, middle, sign, bold=len(sign) == 1)
            for index, text in enumerate(texts):
                at = middle + LINE * (index - (len(texts) - 1) / 2)
                canvas.text(x + half + 4, at, text, anchor="start")
            if tall > 20:
                canvas.path([(x, y), (x, middle - 10)])
                canvas.path([(x, middle + 10), (x, y + tall)])

        return Block(2 * max(half, half + 4 + max(map(text_width, texts), default=0.0)), tall, paint)

    def _fork(self, copies: Sequence[Element], width: float) -> Block:
        first = copies[0]
        assert isinstance(first, Fork)  # noqa: S101 - as `element` found
        chains = branches(copies)
        least = [self._chain_extent(branch, narrowest) for branch in chains]
        wanted = [self._chain_extent(branch, text_width) for branch in chains]
        room = width - BETWEEN * (len(chains) - 1)
        join = self._join(first, width)
        if sum(least) > room:
            return stacked([self.chain(branch, width - 4 * BUS) for branch in chains], join, width)
        spare = min(1.0, (room - sum(least)) / max(sum(wanted) - sum(least), 1.0))
        sides = [low + spare * (high - low) for low, high in zip(least, wanted, strict=True)]
        return beside([self.chain(*each) for each in zip(chains, sides, strict=True)], sides, join)

    def _repeat(self, copies: Sequence[Element], width: float) -> Block:
        """A dashed frame around what comes several times, with the number in its corner."""
        first = copies[0]
        assert isinstance(first, Repeat)  # noqa: S101 - as `element` found
        inner = self.chain(flat(copies), width - 2 * PADDING)
        wide, tall = max(inner.width + 2 * PADDING, 90.0), inner.height + 18 + 10
        times = len(first.copies)

        def paint(canvas: Canvas, x: float, y: float) -> None:
            canvas.rect(x - wide / 2, y, wide, tall, dash="5 3", radius=7, mark=f"repeat {times}")
            canvas.text(x + wide / 2 - 5, y + 9, boxes.repeated(times), anchor="end", bold=True)
            canvas.arrow([(x, y), (x, y + 18)], head=inner.head)
            inner.paint(canvas, x, y + 18)
            canvas.path([(x, y + 18 + inner.height), (x, y + tall)])

        return Block(wide, tall, paint)

    def _web(self, web: Web, width: float) -> Block:
        """A column of boxes; ways that do not lead to the next box go around at the left."""
        order = (web.source, *web.values)
        wires = [(start, end) for end in web.values for start in self.plan.steps[end - 1].inputs]
        lanes = [(start, end) for start, end in wires if order.index(start) + 1 != order.index(end)]
        margin = 2 * BUS * min(len(lanes), LANES)
        blocks = [self._box([Box((value,))], width - margin) for value in web.values]
        edge = max(block.width for block in blocks) / 2

        def paint(canvas: Canvas, x: float, y: float) -> None:
            middles, sides = {web.source: y}, {web.source: x}
            for above, value, block in zip(order, web.values, blocks, strict=False):
                if (above, value) in wires:
                    canvas.arrow([(x, y), (x, y + GAP)])
                block.paint(canvas, x, y + GAP)
                middles[value], sides[value] = y + GAP + block.height / 2, x - block.width / 2
                y += GAP + block.height
            for index, (start, end) in enumerate(lanes):
                left = x - edge - 8 - BUS * (index % LANES)
                canvas.arrow(
                    [(sides[start], middles[start]), (left, middles[start]), (left, middles[end]),
                     (sides[end], middles[end])]
                )  # fmt: skip

        return Block(2 * edge + margin, sum(block.height + GAP for block in blocks), paint)


def beside(branches: Sequence[Block], sides: Sequence[float], join: Block) -> Block:
    """Branches side by side between a way apart and a way together."""
    width = sum(sides) + BETWEEN * (len(sides) - 1)
    tallest = max(branch.height for branch in branches)
    height = 2 * BUS + 3 + tallest + 2 * BUS + join.height

    def paint(canvas: Canvas, x: float, y: float) -> None:
        left = x - width / 2
        axes = []
        for side in sides:
            axes.append(left + side / 2)
            left += side + BETWEEN
        top, bottom = y + 2 * BUS + 3, y + 2 * BUS + 3 + tallest + BUS
        canvas.path([(x, y), (x, y + BUS)])
        canvas.path([(min(axes), y + BUS), (max(axes), y + BUS)])
        for axis, branch in zip(axes, branches, strict=True):
            canvas.arrow([(axis, y + BUS), (axis, top)], head=branch.head)
            branch.paint(canvas, axis, top)
            canvas.path([(axis, top + branch.height), (axis, bottom)])
        canvas.path([(min(axes), bottom), (max(axes), bottom)])
        canvas.arrow([(x, bottom), (x, bottom + BUS)])
        join.paint(canvas, x, bottom + BUS)

    return Block(max(width, join.width), height, paint)


def stacked(branches: Sequence[Block], join: Block, width: float) -> Block:
    """Branches one below the other: the way in runs down at their left, the way out at their right."""
    heights = [2 * BUS + branch.height + BUS + 4 for branch in branches]
    height = BUS + sum(heights) + BUS + join.height

    def paint(canvas: Canvas, x: float, y: float) -> None:
        left, right = x - width / 2 + 2, x + width / 2 - 2
        top = y + BUS
        canvas.path([(x, y), (x, top - 3), (left, top - 3)])
        last_in = first_out = top
        at = top
        for index, (branch, tall) in enumerate(zip(branches, heights, strict=True)):
            last_in = at + 4
            canvas.path([(left, last_in), (x, last_in)])
            canvas.arrow([(x, last_in), (x, at + 2 * BUS)], head=branch.head)
            branch.paint(canvas, x, at + 2 * BUS)
            out = at + 2 * BUS + branch.height
            canvas.path([(x, out), (x, out + BUS), (right, out + BUS)])
            first_out = out + BUS if index == 0 else first_out
            at += tall
        canvas.path([(left, top - 3), (left, last_in)])
        canvas.path([(right, first_out), (right, at + 2), (x, at + 2)])
        canvas.arrow([(x, at + 2), (x, at + BUS)])
        join.paint(canvas, x, at + BUS)

    return Block(width, height, paint)


def branches(copies: Sequence[Element]) -> list[list[Chain]]:
    """The branches of a fork, each with its copies."""
    forks = [each.branches for each in copies if isinstance(each, Fork)]
    return [list(branch) for branch in zip(*forks, strict=True)]


def flat(copies: Sequence[Element]) -> list[Chain]:
    """All copies of what a repetition holds."""
    return [copy for each in copies if isinstance(each, Repeat) for copy in each.copies]
