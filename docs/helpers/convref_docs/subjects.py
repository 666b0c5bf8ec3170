"""Read `docs/subjects.yml`, which lists the pages about concepts and algorithms, and the notebooks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from convref_docs.paths import DOCS


@dataclass(frozen=True)
class Subject:
    """A page of the site that is about neither an operator nor a network.

    Attributes:
        section: its folder: `concepts`, `algorithms` or `notebooks`.
        key: the name of its file, without the file extension.
        title: the heading of its page, by language.
        tests: files or folders with the tests of the page's statements.
    """

    section: str
    key: str
    title: Mapping[str, str]
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        """The path of its page relative to the folder of a language."""
        return f"{self.section}/{self.key}{'.py' if self.section == 'notebooks' else '.md'}"


@functools.cache
def registered() -> tuple[Subject, ...]:
    """Return all subjects, in the order of the navigation.

    Example:
        >>> [each.path for each in registered() if each.key == "fft"]
        ['algorithms/fft.md']
    """
    found = yaml.safe_load((DOCS / "subjects.yml").read_text(encoding="utf-8"))
    return tuple(
        Subject(section, key, {"en": row["en"], "zh": row["zh"]}, tuple(row["tests"]))
        for section, rows in found.items()
        for key, row in rows.items()
    )
