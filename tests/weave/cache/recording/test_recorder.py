"""Dependencies are recorded, in whatever way a page uses them."""

import importlib.metadata
import os
import sqlite3
import sysconfig
import tempfile
from pathlib import Path

import pytest
from cached_site import Kept, Link, block, change, planned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convref.weave.cache.recording.recorder import ATTACHED, WAL
from convref.weave.cache.results import CacheSettings, last_entry
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

TREE = {
    "data1.txt": "1",
    "data2.txt": "2",
    "same.txt": "1",
    "link1": Link("data1.txt"),
    "folder/x.txt": "1",
    "other/x.txt": "2",
    "linked": Link("folder"),
    "tree/inner": Link("../folder"),
    "tree/real/x.txt": "1",
    "own.py": "x = 1",
    "lazy.py": "def f():\n    import own\n    return own.x\ndef g(n):\n  print(open(f'data{n}.txt').read())",
    "package/__init__.py": "",
    "package/sub.py": "x = 1",
    "package/data.txt": "1",
    "space/part.py": "x = 1",
    "late/thing.py": "x = 1",
}
READS = {
    "opened by a computed name": ("n = 1\nopen(f'data{n}.txt').read()", {"data1.txt": "3"}),
    "pathlib": ("from pathlib import Path\n(Path('folder') / 'x.txt').read_text()", {"folder/x.txt": "3"}),
    "a descriptor": ("import os\nos.read(os.open(f'data{1}.txt', os.O_RDONLY), 9)", {"data1.txt": "3"}),
    "relative to a descriptor": (
        "import os\nfolder = os.open('folder', 0)\nos.read(os.open('x.txt', 0, dir_fd=folder), 9)",
        {"folder/x.txt": "3"},
    ),
    "asked about relative to a descriptor": (
        "import os\nfolder = os.open('folder', 0)\nos.stat('x.txt', dir_fd=folder).st_size",
        {"folder/x.txt": "33"},
    ),
    "numpy": ("import numpy\nn = 1\nnumpy.loadtxt(f'data{n}.txt')", {"data1.txt": "3"}),
    "numpy, mapped": ("import numpy\nn = 1\nnumpy.memmap(f'data{n}.txt', 'u1', 'r')[:]", {"data1.txt": "3"}),
    "a thread": (
        "import threading, lazy\nt = threading.Thread(target=lazy.g, args=[1])\nt.start(); t.join()",
        {"data1.txt": "3"},
    ),
    "another directory": ("import os\nos.chdir('folder')\nopen('x' + '.txt').read()", {"folder/x.txt": "3"}),
    "a package's data": (
        "import importlib.resources as r\nr.files('package').joinpath('data.txt').read_text()",
        {"package/data.txt": "3"},
    ),
    "pkgutil": ("import pkgutil\npkgutil.get_data('package', 'data.txt')", {"package/data.txt": "3"}),
    "read by a function of a module": ("import lazy\nlazy.g(1)", {"data1.txt": "3"}),
    "a time that stays": ("n = 1\nopen(f'data{n}.txt').read()", {"data1.txt": Kept("3")}),
    "gone": ("import os\n[os.path.exists(f'data{n}.txt') for n in (1, 2)]", {"data2.txt": None}),
    "a library of C": (
        "import ctypes\ntry:\n    ctypes.CDLL(f'./lib{1}.so')\nexcept OSError as e:\n    print(str(e)[-30:])",
        {"lib1.so": "none"},
    ),
}  # fmt: skip
FOLDERS = {
    "names": ("import os\nsorted(os.listdir('folder'))", {"folder/y": ""}),
    "names by a descriptor": ("import os\nsorted(os.listdir(os.open('folder', 0)))", {"folder/y": ""}),
    "patterns": ("from pathlib import Path\nsorted(Path('folder').rglob('*.txt'))", {"folder/y.txt": ""}),
    "renamed": ("import glob\nsorted(glob.glob('*/x.txt'))", {"folder": None, "renamed/x.txt": "1"}),
    "a file that is a folder now": (
        "import os\n[sorted(each) for _, *both in os.walk('folder') for each in both]",
        {"folder/x.txt": {}},
    ),
    "sizes by its entries": (
        "import os\n[each.stat().st_size for each in os.scandir('folder')]",
        {"folder/x.txt": "333"},
    ),
    "a tree with a link that becomes a folder": (
        "from pathlib import Path\nsorted(map(str, Path('tree').rglob('*.txt')))",
        {"tree/inner": None, "tree/inner/y.txt": ""},
    ),
    "a walk over a folder that becomes a link": (
        "import os\nsorted(os.walk('tree'))",
        {"tree/real": Link("../folder")},
    ),
    "a recursive pattern over a link": (
        "import glob\nsorted(glob.glob('tree/**', recursive=True))",
        {"tree/inner": Link("../other/none")},
    ),
    "modules in a package": (
        "import pkgutil, package\n[each.name for each in pkgutil.iter_modules(package.__path__)]",
        {"package/more.py": ""},
    ),
}
LINKS = {
    "to a file": ("n = 1\nopen(f'link{n}').read()", {"link1": Link("data2.txt")}),
    "itself": ("import os\nn = 1\nos.readlink(f'link{n}')", {"link1": Link("same.txt")}),
    "resolved": ("from pathlib import Path\nPath(f'link{1}').resolve().name", {"link1": Link("same.txt")}),
    "whether it is one": ("from pathlib import Path\nPath(f'link{1}').is_symlink()", {"link1": "1"}),
    "to a folder": ("n = 'linked'\nopen(f'{n}/x.txt').read()", {"linked": Link("other")}),
}
MODULES = {
    "its time stays": ("import own\nown.x", {"own.py": Kept("x = 2")}),
    "within a function": ("import lazy\nlazy.f()", {"own.py": "x = 2"}),
    "shadowed by a file": ("import own\nown.x", {"first/own.py": "x = 2"}),
    "shadowed by a package": ("import own\nown.x", {"own/__init__.py": "x = 2"}),
    "in a package, shadowed": ("import package.sub as own\nown.x", {"package/sub/__init__.py": "x = 2"}),
    "from a package, shadowed": ("from package import sub\nsub.x", {"package/sub/__init__.py": "x = 2"}),
    "in a namespace": ("import space.part as own\nown.x", {"space/part.py": "x = 2"}),
    "in a namespace, shadowed": ("import space.part as own\nown.x", {"first/space/part.py": "x = 2"}),
    "in a namespace that is a package now": (
        "import space.part\ngetattr(space, 'y', None)",
        {"space/__init__.py": "y = 2"},
    ),
    "in a part of a namespace that is new": (
        "try:\n    import space.more\nexcept ImportError:\n    print('none')",
        {"first/space/more.py": ""},
    ),
    "where the page looks": (
        "import sys\nsys.path[:0] = ['early', 'late']\nimport thing\nthing.x",
        {"early/thing.py": "x = 2"},
    ),
    "where the page looks in vain": (
        "import sys\nsys.path += ['late']\ntry:\n    import nothing\nexcept ImportError:\n    print('none')",
        {"late/nothing.py": ""},
    ),
    "only looked for": (
        "import importlib.util as u\n[bool(u.find_spec(name)) for name in ('later', 'package.later')]",
        {"later.py": ""},
    ),
    "only looked for in a package": (
        "import importlib.util as u\n[bool(u.find_spec(name)) for name in ('later', 'package.later')]",
        {"package/later.py": ""},
    ),
    "by its file": (
        "from importlib.machinery import SourceFileLoader\nSourceFileLoader('o', 'own.py').load_module().x",
        {"own.py": "x = 2"},
    ),
    "as a script": ("import runpy\nrunpy.run_path('own.py')['x']", {"own.py": "x = 2"}),
    "its source": ("import inspect, own\ninspect.getsource(own)", {"own.py": "x = 1  # one"}),
    "made again": (
        "try:\n    import later\n    print(later.x)\nexcept ImportError:\n    print('none')",
        {"later/__init__.py": "x = 2"},
    ),
}  # fmt: skip
WAYS = {
    f"{kind}: {name}": case
    for kind, cases in {"file": READS, "folder": FOLDERS, "link": LINKS, "module": MODULES}.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("way", WAYS)
def test_a_dependency_is_recorded_however_the_page_uses_it(twins, way):
    code, edit = WAYS[way]
    twins.begin(TREE)
    before = twins.recalled(block(code))
    assert (before, 0) == (twins.recalled(block(code)), twins.site.ran)
    change(twins.root, edit)
    expected = twins.run(block(code))
    assert before != expected
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


@pytest.mark.parametrize("code", ["import own", "import package.inner"])
@pytest.mark.parametrize("asked", ["", "import os\nos.stat('own.py')\n"], ids=["", "asked about before"])
def test_the_imports_of_a_module_of_the_project_are_recorded(twins, code, asked):
    source = "import numpy, os\nos.environ.get('HOME')"
    twins.begin({"own.py": source, "package/__init__.py": "", "package/inner.py": source})
    twins.recalled(block(asked + code))
    depends = last_entry(twins.cached.cache, planned(block(asked + code)).steps).depends
    assert {"numpy"} == set(depends.versions)
    assert depends.environment


def test_a_page_that_asks_for_an_installed_version_depends_on_it(twins):
    code = "import importlib.metadata\nimportlib.metadata.version('markdown')"
    twins.begin({})
    twins.recalled(block(code))
    depends = last_entry(twins.cached.cache, planned(block(code)).steps).depends
    tells = importlib.metadata.distribution("markdown").locate_file(
        f"markdown-{importlib.metadata.version('markdown')}.dist-info/METADATA"
    )
    assert str(tells) in depends.files
    assert sysconfig.get_path("purelib") in depends.folders


def test_a_library_that_asks_for_installed_versions_adds_no_dependency(twins):
    code = "import markdown\nmarkdown.markdown('x', extensions=['tables'])"
    twins.begin({})
    twins.recalled(block(code))
    depends = last_entry(twins.cached.cache, planned(block(code)).steps).depends
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
CHOICES = {
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


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
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
