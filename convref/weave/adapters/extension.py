"""The extension of Python-Markdown that runs the code in pages, for hosts that have no plugin for it.

Zensical and every other program that speaks Python-Markdown gets pages that compute by naming
`convref.weave.adapters.extension` among its extensions; beside it `convref.weave.adapters.formulas` sets the
formulas. Under MkDocs and ProperDocs the plugin does the same and more: it pairs languages.

Options (as in the plugin, `convref.weave.run.settings.Settings` says what they mean): `language`, `path`,
`root`, `auto`, `snippets`, `timeout`, `jobs`, `cache`, `execute`.
"""

from __future__ import annotations

import atexit
import functools
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markdown import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from convref.weave.cache.results import DEFAULT, CacheSettings, Execute
from convref.weave.render.fragments import Finished, Fragments
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.build import Build, Source

if TYPE_CHECKING:
    from markdown import Markdown

# Before anything else reads the page, but after what only remembers it; and when all else is done.
_BEFORE_ALL: Final = 999
_AFTER_ALL: Final = -1000
_log: Final = logging.getLogger("convref")


@functools.cache
def _engine(jobs: int, timeout: float, cwd: str, language: str, cache: CacheSettings) -> Engine:
    """The engine of a site: a host makes an instance of the extension for every page."""
    engine = Engine(Settings(jobs=jobs, timeout=timeout, cwd=cwd), [language], cache)
    atexit.register(engine.close)
    return engine


class WeaveExtension(Extension):
    """Runs the code in pages.

    Args:
        language: the language of the pages, for values that have a form for each.
        path: the page's path as its author knows it; a host that tells its own needs none.
        root: the directory of pages, which stands before the paths that a host tells.
        auto: languages of fences that are run without `exec`.
        snippets: where files that code includes are looked up; None where the site includes none.
        timeout: seconds that a block may take.
        jobs: how many sessions run at the same time.
        cache: the folder in which results are kept.
        execute: "auto", "always" or "never".
    """

    def __init__(
        self,
        *,
        language: str = "en",
        path: str = "",
        root: str = "docs",
        auto: Sequence[str] = (),
        snippets: Sequence[str] | None = None,
        timeout: float = 60.0,
        jobs: int = 0,
        cache: str = DEFAULT,
        execute: Execute = "auto",
    ) -> None:
        super().__init__()
        self.language, self.path, self.root = language, path, root
        self.auto, self.snippets = frozenset(auto), snippets
        self.jobs, self.timeout = jobs, timeout
        self.cache = CacheSettings(Path(cache).resolve(), execute)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the processors."""
        before = _Run(md, self)
        md.preprocessors.register(before, "convref-run", _BEFORE_ALL)
        md.postprocessors.register(_Finish(md, before), "convref-finish", _AFTER_ALL)

    def build(self) -> Build:
        """A build of one page, by the engine that all pages share."""
        engine = _engine(self.jobs, self.timeout, str(Path.cwd()), self.language, self.cache)
        return Build(engine, self.auto, self.snippets)


class _Run(Preprocessor):
    """Puts the results into a page."""

    def __init__(self, md: Markdown, extension: WeaveExtension) -> None:
        super().__init__(md)
        self.extension = extension
        self.fragments: Fragments | None = None

    def run(self, lines: list[str]) -> list[str]:
        source = Source(self._path(), "\n".join(lines))
        build = self.extension.build()
        build.add(source.path, {self.extension.language: source})
        build.start()
        rendered = build.render(source.path, source, self.extension.language)
        build.close()
        self.fragments = rendered.fragments
        for each in rendered.diagnostics:
            if each.fatal:
                _log.warning("%s", each)
        return rendered.markdown.split("\n")

    def _path(self) -> str:
        """The page's path: as it was given, or as the host's own extensions know it."""
        for each in [] if self.extension.path else self.md.preprocessors:
            told = getattr(getattr(each, "page", None), "path", "")
            if told:
                return (Path(self.extension.root) / told).as_posix()
        return self.extension.path or "page.md"


class _Finish(Postprocessor):
    """Puts the fragments into a converted page."""

    def __init__(self, md: Markdown, before: _Run) -> None:
        super().__init__(md)
        self.before = before

    def run(self, text: str) -> str:
        if self.before.fragments is None:
            return text
        finished = self.before.fragments.finish(text)
        if hasattr(self.md, "toc_tokens"):
            self.md.toc_tokens = _kept(self.md.toc_tokens, finished)
        return finished.html


def _kept(tokens: list[Any], finished: Finished) -> list[Any]:
    """A table of contents with identifiers renamed, and without the headings that stay out."""
    found: list[Any] = []
    for token in tokens:
        children = _kept(token["children"], finished)
        if token["id"] in finished.hidden:
            found += children
        else:
            name = finished.renamed.get(token["id"], token["id"])
            found.append({**token, "id": name, "children": children})
    return found


def makeExtension(**kwargs: Any) -> WeaveExtension:  # noqa: N802 (Python-Markdown's name)
    """What Python-Markdown calls for `convref.weave.adapters.extension` in a list of extensions."""
    return WeaveExtension(**kwargs)
