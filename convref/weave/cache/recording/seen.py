"""Define the report in which a worker sends the recorded dependencies of its session to the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

_RULES: Final = {dict: "a dict with strings as values", list: "a list of strings", bool: "True or False"}


@dataclass(frozen=True)
class Seen:
    """The dependencies that a worker recorded while its session ran.

    Args:
        files: path -> state (`fingerprints.file_state`) of each file that the session read, wrote or checked
            for existence.
        folders: path -> state (`fingerprints.folder_state`) of each folder that the session listed.
        installed: the top-level names of the installed modules that the session used.
        names: the names of the modules that the session searched for.
        environment: True if the code reads environment variables.
        reasons: the reasons why the result cannot be reused.
    """

    files: dict[str, str]
    folders: dict[str, str]
    installed: list[str]
    names: list[str]
    environment: bool
    reasons: list[str]

    def message(self) -> dict[str, Any]:
        """Convert this report to the message that the worker sends to the build."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return the recorded dependencies from a worker's message.

        Raises:
            ValueError: a value in the message has the wrong type. This is possible, because the page's code
                ran in the process that sent the message, and may have changed it.
        """
        kinds = {"files": dict, "folders": dict, "installed": list, "names": list, "reasons": list}
        for name, kind in {**kinds, "environment": bool}.items():
            part = message.get(name)
            texts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            if not isinstance(part, kind) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"a session's {name} (={part!r:.80}) must be {_RULES[kind]}")
        return cls(**{each.name: message[each.name] for each in fields(cls)})
