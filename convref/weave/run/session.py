"""One session's run: its steps are sent to a worker, and every step gets an outcome, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence

from convref.weave.cache.recording.seen import Seen
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Plan, Step
from convref.weave.run.answers import outcome_of
from convref.weave.run.host.connection import Connection, LostError
from convref.weave.run.protocol import OPENED, REPORT, Message, Opening, ProtocolError

# Seconds that a worker has to answer after its own timer should have stopped the step. On a busy machine it
# may wait for a processor that long; a page that ignores the timer costs them in addition to its time.
GRACE = 5.0
PATIENCE = 60.0  # seconds for the worker to begin, and to take messages: the machine may be busy


class Session:
    """A session on a worker.

    Args:
        steps: what to run, in order.
        opening: the message that opens the session.
        connection: the worker, which the caller kills afterwards.
    """

    def __init__(self, steps: Sequence[Step], opening: Opening, connection: Connection) -> None:
        self.steps, self.opening, self.connection = steps, opening, connection
        self.lost: LostError | None = None
        self.seen: Seen | None = None  # what the session was seen to depend on, if all went well
        self._outcomes: dict[int, Outcome] = {}
        self._current = 0  # the step that the worker is running: a lost worker is its failure

    def run(self) -> list[Outcome]:
        """Run all steps and return the outcome of each; those after a lost worker are marked as not run."""
        try:
            self.connection.send(self.opening.message(), PATIENCE)
            if self.connection.receive(PATIENCE) != OPENED:
                raise ProtocolError("did not begin with the answer to its opening")  # noqa: TRY301
            self._run(range(len(self.steps)))
            self._evaluate_early_values_again()
            seen = self._report() if self.opening.record else None
            self.connection.end()
            self.seen = seen
        except (LostError, ProtocolError) as error:
            self.lost = error if isinstance(error, LostError) else LostError(str(error))
            self._outcomes[self._current] = self._failed(self.lost)
        rest = f"not run, because the session ended at line {self.steps[self._current].line}"
        return [
            self._outcomes.get(number, Outcome(failure=Failure("NotRun", rest, "", step.line)))
            for number, step in enumerate(self.steps)
        ]

    def _report(self) -> Seen | None:
        """Ask what the session was seen to depend on; None if the answer is malformed."""
        self.connection.send({"steps": [{"kind": REPORT}]}, PATIENCE)
        try:
            return Seen.from_message(self.connection.receive(self.opening.timeout + PATIENCE))
        except ValueError:
            return None

    def _run(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        # All steps go out at once, so that the worker need not wait for the build between them.
        steps = [{**self.steps[number].message(), "number": number} for number in numbers]
        self.connection.send({"steps": steps}, PATIENCE)
        for number in numbers:
            self._current = number
            answer = self.connection.receive(self.opening.timeout + GRACE)
            outcome = self._outcome(number, answer)
            if number not in self._outcomes or not outcome.failure:  # a second try counts if it succeeds
                self._outcomes[number] = outcome

    def _outcome(self, number: int, answer: Message) -> Outcome:
        if answer.get("number") != number:  # the page has written into the channel
            raise ProtocolError(f"answered step {answer.get('number')!r:.20} in the place of step {number}")
        return outcome_of(self.steps[number], answer)

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

    def _failed(self, lost: LostError) -> Outcome:
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
