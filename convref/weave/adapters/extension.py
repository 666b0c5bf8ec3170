"""The Python-Markdown extension `convref`: runs the code in pages.

It is meant for hosts for which convref has no plugin, such as Zensical. Every program that uses
Python-Markdown runs the code in its pages if its configuration lists the extension `convref`. To render
formulas, list the extension `convref.formulas`, too. Under MkDocs and ProperDocs, use the plugin instead: it
also runs the translations of a page together.
"""

from __future__ import annotations

import atexit
import functools
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markdown import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from convref.errors import ArgumentError
from convref.weave.adapters.late_fences import ConvertedPage, fences_shown_as_text, register
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.render.fragments import Finished, Fragments
from convref.weave.run.engine import Engine
from convref.weave.site.build import Build, Source
from convref.weave.site.options import SiteOptions

if TYPE_CHECKING:
    from markdown import Markdown

_FIRST: Final = 999  # before all preprocessors except that of `convref.formulas`, which only stores the page
_LAST: Final = -1000  # after all other postprocessors
_log: Final = logging.getLogger("convref")


@functools.cache
def _engine(options: SiteOptions, language: str, directory: str) -> Engine:
    """Return the engine that runs the pages of a site; equal arguments give the same engine.

    Hosts create an extension object for every page, and a new engine for each of them would be slow.
    """
    engine = Engine(replace(options.run_settings, cwd=directory), [language], options.cache_settings)
    atexit.register(engine.close)
    return engine


class WeaveExtension(Extension):
    """The Markdown extension that runs the code in pages and inserts the results.

    Args:
        language: the language of the pages. A value that can be shown in several languages is shown in this
            one.
        path: the path of the page, as it appears in messages; not needed if the host reports the path.
        root: the directory of pages. A path that the host reports is relative to it; messages show both.
        snippets: the directories in which `pymdownx.snippets` looks for files; None if the site does not use
            it.
        options: the other options of `convref.weave.site.options.SiteOptions`, except `notebooks`.

    Raises:
        ArgumentError: an option is unknown, or its value is not allowed.
    """

    def __init__(
        self,
        *,
        language: str = "en",
        path: str = "",
        root: str = "docs",
        snippets: Sequence[str] | None = None,
        **options: object,
    ) -> None:
        super().__init__()
        if "notebooks" in options:
            raise ArgumentError(
                f"notebooks (={options['notebooks']!r}) must not be given to the extension. "
                "Python-Markdown passes only Markdown pages to it."
            )
        self.language, self.path, self.root = language, path, root
        self.options = SiteOptions.from_mapping(options, Path.cwd(), snippets)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the preprocessor and the postprocessor with Python-Markdown."""
        runner = _Runner(md, self)
        md.preprocessors.register(runner, "convref-run", _FIRST)
        register(md, lambda: runner.page)
        md.postprocessors.register(_Finisher(md, runner), "convref-finish", _LAST)

    def build(self) -> Build:
        """Return a new `Build` for one page; the builds of all pages share one engine."""
        engine = _engine(self.options, self.language, str(Path.cwd()))
        return Build(engine, self.options, self.options.number_policy(Path(self.root)))


class _Runner(Preprocessor):
    """The preprocessor that runs a page and inserts the results into its Markdown."""

    def __init__(self, md: Markdown, extension: WeaveExtension) -> None:
        super().__init__(md)
        self.extension = extension
        self.fragments: Fragments | None = None
        self.page: ConvertedPage | None = None

    def run(self, lines: list[str]) -> list[str]:
        source = Source(self._path(), "\n".join(lines))
        build = self.extension.build()
        build.add(source.path, {self.extension.language: source})
        build.start()
        rendered = build.render(source.path, source, self.extension.language)
        build.close()
        self.fragments = rendered.fragments
        fences = build.late_fences(source.path, source, self.extension.language, "", rendered.fragments)
        snippets = self.extension.options.snippets or ()
        self.page = ConvertedPage(fences, source.path, source.text, snippets, None)
        for each in (*build.policy.faults, *rendered.diagnostics):
            if each.fatal:
                _log.warning("%s", each)
        return rendered.markdown.split("\n")

    def end(self, html: str) -> None:
        """Finish a page: log errors of its late fences, and fences that should have been run but were not.

        Late fences are not in the page's text; they appear only while it is converted, for example from a
        macro.

        Args:
            html: the HTML to which the page was converted. A fence that should have been run is shown in it
                as text.
        """
        page, self.page = self.page, None
        if page:
            page.fences.close()
            unrun = (Diagnostic(page.path, 0, "run", each) for each in fences_shown_as_text(html))
            for found in (*page.fences.diagnostics, *unrun):
                if found.fatal:
                    _log.warning("%s", found)

    def _path(self) -> str:
        """Return the page's path: the option `path` if given, otherwise the path that the host reports."""
        for each in [] if self.extension.path else self.md.preprocessors:
            of_host = getattr(getattr(each, "page", None), "path", "")  # as Zensical's own processors have it
            if of_host:
                return (Path(self.extension.root) / of_host).as_posix()
        return self.extension.path or "page.md"


class _Finisher(Postprocessor):
    """The postprocessor that replaces the placeholders in a converted page by HTML fragments."""

    def __init__(self, md: Markdown, runner: _Runner) -> None:
        super().__init__(md)
        self.runner = runner

    def run(self, text: str) -> str:
        if self.runner.fragments is None:
            return text
        finished = self.runner.fragments.finish(text)
        self.runner.end(finished.html)
        if hasattr(self.md, "toc_tokens"):
            self.md.toc_tokens = _updated_toc(self.md.toc_tokens, finished)
        return finished.html


def _updated_toc(tokens: list[Any], finished: Finished) -> list[Any]:
    """Return the table of contents with new identifiers of headings, and without the headings to be hidden.

    Args:
        tokens: the headings as Python-Markdown's `toc` represents them.
        finished: the new identifiers, and the headings to be hidden. The subheadings of a hidden heading take
            its position in the table.
    """
    found: list[Any] = []
    for token in tokens:
        children = _updated_toc(token["children"], finished)
        if token["id"] in finished.hidden:
            found += children
        else:
            name = finished.renamed.get(token["id"], token["id"])
            found.append({**token, "id": name, "children": children})
    return found


def makeExtension(**kwargs: Any) -> WeaveExtension:  # noqa: N802 (Python-Markdown's name)
    """Create the extension; Python-Markdown calls this function when it loads an extension by name."""
    return WeaveExtension(**kwargs)
