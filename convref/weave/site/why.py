"""Explain from the cache why a page ran last time, and why it would run again.

The cache was written by builds of the site. Some settings of a build are not known here: its languages, its
working directory and its module search path. They are assumed to be those of the last build.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from convref.errors import PageError
from convref.weave.cache.entry import Dependencies
from convref.weave.cache.fingerprints import ABSENT, FOLDER
from convref.weave.cache.results import UNKNOWN, ResultCache, last_entry
from convref.weave.cache.validity import shortened
from convref.weave.page.plan import Step
from convref.weave.run.environment import page_environment
from convref.weave.run.session import sessions
from convref.weave.site.checker import Checker
from convref.weave.site.config_file import load_options, pages_directory
from convref.weave.site.options import SiteOptions


@dataclass(frozen=True)
class SessionHistory:
    """The last run of one session of a page, and the reason why the session would run now.

    Args:
        path, line: the path of the page, and the line of the first block or value of the session.
        session: the name of the session; "" for the page's default session.
        reason: the reason why it would run now; "" if its cached result is valid.
        ran: the time of its last recorded run, in ISO 8601 format; "" if unknown. Runs that crash or time out
            are not recorded.
        because: the reason for that run.
        depends: a description of each recorded dependency of that run, such as `the file data.csv`.
    """

    path: str
    line: int
    session: str
    reason: str
    ran: str = ""
    because: str = ""
    depends: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = f", session {self.session}" if self.session else ""
        lines = [f"{self.path}:{self.line}{name}: "]
        lines[0] += (
            f"would run now: {self.reason}"
            if self.reason
            else "would not run now: its cached result is valid"
        )
        if self.ran:
            lines.append(f"  ran at {self.ran}: {_in_past_tense(self.because)}")
        return "\n".join([*lines, *(f"  depends on {each}" for each in self.depends)])


def session_histories(file: Path) -> Iterator[SessionHistory]:
    """Yield the history of each session of a page.

    Raises:
        PageError: there is no such page, or it cannot be read.
    """
    root = pages_directory(file)
    options = load_options(root)
    with Checker(root, options) as checker:
        _, faults = checker.tree.chosen([file])
        page = checker.tree.by_file.get(file.resolve())
        if page is None:
            raise PageError(faults[0].path, faults[0].line, faults[0].message)
        planned = checker.plan(page)  # planning runs nothing
        if isinstance(planned, PageError):
            raise planned
        for steps in sessions(planned).values():
            yield _history(steps, options)


def _as_built(step: Step, root: Path) -> Step:
    """Return a step with its path relative to `root`, the folder of mkdocs.yml.

    In the cache, a step that MkDocs ran has this relative path.
    """
    return replace(step, path=os.path.relpath(Path(step.path).resolve(), root.resolve()))


def _history(steps: Sequence[Step], options: SiteOptions) -> SessionHistory:
    """Return the history of a session, which is given as its steps."""
    first, settings = steps[0], options.cache_settings
    # `mkdocs build` names a page as seen from the site, `convref weave` as its user wrote the path.
    candidates = ([_as_built(step, options.root) for step in steps], steps)
    found = [(last, each) for each in candidates if (last := last_entry(settings, each))]
    if not found:
        return SessionHistory(first.path, first.line, first.session, UNKNOWN)
    last, as_run = max(found, key=lambda each: each[0].ran)
    cache = ResultCache.as_of(last, settings, page_environment(options.run_settings))
    return SessionHistory(
        *(first.path, first.line, first.session, cache.explain(as_run)),
        ran=last.ran,
        because=last.because,
        depends=tuple(_dependency_lines(last.depends)),
    )


def _in_past_tense(because: str) -> str:
    """Return the reason for a past run in the past tense; it was recorded in the present, before the run."""
    return "there was no cached result" if because == UNKNOWN else because


def _dependency_lines(depends: Dependencies) -> Iterator[str]:
    files, folders = depends.files, depends.folders
    yield from (_file(path, state) for path, state in files.items() if path not in folders)
    yield from (
        f"the absence of {_folder(path)}" if state == ABSENT else f"the names in {_folder(path)}"
        for path, state in folders.items()
    )
    yield from (f"{name} {version}" for name, version in depends.versions.items())
    if depends.environment:
        yield "the environment variables"


def _file(path: str, state: str) -> str:
    """Describe a recorded dependency on a path, such as `the file a.csv` or `the absence of the file a.csv`.

    Args:
        path: the path.
        state: the recorded state of the path, as `convref.weave.cache.fingerprints.file_state` returns it.
    """
    at = state.rpartition(": ")[2]  # for a symbolic link, the state follows the link's target
    if at == ABSENT:
        return f"the absence of the file {shortened(path)}"
    return _folder(path) if at == FOLDER else f"the file {shortened(path)}"


def _folder(path: str) -> str:
    return f"the folder {shortened(path)}"
