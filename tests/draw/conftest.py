"""Fixtures of the tests of drawings: a reader of a drawing's elements and marks, and general checks."""

import re
import xml.etree.ElementTree as ET

import pytest

from convref.draw import Drawing, Stepped

SVG = "{http://www.w3.org/2000/svg}"
PHONE_COLUMN = 294
WIDE_COLUMN = 620  # from which docs/assets/site.css shows the layout for wide columns
LEGIBLE = 11


class Reader:
    """A drawing, or one frame of a stepped drawing, parsed from its SVG."""

    def __init__(
        self, figure: Drawing | Stepped, lang: str = "en", *, wide: bool = False, frame: int = 0
    ) -> None:
        if isinstance(figure, Stepped):
            self.markup = figure.svg(lang, frame=frame)
        else:
            self.markup = figure.svg(lang, wide=wide)
        self.column = WIDE_COLUMN if wide else PHONE_COLUMN
        self.root = ET.fromstring(self.markup)  # noqa: S314 - our own figures

    def marks(self, kind: str) -> list[list[int]]:
        """Return the numbers in each attribute `data-mark` that starts with the word `kind`."""
        found = [element.get("data-mark", "") for element in self.root]
        return [[int(n) for n in mark[len(kind) :].split()] for mark in found if mark.startswith(f"{kind} ")]

    def words(self) -> list[str]:
        """Return the texts of the drawing in the order of its elements."""
        return [element.text or "" for element in self.root.iter(f"{SVG}text")]

    def boxes(self) -> list[tuple[float, float, float, float]]:
        """Return x, y, width and height of each rectangle."""
        names = ("x", "y", "width", "height")
        return [
            tuple(float(each.get(name, 0)) for name in names)  # type: ignore[misc]
            for each in self.root.iter(f"{SVG}rect")
        ]

    def check(self) -> None:
        """Check that there is a title, no id or script, only legible text, and no rectangle outside."""
        assert self.root[0].tag == f"{SVG}title"
        assert self.root[0].text
        assert "img" == self.root.get("role")
        assert not re.findall(r'\sid="|<script|<style|href', self.markup)
        _, _, width, height = map(float, self.root.get("viewBox", "").split())
        sizes = [
            float(each.get("font-size", self.root.get("font-size", "")))
            for each in self.root.iter(f"{SVG}text")
        ]
        assert min(sizes, default=LEGIBLE) * self.column / width >= LEGIBLE
        for x, y, w, h in self.boxes():
            assert x >= -1
            assert x + w <= width
            assert y >= -1
            assert y + h <= height


def check(figure: Drawing | Stepped) -> None:
    """Run the checks for all drawings, in both languages, both layouts and all frames."""
    for lang in ("en", "zh"):
        for frame in range(len(figure) if isinstance(figure, Stepped) else 1):
            Reader(figure, lang, frame=frame).check()
        if isinstance(figure, Drawing) and figure.picture(lang).wide:
            Reader(figure, lang, wide=True).check()
    assert figure.alt("en") != figure.alt("zh")


@pytest.fixture
def read() -> type[Reader]:
    return Reader


@pytest.fixture(name="check")
def check_fixture() -> object:
    return check
