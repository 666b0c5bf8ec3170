"""Lay out the elements of a diagram from top to bottom: compute their sizes, and how to paint them.

Branches are put side by side if the text of their boxes fits, otherwise one below the other. A repetition is
drawn once. In the functions below, `copies` are the elements that correspond to each other in all copies of
the repeated part. They are drawn as one, with a text that covers them all, such as "64 / 128" channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convref.draw.diagram import box_text
from convref.draw.diagram.branches import BETWEEN, BUS, GAP, PADDING, PASS, Block, beside, stacked
from convref.draw.diagram.modules import module_text
from convref.draw.diagram.parse import Box, Chain, Element, Fork, Module, Repeat, Web, values
from convref.draw.diagram.web_layout import LANES, drawn_boxes, layout_web
from convref.draw.svg.canvas import TINT, Canvas, narrowest, text_width, wrap
from convref.draw.svg.layer_words import join_sign, times_text
from convref.nn import Plan

LINE = 15.0


@dataclass(frozen=True)
class Layout:
    """The layout of the elements of a plan, with text in one language."""

    plan: Plan
    lang: str

    def _extent(self, copies: Sequence[Element], of: Callable[[str], float]) -> float:
        first = copies[0]
        if isinstance(first, Box | Module):
            if self._hidden(first):
                return PASS
            return max(map(of, self._lines(copies))) + 2 * PADDING + 2
        if isinstance(first, Fork):
            sides = [self._chain_extent(branch, of) for branch in branches(copies)]
            return max(sum(sides) + BETWEEN * (len(sides) - 1), of(self._sign(first)) + 2 * PADDING)
        if isinstance(first, Web):
            lanes = 2 * (BUS * LANES + 2 * PADDING)
            return max(self._extent(rows, of) for _, rows in drawn_boxes(first)) + lanes
        return self._chain_extent(flat(copies), of) + 2 * PADDING

    def _chain_extent(self, copies: Sequence[Chain], of: Callable[[str], float]) -> float:
        return max((self._extent(each, of) for each in zip(*copies, strict=True)), default=PASS)

    def chain(self, copies: Sequence[Chain], width: float) -> Block:
        """Lay out the elements of a chain one below the other, with arrows between them."""
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

        crowded = any(block.crowded for block in blocks)
        return Block(max(block.width for block in blocks), height, paint, blocks[0].head, crowded)

    def element(self, copies: Sequence[Element], width: float) -> Block:
        """Lay out one element, in the given width."""
        first = copies[0]
        if isinstance(first, Box | Module):
            return self.box(copies, width)
        if isinstance(first, Fork):
            return self._fork(copies, width)
        if isinstance(first, Web):
            return layout_web(first, self.plan, self.box, width)
        return self._repeat(copies, width)

    def _lines(self, copies: Sequence[Element]) -> list[str]:
        modules = [each for each in copies if isinstance(each, Module)]
        if modules:
            return [module_text(self.plan, modules, self.lang)]
        return box_text.lines(self.plan, [each for each in copies if isinstance(each, Box)], self.lang)

    def _hidden(self, element: Box | Module) -> bool:
        return isinstance(element, Box) and box_text.hidden(self.plan, element)

    def box(self, copies: Sequence[Element], width: float) -> Block:
        """Lay out a box with its text; the kind of the layer determines its color."""
        first = copies[0]
        assert isinstance(first, Box | Module)  # noqa: S101 - as `element` found
        mark = " ".join(map(str, ("box", *values(first))))
        if self._hidden(first):
            return Block(PASS, PASS, lambda canvas, x, y: canvas.path([(x, y), (x, y + PASS)], mark=mark))
        inner = min(width, self._extent(copies, text_width)) - 2 * PADDING
        texts = [line for words in self._lines(copies) for line in wrap(words, inner)]
        wide, tall = inner + 2 * PADDING, LINE * len(texts) + 2 * PADDING - 1
        if isinstance(first, Module):
            hue = box_text.module_hue(self.plan, values(first))
        else:
            hue = box_text.hue(self.plan, first)

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
        """Lay out the sign of a join, such as +, and beside it the names of the in-place layers after it."""
        sign = self._sign(fork)
        steps = [self.plan.steps[value - 1] for value in fork.after]
        after = " · ".join(box_text.name(step, self.lang) for step in steps)
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
        # Each branch gets its least width, and the same share of the further width that it could use.
        spare = min(1.0, (room - sum(least)) / max(sum(wanted) - sum(least), 1.0))
        sides = [low + spare * (high - low) for low, high in zip(least, wanted, strict=True)]
        return beside([self.chain(*each) for each in zip(chains, sides, strict=True)], sides, join)

    def _repeat(self, copies: Sequence[Element], width: float) -> Block:
        """Lay out a repeated chain in a dashed frame, with the number of repetitions in the corner."""
        first = copies[0]
        assert isinstance(first, Repeat)  # noqa: S101 - as `element` found
        inner = self.chain(flat(copies), width - 2 * PADDING)
        # At least 90 units, so that the number of repetitions does not lie on the arrow.
        wide, tall = max(inner.width + 2 * PADDING, min(width, 90.0)), inner.height + 18 + 10
        times = len(first.copies)

        def paint(canvas: Canvas, x: float, y: float) -> None:
            canvas.rect(x - wide / 2, y, wide, tall, dash="5 3", radius=7, mark=f"repeat {times}")
            canvas.text(x + wide / 2 - 5, y + 9, times_text(times), anchor="end", bold=True)
            canvas.arrow([(x, y), (x, y + 18)], head=inner.head)
            inner.paint(canvas, x, y + 18)
            canvas.path([(x, y + 18 + inner.height), (x, y + tall)])

        return Block(wide, tall, paint, crowded=inner.crowded)


def branches(copies: Sequence[Element]) -> list[list[Chain]]:
    """Return, for each branch of a fork, the list of its chains in all copies of the fork."""
    forks = [each.branches for each in copies if isinstance(each, Fork)]
    return [list(branch) for branch in zip(*forks, strict=True)]


def flat(copies: Sequence[Element]) -> list[Chain]:
    """Return the repeated chains of several `Repeat` elements, as one list."""
    return [copy for each in copies if isinstance(each, Repeat) for copy in each.copies]
