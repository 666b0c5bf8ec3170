"""A build of a site: starts running all its pages, in all languages, and then renders them one by one.

All translations of a page have the same key. The host, such as MkDocs, adds all pages that it knows of,
starts the build, and later asks for the rendered text of each page. A page that was not added before the
start, or whose text has changed since, is run when the host asks for it.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from convref.errors import PageError
from convref.weave.browser.browser import Browser, PageBlocks
from convref.weave.cache.memory import Memory
from convref.weave.check.number_policy import NumberPolicy
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import Document, parse
from convref.weave.page import percent
from convref.weave.page.diagnostic import Diagnostic, unexpected_error
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Plan, Step, plan
from convref.weave.render import notebook
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import code_block
from convref.weave.render.notebook import Notebook
from convref.weave.render.page import RenderedPage, render
from convref.weave.run.engine import Engine
from convref.weave.site.late_fences import LateFences
from convref.weave.site.options import SiteOptions
from convref.weave.site.progress import Progress


@dataclass(frozen=True)
class Source:
    """The text of a page in one language.

    Args:
        path: the path of its file, as it appears in messages.
        text: Markdown, or Python in jupytext's percent format.
        first_line: the line of the file on which the text begins. It is above 1 if the site generator has
            removed a metadata block.
    """

    path: str
    text: str
    first_line: int = 1

    @property
    def is_notebook(self) -> bool:
        """True for a Python notebook, False for Markdown."""
        return self.path.endswith(percent.SUFFIX)


@dataclass(frozen=True)
class _Planned:
    """A page whose run is planned but not started.

    Attributes:
        texts: the page's text in each language; the keys are the languages.
        documents: the parsed texts, with the same keys.
        plan: the plan for the run.
    """

    texts: Mapping[str, str]
    documents: Mapping[str, Document]
    plan: Plan

    def has(self, language: str, text: str) -> bool:
        """Return whether this plan was made for the given text in the given language."""
        return self.texts.get(language) == text and language in self.documents


@dataclass(frozen=True)
class _Running(_Planned):
    outcomes: Future[tuple[Outcome, ...]]

    def result(self, language: str, display_language: str) -> PageResult:
        """Wait for the run to end, and return its results for the page in one language.

        Args:
            language: the language in which the page is written.
            display_language: the language in which values are shown; "" for `language`.
        """
        return PageResult(self.plan, self.outcomes.result(), language, display_language or language)


class Build:
    """A build of a site: runs its pages in the background, and renders each page on request.

    Args:
        engine: the engine that runs the pages.
        options: the options of the site; by default, all options have their default values.
        policy: the rules for the numbers in the pages' text. Without it, pages cannot cite published numbers.
        memory: values that earlier builds of the site computed and that this one can reuse.
        browser: the object that finds the blocks that readers can run in their browser; None if the host
            cannot offer this.
    """

    def __init__(
        self,
        engine: Engine,
        options: SiteOptions | None = None,
        policy: NumberPolicy | None = None,
        memory: Memory | None = None,
        browser: Browser | None = None,
    ) -> None:
        self.browser = browser
        self.engine, self.options = engine, options or SiteOptions()
        self._memory = memory or Memory()
        policy = policy or NumberPolicy()
        # The same object in every build, so that comparing keys is quick.
        self.policy = self._memory.recall("policy", policy, lambda: policy)
        self._planned: dict[str, _Planned] = {}
        self._running: dict[str, _Running] = {}
        self._reported: set[Diagnostic] = set()
        self._progress: Progress | None = None

    def add(self, key: str, sources: Mapping[str, Source]) -> None:
        """Plan the run of a page; if its text has errors, they are reported when it is rendered.

        Args:
            key: the page's key, which is the same for all its translations.
            sources: the page's text in each language; the keys are the languages.
        """
        documents = {}
        for language, source in sources.items():
            try:
                documents[language] = self._parse(source)
            except Exception:  # noqa: BLE001, S112 (`render` parses the text again, and then reports it)
                continue
        try:
            planned = self._plan(key, documents) if documents else None
        except Exception:  # noqa: BLE001 (likewise)
            return
        if planned and planned.steps:
            texts = {language: source.text for language, source in sources.items()}
            self._planned[key] = _Planned(texts, documents, planned)

    def has(self, key: str) -> bool:
        """Return whether the page with this key was added and has code to run."""
        return key in self._planned or key in self._running

    def start(self) -> None:
        """Start running the added pages in the background, in the order in which they were added."""
        if not self._planned:
            return
        self.engine.prepare([page.plan for page in self._planned.values()])
        self._progress = Progress(len(self._planned))
        for key, page in self._planned.items():
            self._running[key] = self._submit(page, self._progress)
        self._planned.clear()

    def close(self) -> None:
        """Remove the progress bar from the terminal."""
        if self._progress:
            self._progress.stop()

    def render(self, key: str, source: Source, language: str, display_language: str = "") -> RenderedPage:
        """Return a Markdown page with its results, in one language; wait until its run has ended.

        Args:
            key: the page's key.
            source: the page's present text.
            language: the language of this text.
            display_language: the language in which values are shown; "" for `language`. The two differ if the
                page replaces a missing translation.
        """
        try:
            page = self._run(key, source, language)
            document = page.documents[language]
            result = page.result(language, display_language)
            blocks = self._blocks(key, document, language)
            rendered = self._memory.recall(
                ("rendered", key, language, display_language),
                (document, page.plan, result.outcomes, self.policy, blocks),
                lambda: render(document, result, self.policy.published, blocks),
            )
            return replace(
                rendered,
                fragments=rendered.fragments.copy(),  # fences that appear later add to them
                diagnostics=self._diagnostics(page, document, rendered.diagnostics),
            )
        except PageError as error:
            return _unreadable(source, error)
        except Exception as error:  # noqa: BLE001 (one page must not end the build)
            return _unreadable(source, unexpected_error(source.path, error, "rendered"))

    def late_fences(
        self, key: str, source: Source, language: str, display_language: str, fragments: Fragments
    ) -> LateFences:
        """Return an object that runs the fences of a page that appear only while it is converted to HTML.

        Args:
            key: the page's key.
            source: the page's text.
            language: the language of this text.
            display_language: the language in which values are shown; "" for `language`.
            fragments: the HTML fragments of the rendered page, to which the results of the fences are added.
        """
        steps: list[Step] = []
        try:
            planned = self._run(key, source, language).plan
            shared = {planned.runs[number] for number in planned.step_of[language].values()}
            steps = [step for step, run in zip(planned.steps, planned.runs, strict=True) if run in shared]
        except Exception:  # noqa: BLE001, S110 (`render` has reported it)
            pass
        languages = language, display_language or language
        return LateFences(self.engine, self.options.fence_rules, steps, languages, fragments)

    def notebook(self, key: str, source: Source, language: str, display_language: str = "") -> Notebook:
        """Return a notebook with its results, in one language; for the arguments, see `render`."""
        try:
            page = self._run(key, source, language)
            document = page.documents[language]
            result = page.result(language, display_language)
            metadata = percent.metadata(source.text, source.path)
            rendered = self._memory.recall(
                ("notebook", key, language, display_language),
                (document, metadata, page.plan, result.outcomes, self.policy),
                lambda: notebook.render(document, metadata, result, self.policy.published),
            )
            return replace(rendered, diagnostics=self._diagnostics(page, document, rendered.diagnostics))
        except PageError as error:
            return notebook.unreadable(_unreadable(source, error))
        except Exception as error:  # noqa: BLE001 (likewise)
            error = unexpected_error(source.path, error, "rendered")
            return notebook.unreadable(_unreadable(source, error))

    def _blocks(self, key: str, document: Document, language: str) -> PageBlocks:
        """Return the blocks of a page that readers can run in their browser."""
        browser = self.browser
        if browser is None or document.path.endswith(percent.SUFFIX):  # a notebook is run in Jupyter
            return PageBlocks()
        if not browser.runtime.installed:  # the browser reports this once a build
            return browser.page(document)
        slot = ("blocks", key, language)
        return self._memory.recall(slot, (document, browser), lambda: browser.page(document))

    def _diagnostics(
        self, page: _Planned, document: Document, of_run: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Return all diagnostics of a page in one language.

        Args:
            page: the page in all its languages. Differences between the languages are reported only once.
            document: the page in this language. Its numbers are checked here.
            of_run: the diagnostics of the page's run.
        """
        # A page that replaces a missing translation is rendered twice; it reports its differences once.
        differences = [
            each
            for each in page.plan.differences
            if each.path == document.path and each not in self._reported
        ]
        self._reported.update(differences)
        of_numbers = self._memory.recall(
            ("numbers", document.path), (document, self.policy), lambda: tuple(self.policy.check(document))
        )
        return (*differences, *of_run, *of_numbers)

    def _run(self, key: str, source: Source, language: str) -> _Running:
        """Return the run of a page; it is started here if the page was not added or its text has changed."""
        page = self._running.get(key)
        if page and page.has(language, source.text):
            return page
        # The page is run without its translations: their texts may belong to another version of the page.
        document = self._parse(source)
        return self._submit(
            _Planned({language: source.text}, {language: document}, self._plan(key, {language: document}))
        )

    def _plan(self, key: str, documents: Mapping[str, Document]) -> Plan:
        return self._memory.recall(("plan", key, *documents), documents, lambda: plan(documents))

    def _submit(self, page: _Planned, progress: Progress | None = None) -> _Running:
        outcomes = self.engine.submit(page.plan, *([progress.advance] if progress else []))
        return _Running(page.texts, page.documents, page.plan, outcomes)

    def _parse(self, source: Source) -> Document:
        if self.options.snippets is not None and "8<-" in source.text:
            return self._parsed(source)  # it depends on other files
        key = source, self.options.fence_rules
        return self._memory.recall(("document", source.path), key, lambda: self._parsed(source))

    def _parsed(self, source: Source) -> Document:
        if source.is_notebook:
            page = percent.parse(source.text, source.path, self.options.fence_rules)
        else:
            page = parse(source.text, source.path, source.first_line, self.options.fence_rules)
        return self.options.with_snippets(page)


def changed_since(file: Path, text: str) -> str:
    """Return a message if a page's file has changed since its text was read; "" if it has not.

    The code of a page can delete or rewrite files of the site. The build continues with the text that was
    read before.
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
    """Return HTML that shows an error instead of a page."""
    message = html.escape(str(error), quote=False)
    return f'<div class="admonition failure convref-error" role="alert"><p>{message}</p></div>'


def _unreadable(source: Source, error: PageError) -> RenderedPage:
    """Return a replacement for a page that cannot be parsed or planned: the error above its text."""
    text = code_block("python", source.text) if source.is_notebook else source.text
    fragments = Fragments(text)
    box = fragments.add(error_box(error))
    return RenderedPage(f"{box}\n\n{text}", fragments, (Diagnostic.of_error(error),))
