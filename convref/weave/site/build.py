"""One build of a site: its pages are planned and run ahead, in all languages, and handed out rendered.

A page is known by a key that its languages share. The hosts add the pages that they know of, start, and ask
for each page when they come to it; a page that nobody added, or whose text has changed since, is run then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from convref.errors import PageError
from convref.weave.check.number_policy import Reading
from convref.weave.check.problems import Result
from convref.weave.markdown.document import Document, parse
from convref.weave.page import percent
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Plan, plan
from convref.weave.page.snippets import expanded
from convref.weave.render import notebook
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import code_block
from convref.weave.render.notebook import Notebook
from convref.weave.render.page import Rendered, render
from convref.weave.run.engine import Engine
from convref.weave.site.progress import Progress


@dataclass(frozen=True)
class Source:
    """A page's text in one language, the path that its author knows, and the number of its first line."""

    path: str
    text: str
    first_line: int = 1

    @property
    def is_notebook(self) -> bool:
        """Whether the text is Python with cells, not Markdown."""
        return self.path.endswith(percent.SUFFIX)


@dataclass(frozen=True)
class _Page:
    texts: Mapping[str, str]
    documents: Mapping[str, Document]
    plan: Plan
    outcomes: Future[tuple[Outcome, ...]]


class Build:
    """The pages of one build.

    Args:
        engine: what runs them.
        auto: languages of fences that are run without `exec`.
        snippets: where files that code includes are looked up; None where the site includes none.
        reading: how the numbers in the pages' text are read.
    """

    def __init__(
        self,
        engine: Engine,
        auto: frozenset[str] = frozenset(),
        snippets: Sequence[str] | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.engine, self.auto, self.snippets, self.reading = engine, auto, snippets, reading or Reading()
        self._planned: dict[str, tuple[dict[str, str], dict[str, Document], Plan]] = {}
        self._pages: dict[str, _Page] = {}
        self._told: set[Diagnostic] = set()
        self._progress: Progress | None = None

    def add(self, key: str, sources: Mapping[str, Source]) -> None:
        """Plan a page; what cannot be read or planned is left until somebody asks for it."""
        documents = {}
        texts = {lang: source.text for lang, source in sources.items()}
        for lang, source in sources.items():
            try:
                documents[lang] = self._read(source)
            except PageError:
                continue
        try:
            planned = plan(documents) if documents else None
        except PageError:
            return
        if planned and planned.steps:
            self._planned[key] = texts, documents, planned

    def knows(self, key: str) -> bool:
        """Whether a page has been added."""
        return key in self._planned or key in self._pages

    def start(self) -> None:
        """Run what was planned, in the order in which it was added."""
        if not self._planned:
            return
        self.engine.prepare([planned for *_, planned in self._planned.values()])
        self._progress = Progress(len(self._planned))
        for key, (texts, documents, planned) in self._planned.items():
            outcomes = self.engine.submit(planned, self._progress.advance)
            self._pages[key] = _Page(texts, documents, planned, outcomes)
        self._planned.clear()

    def close(self) -> None:
        """End the display on the terminal."""
        if self._progress:
            self._progress.stop()

    def render(self, key: str, source: Source, lang: str, shown: str = "") -> Rendered:
        """A page in one language.

        Args:
            key: the page.
            source: its text as it is now.
            lang: the language in which it is written.
            shown: the language in which its values are shown; the same, if empty.
        """
        try:
            page = self._run(key, source, lang)
        except PageError as error:
            return self._unreadable(source, error)
        document, result = page.documents[lang], self._result(page, lang, shown)
        done = render(document, result, self.reading.published)
        return replace(done, diagnostics=self._diagnostics(page, source, document, done.diagnostics))

    def notebook(self, key: str, source: Source, lang: str, shown: str = "") -> Notebook:
        """A notebook in one language; the arguments are those of `render`."""
        try:
            page = self._run(key, source, lang)
        except PageError as error:
            return notebook.unreadable(self._unreadable(source, error))
        document, result = page.documents[lang], self._result(page, lang, shown)
        metadata = percent.metadata(source.text, source.path)
        done = notebook.render(document, metadata, result, self.reading.published)
        return replace(done, diagnostics=self._diagnostics(page, source, document, done.diagnostics))

    def _result(self, page: _Page, lang: str, shown: str) -> Result:
        return Result(page.plan, page.outcomes.result(), lang, shown or lang)

    def _diagnostics(
        self, page: _Page, source: Source, document: Document, found: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Add to the diagnostics of a page's run those of its text and of its languages."""
        # A page that stands in for a missing language is rendered twice; it reports its differences once.
        new = [each for each in page.plan.differences if each.path == source.path and each not in self._told]
        self._told.update(new)
        return (*new, *found, *self.reading.diagnostics(document))

    def _run(self, key: str, source: Source, lang: str) -> _Page:
        page = self._pages.get(key)
        if page and lang in page.documents and page.texts[lang] == source.text:
            return page
        document = self._read(source)
        planned = plan({lang: document})
        return _Page({lang: source.text}, {lang: document}, planned, self.engine.submit(planned))

    def _read(self, source: Source) -> Document:
        if source.is_notebook:
            document = percent.parse(source.text, source.path, self.auto)
        else:
            document = parse(source.text, source.path, source.first_line, self.auto)
        return document if self.snippets is None else expanded(document, self.snippets)

    def _unreadable(self, source: Source, error: PageError) -> Rendered:
        text = code_block("python", source.text) if source.is_notebook else source.text
        fragments = Fragments(text)
        box = fragments.add(
            f'<div class="admonition failure convref-error" role="alert"><p>{error}</p></div>'
        )
        return Rendered(f"{box}\n\n{text}", fragments, (Diagnostic.of_error(error),))
