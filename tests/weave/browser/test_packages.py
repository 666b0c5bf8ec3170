"""Directories, wheels and requirements become files of the site."""

import json
import subprocess
import sys
import zipfile

import pytest
from pyodide_runtime import write_runtime
from wheels import write_wheel

from convref.errors import ArgumentError
from convref.weave.browser.browser import FOLDER, Browser
from convref.weave.browser.packages import Packages, modules_in
from convref.weave.markdown.document import parse

NUMPY = "numpy-2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


@pytest.fixture
def runtime(tmp_path):
    """A folder with the files of the runtime, whose lock knows one wheel."""
    return write_runtime(tmp_path / "pyodide", {"numpy": {"file_name": NUMPY, "sha256": "0" * 64}})


def packages(tmp_path, runtime, *given):
    return Packages(given, tmp_path, tmp_path / "cache", runtime, online=False)


def test_wheels_of_a_requirement_come_from_the_folders_of_the_site_with_what_it_needs(tmp_path, runtime):
    write_wheel(tmp_path / "wheels", "one", requires="two")
    write_wheel(tmp_path / "wheels", "two", tag="cp314-cp314-pyemscripten_2026_0_wasm32")
    found = packages(tmp_path, runtime, "wheels")
    assert ["one", "two"] == [each.name.split("-")[0] for each in found.files_of("one")]
    assert {"one", "two"} == found.modules_of("one")


def test_what_has_been_found_is_kept_for_the_next_build(tmp_path, runtime):
    path = write_wheel(tmp_path / "wheels", "one")
    packages(tmp_path, runtime, "wheels").files_of("one==1.0")
    path.unlink()
    assert 1 == len(packages(tmp_path, runtime).files_of("one==1.0"))


def test_a_package_that_cannot_be_had_is_an_error_that_names_the_missing_file(tmp_path, runtime):
    with pytest.raises(ArgumentError, match=rf"install \(='numpy'\): pip has no wheel .*; put {NUMPY} into"):
        packages(tmp_path, runtime).files_of("numpy")
    with pytest.raises(
        ArgumentError, match=r"no wheel for Python in the browser \(pip must not use the network"
    ):
        packages(tmp_path, runtime).files_of("no-such-package")


@pytest.mark.parametrize("requirement", ["--index-url=x", "https://x/y.whl", "../x", "a b", "a;b"])
def test_a_requirement_is_a_name_with_a_version_and_nothing_else(tmp_path, runtime, requirement):
    with pytest.raises(ArgumentError, match="must be names of packages"):
        packages(tmp_path, runtime).files_of(requirement)


def test_a_wheel_with_the_name_of_pyodide_s_own_must_have_its_checksum(tmp_path, runtime):
    write_wheel(tmp_path / "wheels", "numpy", tag=NUMPY[len("numpy-2.0-") : -len(".whl")], version="2.0")
    with pytest.raises(ArgumentError, match=f"{NUMPY} must have the checksum that pyodide-lock.json gives"):
        packages(tmp_path, runtime, "wheels").files_of("numpy")


def test_a_file_that_is_no_wheel_is_an_error(tmp_path):
    (tmp_path / "x.whl").write_text("")
    with pytest.raises(ArgumentError, match=r"try_packages \(='x.whl'\) must be a wheel"):
        modules_in(tmp_path / "x.whl")


def test_the_files_of_a_site_are_written_where_a_page_offers_a_block(tmp_path, runtime):
    package = tmp_path / "mine"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__pycache__" / "x.pyc").write_text("")
    write_wheel(tmp_path / "wheels", "one")
    always = write_wheel(tmp_path, "two")
    given = ["mine", "wheels", always.name, "missing.whl"]
    browser = Browser(runtime, given, tmp_path, tmp_path / "cache", everywhere=True, online=False)
    page = parse('```pyodide install="one"\nimport one\n```\n', "x.md")
    found = browser.page(page)
    assert [True] == ["missing.whl" in each.message for each in found.diagnostics]
    assert () == browser.page(page).diagnostics
    browser.write(tmp_path / "site")
    folder = tmp_path / "site" / FOLDER
    manifest = json.loads((folder / "try.json").read_text("utf-8"))
    assert ["packages/engine.zip", "packages/mine.zip"] == manifest["archives"]
    assert ["packages/two-1.0-py3-none-any.whl"] == manifest["wheels"]
    assert {"one": ["packages/one-1.0-py3-none-any.whl"]} == manifest["install"]
    assert ["mine/__init__.py"] == zipfile.ZipFile(folder / "packages/mine.zip").namelist()
    assert all((folder / name).is_file() for name in ["try.js", "worker.js", "runtime/pyodide.mjs"])
    assert all((folder / name).is_file() for name in manifest["install"]["one"])


def test_the_archive_of_the_engine_has_all_that_the_driver_imports(tmp_path, runtime):
    browser = Browser(runtime, [], tmp_path, tmp_path / "cache", everywhere=True, online=False)
    browser.page(parse("```pyodide\n1\n```\n", "x.md"))
    browser.write(tmp_path / "site")
    archive = tmp_path / "site" / FOLDER / "packages" / "engine.zip"
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "from convref.weave.browser import driver\nassert '.zip' in driver.__file__\n"
        'print(driver.answer(\'{"blocks": [{"code": "6 * 7"}], "lang": "en"}\'))'
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert [{"text": "42"}] == json.loads(done.stdout)["values"]


def test_a_package_of_the_site_that_is_missing_is_reported_even_if_no_page_offers_a_block(tmp_path, runtime):
    given = [tmp_path, tmp_path / "cache"]
    browser = Browser(runtime, ["missing.whl"], *given, everywhere=False, online=False)
    found = browser.page(parse('```python exec="on"\n1\n```\n', "x.md"))
    assert ({}, [True]) == (found.blocks, ["missing.whl" in each.message for each in found.diagnostics])
