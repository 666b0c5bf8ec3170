"""`import convref` is light; public names are loaded lazily."""

import subprocess
import sys

import pytest

import convref


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_convref_loads_neither_numpy_nor_torch() -> None:
    assert set() == modules_after("import convref") & {"numpy", "torch", "rich", "mkdocs"}


def test_analyzing_a_network_makes_no_array_since_numpy_is_never_loaded() -> None:
    code = """
from convref import analyze, architectures
report = analyze(architectures.build("vgg16"), (3, 224, 224))
assert report.params == 138357544
report.table(lang="zh").to_html()
"""
    assert set() == modules_after(code) & {"numpy", "torch"}


def test_every_public_name_can_be_loaded() -> None:
    assert [] == [name for name in convref.__all__ if getattr(convref, name) is None]
    assert set(convref.__all__) < set(dir(convref))


def test_a_missing_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'convref' has no attribute 'analyse'"):
        convref.analyse  # noqa: B018 - reading it is the test
