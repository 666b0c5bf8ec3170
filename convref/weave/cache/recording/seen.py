"""The report of a worker on what its session was seen to depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Seen:
    """The dependencies that were observed while a session ran.

    Args:
        files: path -> state of each file that it read, wrote or asked about.
        folders: path -> state of each folder that it listed.
        installed: the top-level names of the installed modules that it used.
        names: the modules that it looked for.
        environment: whether its code reads environment variables.
        reasons: why its result cannot be used again.
    """

    files: dict[str, str]
    folders: dict[str, str]
    installed: list[str]
    names: list[str]
    environment: bool
    reasons: list[str]

    def message(self) -> dict[str, Any]:
        """Return this as a message from the worker to the build."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return what a message holds.

        Raises:
            ValueError: it is malformed; it comes from a process in which a page has run.
        """
        kinds = {"files": dict, "folders": dict, "installed": list, "names": list, "reasons": list}
        for name, kind in {**kinds, "environment": bool}.items():
            part = message.get(name)
            texts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            if not isinstance(part, kind) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"a session's {name} (={part!r:.80}) must be a {kind.__name__}, of strings")
        return cls(**{each.name: message[each.name] for each in fields(cls)})
