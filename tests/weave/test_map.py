"""The map of the page engine, in the docstring of `convref.weave`, names what exists, and every package."""

import importlib
import re
from pathlib import Path

import pytest

import convref.weave

MAP = convref.weave.__doc__ or ""
ROOT = Path(convref.weave.__file__).parent
PACKAGES = sorted(each.parent.name for each in ROOT.glob("*/__init__.py"))
ALL_PACKAGES = sorted(each.parent.relative_to(ROOT) for each in ROOT.glob("*/**/__init__.py"))
# Names with a dot, in backquotes or in the column of functions.
NAMES = sorted(set(re.findall(rf"(?:`|    )((?:{'|'.join(PACKAGES)})\.[\w.]+)", MAP)))


def found(name: str) -> object:
    """Return the module, class or function with a path relative to `convref.weave`."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            thing: object = importlib.import_module(".".join(["convref.weave", *parts[:count]]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[count:]:
            thing = getattr(thing, attribute)
        return thing
    raise LookupError(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_in_the_map_exists(name: str) -> None:
    assert found(name) is not None


def test_the_map_lists_every_package_from_the_top_to_the_bottom() -> None:
    listed = re.findall(r"^    (\w+) {3,}", MAP.partition("one chain")[2], re.MULTILINE)
    assert sorted([*listed, "numbers"]) == PACKAGES
    contracts = (ROOT.parents[1] / "pyproject.toml").read_text("utf-8")
    layers = re.search(r'containers = \["convref.weave"\]\nlayers = \[(.*?)\]', contracts, re.DOTALL)
    assert layers is not None
    assert [each.partition(" ")[0] for each in re.findall(r'"(.+?)"', layers[1])] == listed


@pytest.mark.parametrize("package", ALL_PACKAGES, ids=str)
def test_the_docstring_of_each_package_lists_its_files(package: Path) -> None:
    doc = importlib.import_module(".".join(["convref.weave", *package.parts])).__doc__ or ""
    files = {each.stem for each in (ROOT / package).glob("*.py")} - {"__init__"}
    packages = {each.parent.name for each in (ROOT / package).glob("*/__init__.py")}
    hint = f"the docstring of {package}/__init__.py has a line for each file: name, two spaces, contents"
    assert sorted(files | packages) == sorted(re.findall(r"^    (\w+)  +\S", doc, re.MULTILINE)), hint
