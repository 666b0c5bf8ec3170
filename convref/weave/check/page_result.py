"""The results of a page's run, looked up for the page in one language."""

from __future__ import annotations

from dataclasses import dataclass

from convref.weave.markdown.document import Document, Fence, Region
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Address, Plan, Step


@dataclass(frozen=True)
class PageResult:
    """The results of a page's run, for the page in one language.

    Results are looked up by the position of a block or value in the page (`convref.weave.page.plan.Address`).

    Args:
        plan: the plan that was run, for all languages of the page.
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
        """Return the result of the block, value or other region at a position; None if it is not run."""
        number = self.plan.step_of[self.language].get(address)
        return None if number is None else self.outcomes[number]

    def step(self, address: Address) -> Step:
        """Return the step that was run for the block, value or other region at a position.

        Raises:
            KeyError: nothing is run at this position.
        """
        return self.plan.steps[self.plan.step_of[self.language][address]]

    def failure_line(self, page: Document, region: Region, address: Address, failure: Failure) -> int:
        """Return the line in this language's page at which a block, value or other region failed.

        The code may have been compiled with the line numbers of another language, in which the block starts
        at another line and has comments of another length. The result is therefore kept within the block.

        Args:
            page: the page.
            region: the region.
            address: its position in the page.
            failure: its failure.
        """
        step = self.step(address)
        if not isinstance(region, Fence):
            return region.line + failure.line - step.line
        last = page.line_at(region.code_end) - 1
        return max(min(region.code_line + failure.line - step.line, last), region.line)
