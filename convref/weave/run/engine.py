"""Runs the steps of a session in a process of its own and tells what came of each.

`Settings` says how, `Outcome` what came of a step. A `Host` starts the processes: forked from a warm parent
where the system can, started afresh elsewhere. Whatever a page does, `run` returns an outcome for every
step, and no process of the session is left.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

from convref.errors import ArgumentError
from convref.weave.cache.results import Cache, Memory
from convref.weave.page.outcomes import Failure, Got, Outcome
from convref.weave.page.plan import Plan, Step
from convref.weave.run.hosts import Connection, Host, LostError, start_host
from convref.weave.run.protocol import SEEN

GRACE = 2.0


@dataclass(frozen=True)
class Settings:
    """How sessions run.

    Args:
        jobs: how many sessions run at the same time; 0 means as many as there are processors.
        timeout: seconds that a block may take.
        memory: bytes that a session may take beyond what the warm parent has; 0 sets no limit.
        output_limit: bytes of a block's output that are kept.
        env: names of environment variables that pages may see, beside those that every program needs.
        set_env: variables that are set for pages.
        preload: modules that the warm parent loads, beside those that pages import.
        start: "fork", "spawn", or "" for fork where the system has it.
        cwd: the directory in which pages run.
    """

    jobs: int = 0
    timeout: float = 60.0
    memory: int = 0
    output_limit: int = 1 << 20
    env: tuple[str, ...] = ()
    set_env: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    start: str = ""
    cwd: str = ""

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ArgumentError(f"Settings: timeout (={self.timeout!r}) must be more than 0 seconds")
        for name in ("jobs", "memory", "output_limit"):
            if getattr(self, name) < 0:
                raise ArgumentError(f"Settings: {name} (={getattr(self, name)!r}) must not be negative")
        if self.start not in {"", "fork", "spawn"}:
            raise ArgumentError(f"Settings: start (={self.start!r}) must be 'fork', 'spawn' or ''")


class Engine:
    """Runs plans, several sessions at a time.

    Args:
        settings: how.
        languages: the languages whose forms values are asked for.
        cache: where results are kept; without one, everything is run.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> from convref.weave.page.plan import plan
        >>> page = parse("`{python} 6 * 7`", "x.md")
        >>> with Engine(Settings()) as engine:
        ...     engine.run(plan({"en": page}))[0].forms[""]["text/plain"]
        '42'
    """

    def __init__(
        self, settings: Settings, languages: Sequence[str] = ("",), cache: Cache | None = None
    ) -> None:
        self.settings, self.languages, self.cache = settings, tuple(languages), cache
        jobs = settings.jobs or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="convref")
        self._environment = environment(settings)
        self.memory = Memory(cache, self._how(), self._environment) if cache else None
        self._starting = threading.Lock()
        self._host: Host | None = None
        if not cache:
            self._started()  # meanwhile the pages are read
        self._live: set[Connection] = set()
        self._imports: dict[str, None] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def preload(self, names: Sequence[str]) -> None:
        """Have the warm parent load modules; it returns at once, and later sessions wait for it."""
        self._started().preload([*self.settings.preload, *names])

    def prepare(self, plans: Sequence[Plan]) -> None:
        """Begin a build: look for results that stand, and load ahead what the other plans import."""
        self._imports = dict.fromkeys(name for plan in plans for name in plan.imports)
        if self.memory:
            self.memory.begin()
            plans = [plan for plan in plans if not all(map(self.memory.knows, sessions(plan).values()))]
        names = dict.fromkeys(name for plan in plans for name in plan.imports)
        if names:
            self.preload(list(names))

    def get_ready(self) -> None:
        """Load ahead all that the last build's plans import, for builds to come; it returns at once."""
        if not self.cache or self.cache.execute != "never":
            self.preload(list(self._imports))

    def run(self, plan: Plan) -> tuple[Outcome, ...]:
        """Run a plan and wait for it: an outcome for every step."""
        return self.submit(plan).result()

    def submit(self, plan: Plan, done: Callable[[], None] = lambda: None) -> Future[tuple[Outcome, ...]]:
        """Begin to run a plan; each of its sessions takes a job.

        Args:
            plan: the steps.
            done: called when all sessions are through.
        """
        numbered = _numbers(plan)
        whole: Future[tuple[Outcome, ...]] = Future()
        outcomes: dict[int, Outcome] = {}
        left = set(numbered)

        def finish(name: tuple[int, str], part: Future[list[Outcome]]) -> None:
            error = part.exception() if not part.cancelled() else None
            if error and not whole.done():
                whole.set_exception(error)
            elif not part.cancelled() and not error:
                outcomes.update(zip(numbered[name], part.result(), strict=True))
            left.discard(name)
            if not left and not whole.done():
                whole.set_result(tuple(outcomes[number] for number in range(len(plan.steps))))
                done()

        for name, numbers in numbered.items():
            part = self._threads.submit(self._session, [plan.steps[number] for number in numbers])
            part.add_done_callback(lambda part, name=name: finish(name, part))  # type: ignore[misc]
        if not numbered:
            whole.set_result(())
            done()
        return whole

    def close(self) -> None:
        """Stop what still runs and end every process."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for connection in list(self._live):
            connection.abort()
        self._threads.shutdown(wait=True)
        if self._host:
            self._host.close()

    def _started(self) -> Host:
        """The host; what needs no run needs none."""
        with self._starting:
            if self._host is None:
                self._host = start_host(self.settings.start, self._environment, list(self.settings.preload))
            return self._host

    def _session(self, steps: list[Step]) -> list[Outcome]:
        """What comes of the steps: what is remembered, where it stands, or a run."""
        if self.memory and self.memory.cache.execute != "always":
            found = self.memory.recall(steps)
            if found.outcomes is not None:
                return list(found.outcomes)
            if self.memory.cache.execute == "never":
                rule = f"not run, because execute is 'never'; {found.reason}"
                return [Outcome(failure=Failure("NotRun", rule, "", step.line)) for step in steps]
        return self._run(steps)

    def _run(self, steps: list[Step]) -> list[Outcome]:
        """Run the steps in order; then once more the values that named what only a later block defines."""
        connection = self._started().connect()
        self._live.add(connection)
        if self._closed:
            connection.abort()  # it came too late for `close` to see it
        outcomes: dict[int, Outcome] = {}
        number = 0
        try:
            connection.send(self._opening())
            connection.send({"steps": [step.message() for step in steps]})
            for number, step in enumerate(steps):
                outcomes[number] = judge(step, connection.receive(self.settings.timeout + GRACE))
            early = [each for each in outcomes if _named_too_early(steps[each], outcomes[each])]
            connection.send({"steps": [steps[each].message() for each in early]})
            for number in early:
                again = judge(steps[number], connection.receive(self.settings.timeout + GRACE))
                outcomes[number] = outcomes[number] if again.failure else again
            self._remember(connection, steps, [outcomes[each] for each in range(len(steps))])
        except LostError as lost:
            outcomes[number] = self._lost(steps[number], lost)
        finally:
            connection.kill()
            self._live.discard(connection)
        rest = f"not run, because the session ended at line {steps[number].line}"
        return [
            outcomes.get(each, Outcome(failure=Failure("NotRun", rest, "", step.line)))
            for each, step in enumerate(steps)
        ]

    def _opening(self) -> dict[str, Any]:
        return {
            "languages": list(self.languages),
            "output_limit": self.settings.output_limit,
            "timeout": self.settings.timeout,
            "memory": self.settings.memory,
            "cwd": self.settings.cwd or os.getcwd(),  # noqa: PTH109
            "env": dict(self.settings.set_env),
            "record": self.memory is not None,
        }

    def _how(self) -> dict[str, object]:
        """What can change results, by the names by which a reader knows it."""
        return {
            "the site's languages": list(self.languages),
            "output_limit": self.settings.output_limit,
            "the working directory": self.settings.cwd or os.getcwd(),  # noqa: PTH109
        }

    def _remember(self, connection: Connection, steps: list[Step], outcomes: list[Outcome]) -> None:
        if self.memory:
            with contextlib.suppress(LostError):  # then it is run again the next time
                connection.send({"steps": [{"kind": SEEN}]})
                seen = connection.receive(self.settings.timeout + GRACE)
                self.memory.keep(steps, outcomes, seen)

    def _lost(self, step: Step, lost: LostError) -> Outcome:
        if lost.late:
            rule = f"took longer than {self.settings.timeout:g} s and ignored the signal to stop"
            return Outcome(failure=Failure("Timeout", rule, "", step.line))
        return Outcome(failure=Failure("Crash", f"the process {lost}", "", step.line))


def sessions(plan: Plan) -> dict[tuple[int, str], list[Step]]:
    """The steps of each session of a plan."""
    return {name: [plan.steps[number] for number in numbers] for name, numbers in _numbers(plan).items()}


def _numbers(plan: Plan) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = {}
    for number, (run, step) in enumerate(zip(plan.runs, plan.steps, strict=True)):
        found.setdefault((run, step.session), []).append(number)
    return found


def judge(step: Step, answer: Mapping[str, Any]) -> Outcome:
    """The outcome that a worker's answer to a step means, by what the step was expected to do."""
    failure = _failure(answer.get("error"), step)
    shown = ""
    if step.raises:
        if failure is None:
            failure = Failure("Unraised", f"raised nothing, not {step.raises}", "", step.line)
        elif failure.kind in {name.strip() for name in step.raises.split(",")}:
            shown, failure = failure.traceback, None
    got = tuple(Got(each["text"], _failure(each["error"], step)) for each in answer.get("got", ()))
    return Outcome(
        output=answer["output"],
        dropped=answer["dropped"],
        valid=answer["valid"],
        stderr=answer["stderr"],
        forms=answer.get("forms") or {},
        figures=tuple(answer.get("figures", ())),
        got=got,
        failure=failure,
        shown_error=shown,
        remarks=tuple(answer["remarks"]),
        seconds=answer["seconds"],
    )


def _named_too_early(step: Step, outcome: Outcome) -> bool:
    return step.kind == "value" and outcome.failure is not None and outcome.failure.kind == "NameError"


def _failure(error: Mapping[str, Any] | None, step: Step) -> Failure | None:
    if not error:
        return None
    return Failure(error["kind"], error["message"], error["traceback"], error["line"] or step.line)


def environment(settings: Settings) -> dict[str, str]:
    """The environment of pages: what every program needs, what the settings allow, and nothing else.

    Sessions that run side by side share the processors, so libraries are told to start no more threads
    than fall to each.
    """
    needed = {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
        "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR",
        "USERPROFILE", "SOURCE_DATE_EPOCH", "SSL_CERT_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME",
        "MPLCONFIGDIR",
    }  # fmt: skip
    allowed = needed | set(settings.env)
    kept = {name: text for name, text in os.environ.items() if name in allowed or name.startswith("LC_")}
    threads = str(max(1, (os.cpu_count() or 1) // (settings.jobs or os.cpu_count() or 1)))
    return {
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads),
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        **kept,
        **settings.set_env,
    }
