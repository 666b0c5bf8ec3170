"""The results of a page's run, looked up for the page in one language."""

from __future__ import annotations

from dataclasses import dataclass

from convref.weave.markdown.document import Document, Fence, Region
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Address, Plan, Step


@dataclass(frozen=True)
class PageResult:
    """The results of a page's run, for the page in one language.

    A result is looked up by the position of its block or value in the page
    (`convref.weave.page.plan.Address`).

    Args:
        plan: the plan that was run; it covers all languages of the page.
        outcomes: the result of each step of the plan.
        language: the language in which the page is written.
        display_language: the language in which values are shown. It differs from `language` if the page is
            shown in place of a missing translation.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    language: str
    display_language: str

    def outcome(self, address: Address) -> Outcome | None:
        """Return the result of the block, value or other region at a position; None if it was not run."""
        number = self.plan.step_of[self.language].get(address)
        return None if number is None else self.outcomes[number]

    def step(self, address: Address) -> Step:
        """Return the step that was run for the block, value or other region at a position.

        Raises:
            KeyError: nothing is run at this position.
        """
        return self.plan.steps[self.plan.step_of[self.language][address]]

    def failure_line(self, page: Document, region: Region, address: Address, failure: Failure) -> int:
        """Return the line on which a block, value or other region failed, in the page of this language.

        The code may have been run with the line numbers of another language. There the block can begin on
        another line, and its comments can have another length. The computed line may therefore be inexact,
        but it is always inside the block.

        Args:
            page: the page.
            region: the block, value or other region.
            address: its position in the page.
            failure: the failure, with the line number of the code that was run.
        """
        step = self.step(address)
        if not isinstance(region, Fence):
            return region.line + failure.line - step.line
        last = page.line_at(region.code_end) - 1
        return max(min(region.code_line + failure.line - step.line, last), region.line)
