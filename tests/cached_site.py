"""A folder with pages, modules and data, and engines with and without a cache."""

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
    """Return the outcomes of a page of text."""
    return engine.run(planned(text))


def shown(outcome):
    """Return the plain text of an outcome's value; None if it has no value."""
    return outcome.forms[""]["text/plain"] if outcome.forms else None


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def said(outcomes):
    """Return what a reader sees of outcomes: everything but the time that they took."""
    return [(each.output, each.forms, each.stderr, each.failure) for each in outcomes]


class Link(str):
    """The target of a link."""

    __slots__ = ()


class Kept(str):
    """The text of a file whose modification time stays as it was."""

    __slots__ = ()


def change(root, tree):
    """Write the files of a tree: text, a `Link`, a `Kept`, None to delete one, {} for a folder."""
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
    """A folder and an engine with a cache; `ran` counts the sessions that the last build ran."""

    def __init__(self, root, execute="auto"):
        self.root = root
        self.execute = execute
        self.ran = 0
        self.reason = ""

    def build(self, text, path="docs/x.md"):
        """Build with a new engine; return the outcomes of a page."""
        with Engine(Settings(), ["en"], CacheSettings(self.root / "cache", self.execute)) as engine:
            return self.run(engine, text, path)

    def run(self, engine, text, path="docs/x.md"):
        """Build with an engine; return the outcomes of a page."""
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
    """One folder for many sites, an engine with a cache and one without."""

    def __init__(self, root, preload=()):
        self.root, self.cache = root / "root", root / "cache"
        self.root.mkdir()
        os.chdir(self.root)
        self.site = Site(self.root)
        settings = Settings(preload=preload)
        self.cached = Engine(settings, ["en"], CacheSettings(self.cache))
        self.fresh = Engine(settings, ["en"])

    def begin(self, tree):
        """Begin another site, with an empty cache."""
        shutil.rmtree(self.root)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.root.mkdir()
        os.chdir(self.root)
        change(self.root, tree)

    def recalled(self, text):
        """Return what the engine with a cache gives for a page."""
        return said(self.site.run(self.cached, text))

    def run(self, text):
        """Return what the engine without a cache gives for a page."""
        return said(self.fresh.run(planned(text)))

    def close(self):
        """Close both engines."""
        self.cached.close()
        self.fresh.close()
