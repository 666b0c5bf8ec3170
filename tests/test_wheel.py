"""The wheel, installed in an empty environment, works without the checkout."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MKDOCS_YML = """
site_name: sample
theme: mkdocs
plugins: [convref]
markdown_extensions: [tables]
"""
PAGE = """# Sample

Six times seven is `{python} answer`.

```python exec="on" source="above"
answer = 6 * 7
answer
```
"""


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints, outside of the project's own environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def pip(environment: Path, *arguments: str | Path) -> str:
    """Run the pip of these tests on an environment, which has none, and return what it prints."""
    flags = ("--python", environment, "--disable-pip-version-check")
    return run(sys.executable, "-m", "pip", *flags, *arguments, cwd=environment)


def install(environment: Path, *requirements: str | Path) -> None:
    """Create an environment, and install requirements and what they need, at the pinned versions."""
    venv.create(environment)
    # Modules are compiled when they are imported, since most of NumPy's are not.
    options = ("--quiet", "--no-compile", "-c", ROOT / "constraints.txt")
    pip(environment, "install", *options, *requirements)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=ROOT)
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    install(folder, wheel)
    return folder


def test_the_wheel_contains_only_the_package_and_its_type_marker(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"convref/py.typed", "convref/weave/adapters/mkdocs_notebooks.css"} <= set(names)
    assert {"convref"} == {name.partition("/")[0].partition("-")[0] for name in names}


def test_it_installs_numpy_and_what_the_command_line_needs_and_no_more(environment: Path) -> None:
    installed = {each["name"].lower() for each in json.loads(pip(environment, "list", "--format=json"))}
    assert {"convref", "numpy", "rich", "markdown-it-py", "mdurl", "pygments"} == installed


def test_the_command_line_works(environment: Path) -> None:
    shown = run(environment / "bin/convref", "show", "vgg16", "--format", "json", cwd=environment)
    assert 138_357_544 == json.loads(shown)["totals"][0]["params"]


def test_a_description_runs_on_arrays_without_torch(environment: Path) -> None:
    code = """
import numpy as np
from convref import functional, init
from convref.nn import Conv2d
net = Conv2d(3, 8, 3)
print(functional.run(net, init(net), np.ones((1, 3, 5, 5), dtype=np.float32)).shape)
"""
    assert "(1, 8, 3, 3)\n" == run(environment / "bin/python", "-c", code, cwd=environment)


def test_the_catalog_knows_operators_and_the_networks_that_use_them(environment: Path) -> None:
    code = """
from convref import catalog
row = catalog.find("depthwise_separable_conv")
names = {}
exec(row.snippet("numpy"), names)
print(names["y"].shape, row.networks()["xception"])
"""
    shown = run(environment / "bin/python", "-c", code, cwd=environment)
    assert "(1, 16, 32, 32) ('xception',)\n" == shown


def test_examples_in_docstrings_run_where_there_is_no_checkout(environment: Path, tmp_path: Path) -> None:
    """Examples that use torch and the page engine, which needs the extra `site`, are left out."""
    code = """
import doctest, importlib, pkgutil
import convref
finder = doctest.DocTestFinder(exclude_empty=True)
runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
for info in pkgutil.walk_packages(convref.__path__, "convref.", onerror=lambda name: None):
    if info.name.startswith(("convref.torch", "convref.weave", "convref.__main__")):
        continue
    for test in finder.find(importlib.import_module(info.name)):
        if not any("torch" in example.source for example in test.examples):
            runner.run(test)
print(runner.tries, runner.failures)
"""
    shown = run(environment / "bin/python", "-c", code, cwd=tmp_path)
    tried, failed = map(int, shown.split()[-2:])
    assert 0 == failed, shown
    assert 400 < tried


def test_the_plugin_builds_a_site(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    install(environment, wheel, "mkdocs")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(PAGE)
    (tmp_path / "mkdocs.yml").write_text(MKDOCS_YML)
    run(environment / "bin/mkdocs", "build", "--strict", cwd=tmp_path)
    assert "Six times seven is 42." in (tmp_path / "site/index.html").read_text()
