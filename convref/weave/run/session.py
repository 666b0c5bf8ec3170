"""Run one session: send its steps to a worker, and return an outcome for each, even if the worker crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convref.weave.cache.recording.seen import Seen
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Plan, Step
from convref.weave.run.answers import outcome_of
from convref.weave.run.host.connection import Connection, LostError
from convref.weave.run.protocol import OPENED, REPORT, Message, Opening, ProtocolError

# Seconds that the build waits for an answer after the worker's timer should have stopped the step. On a busy
# machine the worker may need them; a page that ignores the timer delays the build by them.
GRACE = 5.0
PATIENCE = 60.0  # seconds for the worker to begin, and to take messages: the machine may be busy


@dataclass(frozen=True)
class SessionResult:
    """The result of a session.

    Args:
        outcomes: the outcome of each step.
        seen: the recorded dependencies; None if they are unknown, for example after a crash.
        external: True if another process may have killed the worker.
    """

    outcomes: tuple[Outcome, ...]
    seen: Seen | None
    external: bool


class Session:
    """A session and the connection to its worker.

    Args:
        steps: the steps to run, in order.
        opening: the first message of the session.
        connection: the connection to a new worker; the caller kills the worker after the run.

    Attributes:
        lost: the error if the worker ended early, did not answer in time or sent invalid data; else None.
        seen: the recorded dependencies; None after such an error, or if dependencies are not recorded.
    """

    def __init__(self, steps: Sequence[Step], opening: Opening, connection: Connection) -> None:
        self.steps, self.opening, self.connection = steps, opening, connection
        self.lost: LostError | None = None
        self.seen: Seen | None = None
        self._outcomes: dict[int, Outcome] = {}
        self._current = 0  # the running step, which fails if the worker is lost

    def run(self, *, leave_open: bool = False) -> list[Outcome]:
        """Run all steps and return the outcome of each.

        If the worker ends early or does not answer in time, the step that was running fails, and the steps
        after it are marked as not run.

        Args:
            leave_open: True to keep the worker running, so that `run_next` can run further steps.
        """
        try:
            self.connection.send(self.opening.message(), PATIENCE)
            if self.connection.receive(PATIENCE) != OPENED:
                raise ProtocolError("the process did not confirm the build's first message")  # noqa: TRY301
            self._run(range(len(self.steps)))
            self._evaluate_early_values_again()
            seen = self._report() if self.opening.record else None
            if not leave_open:
                self.connection.end()
            self.seen = seen
        except (LostError, ProtocolError) as error:
            self._lose(error)
        return self._all_outcomes()

    def result(self) -> SessionResult:
        """Run all steps, and return their outcomes with the recorded dependencies."""
        outcomes = tuple(self.run())
        return SessionResult(outcomes, self.seen, bool(self.lost and self.lost.external))

    def run_next(self, step: Step) -> list[Outcome]:
        """Run a further step in a session that was left open, and return the outcomes of all steps."""
        self.steps = [*self.steps, step]
        if self.lost is None:
            self.seen = None
            try:
                self._run([len(self.steps) - 1])
                self.seen = self._report() if self.opening.record else None
            except (LostError, ProtocolError) as error:
                self._lose(error)
        return self._all_outcomes()

    def _lose(self, error: LostError | ProtocolError) -> None:
        self.lost = error if isinstance(error, LostError) else LostError(str(error))
        self._outcomes[self._current] = self._failed(self.lost)

    def _all_outcomes(self) -> list[Outcome]:
        rest = f"not run, because the session ended at line {self.steps[self._current].line}"
        return [
            self._outcomes.get(number, Outcome(failure=Failure("NotRun", rest, "", step.line)))
            for number, step in enumerate(self.steps)
        ]

    def _report(self) -> Seen | None:
        """Ask the worker for the recorded dependencies; return None if its answer is malformed."""
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
            if number not in self._outcomes or not outcome.failure:  # a second attempt that fails is ignored
                self._outcomes[number] = outcome

    def _outcome(self, number: int, answer: Message) -> Outcome:
        if answer.get("number") != number:  # the page has written into the channel
            raise ProtocolError(
                f"the process answered step {answer.get('number')!r:.20} instead of step {number}"
            )
        return outcome_of(self.steps[number], answer)

    def _evaluate_early_values_again(self) -> None:
        """After the last step, evaluate once more the inline values that failed with a NameError.

        On a page, an inline value may come before the block that defines a variable which it uses.
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
        return Outcome(failure=Failure("Crash", str(lost), "", line))


def sessions(plan: Plan) -> dict[tuple[int, str], list[Step]]:
    """Return the steps of each session of a plan, as a dict with the keys of `step_numbers`."""
    return {name: [plan.steps[number] for number in numbers] for name, numbers in step_numbers(plan).items()}


def step_numbers(plan: Plan) -> dict[tuple[int, str], list[int]]:
    """Return the indices of the steps of each session of a plan, as a dict from session to indices.

    A session's key is (run, name). A page whose code differs between its languages is run once for each
    language (`convref.weave.page.plan.Plan.runs`). So several sessions may have the same name, and the index
    of the run distinguishes them.
    """
    found: dict[tuple[int, str], list[int]] = {}
    for number, (run, step) in enumerate(zip(plan.runs, plan.steps, strict=True)):
        found.setdefault((run, step.session), []).append(number)
    return found


def _is_name_error(outcome: Outcome) -> bool:
    return outcome.failure is not None and outcome.failure.kind == "NameError"
