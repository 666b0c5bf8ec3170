"""The files of the engine, whose digest decides whether a cached result is of the present version."""

import shutil
from pathlib import Path

import pytest
from cached_site import block, run, shown

import convref
from convref.weave.cache.module_origins import engine_digest, engine_files
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

PACKAGE = Path(convref.__file__).parent
# A session forgets the project's modules, to import them anew. So it is asked for the files of all functions
# that are in memory; the warm parent has hidden them from the garbage collector, in which they are looked up.
LOADED_FILES = """
import gc, types
gc.unfreeze()
functions = [each for each in gc.get_objects() if isinstance(each, types.FunctionType)]
sorted({each.__code__.co_filename for each in functions})
"""


def files_that_a_worker_loads(start):
    with Engine(Settings(start=start)) as engine:
        files = {Path(file) for file in eval(shown(run(engine, block(LOADED_FILES))[0]))}
    return {file for file in files if file.is_relative_to(PACKAGE)}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_engine_files_cover_every_module_that_a_worker_loads(start):
    loaded = files_that_a_worker_loads(start)
    assert PACKAGE / "weave" / "run" / "worker" / "worker.py" in loaded
    assert set() == loaded - set(engine_files()) - {PACKAGE / "__init__.py"}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package that may be changed."""
    copy = tmp_path_factory.mktemp("copied") / "convref"
    shutil.copytree(PACKAGE / "weave", copy / "weave", ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("file", [str(file.relative_to(PACKAGE)) for file in engine_files()])
def test_a_change_of_an_engine_file_changes_the_digest(copied, file):
    before = engine_digest(copied)
    with (copied / file).open("a") as text:
        text.write("# changed\n")
    assert before != engine_digest(copied)


@pytest.mark.parametrize("file", ["check/parity.py", "render/page.py", "markdown/blocks.py", "page/plan.py"])
def test_a_change_of_another_file_keeps_the_digest(copied, file):
    before = engine_digest(copied)
    with (copied / "weave" / file).open("a") as text:
        text.write("# changed\n")
    assert before == engine_digest(copied)


def test_the_digest_is_the_same_wherever_convref_lies(copied, tmp_path):
    shutil.copytree(copied, tmp_path / "elsewhere")
    assert engine_digest(copied) == engine_digest(tmp_path / "elsewhere")
