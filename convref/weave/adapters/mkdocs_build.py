"""The state of one build of a MkDocs site, kept from the event `on_config` to `on_post_build`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.exceptions import Abort, BuildError
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url, is_markdown_file, meta

from convref.errors import PageError
from convref.weave.adapters.late_fences import ConvertedPage, fences_shown_as_text
from convref.weave.adapters.mkdocs_notebooks import NAME, NotebookFile, Notebooks
from convref.weave.adapters.mkdocs_site import Site
from convref.weave.adapters.new_files import NewFiles
from convref.weave.browser.browser import FOLDER, PageBlocks
from convref.weave.cache.memory import Memory
from convref.weave.check.number_policy import NumberPolicy
from convref.weave.page import tree
from convref.weave.page.diagnostic import Diagnostic, unexpected_error
from convref.weave.render.fragments import Finished, Fragments
from convref.weave.run.engine import Engine
from convref.weave.site.build import Build, Source, changed_since, error_box
from convref.weave.site.options import SiteOptions
from convref.wording import counted

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page

# The names by which a site can name `convref.weave.adapters.formulas`; the last is the module's former name.
FORMULA_EXTENSIONS: Final = frozenset(
    {"convref.formulas", "convref.weave.adapters.formulas", "convref.weave.adapters.markdown"}
)

log: Final = get_plugin_logger("convref")


class MkDocsBuild:
    """The state of one build of a site in all its languages.

    Args:
        site: the languages, paths and links of the site.
        options: the options of the site.
        policy: the site's rules for numbers in its pages.
        engine: the engine that runs the pages.
        memory: values that earlier builds of the site computed and that this one can reuse; None for no such
            values.
    """

    def __init__(
        self,
        site: Site,
        options: SiteOptions,
        policy: NumberPolicy,
        engine: Engine,
        memory: Memory | None = None,
    ) -> None:
        self.site = site
        self.notebooks = Notebooks()
        self.fragments: dict[str, Fragments] = {}  # of pages between Markdown and HTML, by `src_uri`
        self.converted: ConvertedPage | None = None  # the page that is being converted to HTML
        self._late_fences = 0  # pages that ran some
        self._sources: dict[str, Source] = {}  # of pages that were rendered and not yet converted
        self._options = options
        self._memory = memory or Memory()
        self._browser = self._memory.recall("browser", options, lambda: options.browser)
        self._browser.begin()
        self._blocks: dict[str, PageBlocks] = {}  # of pages between Markdown and HTML, by `src_uri`
        self._site_folder = site.folder
        self._pages = Build(engine, options, policy, self._memory, self._browser)
        self._new_files: NewFiles | None = None
        self._changed: set[str] = set()  # pages that were reported because their file has changed
        self._errors: list[Diagnostic] = []
        self._depth = 1  # of this build and the inner ones that mkdocs-static-i18n runs

    def enter(self, site: Site) -> None:
        """Enter the build of another language, which mkdocs-static-i18n runs inside this one.

        Args:
            site: the site according to the configuration of that build.
        """
        site.texts = self.site.texts
        self.site = site
        self._depth += 1

    def leave(self) -> bool:
        """Leave the current build; return True if it was the outermost one."""
        self._depth -= 1
        return self._depth == 0

    def take_notebooks(self, files: Files, config: MkDocsConfig) -> None:
        """Replace notebooks in MkDocs' list of files by `NotebookFile` objects, so that they become pages."""
        patterns = self._options.notebooks
        if not patterns:
            return
        languages = self.site.languages if self.site.folders else ()
        if self._depth == 1:
            found = tree.page_files(self.site.docs, patterns, languages)
            mistakes = tree.unmatched_patterns(self.site.docs, found, patterns, languages)
            path = Path(config.config_file_path).name
            self.report(Diagnostic(path, 0, "option", message) for message in mistakes)
        for file in list(files):
            if tree.is_notebook(str(self.site.relative_path(file)), patterns, languages):
                at = partial(NotebookFile, file, config, self.notebooks.skeleton_path(file, self.site))
                page = at(self.site.page_uri(file, config))
                files.remove(file)
                files.append(page)
                self.site.translate(page, file, at)

    def start(self, files: Files) -> None:
        """Start running the pages of all languages in the background."""
        for file in filter(is_page, files.documentation_pages()):
            key, language = self.site.key_and_language(file)
            if not self._pages.has(key):
                sources = {language: self.site.source(file, without_metadata(self.site.text(file)))}
                sources.update(self.site.translations(key, language))
                # In the site's order: the first language's lines are the ones in tracebacks.
                self._pages.add(key, {each: sources[each] for each in self.site.languages if each in sources})
        if self._new_files is None:
            self._new_files = NewFiles(self.site.docs)  # as they are before any page runs
        self._pages.start()

    def add_new_files(self, files: Files, config: MkDocsConfig) -> None:
        """Add the files that the code of pages has written into `docs_dir` to the files of the site."""
        if self._new_files is None:
            return
        for path in self._new_files.add_to(files, config, self.site.i18n):
            shown = os.path.relpath(self.site.docs / path, self.site.root)
            message = "this page was written while the pages ran, so it is in the site from the next build on"
            self.report([Diagnostic(shown, 0, "page", message, fatal=False)])

    def changed_text(self, file: File) -> str | None:
        """If the file of a page has changed since it was read, report this and return the text that was read.

        Return None if the file has not changed. MkDocs then reads it.
        """
        if isinstance(file, NotebookFile) or not file.abs_src_path:
            return None
        return self.site.text(file) if self._change_of(file) else None

    def _change_of(self, file: File) -> str:
        """Return a message if the file of a page has changed since its text was read, otherwise "".

        The message is also reported the first time that it is returned for a page.
        """
        if not file.abs_src_path:
            return ""
        message = changed_since(Path(file.abs_src_path), self.site.text(file))
        path = os.path.relpath(file.abs_src_path, self.site.root)
        if message and path not in self._changed:
            self._changed.add(path)
            self.report([Diagnostic(path, 0, "page", message)])
        return message

    def guard(self, page: Page) -> None:
        """Replace the page's `render` by a method that catches its exceptions.

        An exception is reported, and the page shows it instead of its content.
        """
        convert = page.render

        def render(config: MkDocsConfig, files: Files) -> None:
            try:
                self._convert(page, convert, config, files)
            except (Abort, BuildError):
                raise
            except Exception as error:  # noqa: BLE001 (one page must not end the build)
                path = self.site.source(page.file, "").path
                problem = unexpected_error(path, error, "converted to HTML")
                self.fragments.pop(page.file.src_uri, None)
                self.report([Diagnostic.of_error(problem)])
                page.content = error_box(problem)
                page.toc = get_toc([])

        page.render = render  # type: ignore[method-assign]

    def _convert(
        self, page: Page, convert: Callable[[MkDocsConfig, Files], None], config: MkDocsConfig, files: Files
    ) -> None:
        """Convert a page to HTML, and run its late fences, which appear only during the conversion."""
        source = self._sources.pop(page.file.src_uri, None)
        if source is None:  # it could not be read
            convert(config, files)
            return
        key, language = self.site.key_and_language(page.file)
        shown = self.site.current_language(language)
        fragments = self.fragments[page.file.src_uri]
        with self._pages.late_fences(key, source, language, shown, fragments) as fences:
            self.converted = ConvertedPage(
                fences, source.path, self.site.text(page.file), self._options.snippets or (), config
            )
            try:
                convert(config, files)
            finally:
                self.converted = None
            self._late_fences += fences.used
            self.report(fences.diagnostics)

    def finish(self, page: Page, html: str) -> Finished | None:
        """Replace the placeholders in a converted page by their HTML; return None if it has no fragments.

        Fences that should have been run, but are shown as text in the page, are reported.
        """
        fragments = self.fragments.pop(page.file.src_uri, None)
        if fragments is None:
            return None

        def finish() -> tuple[Finished, tuple[str, ...]]:
            finished = fragments.finish(html)
            return finished, tuple(fences_shown_as_text(finished.html))

        slot = ("finished", page.file.src_uri)
        finished, messages = self._memory.recall(slot, (html, fragments), finish)
        path = self.site.source(page.file, "").path
        self.report(Diagnostic(path, 0, "run", message) for message in messages)
        return finished

    def inlined(self, page: Page, markdown: str) -> str:
        """Return the Markdown of a page that is not converted yet, with HTML in place of placeholders."""
        fragments = self.fragments.get(page.file.src_uri)
        if fragments is None:
            return markdown
        key = (markdown, fragments.copy())  # fences that appear later add to the fragments
        slot = ("inlined", page.file.src_uri)
        return self._memory.recall(slot, key, lambda: fragments.inlined(markdown))

    def drop_missing_files(self, files: Files) -> None:
        """Report the files that were deleted while the pages ran, and keep MkDocs from copying them."""
        for file in list(files):
            path = file.abs_src_path
            if not file.is_documentation_page() and path and not Path(path).is_file():
                files.remove(file)
                shown = os.path.relpath(path, self.site.root)
                message = "this file of the site was deleted while the pages ran"
                self.report([Diagnostic(shown, 0, "page", message)])

    def render(self, page: Page, markdown: str) -> str:
        """Return the Markdown of a page with the results inserted."""
        key, language, source = self._place(page, markdown)
        rendered = self._pages.render(key, source, language, self.site.current_language(language))
        self.fragments[page.file.src_uri] = rendered.fragments
        self._sources[page.file.src_uri] = source
        self._blocks[page.file.src_uri] = rendered.blocks
        self.report(rendered.diagnostics)
        if message := self._change_of(
            page.file
        ):  # the code of the page, which has run now, may have written this file
            box = error_box(PageError(source.path, 0, message))
            return f"{rendered.fragments.add(box)}\n\n{rendered.markdown}"
        return rendered.markdown

    def browser_data(self, page: Page) -> str:
        """Return the HTML that a page needs so that readers can run its blocks; "" if it needs none."""
        blocks = self._blocks.pop(page.file.src_uri, PageBlocks())
        return blocks.data(get_relative_url(FOLDER, page.url))

    def write_browser_files(self, *, offline: bool) -> None:
        """Write the files that readers need to run blocks into the built site, if any page has such blocks.

        Args:
            offline: see `Browser.write`.
        """
        self._browser.write(self._site_folder, offline=offline)

    def render_notebook(self, page: Page, files: Files) -> None:
        """Insert the results into a notebook, and write the skeleton file that mkdocs-jupyter renders."""
        key, language, source = self._place(page, self.site.text(page.file))
        notebook = self._pages.notebook(key, source, language, self.site.current_language(language))
        self.notebooks.begin(page, notebook, partial(self.site.address, file=page.file, files=files))
        self.fragments[page.file.src_uri] = notebook.fragments
        self.report(notebook.diagnostics)

    def configure_formulas(self, config: MkDocsConfig, page: Page, source: str) -> None:
        """Pass the formula extension the path and source of the next page, and a callback for errors.

        Args:
            config: the configuration of MkDocs, in which the extension's options are changed for the next
                page.
            page: the page.
            source: the page's text, in which the line numbers of formulas are looked up.
        """
        options = {
            "path": self.site.source(page.file, "").path,
            "source": source,
            "report": lambda error: self.report([Diagnostic.of_error(error, "formula")]),
        }
        for name in config.markdown_extensions:
            if isinstance(name, str) and name.partition(":")[0] in FORMULA_EXTENSIONS:
                config.mdx_configs[name] = {**(config.mdx_configs.get(name) or {}), **options}

    def report(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Log errors as warnings and notes as information, and remember the errors for `summary`."""
        for each in diagnostics:
            detail = "".join(f"\n    {line}" for line in each.detail.rstrip().splitlines())
            (log.warning if each.fatal else log.info)("%s%s", each, detail)
            if each.fatal:
                self._errors.append(each)

    def unrepeatable(self) -> int:
        """Return the number of effects that conversions have had so far and that a reused page cannot repeat.

        These effects are reported errors, and late fences, which are run but are not in the page's text.
        """
        return len(self._errors) + self._late_fences

    def conversion_depends(self, page: Page, config: MkDocsConfig) -> tuple[Any, ...]:
        """Return the values on which the HTML of a page depends besides its Markdown, address and options."""
        path = self.site.source(page.file, "").path  # in the messages of formulas
        if not isinstance(page.file, NotebookFile):
            return (path,)
        return path, Path(str(page.file.abs_src_path)).read_bytes(), repr(dict(config.plugins[NAME].config))

    def summary(self) -> str:
        """Return the number and a list of the errors in all languages as one text; "" without errors."""
        if not self._errors:
            return ""
        pages = counted(len({each.path for each in self._errors}), "page")
        listed = "".join(f"\n  {each}" for each in self._errors)
        return f"{counted(len(self._errors), 'error')} on {pages}:{listed}"

    def close(self) -> None:
        """Stop the progress bar and delete temporary files."""
        self._pages.close()
        self.notebooks.close()

    def _place(self, page: Page, text: str) -> tuple[str, str, Source]:
        key, language = self.site.key_and_language(page.file)
        return key, language, self.site.source(page.file, text)


def is_page(file: File) -> bool:
    """Return True for Markdown files and notebooks, False for pages that other plugins provide."""
    return isinstance(file, NotebookFile) or is_markdown_file(file.src_uri)


def without_metadata(text: str) -> str:
    """Return the text of a page without its metadata block, as MkDocs removes it."""
    return str(meta.get_data(text)[0])
