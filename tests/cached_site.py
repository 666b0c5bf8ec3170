"""Helpers for tests of cached results: a folder with pages, and engines with and without a cache."""

import os
import shutil

from convref.weave.cache.results import CacheSettings
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


def block(code, options="", language="python"):
    return f'```{language} exec="on"{options}\n{code}\n```\n\n'


def planned(text, path="docs/x.md"):
    return plan({"en": parse(text, path)})


def run(engine, text):
    """Run the page with the text `text`, and return the outcomes of its steps."""
    return engine.run(planned(text))


def shown(outcome):
    """Return the plain text of an outcome's value; None if it has no value."""
    return outcome.forms[""]["text/plain"] if outcome.forms else None


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def said(outcomes):
    """Return the parts of outcomes that a reader sees: all except the time and similar measurements."""
    return [(each.output, each.forms, each.stderr, each.failure) for each in outcomes]


class Link(str):
    """The target of a symbolic link, as a value in the trees that `change` writes."""

    __slots__ = ()


class Kept(str):
    """The new text of a file whose modification time must not change, as a value for `change`."""

    __slots__ = ()


def change(root, tree):
    """Write a tree of files below `root`.

    Args:
        root: the folder.
        tree: a dict from relative path to content: a text, a `Link`, a `Kept`, {} for an empty folder, or
            None to
            delete the file.
    """
    for name, content in tree.items():
        path = root / name
        before = path.stat() if isinstance(content, Kept) and path.exists() else None
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content)
        elif content == {}:
            path.mkdir()
        elif content is not None:
            path.write_text(content)
        if before:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


class Site:
    """A folder and an engine with a cache; `ran` is the number of sessions that the last build ran."""

    def __init__(self, root, execute="auto"):
        self.root = root
        self.execute = execute
        self.ran = 0
        self.reason = ""

    def build(self, text, path="docs/x.md"):
        """Build a page with a new engine, and return the outcomes of its steps."""
        with Engine(Settings(), ["en"], CacheSettings(self.root / "cache", self.execute)) as engine:
            return self.run(engine, text, path)

    def run(self, engine, text, path="docs/x.md"):
        """Build a page with the given engine, and return the outcomes of its steps."""
        page = planned(text, path)
        run, self.ran = engine._run, 0

        def counted(steps):
            self.ran += 1
            return run(steps)

        engine._run = counted
        engine.prepare([page])
        self.reason = engine.results.explain(page.steps) if page.steps else ""
        outcomes = engine.run(page)
        engine._run = run
        return outcomes


class Twins:
    """One folder that holds many sites in turn, with an engine that has a cache and one that has none."""

    def __init__(self, root, preload=()):
        self.root, self.cache = root / "root", root / "cache"
        self.root.mkdir()
        os.chdir(self.root)
        self.site = Site(self.root)
        settings = Settings(preload=preload)
        self.cached = Engine(settings, ["en"], CacheSettings(self.cache))
        self.fresh = Engine(settings, ["en"])

    def begin(self, tree):
        """Replace all files of the folder by those of `tree` (see `change`), and clear the cache."""
        shutil.rmtree(self.root)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.root.mkdir()
        os.chdir(self.root)
        change(self.root, tree)

    def recalled(self, text):
        """Return the outcomes of a page, as `said` shows them, from the engine with a cache."""
        return said(self.site.run(self.cached, text))

    def run(self, text):
        """Return the outcomes of a page, as `said` shows them, from the engine without a cache."""
        return said(self.fresh.run(planned(text)))

    def close(self):
        """Close both engines."""
        self.cached.close()
        self.fresh.close()
