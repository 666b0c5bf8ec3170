"""One session's run: its steps are sent to a worker, and every step gets an outcome, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence

from convref.weave.cache.recorder import Seen
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Plan, Step
from convref.weave.run.answers import outcome_of
from convref.weave.run.connection import Connection, LostError
from convref.weave.run.protocol import REPORT, Opening

GRACE = 2.0  # seconds that a worker has to answer after its own timer should have stopped the step


class Session:
    """A session on a worker.

    Args:
        steps: what to run, in order.
        opening: the message that opens the session.
        connection: the worker, which the caller kills afterwards.
    """

    def __init__(self, steps: Sequence[Step], opening: Opening, connection: Connection) -> None:
        self.steps, self.opening, self.connection = steps, opening, connection
        self._outcomes: dict[int, Outcome] = {}
        self._current = 0  # the step that the worker is running: a lost worker is its failure
        self._alive = False

    def run(self) -> list[Outcome]:
        """Run all steps and return the outcome of each; those after a lost worker are marked as not run."""
        try:
            self.connection.send(self.opening.message())
            self._run(range(len(self.steps)))
            self._evaluate_early_values_again()
            self._alive = True
        except LostError as lost:
            self._outcomes[self._current] = self._lost(lost)
        rest = f"not run, because the session ended at line {self.steps[self._current].line}"
        return [
            self._outcomes.get(number, Outcome(failure=Failure("NotRun", rest, "", step.line)))
            for number, step in enumerate(self.steps)
        ]

    def seen(self) -> Seen | None:
        """Ask what the session was seen to depend on; None if the worker is gone or does not answer."""
        if not self._alive:
            return None
        try:
            self.connection.send({"steps": [{"kind": REPORT}]})
            return Seen.from_message(self.connection.receive(self._patience))
        except LostError:
            return None

    @property
    def _patience(self) -> float:
        return self.opening.timeout + GRACE

    def _run(self, numbers: Sequence[int]) -> None:
        # All steps go out at once, so that the worker need not wait for the build between them.
        self.connection.send({"steps": [self.steps[number].message() for number in numbers]})
        for number in numbers:
            self._current = number
            outcome = outcome_of(self.steps[number], self.connection.receive(self._patience))
            if number not in self._outcomes or not outcome.failure:  # a second try counts if it succeeds
                self._outcomes[number] = outcome

    def _evaluate_early_values_again(self) -> None:
        """Evaluate once more, at the end, the inline values that named what only a later block defines.

        A page may open with its result, before the block that computes it.
        """
        self._run(
            [
                number
                for number, step in enumerate(self.steps)
                if step.kind == "value" and _is_name_error(self._outcomes[number])
            ]
        )

    def _lost(self, lost: LostError) -> Outcome:
        line = self.steps[self._current].line
        if lost.late:
            rule = f"took longer than {self.opening.timeout:g} s and ignored the signal to stop"
            return Outcome(failure=Failure("Timeout", rule, "", line))
        return Outcome(failure=Failure("Crash", f"the process {lost}", "", line))


def sessions(plan: Plan) -> dict[tuple[int, str], list[Step]]:
    """Return the steps of each session of a plan, by the number of the run and the session's name."""
    return {name: [plan.steps[number] for number in numbers] for name, numbers in step_numbers(plan).items()}


def step_numbers(plan: Plan) -> dict[tuple[int, str], list[int]]:
    """Return, for each session of a plan, the indices of its steps in the plan."""
    found: dict[tuple[int, str], list[int]] = {}
    for number, (run, step) in enumerate(zip(plan.runs, plan.steps, strict=True)):
        found.setdefault((run, step.session), []).append(number)
    return found


def _is_name_error(outcome: Outcome) -> bool:
    return outcome.failure is not None and outcome.failure.kind == "NameError"
