"""Installed packages that change while a warm parent has them loaded, as during `mkdocs serve`."""

import sys

import pytest
from cached_site import block, planned, write
from installed_package import installed_package
from serving import wait_for

from convref.weave.cache.results import CacheSettings
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a warm parent")
PAGE = block("import pkg\nprint(pkg.version, pkg.part.x)")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path / "site")
    installed = installed_package(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return installed


@pytest.fixture
def engine(installed, tmp_path):  # noqa: ARG001 (the engine looks for packages in it)
    with Engine(Settings(start="fork"), ["en"], CacheSettings(tmp_path / "cache")) as engine:
        engine.preload(["pkg"])
        yield engine


def build(engine):
    page = planned(PAGE)
    engine.prepare([page])
    return engine.run(page)[0].output


def test_a_warm_parent_that_has_the_package_loaded_gives_it_to_pages(engine):
    look = planned(block("import sys\nprint('pkg' in sys.modules)"))
    assert "True\n" == engine.run(look)[0].output


@pytest.mark.parametrize("mode", ["files", "renamed"])
def test_pages_run_the_new_version_of_an_upgraded_package(engine, installed, mode):
    assert ["1 1\n"] * 2 == [build(engine), build(engine)]
    installed.install("2", mode=mode)
    assert ["2 2\n"] * 2 == [build(engine), build(engine)]
    assert "pkg is 2, not 1" == engine.results.explain(planned(PAGE).steps) or build(engine) == "2 2\n"


def test_pages_run_a_part_of_a_package_that_was_edited_in_its_place(engine, installed):
    assert "1 1\n" == build(engine)
    write(installed.folder / "pkg" / "part.py", "x = 'edited'\n")
    other = planned(PAGE.replace("print", "print  "))
    engine.prepare([other])
    assert "1 edited\n" == engine.run(other)[0].output


def test_pages_import_a_module_of_the_project_that_hides_a_loaded_package(engine, tmp_path):
    assert "1 1\n" == build(engine)
    write(tmp_path / "site" / "pkg.py", "version = 'own'\nclass part: x = 'own'\n")
    assert "own own\n" == build(engine)
    (tmp_path / "site" / "pkg.py").unlink()
    assert "1 1\n" == build(engine)


MADE = """
import sys, types
made = sys.modules["pkg.made"] = types.ModuleType("pkg.made")
made.__file__ = "_made.py"
"""


@pytest.mark.parametrize("preloaded", [False, True])
def test_a_module_that_a_package_makes_without_a_file_stays_and_its_page_is_cached(
    installed, tmp_path, preloaded
):
    init = installed.folder / "pkg" / "__init__.py"
    init.write_text(init.read_text("utf-8") + MADE, "utf-8")
    write(tmp_path / "site" / "own.py", "import pkg\n")
    page = planned(block("import own, sys\nprint(sys.modules['pkg.made'].__file__)"))
    with Engine(Settings(start="fork"), ["en"], CacheSettings(tmp_path / "cache")) as engine:
        engine.preload(["pkg"] * preloaded)
        engine.prepare([page])
        assert "_made.py\n" == engine.run(page)[0].output
        assert engine.results is not None
        assert engine.results.knows(page.steps)


RENAMED = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("_part_of_pkg", __file__.replace("__init__", "part"))
sys.modules["_part_of_pkg"] = importlib.util.module_from_spec(spec)
loaded_by = os.getpid()
"""


def test_a_package_with_a_module_under_a_name_of_its_own_is_loaded_once_for_all_builds(installed):
    init = installed.folder / "pkg" / "__init__.py"
    init.write_text(init.read_text("utf-8") + RENAMED, "utf-8")
    with Engine(Settings(start="fork")) as engine:
        engine.preload(["pkg"])
        outputs = []
        for text in ("print(pkg.loaded_by)", "print(pkg.loaded_by )"):
            page = planned(block(f"import pkg\n{text}"))
            engine.prepare([page])
            outputs.append(engine.run(page)[0].output)
    assert outputs[0] == outputs[1]


def test_a_package_upgraded_while_a_page_runs_keeps_its_result_out_of_the_cache(engine, installed):
    page = planned(
        block("import pkg, time\nopen('started', 'w').close()\ntime.sleep(0.5)\nprint(pkg.version)")
    )
    engine.prepare([page])
    future = engine.submit(page)
    wait_for((installed.folder.parent / "site" / "started").exists)
    installed.install("2")
    assert "1\n" == future.result()[0].output
    engine.prepare([page])
    assert "2\n" == engine.run(page)[0].output
