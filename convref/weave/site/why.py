"""Why a page ran, and whether it would run now: page -> what the cache knows of its sessions.

It reads the cache that the site's builds left. What only a build knows of itself (its languages, its working
directory, where it looks for modules) is taken to be as it was then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from convref.errors import PageError
from convref.weave.cache.entry import Dependencies
from convref.weave.cache.fingerprints import ABSENT, FOLDER
from convref.weave.cache.results import UNKNOWN, CacheSettings, ResultCache, last_entry
from convref.weave.cache.validity import shortened
from convref.weave.check.checker import Checker
from convref.weave.page.plan import Step
from convref.weave.run.environment import page_environment
from convref.weave.run.session import sessions
from convref.weave.site import config


@dataclass(frozen=True)
class Why:
    """What the cache knows of a session.

    Args:
        path, line: where it begins.
        session: its name; the page's own is empty.
        reason: why it would run now; empty when its result stands.
        ran: when it last ran, as ISO 8601; empty when that is not known.
        because: why it did.
        depends: what it was seen to depend on, a line each.
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
        lines[0] += f"would run now: {self.reason}" if self.reason else "would not run now: its result stands"
        if self.ran:
            lines.append(f"  ran at {self.ran}: {_past(self.because)}")
        return "\n".join([*lines, *(f"  depends on {each}" for each in self.depends)])


def why(file: Path) -> Iterator[Why]:
    """What the cache knows of the sessions of a page.

    Raises:
        PageError: there is no such page, or it cannot be read.
    """
    root = config.root_of(file)
    options, cache = config.read(root), config.cache(root)
    with Checker(root, options) as checker:
        _, faults = checker.tree.chosen(file)
        page = checker.tree.by_file.get(file.resolve())
        if page is None:
            raise PageError(faults[0].path, faults[0].line, faults[0].message)
        planned = checker.plan(page)
        if isinstance(planned, PageError):
            raise planned
        for steps in sessions(planned).values():
            yield _of_session(cache, page_environment(options.settings), steps, root)


def _as_built(step: Step, root: Path) -> Step:
    """A step as the site's builds know it: its path begins where the site does, wherever somebody asks.

    What `convref weave` ran has the path by which it was called.
    """
    file = config.site_file(root)
    home = file.parent if file else root.resolve().parent
    return replace(step, path=os.path.relpath(Path(step.path).resolve(), home))


def _of_session(
    settings: CacheSettings, environment: Mapping[str, str], steps: Sequence[Step], root: Path
) -> Why:
    """Describe a session, keeping the path as the caller spelled it."""
    first = steps[0]
    found = [
        (last, called)
        for called in ([_as_built(step, root) for step in steps], steps)
        if (last := last_entry(settings, called))
    ]
    if not found:
        return Why(first.path, first.line, first.session, UNKNOWN)
    last, called = max(found, key=lambda each: each[0].ran)
    cache = ResultCache.as_of(last, settings, environment)
    return Why(
        *(first.path, first.line, first.session, cache.explain(called)),
        ran=last.ran,
        because=last.because,
        depends=tuple(_depends(last.depends)),
    )


def _past(because: str) -> str:
    """Why a session ran, told of a run that is over."""
    return "there was no cached result" if because == UNKNOWN else because


def _depends(depends: Dependencies) -> Iterator[str]:
    files, folders = depends.files, depends.folders
    yield from (_file(path, state) for path, state in files.items() if path not in folders)
    yield from (
        f"there being no folder {shortened(path)}" if state == ABSENT else f"the names in {_folder(path)}"
        for path, state in folders.items()
    )
    yield from (f"{name} {version}" for name, version in depends.versions.items())
    if depends.environment:
        yield "the environment"


def _file(path: str, state: str) -> str:
    """What was seen at a path that was read or asked about."""
    at = state.rpartition(": ")[2]  # behind where a link leads
    if at == ABSENT:
        return f"there being no file at {shortened(path)}"
    return _folder(path) if at == FOLDER else f"the file {shortened(path)}"


def _folder(path: str) -> str:
    return f"the folder {shortened(path)}"
