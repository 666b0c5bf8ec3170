"""Look up and store the results of sessions, keyed by code and validated by recorded dependencies.

The key of an entry is a digest of the code of the session's steps, their options, and the conditions under
which they run (`convref.weave.cache.entry.Conditions`). An entry is used only while all dependencies recorded
during its run are unchanged: the content of files that it read or wrote, the names in folders that it listed,
the files from which modules are loaded, and the versions of installed distributions. Crashed sessions,
and sessions with untraceable dependencies, are not cached.

Line numbers in results are stored relative to the steps. So a result stays valid if its code moves to other
lines of the page.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from convref.errors import ArgumentError
from convref.weave.cache.entry import FORMAT, MALFORMED, Conditions, Entry, digest, outcome_from
from convref.weave.cache.line_offsets import LOOKS_AT_LINES, LineOffsets, MovingError
from convref.weave.cache.recording.audit_hook import NETWORK, PROGRAM
from convref.weave.cache.recording.seen import Seen
from convref.weave.cache.store import Body, Store
from convref.weave.cache.validity import CurrentState
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Step

Execute: TypeAlias = Literal["auto", "always", "never"]
DEFAULT: Final = ".cache/convref"
# Failures that are not cached, because the next run may succeed: their cause may be the machine, or the user
# who interrupted the build.
TRANSIENT: Final = frozenset({"Timeout", "Crash", "NotRun", "MemoryError", "KeyboardInterrupt"})
UNKNOWN: Final = "there is no cached result"
ASKED: Final = "execute was 'always'"  # a run that replaces a result that is still valid


@dataclass(frozen=True)
class CacheSettings:
    """The location of the cache, and when cached results are used.

    Args:
        folder: the cache's folder; it is created when the first result is stored.
        execute: "auto" to run only sessions that have no valid cached result, "always" to run all sessions,
            "never" to run none.

    Raises:
        ArgumentError: `execute` has another value.
    """

    folder: Path
    execute: Execute = "auto"

    def __post_init__(self) -> None:
        if self.execute not in {"auto", "always", "never"}:
            raise ArgumentError(f"execute (={self.execute!r}) must be 'auto', 'always' or 'never'")


@dataclass(frozen=True)
class Recalled:
    """The result of a cache lookup for one session.

    Args:
        outcomes: the cached outcomes of the steps; None if there is no valid result.
        reason: the reason why there is no valid result, such as `data.csv changed`; empty if there is one.
    """

    outcomes: tuple[Outcome, ...] | None
    reason: str = ""


class ResultCache:
    """The result cache of one engine, with the conditions of its runs.

    Args:
        settings: the cache's folder, and when cached results are used.
        conditions: the conditions under which sessions run.
        environment: the variables that sessions see.
        search: the module search path; by default that of this process.
    """

    def __init__(
        self,
        settings: CacheSettings,
        conditions: Conditions,
        environment: Mapping[str, str],
        search: Sequence[str] | None = None,
    ) -> None:
        self.settings, self.conditions, self.environment = settings, conditions, environment
        self.search = list(sys.path if search is None else search)
        self.store = Store(settings.folder)
        self._lock = threading.Lock()
        self._recalled: dict[str, Recalled] = {}
        self._missed: dict[str, Recalled] = {}
        self.begin()

    @classmethod
    def as_of(cls, entry: Entry, settings: CacheSettings, environment: Mapping[str, str]) -> Self:
        """Return a cache for checking outside of a build whether an entry is still valid.

        The languages, the working directory and the module search path are those of the build that wrote the
        entry. The interpreter, the system and the version of convref are those of this process.
        """
        return cls(settings, entry.conditions.on_this_machine(), environment, entry.search)

    def begin(self) -> None:
        """Begin a build: forget all earlier lookups and states of files, since files may have changed."""
        importlib.invalidate_caches()  # a folder that changes twice in one clock tick would look unchanged
        self._current = CurrentState(self.environment, self.search)
        self._recalled.clear()
        self._missed.clear()

    def recall(self, steps: Sequence[Step]) -> Recalled:
        """Look up the result of a session, or return the lookup that `knows` has already made."""
        key = self.key(steps)
        with self._lock:
            known = self._recalled.pop(key, None)
        found = known or self._look_up(key, steps)
        self._missed[key] = found
        return found

    def knows(self, steps: Sequence[Step]) -> bool:
        """Return True if a session need not run: its result is cached, or `execute` is "never".

        The result of the lookup is kept for the next call of `recall`.
        """
        key = self.key(steps)
        found = self._look_up(key, steps)
        with self._lock:
            self._recalled[key] = found
        return found.outcomes is not None or self.settings.execute == "never"

    def keep(self, steps: Sequence[Step], outcomes: Sequence[Outcome], seen: Seen) -> None:
        """Store the result of a session.

        Args:
            steps: the steps that were run.
            outcomes: the outcome of each step.
            seen: the dependencies that were recorded during the run.
        """
        self._current.forget_files(seen.files)  # the session may have changed them
        key = self.key(steps)
        because = self.explain(steps, self._missed.pop(key, None)) or ASKED
        if TRANSIENT & {outcome.failure.kind for outcome in outcomes if outcome.failure}:
            return
        reasons = _reasons(steps, seen.reasons)
        stored: list[Body] = []
        if not reasons:
            try:
                stored = _relative(steps, outcomes)
            except MovingError:
                reasons = ["its result contains line numbers of the page that are outside of all blocks"]
        looks_at_lines = any(LOOKS_AT_LINES.search(step.code) for step in steps)
        entry = Entry(
            page=steps[0].path,
            session=steps[0].session,
            ran=datetime.now(UTC).isoformat(timespec="milliseconds"),
            because=because,
            conditions=self.conditions,
            search=self.search,
            steps=_step_digests(steps),
            reasons=reasons,
            depends=self._current.dependencies(seen),
            lines=_lines(steps) if looks_at_lines else [],
            outcomes=stored,
        )
        self.store.write(_slot(steps), key, entry.body())

    def explain(self, steps: Sequence[Step], found: Recalled | None = None) -> str:
        """Return the reason why a session would run now, such as `data.csv changed`; empty if it would not.

        Args:
            steps: the steps of the session.
            found: the result of the cache lookup, if it was already made.
        """
        reason = (found or self._look_up(self.key(steps), steps)).reason
        if reason != UNKNOWN:
            return reason
        last = last_entry(self.settings, steps)
        return self._difference(last, steps) if last else UNKNOWN

    def key(self, steps: Sequence[Step]) -> str:
        """Return the key of a session's entry: a digest of its steps and the conditions."""
        return digest([FORMAT, asdict(self.conditions), _step_digests(steps)])

    def _look_up(self, key: str, steps: Sequence[Step]) -> Recalled:
        body = self.store.read(_slot(steps), key)
        if body is None:
            return Recalled(None, UNKNOWN)
        try:
            if body["format"] != FORMAT:
                return Recalled(None, "its entry in the cache has the format of another version of convref")
            entry = Entry.from_body(body)
            if entry.reasons:
                return Recalled(None, f"its result is never cached: {'; '.join(entry.reasons)}")
            if entry.lines and entry.lines != _lines(steps):
                return Recalled(None, "its code uses its line numbers, and these changed")
            changed = self._current.difference(entry.depends)
            if changed:
                return Recalled(None, changed)
            outcomes = tuple(map(outcome_from, LineOffsets(steps).absolute(entry.outcomes)))
            if len(outcomes) != len(steps):
                return Recalled(None, "its entry in the cache has too few or too many results")
        except MALFORMED as error:
            return Recalled(None, f"its entry in the cache cannot be read: {error}")
        return Recalled(outcomes)

    def _difference(self, entry: Entry, steps: Sequence[Step]) -> str:
        """Return a description of the first difference between a session and an earlier run in an entry."""
        name = self.conditions.difference(entry.conditions)
        if name:
            return f"{name} changed"
        for step, now in zip(steps, _step_digests(steps), strict=True):
            if now not in entry.steps:
                return f"its code changed at line {step.line}"
        return "its code changed: a part was removed or moved"


def last_entry(settings: CacheSettings, steps: Sequence[Step]) -> Entry | None:
    """Return the entry of a session's last run, even if its code or conditions have changed since.

    Return None if there is no entry.

    Args:
        settings: the location of the cache.
        steps: the steps of the session.
    """
    for body in Store(settings.folder).all(_slot(steps)):
        try:
            return Entry.from_body(body)
        except MALFORMED:
            continue
    return None


def _step_digests(steps: Sequence[Step]) -> list[str]:
    """Return a digest of each step. Moving a step to another line does not change its digest."""
    return [
        digest(
            [
                step.kind, step.path, step.code, step.session, step.shell, step.workdir, step.width,
                step.returncode, step.raises, step.cache, step.values,
                [(source, line - step.line) for source, line in step.examples],
            ]
        )
        for step in steps
    ]  # fmt: skip


def _slot(steps: Sequence[Step]) -> str:
    # A session that is continued has an entry after each block, so that each of these needs a slot.
    late = [steps[-1].late] if steps[-1].late else []
    return digest([steps[0].path, steps[0].session, *late])[:24]


def _lines(steps: Sequence[Step]) -> list[int]:
    return [step.line for step in steps]


def _reasons(steps: Sequence[Step], seen: Sequence[str]) -> list[str]:
    """Return the reasons why the result of a session must not be reused.

    The option `cache="off"` is such a reason. With `cache="on"`, the author declares that started programs
    and network access do not change the result, so they are no reasons then.
    """
    asked = {step.cache for step in steps}
    if "off" in asked:
        return ['a block has the option cache="off"']
    return [each for each in seen if "on" not in asked or each not in {PROGRAM, NETWORK}]


def _relative(steps: Sequence[Step], outcomes: Sequence[Outcome]) -> list[Body]:
    lines = LineOffsets(steps)
    return [lines.relative(asdict(outcome), number) for number, outcome in enumerate(outcomes)]
