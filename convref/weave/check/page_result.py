"""A plan and its outcomes, as the page of one language sees them."""

from __future__ import annotations

from dataclasses import dataclass

from convref.weave.markdown.document import Document, Fence, Region
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Address, Plan, Step


@dataclass(frozen=True)
class PageResult:
    """The outcomes of a page's run, looked up by the addresses of one language's regions.

    Args:
        plan: the plan that was run, for all languages of the page.
        outcomes: an outcome for each step of the plan.
        language: the language in which the page is written.
        display_language: the language in which values are shown. It differs from `language` where a page
            replaces a translation that does not exist.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    language: str
    display_language: str

    def outcome(self, address: Address) -> Outcome | None:
        """Return the outcome of the region at an address, or None if the region is not run."""
        number = self.plan.step_of[self.language].get(address)
        return None if number is None else self.outcomes[number]

    def step(self, address: Address) -> Step:
        """Return the step that ran for the region at an address.

        Raises:
            KeyError: the region is not run.
        """
        return self.plan.steps[self.plan.step_of[self.language][address]]

    def failure_line(self, page: Document, region: Region, address: Address, failure: Failure) -> int:
        """Return the line of this language's page on which a step failed.

        The step may have been compiled with the lines of another language, whose block starts elsewhere and
        whose comments may take more lines than this one's: the result is kept within the block.
        """
        step = self.step(address)
        if not isinstance(region, Fence):
            return region.line + failure.line - step.line
        last = page.line_at(region.code_end) - 1
        return max(min(region.code_line + failure.line - step.line, last), region.line)
