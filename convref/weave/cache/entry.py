"""Define an entry of the cache: a session's outcomes, its dependencies, and the conditions of its run.

Entries are stored as JSON; `Entry.body` converts an entry to JSON data, and `Entry.from_body` converts it
back. Another program may have changed the file, so `Entry.from_body` may raise any exception in `MALFORMED`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

from convref.weave.cache.module_origins import engine_digest
from convref.weave.cache.store import Body
from convref.weave.page.outcomes import Displayed, Failure, Got, Outcome

FORMAT: Final = 2  # the version of the entries' format; entries of another version are not used
MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)
VOLATILE: Final = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "VIRTUAL_ENV", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME",
        "MPLCONFIGDIR", "USERPROFILE", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR", "SSL_CERT_FILE",
    }
)  # fmt: skip
"""Environment variables that differ from user to user and matter to few pages: a change of one invalidates
only the results of sessions whose code reads environment variables."""

# The names by which `convref why` calls the fields of `Conditions`.
_CONDITION_NAMES: Final = {
    "python": "Python",
    "system": "the system",
    "convref": "convref",
    "environment": "the environment",
    "languages": "the list of the site's languages",
    "output_limit": "output_limit",
    "cwd": "the working directory",
}


@dataclass(frozen=True)
class Conditions:
    """The conditions under which a session runs, such as the version of Python.

    They can change the result of any session, so they are part of every entry's key: a changed condition
    makes all entries unusable.

    Args:
        python: the version and build of the interpreter.
        system: the operating system and the processor.
        convref: the digest of the engine's code.
        environment: the digest of the environment variables that pages see, except those in `VOLATILE`, such
            as PATH, which differ from user to user.
        languages: the languages for which values are rendered.
        output_limit: the maximum number of bytes kept of each output of a block.
        cwd: the directory in which pages run.
    """

    python: str
    system: str
    convref: str
    environment: str
    languages: tuple[str, ...]
    output_limit: int
    cwd: str

    @classmethod
    def present(
        cls, environment: Mapping[str, str], languages: Sequence[str], output_limit: int, cwd: str
    ) -> Self:
        """Return the conditions of a run in this process.

        Args:
            environment: the variables that pages see.
            languages: the languages for which values are rendered.
            output_limit: the maximum number of bytes kept of each output of a block.
            cwd: the directory in which pages run.
        """
        kept = {name: text for name, text in environment.items() if name not in VOLATILE}
        return cls(
            python=sys.version,
            system=f"{sys.platform} {platform.machine()}",
            convref=engine_digest(),
            environment=digest(kept),
            languages=tuple(languages),
            output_limit=output_limit,
            cwd=os.path.realpath(cwd),  # so that a link that is changed to point elsewhere counts as a change
        )

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Create conditions from their JSON form, as stored in an entry."""
        return cls(**{**body, "languages": tuple(body["languages"])})

    def on_this_machine(self) -> Self:
        """Return a copy with the interpreter, system and engine version of this process."""
        here = Conditions.present({}, (), 0, "")
        return replace(self, python=here.python, system=here.system, convref=here.convref)

    def difference(self, other: Conditions) -> str:
        """Return a name for the first field that differs, such as "the working directory"; else ""."""
        for each in fields(self):
            if getattr(self, each.name) != getattr(other, each.name):
                return _CONDITION_NAMES[each.name]
        return ""


@dataclass(frozen=True)
class Dependencies:
    """The dependencies that were observed while a session ran.

    Args:
        files: path -> state (`fingerprints.file_state`) of each file that the session read, wrote or checked
            for existence.
        folders: path -> state (`fingerprints.folder_state`) of each folder that the session listed.
        versions: installed distribution -> version.
        origins: module -> the file or folders from which it is loaded; empty if it is not found.
        environment: the digest of the variables in `VOLATILE`, such as PATH, if the code reads environment
            variables; otherwise empty.
    """

    files: dict[str, str]
    folders: dict[str, str]
    versions: dict[str, str]
    origins: dict[str, str]
    environment: str


@dataclass(frozen=True)
class Entry:
    """The cached result of one session, with everything needed to decide whether it is still valid.

    Args:
        page: the path of the page that contains the session.
        session: the name of the session.
        ran: the time of the run, in the format ISO 8601.
        because: the reason why the session was run, such as `data.csv changed`.
        conditions: the conditions under which the session ran.
        search: the module search path of the run.
        steps: the digest of the code and options of each step.
        reasons: the reasons why the result cannot be reused; empty if it can.
        depends: the recorded dependencies.
        lines: the line number of each step if the code uses line numbers; otherwise empty.
        outcomes: the outcome of each step, with line numbers relative to the steps; empty if `reasons` is not
            empty.
    """

    page: str
    session: str
    ran: str
    because: str
    conditions: Conditions
    search: list[str]
    steps: list[str]
    reasons: list[str]
    depends: Dependencies
    lines: list[int]
    outcomes: list[Body]

    def body(self) -> Body:
        """Return the JSON form in which the entry is stored."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_body(cls, body: Body) -> Self:
        """Create an entry from its JSON form; may raise any exception in `MALFORMED`, such as KeyError."""
        known = {each.name for each in fields(cls)}
        given = {name: value for name, value in body.items() if name in known}
        depends, conditions = Dependencies(**body["depends"]), Conditions.from_body(body["conditions"])
        return cls(**{**given, "depends": depends, "conditions": conditions})


def outcome_from(body: Mapping[str, Any]) -> Outcome:
    """Create an outcome from its JSON form; may raise any exception in `MALFORMED`, such as KeyError."""
    got = tuple(Got(each["text"], _failure(each["failure"])) for each in body["got"])
    displays = tuple(Displayed(each["offset"], each["forms"]) for each in body["displays"])
    given = {**body, "got": got, "displays": displays, "failure": _failure(body["failure"])}
    for name in ("figures", "remarks"):
        given[name] = tuple(body[name])
    return Outcome(**given)


def _failure(body: Mapping[str, Any] | None) -> Failure | None:
    return None if body is None else Failure(**body)


def digest(value: object) -> str:
    """Return a hexadecimal digest of `value`, which must be representable as JSON."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
