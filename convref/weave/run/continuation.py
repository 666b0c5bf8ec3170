"""Run further steps of a page, one at a time, after the session of the page's own steps has ended.

Some code blocks, such as those in docstrings, appear only while the page is converted to HTML. The session
that ran the page's other steps has ended by then. If the result of such a late step is not in the cache, the
page's other steps are run once more, in a new worker, to restore their variables. This worker stays alive
until the page is converted, and runs the late steps.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Step
from convref.weave.run.host.connection import HostError, LostError
from convref.weave.run.session import Session

if TYPE_CHECKING:
    from convref.weave.run.engine import Engine


class Continuation:
    """A page's session to which steps can be added after the steps in the page's text.

    Args:
        engine: the engine that runs the session.
        steps: the steps in the page's text that belong to this session; may be empty.

    Example:
        >>> from convref.weave.run.engine import Engine
        >>> from convref.weave.run.settings import Settings
        >>> first, second = Step("python", "a.md", 1, "x = 1"), Step("value", "b.md", 1, "x + 1")
        >>> with Engine(Settings()) as engine, Continuation(engine, [first]) as session:
        ...     session.run(second).forms[""]["text/plain"]
        '2'
    """

    def __init__(self, engine: Engine, steps: Sequence[Step]) -> None:
        self.engine = engine
        self._steps = list(steps)
        self._late = 0
        self._session: Session | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, step: Step) -> Outcome:
        """Run a further step, unless its result is in the cache, and return its outcome."""
        self._late += 1
        step = replace(step, late=self._late)
        self._steps.append(step)
        if self._session is None:
            recalled = self.engine.recalled(self._steps)
            if recalled is not None:
                return recalled[-1]
        try:
            outcomes = self._session.run_next(step) if self._session else self._begin()
        except HostError as error:
            return Outcome(failure=Failure("Crash", str(error), "", step.line))
        if self._session and self._session.seen:
            self.engine.keep(self._steps, outcomes, self._session.seen)
        return outcomes[-1]

    def _begin(self) -> list[Outcome]:
        """Start a worker process, run all steps of the session so far in it, and return their outcomes."""
        connection = self._open.enter_context(self.engine.connected())
        self._session = self.engine.session(tuple(self._steps), connection)
        return self._session.run(leave_open=True)

    def close(self) -> None:
        """End the session and its worker. Idempotent."""
        if self._session and self._session.lost is None:
            with contextlib.suppress(LostError):
                self._session.connection.end()
        self._session = None
        self._open.close()
