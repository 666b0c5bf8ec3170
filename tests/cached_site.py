"""A folder with pages, modules and data, and engines that remember what came of them."""

import os
import shutil

from convref.weave.cache.results import Cache
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine, Settings


def block(code, options=""):
    return f'```python exec="on"{options}\n{code}\n```\n\n'


def planned(text, path="docs/x.md"):
    return plan({"en": parse(text, path)})


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def said(outcomes):
    """What a reader sees of outcomes: all but the time that they took."""
    return [(each.output, each.forms, each.stderr, each.failure) for each in outcomes]


class Link(str):
    """Where a link leads."""

    __slots__ = ()


class Kept(str):
    """A text that leaves the time of its file as it was."""

    __slots__ = ()


def change(root, tree):
    """Make the files of a tree: text, a `Link`, a `Kept`, None for what is to go, {} for a folder."""
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
    """A folder with its cached engine, and how often that one ran something."""

    def __init__(self, root, execute="auto"):
        self.root = root
        self.execute = execute
        self.ran = 0
        self.reason = ""

    def build(self, text, path="docs/x.md"):
        """The outcomes of a page in a build of its own."""
        with Engine(Settings(), ["en"], Cache(self.root / "cache", self.execute)) as engine:
            return self.run(engine, text, path)

    def run(self, engine, text, path="docs/x.md"):
        """The outcomes of a page in a build by an engine that lives on."""
        page = planned(text, path)
        run, self.ran = engine._run, 0

        def counted(steps):
            self.ran += 1
            return run(steps)

        engine._run = counted
        engine.prepare([page])
        self.reason = engine.memory.explain(page.steps) if page.steps else ""
        outcomes = engine.run(page)
        engine._run = run
        return outcomes


class Twins:
    """One folder, an engine that remembers and one that does not, for many sites after each other."""

    def __init__(self, root, preload=()):
        self.root, self.cache = root / "root", root / "cache"
        self.root.mkdir()
        os.chdir(self.root)
        self.site = Site(self.root)
        settings = Settings(preload=preload)
        self.cached = Engine(settings, ["en"], Cache(self.cache))
        self.fresh = Engine(settings, ["en"])

    def begin(self, tree):
        """Another site, of which nothing is remembered."""
        shutil.rmtree(self.root)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.root.mkdir()
        os.chdir(self.root)
        change(self.root, tree)

    def recalled(self, text):
        """What the engine that remembers says of a page."""
        return said(self.site.run(self.cached, text))

    def run(self, text):
        """What the other says."""
        return said(self.fresh.run(planned(text)))

    def close(self):
        """End both."""
        self.cached.close()
        self.fresh.close()
