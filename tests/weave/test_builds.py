"""Whole builds of a site whose cache is shared, damaged, full, or left behind by a build that was killed."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="process groups and limits are POSIX's")

PAGES = {
    "index.md": '# Home\n\n```python exec="on"\nimport own\nprint(own.x)\n```\n\n`{python} own.x + 1`\n',
    "data.md": '# Data\n\n```python exec="on"\nprint(open("data.txt").read() * 3)\n```\n',
    "slow.md": '# Slow\n\n```python exec="on"\nimport time\ntime.sleep(0.2)\n"slept"\n```\n',
    "wrong.md": '# Wrong\n\n```python exec="on"\n1 / 0\n```\n\n```pycon\n>>> 1 + 1\n3\n```\n',
}
CONFIG = """
site_name: S
theme: {name: mkdocs}
plugins:
  - convref: {doctests: on, execute: !ENV [EXECUTE, auto]}
  - i18n: {docs_structure: folder, languages: [{locale: en, default: true, name: E}, {locale: zh, name: Z}]}
"""
# Runs `convref` until the entry of the given number is at the given stage, and then kills its process group.
KILLED = """
import os, signal, sys
from pathlib import Path
from convref.cli import main
stage, number = sys.argv.pop(1), int(sys.argv.pop(1))
write, replace, done = Path.write_bytes, Path.replace, []
def kill(at):
    done.append(at)
    if at == stage and done.count(at) > number:
        os.killpg(0, signal.SIGKILL)
def write_slowly(self, data):
    if self.suffix == ".tmp":
        kill("before")
        write(self, data[:len(data) // 2])
        kill("half")
    write(self, data)
def replace_slowly(self, target):
    kill("written")
    replace(self, target)
    kill("named")
Path.write_bytes, Path.replace = write_slowly, replace_slowly
sys.exit(main())
"""
# Runs `convref` with no file larger than so many bytes.
LIMITED = """
import resource, sys
from convref.cli import main
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), most))
sys.exit(main())
"""
CONVREF = ["-c", "import sys; from convref.cli import main; sys.exit(main())"]
MKDOCS = ["-m", "mkdocs"]


class Site:
    """A site in a folder, and what its builds give."""

    def __init__(self, root):
        self.root = root
        self.cache = root / ".cache" / "convref"
        for lang in ("en", "zh"):
            (root / "docs" / lang).mkdir(parents=True)
            for name, text in PAGES.items():
                (root / "docs" / lang / name).write_text(f"{text}\n{lang}\n")
        (root / "mkdocs.yml").write_text(CONFIG)
        (root / "own.py").write_text("x = 41\n")
        (root / "data.txt").write_text("123")

    def start(self, out, *, run=CONVREF, execute="auto"):
        """Begin a build into a folder."""
        given = ["weave", "docs", out] if run is not MKDOCS else ["build", "-q", "-d", out]
        environment = {"EXECUTE": execute, "PYTHONPATH": str(self.root), "SOURCE_DATE_EPOCH": "0"}
        return subprocess.Popen(
            [sys.executable, *run, *given],
            cwd=self.root,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},
            start_new_session=True,
        )

    def build(self, run=CONVREF, execute="auto"):
        """What a build writes, and what it says on standard error."""
        build = self.start("out", run=run, execute=execute)
        _, said = build.communicate(timeout=60)
        assert build.returncode in {0, 1}
        return self.written("out"), said

    def written(self, out):
        """The files that a build made; they are taken away."""
        root = self.root / out
        files = {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}
        shutil.rmtree(root)
        return files

    def entries(self):
        """The entries of sessions; that of `mkdocs build` itself is left out."""
        return sorted(each for each in self.cache.glob("*/*.json") if each.parent.name[:6] != "build-")

    def forget(self):
        shutil.rmtree(self.cache, ignore_errors=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return Site(tmp_path_factory.mktemp("builds").resolve())


@pytest.fixture(scope="module")
def cold(site):
    """What a build without a cache writes, and the seconds that it takes."""
    began = time.monotonic()
    files, _ = site.build(execute="always")
    assert b"42" in files["zh/index.md"]
    assert b"ZeroDivisionError" in files["en/wrong.md"]
    return files, time.monotonic() - began


@pytest.fixture(autouse=True)
def forgotten(site):
    site.forget()


def test_builds_with_and_without_a_cache_write_the_same_bytes(site):
    always, cold, warm = (site.build(run=MKDOCS, execute=how)[0] for how in ("always", "auto", "auto"))
    assert b"42" in always["zh/index.html"]
    assert always == cold == warm
    never, _ = site.build(run=MKDOCS, execute="never")
    assert always == never


@pytest.mark.parametrize("run", [CONVREF, MKDOCS], ids=["weave", "mkdocs"])
def test_two_builds_at_once_give_the_same_right_pages(site, run):
    both = [site.start(out, run=run) for out in ("one", "two")]
    said = [each.communicate(timeout=60)[1] for each in both]
    one, two = site.written("one"), site.written("two")
    assert one == two == site.build(run=run, execute="always")[0]
    assert [] == [line for each in said for line in each.splitlines() if "cache" in line]
    assert (one, said[0]) == site.build(run=run)
    assert len(PAGES) == len(site.entries())


@posix
@pytest.mark.parametrize("number", [0, len(PAGES) - 1], ids=["first", "last"])
@pytest.mark.parametrize("stage", ["before", "half", "written", "named"])
def test_a_build_killed_while_it_writes_an_entry_harms_no_other(site, cold, left_running, stage, number):
    build = site.start("killed", run=["-c", KILLED, stage, str(number)])
    build.communicate(timeout=60)
    assert -signal.SIGKILL == build.returncode
    assert number + (stage == "named") == len(site.entries())
    assert [] == left_running(site.root)
    assert (cold[0], "") == site.build()


@posix
@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_a_build_killed_at_any_moment_leaves_no_process_and_harms_no_other(site, cold, left_running, part):
    files, seconds = cold
    build = site.start("killed")
    time.sleep(part * seconds)
    os.killpg(build.pid, signal.SIGKILL)
    build.communicate(timeout=60)
    assert [] == left_running(site.root)
    assert (files, "") == site.build()


@posix
def test_a_disk_without_room_for_an_entry_gives_a_warning(site, cold):
    largest = max(len(data) for data in cold[0].values())
    files, said = site.build(run=["-c", LIMITED, str(largest)])
    assert cold[0] == files
    assert 1 == said.count("results cannot be cached, so the next build runs their pages again: [Errno 27]")
    assert [] == [each for each in site.cache.glob("*/*") if each.is_file()]
    assert (cold[0], "") == site.build()


def test_damaged_entries_are_written_again_and_logged(site, cold):
    site.build()
    cut, zeroed, *swapped = site.entries()
    cut.write_bytes(cut.read_bytes()[:-9])
    zeroed.write_bytes(bytes(zeroed.stat().st_size))
    contents = [each.read_bytes() for each in swapped]
    for each, other in zip(swapped, reversed(contents), strict=True):
        each.write_bytes(other)
    files, said = site.build()
    assert cold[0] == files
    told = {line.partition(": ")[0] for line in said.splitlines() if "so its page runs again" in line}
    assert {str(each) for each in (cut, zeroed, *swapped)} == told
    assert (cold[0], "") == site.build()
