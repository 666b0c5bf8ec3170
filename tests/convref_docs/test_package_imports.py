"""The figure of the packages has an arrow for each import, and no other."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import grimp
import pytest

from convref.draw import Drawing
from convref.errors import ArgumentError
from convref_docs.package_imports import import_picture, part_imports

ROOT = Path(__file__).parents[2]
FORMS = [("en", False), ("en", True), ("zh", False), ("zh", True)]


def contracts() -> list[dict[str, Any]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


@cache  # reading all modules takes a second
def own_picture(package: str) -> Drawing:
    return import_picture(package, ROOT)


@cache
def own_parts(package: str) -> dict[str, tuple[str, ...]]:
    return {part: tuple(used) for part, used in part_imports(package).items()}


def arrows(package: str, root: Path, *, lang: str = "en", wide: bool = False) -> set[tuple[str, str]]:
    """The imports that the figure shows by a dot."""
    picture = own_picture(package) if root == ROOT else import_picture(package, root)
    svg = picture.svg(lang, wide=wide)
    return {(importer, used) for importer, used in re.findall(r'data-mark="import (\w+) (\w+)"', svg)}


def write(root: Path, files: dict[str, str]) -> None:
    """Write the files of a package `p`."""
    for name, code in {"__init__.py": "", **files}.items():
        file = root / "p" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("convref", cache_dir=None)


@pytest.mark.parametrize("package", ["convref", "convref.weave"])
@pytest.mark.parametrize(("lang", "wide"), FORMS)
def test_the_figure_shows_the_imports_that_import_linter_finds(
    graph: grimp.ImportGraph, package: str, lang: str, wide: bool
) -> None:
    parts = {name.rpartition(".")[2] for name in graph.find_children(package)} - {"__main__"}
    expected = set()
    for one in parts:
        importers = {f"{package}.{one}"} | graph.find_descendants(f"{package}.{one}")
        used = {each for name in importers for each in graph.find_modules_directly_imported_by(name)}
        found = {
            each.removeprefix(f"{package}.").partition(".")[0] for each in used if each.startswith(package)
        }
        expected |= {(one, each) for each in found & parts - {one}}
    assert 20 < len(expected)
    assert expected == arrows(package, ROOT, lang=lang, wide=wide)


def test_no_arrow_is_forbidden_by_a_contract() -> None:
    forbidden = {
        (source.removeprefix("convref."), used.removeprefix("convref."))
        for contract in contracts()
        if contract["type"] == "forbidden"
        for source in contract["source_modules"]
        for used in contract["forbidden_modules"]
    }
    assert ("nn", "torch") in forbidden
    assert set() == arrows("convref", ROOT) & forbidden


def test_no_arrow_leads_up_the_chain_of_weave() -> None:
    (contract,) = [each for each in contracts() if each.get("containers") == ["convref.weave"]]
    level = {
        name.strip(): at for at, names in enumerate(contract["layers"]) for name in names.split("|")
    }  # from the highest to the lowest
    assert set(level) == set(own_parts("convref.weave"))
    assert [] == [(one, used) for one, used in arrows("convref.weave", ROOT) if level[one] >= level[used]]


def test_a_new_import_is_a_new_arrow_wherever_it_is_written(tmp_path: Path) -> None:
    code = {"top.py": "import p.low", "low/__init__.py": "", "low/a.py": "", "middle.py": ""}
    write(tmp_path, code)
    before = import_picture("p", tmp_path)
    assert {("top", "low")} == arrows("p", tmp_path)
    write(tmp_path, {"low/a.py": "def f():\n    if True:\n        from p.middle import x\n"})
    assert {("top", "low"), ("low", "middle")} == arrows("p", tmp_path)
    write(tmp_path, {"top.py": "import p.low\nfrom p import middle\n"})
    assert {("top", "low"), ("low", "middle"), ("top", "middle")} == arrows("p", tmp_path)
    assert before != import_picture("p", tmp_path)


def test_a_part_comes_before_those_that_it_imports() -> None:
    found = own_parts("convref")
    place = {name: at for at, name in enumerate(found)}
    assert [] == [(name, used) for name in found for used in found[name] if place[name] >= place[used]]


@pytest.mark.parametrize("package", ["convref", "convref.weave"])
@pytest.mark.parametrize(("lang", "wide"), FORMS)
def test_boxes_step_to_the_right_and_stay_inside_the_figure(package: str, lang: str, wide: bool) -> None:
    svg = own_picture(package).svg(lang, wide=wide)
    boxes = [
        (float(x), float(width))
        for x, width in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)
    ]
    assert len(own_parts(package)) == len(boxes)
    rights = [x + width for x, width in boxes]
    assert all(one < other for one, other in pairwise(rights))
    assert all(0 <= x for x, _ in boxes)
    assert pytest.approx(660 if wide else 318, abs=0.02) == rights[-1]


def test_screen_readers_get_the_imports_in_the_language_of_the_page(tmp_path: Path) -> None:
    write(tmp_path, {"top.py": "import p.low, p.middle", "low.py": "", "middle.py": ""})
    drawn = import_picture("p", tmp_path)
    assert ("top imports low, middle.", "top 导入 low、middle。") == (drawn.alt("en"), drawn.alt("zh"))


def test_a_package_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(
        ArgumentError, match=r"package \(='convref.nothing'\) must be the name of a package in"
    ):
        part_imports("convref.nothing")


def test_a_circle_of_imports_is_an_error_with_its_members(tmp_path: Path) -> None:
    write(tmp_path, {"one.py": "import p.two", "two.py": "import p.one", "three.py": ""})
    with pytest.raises(ArgumentError, match=r"must have no circle of imports: \['one', 'two'\]"):
        import_picture("p", tmp_path)
