"""One build of a site: its pages are planned and run ahead in all their languages, and rendered one by one.

A page has a key that all its languages share. The host adds the pages that it knows of, starts the build, and
asks for each page when it comes to it. A page that was not added, or whose text has changed since, runs then.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from convref.errors import PageError
from convref.weave.check.number_policy import NumberPolicy
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import Document, parse
from convref.weave.page import percent
from convref.weave.page.diagnostic import Diagnostic, unexpected_error
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Plan, plan
from convref.weave.render import notebook
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import code_block
from convref.weave.render.notebook import Notebook
from convref.weave.render.page import RenderedPage, render
from convref.weave.run.engine import Engine
from convref.weave.site.options import SiteOptions
from convref.weave.site.progress import Progress


@dataclass(frozen=True)
class Source:
    """The text of a page in one language.

    Args:
        path: the path by which its author knows it, for messages.
        text: Markdown, or Python in jupytext's percent format.
        first_line: the line of the file on which the text begins, where a host has cut metadata off.
    """

    path: str
    text: str
    first_line: int = 1

    @property
    def is_notebook(self) -> bool:
        """True for Python with cells, False for Markdown."""
        return self.path.endswith(percent.SUFFIX)


@dataclass(frozen=True)
class _Planned:
    """A page that waits for its run: texts and documents by language."""

    texts: Mapping[str, str]
    documents: Mapping[str, Document]
    plan: Plan

    def has(self, language: str, text: str) -> bool:
        """Return whether the page was planned with this text."""
        return self.texts.get(language) == text and language in self.documents


@dataclass(frozen=True)
class _Running(_Planned):
    outcomes: Future[tuple[Outcome, ...]]

    def result(self, language: str, display_language: str) -> PageResult:
        """Return the outcomes of the run as one language sees them, when it has ended."""
        return PageResult(self.plan, self.outcomes.result(), language, display_language or language)


class Build:
    """The pages of one build.

    Args:
        engine: runs the pages.
        options: the options of the site; the defaults unless given.
        policy: the rules for the numbers in the pages' text; without one, nothing can be cited.
    """

    def __init__(
        self, engine: Engine, options: SiteOptions | None = None, policy: NumberPolicy | None = None
    ) -> None:
        self.engine, self.options, self.policy = engine, options or SiteOptions(), policy or NumberPolicy()
        self._planned: dict[str, _Planned] = {}
        self._running: dict[str, _Running] = {}
        self._reported: set[Diagnostic] = set()
        self._progress: Progress | None = None

    def add(self, key: str, sources: Mapping[str, Source]) -> None:
        """Plan a page. One that cannot be parsed or planned is reported when it is rendered."""
        documents = {}
        for language, source in sources.items():
            try:
                documents[language] = self._parse(source)
            except Exception:  # noqa: BLE001, S112 (`render` parses the text again, and then reports it)
                continue
        try:
            planned = plan(documents) if documents else None
        except Exception:  # noqa: BLE001 (likewise)
            return
        if planned and planned.steps:
            texts = {language: source.text for language, source in sources.items()}
            self._planned[key] = _Planned(texts, documents, planned)

    def has(self, key: str) -> bool:
        """Return whether a page was added and has something to run."""
        return key in self._planned or key in self._running

    def start(self) -> None:
        """Run the pages that were added, in that order; return at once."""
        if not self._planned:
            return
        self.engine.prepare([page.plan for page in self._planned.values()])
        self._progress = Progress(len(self._planned))
        for key, page in self._planned.items():
            self._running[key] = self._submit(page, self._progress)
        self._planned.clear()

    def close(self) -> None:
        """End the progress bar on the terminal."""
        if self._progress:
            self._progress.stop()

    def render(self, key: str, source: Source, language: str, display_language: str = "") -> RenderedPage:
        """Render a page of Markdown in one language; wait for its run.

        Args:
            key: the page's key.
            source: its text as it is now.
            language: the language in which it is written.
            display_language: the language in which values are shown; `language` if empty. It differs where
                the page replaces a translation that does not exist.
        """
        try:
            page = self._run(key, source, language)
            document = page.documents[language]
            rendered = render(document, page.result(language, display_language), self.policy.published)
            return replace(rendered, diagnostics=self._diagnostics(page, document, rendered.diagnostics))
        except PageError as error:
            return _unreadable(source, error)
        except Exception as error:  # noqa: BLE001 (one page must not end the build)
            return _unreadable(source, unexpected_error(source.path, error, "rendered"))

    def notebook(self, key: str, source: Source, language: str, display_language: str = "") -> Notebook:
        """Render a notebook in one language; the arguments are those of `render`."""
        try:
            page = self._run(key, source, language)
            document = page.documents[language]
            result = page.result(language, display_language)
            metadata = percent.metadata(source.text, source.path)
            rendered = notebook.render(document, metadata, result, self.policy.published)
            return replace(rendered, diagnostics=self._diagnostics(page, document, rendered.diagnostics))
        except PageError as error:
            return notebook.unreadable(_unreadable(source, error))
        except Exception as error:  # noqa: BLE001 (likewise)
            error = unexpected_error(source.path, error, "rendered")
            return notebook.unreadable(_unreadable(source, error))

    def _diagnostics(
        self, page: _Planned, document: Document, of_run: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Add to the diagnostics of a page's run those of its text and of its languages."""
        # A page that replaces a missing translation is rendered twice; it reports its differences once.
        differences = [
            each
            for each in page.plan.differences
            if each.path == document.path and each not in self._reported
        ]
        self._reported.update(differences)
        return (*differences, *of_run, *self.policy.check(document))

    def _run(self, key: str, source: Source, language: str) -> _Running:
        """Return the run of a page; begin one if the page was not added or its text has changed."""
        page = self._running.get(key)
        if page and page.has(language, source.text):
            return page
        # It runs alone: the text of its translations may belong to another state of it.
        document = self._parse(source)
        return self._submit(
            _Planned({language: source.text}, {language: document}, plan({language: document}))
        )

    def _submit(self, page: _Planned, progress: Progress | None = None) -> _Running:
        outcomes = self.engine.submit(page.plan, *([progress.advance] if progress else []))
        return _Running(page.texts, page.documents, page.plan, outcomes)

    def _parse(self, source: Source) -> Document:
        if source.is_notebook:
            page = percent.parse(source.text, source.path, self.options.auto)
        else:
            page = parse(source.text, source.path, source.first_line, self.options.auto)
        return self.options.with_snippets(page)


def changed_since(file: Path, text: str) -> str:
    """Return what has happened to the file of a page since its text was read; empty for nothing.

    A page can delete or rewrite a file of the site while it runs. The build goes on with the text that it
    has read.
    """
    try:
        now = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return "its file was deleted while the pages ran"
    except (OSError, UnicodeDecodeError) as error:
        return f"its file cannot be read any more: {error}"
    same = now.replace("\r\n", "\n") == text.replace("\r\n", "\n").removeprefix("\ufeff")
    return "" if same else "its file was changed while the pages ran"


def error_box(error: PageError) -> str:
    """Return HTML that shows an error in the place of a page."""
    message = html.escape(str(error), quote=False)
    return f'<div class="admonition failure convref-error" role="alert"><p>{message}</p></div>'


def _unreadable(source: Source, error: PageError) -> RenderedPage:
    """Render a page that cannot be parsed or planned: its text as it is, below the error."""
    text = code_block("python", source.text) if source.is_notebook else source.text
    fragments = Fragments(text)
    box = fragments.add(error_box(error))
    return RenderedPage(f"{box}\n\n{text}", fragments, (Diagnostic.of_error(error),))
