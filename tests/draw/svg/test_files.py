"""A figure's file is in the format of its ending, or there is none."""

import importlib.util
import sys
import types
from pathlib import Path

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Conv2d

FIGURE = draw.wiring(Conv2d(2, 4, 3))
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_a_png_is_made_by_the_renderer_on_a_white_ground(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def svg_to_bytes(**given: object) -> bytes:
        asked.append(given)
        return SIGNATURE

    renderer = types.ModuleType("resvg_py")
    renderer.svg_to_bytes = svg_to_bytes  # type: ignore[attr-defined]
    renderer.__spec__ = importlib.util.spec_from_loader("resvg_py", None)
    monkeypatch.setitem(sys.modules, "resvg_py", renderer)
    FIGURE.save(tmp_path / "wiring.PNG")
    assert SIGNATURE == (tmp_path / "wiring.PNG").read_bytes()
    assert [{"svg_string": FIGURE.svg(wide=True), "zoom": 2, "background": "white"}] == asked


def test_a_png_has_the_pixels_of_the_figure(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    FIGURE.save(tmp_path / "wiring.png")
    content = (tmp_path / "wiring.png").read_bytes()
    picture = FIGURE.picture("en")
    assert SIGNATURE == content[:8]
    sizes = (int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    assert (round(2 * picture.width), round(2 * picture.height)) == pytest.approx(sizes, abs=4)


def test_a_png_without_a_renderer_is_refused_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ArgumentError, match=r"needs the package resvg-py: pip install 'convref\[png\]'$"):
        FIGURE.save(tmp_path / "wiring.png")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["wiring.pdf", "wiring", "wiring.jpg"])
def test_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=rf"^path \(=.*{name}\) must end in .svg or .png$"):
        FIGURE.save(tmp_path / name)
