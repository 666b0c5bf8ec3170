"""Results by what was run and by what the run was seen to depend on.

An entry's key is made of the code of a session's steps, their options, and everything about the engine that
can change what comes of them. It is used only while all that its run was seen to depend on stands: files that
it read or wrote, by content; folders that it listed, by names; modules, by where they come from; installed
distributions, by version. What ended a session early, or what it could not be seen to depend on, is not kept.

Where a page stands on its lines does not count: entries tell lines from the steps' first ones.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import platform
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from convref.errors import ArgumentError
from convref.weave.cache.audit_hook import NETWORK, PROGRAM
from convref.weave.cache.line_offsets import LOOKS_AT_LINES, MovingError, Places
from convref.weave.cache.store import Body, Store
from convref.weave.cache.validity import VOLATILE, Present
from convref.weave.page.outcomes import Failure, Got, Outcome
from convref.weave.page.plan import Step

Execute: TypeAlias = Literal["auto", "always", "never"]
DEFAULT: Final = ".cache/convref"
FORMAT: Final = 1
PASSING: Final = frozenset({"Timeout", "Crash", "NotRun", "MemoryError", "KeyboardInterrupt"})
UNKNOWN: Final = "no result of it is kept"


@dataclass(frozen=True)
class Cache:
    """Where results are kept, and when they are used.

    Args:
        folder: where; it is made when something is kept.
        execute: "auto" runs what has no result that stands, "always" everything, "never" nothing.
    """

    folder: Path
    execute: Execute = "auto"

    def __post_init__(self) -> None:
        if self.execute not in {"auto", "always", "never"}:
            raise ArgumentError(f"execute (={self.execute!r}) must be 'auto', 'always' or 'never'")


@dataclass(frozen=True)
class Recalled:
    """What the cache knows of a session.

    Args:
        outcomes: what came of its steps; None where no result stands.
        reason: why none does, in a sentence.
    """

    outcomes: tuple[Outcome, ...] | None
    reason: str = ""


@dataclass
class Memory:
    """The cache as an engine uses it.

    Args:
        cache: where and when.
        how: what of the engine's settings can change results, by name.
        environment: the variables that sessions get.
        search: where modules are looked for.
    """

    cache: Cache
    how: Mapping[str, object]
    environment: Mapping[str, str]
    search: Sequence[str] = field(default_factory=lambda: tuple(sys.path))
    _recalled: dict[str, Recalled] = field(default_factory=dict)
    _missed: dict[str, Recalled] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {name: text for name, text in self.environment.items() if name not in VOLATILE}
        self.store = Store(self.cache.folder)
        self.how = {
            "Python": sys.version,
            "the system": f"{sys.platform} {platform.machine()}",
            "convref": _engine_digest(),
            "the environment": _digest(kept),
            **self.how,
        }
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Look at everything anew, for another build."""
        importlib.invalidate_caches()  # a folder that changed twice in a moment looks unchanged to them
        self._present = Present(self.environment, self.search)
        self._recalled.clear()
        self._missed.clear()

    def recall(self, steps: Sequence[Step]) -> Recalled:
        """What is known of a session; asked again within a build, the answer is at hand once."""
        key = self.key(steps)
        with self._lock:
            known = self._recalled.pop(key, None)
        found = known or self._look(key, steps)
        self._missed[key] = found
        return found

    def knows(self, steps: Sequence[Step]) -> bool:
        """Whether a session needs no run; what is found is at hand for `recall`."""
        key = self.key(steps)
        found = self._look(key, steps)
        with self._lock:
            self._recalled[key] = found
        return found.outcomes is not None or self.cache.execute == "never"

    def keep(self, steps: Sequence[Step], outcomes: Sequence[Outcome], seen: Mapping[str, Any]) -> None:
        """Store what came of a session.

        Args:
            steps: what was run.
            outcomes: what came of each.
            seen: what the worker's `convref.weave.cache.recorder.Recorder` reports.
        """
        self._present.forget_files(seen["files"])
        key = self.key(steps)
        slot = _slot(steps)
        before = self.explain(steps, self._missed.pop(key, None))
        kinds = {outcome.failure.kind for outcome in outcomes if outcome.failure}
        if kinds & PASSING:
            return
        body: Body = {
            "format": FORMAT,
            "page": steps[0].path,
            "session": steps[0].session,
            "ran": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "because": before,
            "how": dict(self.how),
            "search": list(self.search),
            "steps": _step_digests(steps),
            "reasons": _reasons(steps, seen["reasons"]),
            "depends": self._present.depends(seen),
            "lines": _lines(steps) if any(LOOKS_AT_LINES.search(step.code) for step in steps) else [],
            "outcomes": [],
        }
        if not body["reasons"]:
            body.update(_told(steps, outcomes))
        self.store.write(slot, key, body)

    def explain(self, steps: Sequence[Step], found: Recalled | None = None) -> str:
        """Why a session would run now, in a sentence; empty when it would not.

        Args:
            steps: the session.
            found: what is known of it, if that has been looked up.
        """
        reason = (found or self._look(self.key(steps), steps)).reason
        if reason != UNKNOWN:
            return reason
        others = self.store.all(_slot(steps))
        return self._unlike(others[0], steps) if others else UNKNOWN

    def last(self, steps: Sequence[Step]) -> Body | None:
        """The entry of the last run of a session, in whatever state it was."""
        return next(iter(self.store.all(_slot(steps))), None)

    def key(self, steps: Sequence[Step]) -> str:
        """The digest of what is run and how."""
        return _digest([FORMAT, self.how, _step_digests(steps)])

    def _look(self, key: str, steps: Sequence[Step]) -> Recalled:
        body = self.store.read(_slot(steps), key)
        if body is None:
            return Recalled(None, UNKNOWN)
        try:
            if body["format"] != FORMAT:
                return Recalled(None, "its result is of another version of the cache")
            if body["reasons"]:
                return Recalled(None, f"its result is never kept: {'; '.join(body['reasons'])}")
            if body["lines"] and body["lines"] != _lines(steps):
                return Recalled(None, "its code looks at line numbers, and lines moved")
            changed = self._present.difference(body["depends"])
            if changed:
                return Recalled(None, changed)
            told = Places(steps).absolute(body["outcomes"])
            outcomes = tuple(_outcome(each) for each in told)
            if len(outcomes) != len(steps):
                raise ValueError("it has another number of results")  # noqa: TRY301 (told like the rest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Recalled(None, f"its entry in the cache cannot be read: {error}")
        return Recalled(outcomes)

    def _unlike(self, body: Body, steps: Sequence[Step]) -> str:
        """How a session differs from what was run when an entry was kept."""
        known = body.get("how", {})
        for name, value in self.how.items():
            if known.get(name) != json.loads(json.dumps(value)):
                return f"{name} changed"
        before, now = body.get("steps", []), _step_digests(steps)
        for step, digest in zip(steps, now, strict=True):
            if digest not in before:
                return f"its code changed at line {step.line}"
        return "its code changed: a part is gone or has moved"


def _step_digests(steps: Sequence[Step]) -> list[str]:
    return [
        _digest(
            [
                step.kind, step.path, step.code, step.session, step.shell, step.workdir, step.width,
                step.returncode, step.raises, step.cache,
                [(source, line - step.line) for source, line in step.examples],
            ]
        )
        for step in steps
    ]  # fmt: skip


def _slot(steps: Sequence[Step]) -> str:
    return _digest([steps[0].path, steps[0].session])[:24]


def _lines(steps: Sequence[Step]) -> list[int]:
    return [step.line for step in steps]


def _reasons(steps: Sequence[Step], seen: Sequence[str]) -> list[str]:
    asked = {step.cache for step in steps}
    if "off" in asked:
        return ['a block says cache="off"']
    return [each for each in seen if "on" not in asked or each not in {PROGRAM, NETWORK}]


def _told(steps: Sequence[Step], outcomes: Sequence[Outcome]) -> Body:
    places = Places(steps)
    try:
        return {
            "outcomes": [places.relative(asdict(outcome), number) for number, outcome in enumerate(outcomes)]
        }
    except MovingError:
        return {"reasons": ["it tells of lines that belong to no block"]}


def _outcome(told: Mapping[str, Any]) -> Outcome:
    got = tuple(Got(each["text"], _failure(each["failure"])) for each in told["got"])
    given = {**told, "got": got, "failure": _failure(told["failure"])}
    for name in ("figures", "remarks"):
        given[name] = tuple(told[name])
    return Outcome(**given)


def _failure(told: Mapping[str, Any] | None) -> Failure | None:
    return None if told is None else Failure(**told)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def engine_files() -> list[Path]:
    """Return the engine's own files that can change what a run gives or what is recorded of it.

    These are all modules of convref that a worker loads, and the ones that write and read the entries. The
    rest (parsing, checking, rendering) acts on results, or on steps, which are part of an entry's key.
    """
    convref = Path(__file__).parents[2]
    folders = ("weave/cache", "weave/page", "weave/run")
    return [
        *sorted(file for folder in folders for file in (convref / folder).rglob("*.py")),
        convref / "errors.py",
    ]


def _engine_digest() -> str:
    """Digest the engine's own code, so that results of another state of it are not used."""
    convref = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for file in engine_files():
        digest.update(file.relative_to(convref).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
