"""Cached results: when they are used, and that none outlives a change of what it depends on."""

import os
import sys

import pytest
from cached_site import Site, block, said, write

from convref.errors import ArgumentError
from convref.weave.cache.entry import FORMAT
from convref.weave.cache.results import CacheSettings, last_entry
from convref.weave.cache.signing import Signer, cache_key
from convref.weave.cache.store import pack, unpack
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


def test_a_page_that_ran_before_is_not_run_again_and_gives_the_same(site):
    text = block("x = 20\nprint('out')\nx + 1") + "`{python} x`\n" + "```pycon\n>>> x + 3\n23\n```\n"
    first = site.build(text)
    assert 1 == site.ran
    assert first == site.build(text)
    assert 0 == site.ran


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# T\n\n", "# Another title\n\nand more text\n\n"),
        ("", "\n\n\n"),
        ("> quoted\n\n", ""),
    ],
)
def test_edits_of_the_text_around_code_run_nothing_and_keep_lines_right(site, before, after):
    text = block("import warnings\nwarnings.warn('old')\n1 / 0")
    site.build(before + text)
    failed = site.build(after + text)[0]
    assert 0 == site.ran
    line = after.count("\n") + 4
    assert failed.failure.line == line
    assert f'File "docs/x.md", line {line}, in <module>' in failed.failure.traceback
    assert f"docs/x.md:{line - 1}: UserWarning: old" in failed.stderr


def test_a_changed_caption_runs_nothing(site):
    site.build(block("1", ' caption="one"'))
    site.build(block("1", ' caption="two"'))
    assert 0 == site.ran


def test_code_that_looks_at_line_numbers_runs_again_when_they_move(site):
    text = block("import sys\nprint(sys._getframe().f_lineno)")
    assert "3\n" == site.build(text)[0].output
    assert "5\n" == site.build("\n\n" + text)[0].output
    assert "its code uses its line numbers, and these changed" == site.reason


@pytest.mark.parametrize(
    ("code", "change", "reason"),
    [
        ("import own\nown.x", ("own.py", "x = 2"), "own.py changed"),
        ("import package.inner as own\nown.x", ("package/inner.py", "x = 2"), "package/inner.py changed"),
        ("print(open('data.txt').read())", ("data.txt", "2"), "data.txt changed"),
        ("import os\nos.listdir('folder')", ("folder/new", ""), "the names in the folder folder changed"),
        ("import glob\nglob.glob('folder/*')", ("folder/new", ""), "the names in the folder folder changed"),
        ("import os\nos.path.exists('later')", ("later", ""), "later is new"),
        ("from pathlib import Path\nPath('later').is_file()", ("later", ""), "later is new"),
        (
            "try:\n    import later\nexcept ImportError:\n    print('none')",
            ("later.py", "x = 1"),
            "the module later comes from {root}/later.py, not from nowhere",
        ),
        (
            "try:\n    from package import later\nexcept ImportError:\n    print('none')",
            ("package/later.py", "x = 1"),
            "package/later.py is new",
        ),
        (
            "import os\nos.environ['HOME']",
            None,
            "its code reads environment variables, and one of them changed",
        ),
        (
            "import shutil\nshutil.which('ls')",
            None,
            "its code reads environment variables, and one of them changed",
        ),
        ("import sqlite3\nsqlite3.connect('data.txt')", ("data.txt", "2"), "data.txt changed"),
        ("name = 'data.txt'", ("data.txt", "2"), "data.txt changed"),
    ],
)
def test_a_changed_dependency_runs_the_page_again_and_is_named(site, monkeypatch, code, change, reason):
    for path in ("own.py", "package/inner.py"):
        write(site.root / path, "x = 1")
    write(site.root / "package/__init__.py", "")
    write(site.root / "data.txt", "1")
    write(site.root / "folder/old", "")
    site.build(block(code))
    site.build(block(code))
    assert 0 == site.ran
    if change:
        write(site.root / change[0], change[1])
    else:
        monkeypatch.setenv("HOME", "/elsewhere")
    site.build(block(code))
    assert (1, reason.format(root=site.root)) == (site.ran, site.reason)
    site.build(block(code))
    assert 0 == site.ran


def test_a_change_of_something_else_runs_nothing(site, monkeypatch):
    write(site.root / "own.py", "x = 1")
    write(site.root / "other.py", "x = 1")
    write(site.root / "data.txt", "1")
    site.build(block("import own\nown.x"))
    write(site.root / "other.py", "x = 2")
    write(site.root / "data.txt", "2")
    monkeypatch.setenv("HOME", "/elsewhere")
    site.build(block("import own\nown.x"))
    assert 0 == site.ran


def test_another_version_of_an_imported_distribution_runs_the_page_again(site, monkeypatch):
    text = block("import iniconfig")
    site.build(text)
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"0 of {name}")
    site.build(text)
    assert 1 == site.ran
    assert "iniconfig is 0 of iniconfig, not " in site.reason


def test_a_page_does_not_depend_on_what_only_others_import(site):
    write(site.root / "own.py", "import iniconfig")
    cache = CacheSettings(site.root / "cache")
    with Engine(Settings(), ["en"], cache) as engine:
        engine.preload(["iniconfig", "yaml"])
        site.run(engine, block("import own"), "docs/a.md")
        site.run(engine, block("1"), "docs/b.md")
        entries = [
            last_entry(cache, plan({"en": parse(block(code), path)}).steps)
            for code, path in (("import own", "docs/a.md"), ("1", "docs/b.md"))
        ]
        depends = [list(entry.depends.versions) for entry in entries if entry]
    assert [["iniconfig"], []] == depends


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import subprocess\nsubprocess.run(['true'])", "it starts a program"),
        ("import os\nos.system('true')", "it starts a program"),
        (
            "import multiprocessing as m\nm.get_context('spawn').Process(target=print).start()",
            "it starts a program",
        ),
        (
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9))\nexcept OSError:\n    pass",
            "it uses the network",
        ),
        (
            "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
            "a thread was left running",
        ),
    ],
)
def test_a_session_that_cannot_be_followed_is_not_cached_and_the_reason_is_named(site, code, reason):
    site.build(block(code))
    site.build(block(code))
    assert (1, f"its result is never cached: {reason}") == (site.ran, site.reason)


def test_a_block_can_turn_caching_on_or_off(site):
    started = "import subprocess\nsubprocess.run(['true'])"
    site.build(block(started, ' cache="on"'))
    site.build(block(started, ' cache="on"'))
    assert 0 == site.ran
    site.build(block("1", ' cache="off"'))
    site.build(block("1", ' cache="off"'))
    assert (1, 'its result is never cached: a block has the option cache="off"') == (site.ran, site.reason)


def test_a_page_that_changes_what_it_reads_runs_every_time(site):
    write(site.root / "count", "1")
    code = "n = int(open('count').read())\nopen('count', 'w').write(str(n + 1))\nprint(n)"
    assert ["1\n", "2\n", "3\n"] == [site.build(block(code))[0].output for _ in range(3)]


def test_a_file_written_by_a_page_is_written_again_after_it_was_deleted(site):
    text = block("with open('made.txt', 'w') as file:\n    print('x', file=file)")
    site.build(text)
    site.build(text)
    assert 0 == site.ran
    (site.root / "made.txt").unlink()
    site.build(text)
    assert (1, True) == (site.ran, (site.root / "made.txt").exists())


@pytest.mark.parametrize("code", ["import os\nos._exit(3)", "raise MemoryError"])
def test_a_session_that_ended_early_is_not_cached(site, code):
    site.build(block(code))
    site.build(block(code))
    assert 1 == site.ran


def test_always_runs_everything_and_never_runs_nothing(site):
    site.build(block("1"))
    always, never = Site(site.root, "always"), Site(site.root, "never")
    always.build(block("1"))
    assert 1 == always.ran
    assert "1" == never.build(block("1"))[0].forms[""]["text/plain"]
    failure = never.build(block("open('made', 'w')"))[0].failure
    assert "NotRun: not run, because execute is 'never'; there is no cached result" == str(failure)
    assert (0, False) == (never.ran, (site.root / "made").exists())


def test_never_starts_no_process(site, monkeypatch):
    monkeypatch.setattr("convref.weave.run.engine.start_host", lambda *_: pytest.fail("a host was started"))
    Site(site.root, "never").build(block("1"))


@pytest.mark.parametrize(("execute", "ready"), [("auto", True), ("never", False)])
def test_modules_that_pages_import_can_be_preloaded_for_later_builds(site, execute, ready):
    text = block("import yaml")
    site.build(text)
    with Engine(Settings(), ["en"], CacheSettings(site.root / "cache", execute)) as engine:
        site.run(engine, text)
        assert engine._host is None
        engine.get_ready()
        assert ready == (engine._host is not None)
        if ready:
            shown = site.run(engine, block("import sys\n'yaml' in sys.modules"))[0].forms[""]
            assert "True" == shown["text/plain"]


def test_execute_is_one_of_three_words(tmp_path):
    with pytest.raises(ArgumentError, match=r"execute \(='sometimes'\) must be 'auto', 'always' or 'never'"):
        CacheSettings(tmp_path, "sometimes")  # type: ignore[arg-type]


def test_an_entry_of_another_version_of_the_engine_is_not_used(site, monkeypatch):
    site.build(block("1"))
    monkeypatch.setattr("convref.weave.cache.entry.engine_digest", lambda: "another")
    site.build(block("1"))
    assert (1, "convref changed") == (site.ran, site.reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda body: body.update(format=FORMAT + 1),
            "its entry in the cache has the format of another",
        ),
        (lambda body: body.pop("depends"), "its entry in the cache cannot be read: 'depends'"),
        (
            lambda body: body.update(depends=None),
            "its entry in the cache cannot be read: convref.weave",
        ),
        (lambda body: body["outcomes"].pop(), "its entry in the cache has too few or too many results"),
        (lambda body: body["outcomes"][0].update(got=[1]), "its entry in the cache cannot be read: 'int'"),
        (lambda body: body["outcomes"][0].update(new=1), "its entry in the cache cannot be read: Outcome"),
    ],
)
def test_a_malformed_entry_counts_as_a_miss(site, change, reason):
    expected = site.build(block("print(1)"))
    (file,) = site.root.glob("cache/*/*.json")
    signer = Signer(cache_key())
    body = unpack(file.read_bytes(), signer)
    change(body)
    file.write_bytes(pack(body, signer))
    assert (said(expected), 1) == (said(site.build(block("print(1)"))), site.ran)
    assert site.reason.startswith(reason)
    assert (said(expected), 0) == (said(site.build(block("print(1)"))), site.ran)


def test_a_changed_module_of_the_project_is_imported_again_by_the_same_warm_parent(site):
    write(site.root / "own.py", "x = 1")
    with Engine(Settings(), ["en"], CacheSettings(site.root / "cache")) as engine:
        pages = {"docs/a.md": block("import own\nown.x"), "docs/b.md": block("'b'")}
        for path, text in pages.items():
            site.run(engine, text, path)
        write(site.root / "own.py", "x = 2")
        assert "2" == site.run(engine, pages["docs/a.md"], "docs/a.md")[0].forms[""]["text/plain"]
        site.run(engine, pages["docs/b.md"], "docs/b.md")
        assert 0 == site.ran


@pytest.mark.skipif(sys.platform != "linux", reason="a host that forks")
def test_sources_that_change_twice_within_a_second_are_distinguished(site):
    for number in range(4):
        write(site.root / "own.py", f"x = {number}")
        os.utime(site.root / "own.py", (1_900_000_000, 1_900_000_000))
        assert str(number) == site.build(block("import own\nown.x"))[0].forms[""]["text/plain"]
