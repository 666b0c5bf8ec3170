"""Dependencies are recorded, in whatever way a page uses them."""

import importlib.metadata
import os
import sqlite3
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest
from cached_site import Kept, Link, block, change, planned
from dependency_ways import TREE, WAYS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import ALL

from convref.weave.cache.recording.recorder import ATTACHED, WAL
from convref.weave.cache.results import CacheSettings, last_entry
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


@pytest.mark.parametrize("way", WAYS)
def test_a_dependency_is_recorded_however_the_page_uses_it(twins, way):
    code, edit = WAYS[way]
    twins.begin(TREE)
    before = twins.recalled(block(code))
    assert (before, 0) == (twins.recalled(block(code)), twins.site.ran)
    change(twins.root, edit)
    expected = twins.run(block(code))
    assert expected != before
    assert (expected, 1) == (twins.recalled(block(code)), twins.site.ran)


DATABASE = "import sqlite3\nc = sqlite3.connect('data.db')\n"
SQLITE = {
    "WAL mode": (DATABASE + "c.execute('PRAGMA journal_mode=wal')\nc.close()", WAL),
    "WAL mode, by a page before": (DATABASE + "c.execute('select 1')", WAL),
    "attached": (DATABASE + "c.execute(\"ATTACH 'other.db' AS o\")\nc.close()", ATTACHED),
    "attached to a database in memory": (
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('attach ? as o', ['other.db'])",
        ATTACHED,
    ),
    "attached by words that are put together": (
        DATABASE + "c.execute('att' + 'ach ? as o', ['other.db'])",
        ATTACHED,
    ),
    "by an address": ("import sqlite3\nc = sqlite3.connect('file:data.db?mode=rw', uri=True)", WAL),
}  # fmt: skip


@pytest.mark.parametrize("name", SQLITE)
def test_a_database_that_lies_in_several_files_keeps_its_page_out_of_the_cache(twins, name):
    code, reason = SQLITE[name]
    twins.begin({})
    for file in ("data.db", "other.db"):
        database = sqlite3.connect(twins.root / file)
        if "before" in name or "address" in name:
            database.execute("PRAGMA journal_mode=wal")
        database.execute("create table t(x)")
        database.close()
    twins.recalled(block(code))
    twins.recalled(block(code))
    assert 1 == twins.site.ran
    assert reason in twins.site.reason


def test_a_page_whose_working_directory_is_missing_runs_again_when_it_is_made(twins):
    text = block("n = 1\nopen(f'data{n}.txt').read()", ' workdir="made/later"')
    twins.begin({"data1.txt": "1"})
    assert "FileNotFoundError" == twins.recalled(text)[0][3].kind
    change(twins.root, {"made/later/data1.txt": "2"})
    assert "'2'" == twins.recalled(text)[0][1][""]["text/plain"]


def test_a_database_in_one_file_is_a_file_like_others(twins):
    code = f"{DATABASE}print(c.execute('select x from t').fetchall())"  # noqa: S608 (it is no query of a program)
    twins.begin({})
    for number in range(2):
        database = sqlite3.connect(twins.root / "data.db")
        database.executescript(f"drop table if exists t; create table t(x); insert into t values({number})")
        database.close()
        assert f"[({number},)]\n" == twins.recalled(block(code))[0][0]
        assert 1 == twins.site.ran
        twins.recalled(block(code))
        assert 0 == twins.site.ran


def places():
    """Directories in which a site may lie: a file system in memory, a temporary one, behind a link."""
    yield from (folder for folder in ("/dev/shm", tempfile.gettempdir()) if os.path.isdir(folder))  # noqa: PTH112, S108
    yield "link"


@pytest.mark.parametrize("place", list(places()))
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_dependencies_are_recorded_wherever_the_site_lies(monkeypatch, tmp_path, place, start):
    base = tmp_path / "real" if place == "link" else place
    Path(base).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as folder:
        root = Path(folder)
        if place == "link":
            root = tmp_path / "link"
            root.symlink_to(folder)
        monkeypatch.chdir(root)
        monkeypatch.syspath_prepend(str(root))
        change(root, {"own.py": "x = 1", "data1.txt": "1"})
        text = block("import own\nn = 1\nprint(own.x, open(f'data{n}.txt').read())")
        for edit, expected in [({}, "1 1\n"), ({"own.py": "x = 2"}, "2 1\n"), ({"data1.txt": "3"}, "2 3\n")]:
            change(root, edit)
            with Engine(Settings(start=start), ["en"], CacheSettings(root / "cache")) as engine:
                assert expected == engine.run(planned(text))[0].output


@pytest.mark.parametrize("code", ["tempfile.TemporaryFile().close()", "tempfile.mkdtemp() and None"])
def test_a_page_that_makes_temporary_files_is_recalled(site, code):
    text = block(f"import tempfile\n{code}")
    site.build(text)
    site.build(text)
    assert (0, "") == (site.ran, site.reason)


def test_a_link_to_the_site_that_leads_elsewhere_runs_its_pages_again(monkeypatch, tmp_path):
    text = block("n = 1\nprint(open(f'data{n}.txt').read())")
    for name in ("one", "two"):
        change(tmp_path, {f"{name}/data1.txt": name, "link": Link(name)})
        monkeypatch.chdir(tmp_path)
        settings = Settings(cwd=str(tmp_path / "link"))
        with Engine(settings, ["en"], CacheSettings(tmp_path / "cache")) as engine:
            assert f"{name}\n" == engine.run(planned(text))[0].output


@pytest.mark.parametrize(
    "code",
    ["import importlib\nfor name in ['numpy']:\n    importlib.import_module(name)", "exec('import numpy')"],
)
def test_a_preloaded_module_is_recorded_for_a_page_that_asks_for_it(twins, monkeypatch, code):
    twins.begin({})
    twins.recalled(block(code))
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"0 of {name}")
    twins.recalled(block(code))
    assert "numpy is 0 of numpy, not " in twins.site.reason


def recorded(twins, text):
    """Return what the result of a page depends on, as the cache has it."""
    entry = last_entry(twins.cached.cache, planned(text).steps)
    assert entry is not None
    return entry.depends


@pytest.mark.parametrize("code", ["import own", "import package.inner"])
@pytest.mark.parametrize("asked", ["", "import os\nos.stat('own.py')\n"], ids=["", "asked about before"])
def test_the_imports_of_a_module_of_the_project_are_recorded(twins, code, asked):
    source = "import numpy, os\nos.environ.get('HOME')"
    twins.begin({"own.py": source, "package/__init__.py": "", "package/inner.py": source})
    twins.recalled(block(asked + code))
    depends = recorded(twins, block(asked + code))
    assert {"numpy"} == set(depends.versions)
    assert depends.environment


def test_a_page_that_asks_for_an_installed_version_depends_on_it(twins):
    code = "import importlib.metadata\nimportlib.metadata.version('markdown')"
    twins.begin({})
    twins.recalled(block(code))
    depends = recorded(twins, block(code))
    tells = importlib.metadata.distribution("markdown").locate_file(
        f"markdown-{importlib.metadata.version('markdown')}.dist-info/METADATA"
    )
    assert str(tells) in depends.files
    assert sysconfig.get_path("purelib") in depends.folders


def test_a_library_that_asks_for_installed_versions_adds_no_dependency(twins):
    code = "import markdown\nmarkdown.markdown('x', extensions=['tables'])"
    twins.begin({})
    twins.recalled(block(code))
    depends = recorded(twins, block(code))
    assert "Markdown" in depends.versions
    assert [] == [path for path in [*depends.files, *depends.folders] if "site-packages" in path]


def test_files_read_while_a_library_was_preloaded_are_recorded_for_its_users_only(site):
    pages = {
        "docs/a.md": block("import matplotlib\nmatplotlib.rcParams['lines.linewidth']"),
        "docs/b.md": block("import yaml\nyaml.__name__"),
    }

    def built():
        with Engine(Settings(), ["en"], CacheSettings(site.root / "cache")) as engine:
            engine.preload(["matplotlib", "yaml"])
            for path, text in pages.items():
                shown = site.run(engine, text, path)[0].forms[""]["text/plain"]
                yield site.ran, shown

    assert [1, 1] == [ran for ran, _ in built()]
    assert [0, 0] == [ran for ran, _ in built()]
    change(site.root, {"matplotlibrc": "lines.linewidth: 7"})
    assert [(1, "7.0"), (0, "'yaml'")] == list(built())


def test_a_library_is_loaded_again_when_a_file_that_it_read_has_changed(site):
    text = block("import matplotlib\nmatplotlib.rcParams['lines.linewidth']")
    with Engine(Settings(start="fork"), ["en"], CacheSettings(site.root / "cache")) as engine:
        engine.preload(["matplotlib"])
        site.run(engine, text)
        change(site.root, {"matplotlibrc": "lines.linewidth: 7"})
        assert "7.0" == site.run(engine, text)[0].forms[""]["text/plain"]
        site.run(engine, text)
        assert 0 == site.ran


PAGE = """import os, numpy, own
{code}
try:
    from optional import y
except ImportError:
    y = None
try:
    from package.inner import z
except ImportError:
    z = None
data = open('data.txt').read() if os.path.exists('data.txt') else None
print(own.x, y, z, data, open('linked').read(), sorted(os.listdir('folder')), list(os.walk('deep')))"""
CHOICES: dict[str, list[Any]] = {
    "code": ["", "own.x + 1", "print(own.x)", "1 / own.x"],
    "text": ["", "a\n\n", "a\n\nb\n\n"],
    "numpy": ["1.0", "2.0"],
    "own.py": ["x = 0", "x = 1", Kept("x = 2"), "from other import x"],
    "own/__init__.py": [None, "x = 5"],
    "first/own.py": [None, "x = 6", Kept("x = 7")],
    "other.py": ["x = 3", "x = 4", Kept("x = 8")],
    "data.txt": [None, "1", "2", Kept("3"), {}, Link("own.py")],
    "linked": [Link("one"), Link("two"), "one"],
    "one": ["one", "two"],
    "folder/a": [None, "1", {}],
    "deep/a/b": [None, "", {}],
    "optional.py": [None, "y = 5", "y = 6"],
    "package/__init__.py": [None, ""],
    "package/inner.py": [None, "z = 1"],
    "package/inner/__init__.py": [None, "z = 2"],
    "first/package/inner.py": [None, "z = 3"],
}
START = {
    "own.py": "x = 1",
    "other.py": "x = 3",
    "folder/keep": "",
    "deep/keep": "",
    "one": "one",
    "two": "two",
}
EDITS = st.lists(
    st.sampled_from([(what, value) for what, values in CHOICES.items() for value in values]),
    min_size=2,
    max_size=8,
)


@settings(max_examples=25 if ALL else 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_no_sequence_of_edits_gives_a_stale_result_or_a_needless_run(twins, edits):
    twins.begin({**START, "linked": Link("one")})
    state = {"code": "", "text": "", "numpy": "1.0"}
    known = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importlib.metadata.version", lambda name: state.get(name, "0"))
        for what, value in edits:
            if what in state:
                state[what] = value
            else:
                change(twins.root, {what: value})
            text = state["text"] + block(PAGE.format(code=state["code"]))
            assert twins.run(text) == twins.recalled(text)
            situation = (state["code"], state["numpy"], contents(twins.root))
            assert not (situation == known and twins.site.ran)
            known = situation


def contents(root):
    """Everything below a folder, but for bytecode."""
    return {
        path.relative_to(root): path.readlink() if path.is_symlink() else path.is_file() and path.read_text()
        for path in sorted(root.rglob("*"))
        if "__pycache__" not in path.parts
    }
