"""Random edits of a site: a build with a cache gives what a build without one gives, after every edit.

CONVREF_FUZZ_STEPS sets the number of edits, CONVREF_FUZZ_SEED the seed of the random numbers. A failure names
the seed, the step and the last edits.
"""

import itertools
import os
import random
import re
import shutil
import sys

import pytest
from cached_site import Kept, Link, block, change, planned, said
from dependency_ways import TREE, WAYS
from figures import record
from installed_package import installed_package

from convref.weave.cache.results import CacheSettings
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, and a warm parent")
STEPS = int(os.environ.get("CONVREF_FUZZ_STEPS", "60"))
SEED = int(os.environ.get("CONVREF_FUZZ_SEED", "0"))
VARIABLE = "FUZZED"
CHECKED = 3  # pages that are compared after each edit, of those whose result came from the cache
OTHER_WAYS = {
    "an installed package": "import pkg\nprint(pkg.version, pkg.part.x)",
    "an installed version": "import importlib.metadata as m\nm.version('pkg')",
    "an installed package, by a module": "import uses\nuses.pkg.version",
    "a variable of the environment": f"import os\nos.environ.get({VARIABLE!r})",
    "a database": "import sqlite3\nlist(sqlite3.connect('base.db').execute('select * from sqlite_master'))",
    "everything in the tree": "import os\nsorted((a, sorted(b), sorted(c)) for a, b, c in os.walk('tree'))",
}
MODULES = ["own", "lazy", "package/sub", "package/__init__", "space/part", "late/thing", "uses", "later"]
MODULES += [
    "first/own",
    "first/space/part",
    "package/sub/__init__",
    "own/__init__",
    "early/thing",
    "optional",
]
FILES = [
    "data1.txt",
    "data2.txt",
    "same.txt",
    "folder/x.txt",
    "folder/y.txt",
    "other/x.txt",
    "package/data.txt",
]
FILES += ["tree/real/x.txt", "tree/real/z.txt", "base.db"]
FOLDERS = ["folder", "other", "tree/real", "tree/new", "late", "package"]
LINKS = {"link1": ["data1.txt", "data2.txt", "same.txt"], "linked": ["folder", "other"]}
LINKS |= {"tree/inner": ["../folder", "../other", "../none"], "data2.txt": ["data1.txt", "same.txt"]}


class Fuzzer:
    """A site that is edited at random, and an engine with a cache and one without."""

    def __init__(self, root, seed, monkeypatch):
        self.random, self.root, self.monkeypatch = random.Random(seed), root / "site", monkeypatch  # noqa: S311
        self.cache = root / "cache"
        self.installed = installed_package(root, monkeypatch)
        self.root.mkdir()
        monkeypatch.chdir(self.root)
        for folder in (".", "first"):
            monkeypatch.syspath_prepend(str((self.root / folder).resolve()))
        change(self.root, {**TREE, "uses.py": "import pkg", "base.db": ""})
        codes = [*(code for code, _ in WAYS.values()), *OTHER_WAYS.values()]
        self.pages = {f"docs/{number}.md": block(code) for number, code in enumerate(codes)}
        self.numbers = itertools.count(1)
        self.history = []
        self.ran = self.compared = 0
        self.begin()

    def begin(self):
        """Start the engines, as a new build would."""
        settings = Settings(start="fork", env=(VARIABLE,), jobs=2)
        self.cached = Engine(settings, ["en"], CacheSettings(self.cache))
        self.fresh = Engine(settings, ["en"])
        for engine in (self.cached, self.fresh):
            engine.preload(["pkg"])
        self.again: set[str] = set()
        run = self.cached._run

        def counted(steps):
            self.again.add(steps[0].path)
            return run(steps)

        self.cached._run = counted  # type: ignore[method-assign]

    def close(self):
        self.cached.close()
        self.fresh.close()

    def step(self):
        """Edit the site, build it with the cache, and compare some pages with a build without it."""
        name = self.random.choice(EDITS)
        edit = getattr(self, name)()
        self.history.append((name, edit))
        self.again.clear()
        plans = {path: planned(text, path) for path, text in self.pages.items()}
        self.cached.prepare(list(plans.values()))
        futures = {path: self.cached.submit(plan) for path, plan in plans.items()}
        warm = {path: said(future.result(60)) for path, future in futures.items()}
        self.ran += len(self.again)
        recalled = sorted(set(plans) - self.again)
        chosen = self.random.sample(recalled, min(CHECKED, len(recalled)))
        self.fresh.prepare([plans[path] for path in chosen])
        for path in chosen:
            cold = said(self.fresh.run(plans[path]))
            self.compared += 1
            assert plain(cold) == plain(warm[path]), (
                f"{path} is stale after {self.history[-4:]}\n{self.pages[path]}"
            )

    def write(self):
        """Write a file or a module, sometimes with the former time."""
        kind = self.random.choice([str, Kept])
        number = next(self.numbers) % 10
        if self.random.random() < 0.5:
            return self.changed({self.random.choice(FILES): kind(number)})
        source = self.random.choice(
            [f"x = {number}", f"x = {number}\ny = 1", "from data import x", "import pkg\nx = 1"]
        )
        return self.changed({f"{self.random.choice(MODULES)}.py": kind(source)})

    def delete(self):
        """Delete a file, a module or a folder."""
        names = [*FILES, *FOLDERS, *LINKS, *(f"{module}.py" for module in MODULES)]
        return self.changed({self.random.choice(names): None})

    def restore(self):
        """Write all files as they were at first."""
        return self.changed(TREE)

    def link(self):
        """Make a link, or change where it leads."""
        name = self.random.choice(list(LINKS))
        return self.changed({name: Link(self.random.choice(LINKS[name]))})

    def folder(self):
        """Make a folder, maybe in the place of a file or a link."""
        return self.changed({self.random.choice([*FOLDERS, *FILES, *LINKS]): {}})

    def rename(self):
        """Rename one of the files or folders."""
        old, new = self.random.choice([*FILES, *FOLDERS]), self.random.choice([*FILES, *FOLDERS, "renamed"])
        if (self.root / old).exists() and not (self.root / new).exists():
            (self.root / new).parent.mkdir(parents=True, exist_ok=True)
            if not (self.root / new).resolve().is_relative_to((self.root / old).resolve()):
                (self.root / old).rename(self.root / new)
        return old, new

    def touch(self):
        """Change the time of a file alone."""
        file = self.root / self.random.choice(FILES)
        if file.is_file():
            os.utime(file, (1_000_000_000, 1_000_000_000))
        return file

    def upgrade(self):
        """Install another version of the package."""
        version, mode = str(self.random.randint(1, 4)), self.random.choice(["files", "renamed"])
        self.installed.install(version, mode=mode)
        return version, mode

    def shadow(self):
        """Hide the installed package by a module of the project, or show it again."""
        source = self.random.choice([None, "version = 'own'\nclass part: x = 'own'\n"])
        return self.changed({"pkg.py": source})

    def environment(self):
        """Change the environment, which takes another build."""
        value = str(self.random.randint(1, 3))
        self.monkeypatch.setenv(VARIABLE, value)
        self.close()
        self.begin()
        return value

    def text(self):
        """Write lines before the block of a page."""
        path = self.random.choice(list(self.pages))
        self.pages[path] = "a line\n\n" * self.random.randint(0, 3) + self.pages[path].replace(
            "a line\n\n", ""
        )
        return path

    def nothing(self):
        """Build once more."""

    def changed(self, tree):
        """Make an edit, where the tree has room for it."""
        for name, content in tree.items():
            path = self.root / name
            for parent in reversed(path.relative_to(self.root).parents):
                place = self.root / parent
                if place.is_file() or (place.is_symlink() and not place.exists()):
                    place.unlink()
            change(self.root, {name: content})
        return tree


def plain(outcomes):
    """Return outcomes as text, without the addresses of objects, which differ in each run."""
    return re.sub("0x[0-9a-f]+", "0x", repr(outcomes))


EDITS = ["write"] * 6 + ["delete"] * 3 + ["link"] * 2 + ["folder", "rename", "rename", "touch"]
EDITS += ["upgrade"] * 2 + ["shadow", "environment", "text", "nothing", "restore"]


def test_no_edit_of_a_site_makes_a_cached_result_stale(tmp_path, monkeypatch):
    fuzzer = Fuzzer(tmp_path, SEED, monkeypatch)
    try:
        for number in range(STEPS):
            try:
                fuzzer.step()
            except AssertionError as error:
                pytest.fail(f"seed {SEED}, step {number}: {error}")
    finally:
        fuzzer.close()
        shutil.rmtree(tmp_path, ignore_errors=True)
    # Otherwise the cache is hardly used, and the test shows little.
    assert fuzzer.ran < STEPS * len(fuzzer.pages) / 2
    record(
        "fuzzer", steps=STEPS, seed=SEED, pages=len(fuzzer.pages), ran=fuzzer.ran, compared=fuzzer.compared
    )
    print(f"{STEPS} edits of {len(fuzzer.pages)} pages: {fuzzer.ran} sessions ran")  # noqa: T201
