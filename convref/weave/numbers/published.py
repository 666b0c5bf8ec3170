"""Published figures: `published.toml` -> what was published, and where.

The file holds tables of figures. A figure is a number or a text such as `"15.470 G"`; a list gives
several. Every figure stands under a `source`, that of its own table or of one around it; `url` goes with
the source, and `note` is for whoever reads the file.

    [torchvision]
    source = "torchvision 0.28, metadata of the weights"
    url = "https://docs.pytorch.org/vision/0.28/models.html"
    vgg16 = { params = 138357544, macs = "15.470 G" }

Here `torchvision.vgg16.params` is the key of a figure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from convref.errors import PageError, UnknownNameError
from convref.weave.numbers import quantities
from convref.weave.numbers.decimals import Printed

ABOUT: Final = frozenset({"source", "url", "note"})


@dataclass(frozen=True)
class Figure:
    """Published numbers, in the base of their unit, as they were written, and their source."""

    key: str
    text: str
    numbers: tuple[Printed, ...]
    source: str
    url: str


@dataclass(frozen=True)
class Published:
    """The figures of a file, by key."""

    path: str
    figures: Mapping[str, Figure]

    def figure(self, key: str) -> Figure:
        """The figure of that key.

        Raises:
            UnknownNameError: the file has no such figure.
        """
        if key not in self.figures:
            raise UnknownNameError("published figure", key, sorted(self.figures))
        return self.figures[key]


def load(path: Path) -> Published:
    """The figures of a file; none when there is no such file.

    Raises:
        PageError: the file is no TOML, or a figure has no source or holds no number.
    """
    if not path.exists():
        return Published(str(path), {})
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PageError(str(path), 0, f"the published figures cannot be read: {error}") from error
    figures = {figure.key: figure for figure in _figures(str(path), content, "", "", "")}
    return Published(str(path), figures)


def _figures(path: str, table: Mapping[str, object], above: str, source: str, url: str) -> Iterator[Figure]:
    if "source" in table:
        source, url = str(table["source"]), ""
    url = str(table.get("url", url))
    for name, value in table.items():
        key = f"{above}.{name}" if above else name
        if name in ABOUT:
            continue
        if isinstance(value, Mapping):
            yield from _figures(path, value, key, source, url)
        elif not source:
            raise PageError(path, 0, f"the figure {key} (={value}) must stand under a source")
        else:
            yield Figure(key, _text(value), tuple(_numbers(path, key, value)), source, url)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _numbers(path: str, key: str, value: object) -> Iterator[Printed]:
    for each in value if isinstance(value, list) else [value]:
        found = quantities.amounts(str(each))
        if isinstance(each, bool) or not found:
            raise PageError(path, 0, f"the figure {key} (={each}) must hold a number")
        yield from (amount.number for amount in found)
