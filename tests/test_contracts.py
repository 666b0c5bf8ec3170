"""CONTRIBUTING's table of packages, the packages themselves and the import contracts agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
THIRD_PARTY = {"NumPy": "numpy", "PyTorch": "torch", "rich": "rich"}
FACE = {"__init__", "__main__"}
STANDARD = "the standard library"
TOP = "cli"  # imports everything


def packages() -> set[str]:
    """The packages and modules that lie directly in convref."""
    found = {path.stem for path in (ROOT / "convref").glob("*.py")}
    return found - FACE | {path.parent.name for path in (ROOT / "convref").glob("*/__init__.py")}


def table() -> dict[str, set[str]]:
    """CONTRIBUTING's rows of convref: package -> what it may import directly."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `convref/(\w+)(?:\.py)?` \|.*\| (.*?) \|$", text, re.MULTILINE)
    return {name: {word.strip("` ") for word in cell.split(",")} - {STANDARD} for name, cell in rows}


def allowed(name: str) -> set[str]:
    """What a package may import, directly or through what it imports, as the table says."""
    direct = table()[name]
    return direct.union(*(allowed(each) for each in direct - {*THIRD_PARTY}))


def contracts() -> list[dict[str, Any]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def forbidden(name: str) -> set[str]:
    """What the contracts forbid a package to import."""
    found: set[str] = set()
    for contract in contracts():
        if f"convref.{name}" in contract.get("source_modules", []):
            found.update(contract["forbidden_modules"])
    return {each for each in found if each.startswith("convref.") or each in THIRD_PARTY.values()}


def test_the_table_has_a_row_for_every_package() -> None:
    assert packages() == set(table())


def test_only_the_command_line_may_import_everything() -> None:
    assert [TOP] == [name for name, given in table().items() if given == {"everything"}]


@pytest.mark.parametrize("name", sorted(packages() - {TOP}))
def test_contracts_forbid_a_package_everything_that_the_table_does_not_allow(name: str) -> None:
    everything = {*packages(), *THIRD_PARTY} - {name}
    expected = {THIRD_PARTY.get(each, f"convref.{each}") for each in everything - allowed(name)}
    assert expected == forbidden(name)


def test_the_contract_on_weave_names_every_package_but_the_command_line() -> None:
    (contract,) = [each for each in contracts() if each.get("forbidden_modules") == ["convref.weave"]]
    assert sorted(f"convref.{name}" for name in packages() - {TOP, "weave"}) == contract["source_modules"]
