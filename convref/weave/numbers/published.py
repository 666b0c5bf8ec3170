"""Read published figures (numbers from papers and other sources) from the file `published.toml`.

In the file, a figure is a number, a text such as `"15.470 G"`, or a list of these. Figures are in tables.
Every figure needs a `source`, in its own table or in an enclosing one. `url` is the address of the source,
and `note` is a remark for readers of the file.

    [torchvision]
    source = "torchvision 0.28, metadata of the weights"
    url = "https://docs.pytorch.org/vision/0.28/models.html"
    vgg16 = { params = 138357544, macs = "15.470 G" }

Here, `torchvision.vgg16.params` is the key of the figure 138357544.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from convref.errors import ArgumentError, PageError, UnknownNameError
from convref.weave.numbers import quantities
from convref.weave.numbers.decimals import Printed

ABOUT: Final = frozenset({"source", "url", "note"})
_LINE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Figure:
    """A published figure, that is a number from a paper or another source, and this source.

    Attributes:
        key: the names of the figure's tables and its own name, joined by dots.
        text: the figure as it is written in the file.
        numbers: the numbers in `text`, converted to the base unit, such as bytes for `58.13 MiB`.
        source: the publication that contains the figure.
        url: the address of the source; may be empty.
    """

    key: str
    text: str
    numbers: tuple[Printed, ...]
    source: str
    url: str


@dataclass(frozen=True)
class Published:
    """The content of a file of published figures: numbers from papers and other sources, which pages cite.

    Attributes:
        path: the path of the file.
        figures: the valid figures, by key.
        faults: one error for each invalid figure, or a single error if the file cannot be read.
    """

    path: str
    figures: Mapping[str, Figure]
    faults: tuple[PageError, ...] = ()

    def figure(self, key: str) -> Figure:
        """Return the figure with this key.

        Raises:
            UnknownNameError: the file has no figure with this key.
        """
        if key not in self.figures:
            raise UnknownNameError("published value", key, sorted(self.figures))
        return self.figures[key]


def load(path: Path) -> Published:
    """Load the published numbers of a file; return an empty `Published` if the file does not exist.

    A mistake in the file raises no exception, because pages that do not cite the faulty entries can still be
    checked. Instead, `Published.faults` has an error for each entry that has no source or no number. If the
    file is not valid TOML, it has a single error.
    """
    if not path.exists():
        return Published(str(path), {})
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        found = list(_figures(str(path), content, "", "", ""))
    except (OSError, ValueError, ArithmeticError, RecursionError) as error:
        # tomllib raises its own error for invalid TOML, but does not catch those of int and Decimal for wrong
        # numbers, nor the RecursionError for deep nesting.
        rule, at = str(error) or "it is nested too deeply", _LINE.search(str(error))
        rule = f"the published values cannot be read: {_LINE.sub('', rule)}"
        return Published(str(path), {}, (PageError(str(path), int(at[1]) if at else 0, rule),))
    figures = {each.key: each for each in found if isinstance(each, Figure)}
    return Published(str(path), figures, tuple(each for each in found if isinstance(each, PageError)))


def _figures(
    path: str, table: Mapping[str, object], above: str, source: str, url: str
) -> Iterator[Figure | PageError]:
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
            yield PageError(
                path,
                0,
                f"the published value {key} (={value}) must have a source,"
                " in its own table or an enclosing one",
            )
        else:
            try:
                yield Figure(key, _text(value), tuple(_numbers(path, key, value)), source, url)
            except PageError as error:
                yield error


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _numbers(path: str, key: str, value: object) -> Iterator[Printed]:
    for each in value if isinstance(value, list) else [value]:
        found = quantities.amounts(str(each))
        if isinstance(each, bool) or not found:
            raise PageError(path, 0, f"the published value {key} (={each}) must contain a number")
        for amount in found:
            try:
                yield amount.number
            except ArgumentError as error:
                raise PageError(path, 0, f"the published value {key}: {error}") from None
