"""The warm parent: what it loads ahead, and what happens when it dies."""

import pytest
from cached_site import block, run, shown

from convref.weave.run.engine import Engine
from convref.weave.run.process import boot
from convref.weave.run.settings import Settings

TAKES_ALL_FOR_INSTALLED = """\
from convref.weave.run.process import boot, forkserver
forkserver.find_origin = lambda name: forkserver.directories("purelib")[0]
boot.main()
"""


@pytest.fixture
def boot_with(tmp_path, monkeypatch):
    """Have new interpreters run another script in the place of `boot`."""

    def replace(script):
        (tmp_path / "boot.py").write_text(script)
        monkeypatch.setattr(boot, "__file__", str(tmp_path / "boot.py"))

    return replace


def test_a_module_that_kills_the_warm_parent_fails_only_its_page(tmp_path, monkeypatch, boot_with):
    (tmp_path / "deadly.py").write_text("import os\nos._exit(7)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    boot_with(TAKES_ALL_FOR_INSTALLED)
    with Engine(Settings(start="fork")) as engine:
        engine.preload(["deadly"])
        assert "1" == shown(run(engine, block("1"))[0])
        assert (
            "the process ended itself with code 7" == run(engine, block("import deadly"))[0].failure.message
        )


def test_an_engine_whose_warm_parent_cannot_start_says_so(boot_with):
    boot_with("import os; os.kill(os.getpid(), 9)")
    with Engine(Settings(start="fork")) as engine:
        (outcome,) = run(engine, block("1"))
    assert str(outcome.failure).startswith(
        "Crash: the process that starts the pages' sessions was ended by signal 9"
    )


def test_installed_modules_are_preloaded_and_the_projects_are_not(tmp_path, monkeypatch):
    (tmp_path / "own_module.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    look = block("import sys; [name in sys.modules for name in ('yaml', 'own_module', 'convref')]")
    with Engine(Settings(preload=("own_module", "no_such_module"))) as engine:
        engine.preload(["yaml.nodes"])
        assert "[True, False, False]" == shown(run(engine, look)[0])
        assert "1" == shown(run(engine, block("import own_module; own_module.x"))[0])
        (tmp_path / "own_module.py").write_text("x = 22\n")
        engine.prepare([])  # a build sees one state of the files
        assert "22" == shown(run(engine, block("import own_module; own_module.x"))[0])
