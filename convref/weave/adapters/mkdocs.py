"""The MkDocs plugin `convref`: connects the events of MkDocs to the build of the site.

mkdocs-static-i18n builds every language after the first inside its own `on_post_build`, with this same
plugin object. Only the outermost build creates a `MkDocsBuild`, which runs the pages of all languages; the
inner builds reuse its results.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mkdocs.config.base import Config, ValidationError
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority

from convref.errors import ArgumentError, ConvrefError, PageError
from convref.weave.adapters.incremental.build_file import BuildFile
from convref.weave.adapters.incremental.kept_builds import KeptBuilds
from convref.weave.adapters.late_fences import LateFencesExtension
from convref.weave.adapters.mkdocs_build import MkDocsBuild, is_page, log, without_metadata
from convref.weave.adapters.mkdocs_notebooks import NotebookFile, with_download_link, wrong_plugins
from convref.weave.adapters.mkdocs_site import Site
from convref.weave.run.engine import Engine
from convref.weave.site.options import SiteOptions, parse_option

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.base import ConfigErrors, ConfigWarnings
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink


class ConvrefConfig(Config):  # type: ignore[no-untyped-call]
    """The options of the plugin, as written in the site's configuration.

    Their names, defaults and rules are defined in `convref.weave.site.options.SiteOptions`. This class only
    reports wrong options in the style of MkDocs.
    """

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """Return an error for each unknown option and each invalid value."""
        failed: ConfigErrors = []
        for name, value in self.items():
            try:
                parse_option(name, value)
            except ConvrefError as error:
                failed.append((name, ValidationError(str(error))))
        return failed, []


class ConvrefPlugin(BasePlugin[ConvrefConfig]):  # type: ignore[no-untyped-call]
    """The MkDocs plugin that runs the code in pages and inserts the results."""

    def __init__(self) -> None:
        self._serving = self._dirty = False
        self._engine: Engine | None = None  # kept between the builds of `mkdocs serve`
        self._kept: KeptBuilds | None = None  # likewise; for other builds, read from `_file`
        self._file: BuildFile | None = None
        # MkDocs loads the hooks after it has made the plugins, so none of them is loaded yet.
        self._began = time.time()
        self._current: MkDocsBuild | None = None

    @property
    def _build(self) -> MkDocsBuild:
        """The state of the build in progress; a PluginError is raised if no build is in progress."""
        if self._current is None:
            raise PluginError(
                "convref: no build is in progress. MkDocs did not call on_config, or the call failed. "
                "Look for an earlier error, which another plugin may have hidden."
            )
        return self._current

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Record whether MkDocs builds once or serves and rebuilds.

        Because this method exists, MkDocs keeps the plugin object between builds.
        """
        self._serving, self._dirty = command == "serve", dirty

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Start a build; while one is running, enter the build of another language inside it."""
        site = Site(config, without_metadata)
        if not any(isinstance(each, LateFencesExtension) for each in config.markdown_extensions):
            extension = LateFencesExtension(lambda: self._current.converted if self._current else None)
            config.markdown_extensions.append(extension)  # type: ignore[arg-type]
        if self._current:
            self._current.enter(site)
            return config
        try:
            options = SiteOptions.from_mapping(dict(self.config), Path(site.root), site.snippet_bases)
            options = replace(options, icons=site.icons)
            if options.notebooks and (mistake := wrong_plugins(config.plugins)):
                raise PluginError(f"convref: {mistake}")
            policy = options.number_policy(site.docs)
        except ConvrefError as error:
            raise PluginError(f"convref: {error}") from error
        # A dirty build does not convert all pages, so that it could neither keep all results nor use them.
        keeps = options.incremental and not self._dirty
        self._kept = (self._kept or KeptBuilds(is_serving=self._serving)) if keeps else None
        self._file = None
        memory = self._kept.memory if self._kept else None
        self._current = MkDocsBuild(site, options, policy, self._engine_for(site, options), memory)
        self._current.report(policy.faults)
        return config

    @event_priority(-150)  # when other plugins have added their files
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Start running the pages of all languages in the background.

        MkDocs has now listed the files of the first language. The pages of the other languages are read from
        disk.
        """
        self._build.take_notebooks(files, config)
        if self._kept and not self._serving and not self._file and self._engine and self._engine.results:
            self._file = BuildFile(self._engine.results.store, config, self._began)
            self._kept = self._file.read()
        if self._kept:
            self._kept.conversions.begin(config, self._build.site.current_language(""))
        try:
            self._build.start(files)
        except ArgumentError as error:
            raise PluginError(f"convref: {error}") from error
        return files

    @event_priority(50)  # before mkdocs-jupyter
    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """For a notebook, insert the results, and write the skeleton file that mkdocs-jupyter renders."""
        del config
        if isinstance(page.file, NotebookFile):
            self._build.render_notebook(page, files)
        return page

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Return the text of a page whose file MkDocs must not read; None for other pages.

        MkDocs must not read notebooks, nor pages whose file was changed while the pages ran.
        """
        del config
        notebook = self._build.notebooks.of(page)
        return notebook.markdown if notebook else self._build.changed_text(page.file)

    @event_priority(100)  # before plugins that read or change Markdown
    def _insert_results(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Insert the results into the Markdown of a page."""
        if not is_page(page.file):
            return markdown
        if notebook := self._build.notebooks.of(page):
            try:
                self._build.notebooks.render_both(page)
            except PageError as error:
                raise PluginError(f"convref: {error}") from None
            self._build.add_new_files(files, config)
            self._build.configure_formulas(config, page, notebook.lines)
            return markdown
        self._build.configure_formulas(config, page, self._build.site.text(page.file))
        self._build.guard(page)
        rendered = self._build.render(page, markdown)
        self._build.add_new_files(files, config)  # the page may link to them
        return rendered

    @event_priority(-1000)  # when the Markdown is complete
    def _recall_conversion(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Let the page reuse its HTML of the last build, if all that it depends on is unchanged."""
        del files
        if self._kept and is_page(page.file):
            depends = self._build.conversion_depends(page, config)
            self._kept.conversions.wrap(page, depends, self._build.unrepeatable)
        return markdown

    on_page_markdown = CombinedEvent(_insert_results, _recall_conversion)

    def inlined(self, page: Page, markdown: str) -> str:
        """Return the Markdown of a page with HTML in place of placeholders, for hooks that process it.

        Args:
            page: a page for which the event `on_page_markdown` has ended, and which is not converted to HTML
                yet.
            markdown: the text that the event returned.
        """
        return self._build.inlined(page, markdown)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Report the files that were deleted while the pages ran, and keep MkDocs from copying them."""
        self._build.add_new_files(files, config)
        self._build.drop_missing_files(files)
        if self._kept:
            self._kept.finish_pages(env, self._build.site.current_language(""))
        return env

    @event_priority(50)  # before plugins that look at the finished HTML
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Replace the placeholders in a converted page by HTML fragments."""
        del config, files
        finished = self._build.finish(page, html)
        if finished is None:
            return html
        page.toc.items = list(_updated_toc(page.toc.items, finished.renamed, finished.hidden))
        data = self._build.browser_data(page)
        if isinstance(page.file, NotebookFile):
            language = self._build.site.current_language("")
            return with_download_link(finished.html, f"{page.file.name}.ipynb", language)
        return finished.html + data

    @event_priority(-50)  # after mkdocs-jupyter, which writes a file of the same name
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Write a notebook with its results as a downloadable file next to its page."""
        del config
        self._build.notebooks.write(page)
        return output

    @event_priority(-200)  # after mkdocs-static-i18n, whose inner builds run in this event
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """End the build; if it is the outermost one, log a summary of the errors in all languages.

        In a strict build, MkDocs counts the logged warnings and fails. With `--quiet` it counts nothing; then
        this method makes the strict build fail.
        """
        if self._build.leave():
            self._build.write_browser_files(offline=not self._serving)
            if self._file and self._kept:
                self._file.write(self._kept)
            summary = self._finish(self._build)
            if summary and config.strict and not log.isEnabledFor(logging.WARNING):
                raise PluginError(f"convref: {summary}")

    def on_build_error(self, *, error: Exception) -> None:
        """Clean up after a build that failed for any reason."""
        del error
        if self._current:
            self._finish(self._current)

    def on_shutdown(self) -> None:
        """Terminate all worker processes when MkDocs exits."""
        self._close_engine()

    def _engine_for(self, site: Site, options: SiteOptions) -> Engine:
        """Return the engine of the previous build if its options are the same, otherwise a new engine."""
        wanted = (options.run_settings, site.languages, options.cache_settings)
        if self._engine and (self._engine.settings, self._engine.languages, self._engine.cache) != wanted:
            self._close_engine()
        self._engine = self._engine or Engine(*wanted)
        return self._engine

    def _finish(self, build: MkDocsBuild) -> str:
        """Close the outermost build, log its errors, and return them as one text; "" without errors."""
        self._current = None
        build.close()
        if self._serving and self._engine:
            self._engine.get_ready()  # so that the next build starts fast when the author saves a page
        else:
            self._close_engine()
        summary = build.summary()
        if summary:
            log.warning("%s", summary)
        return summary

    def _close_engine(self) -> None:
        if self._engine:
            self._engine.close()
            self._engine = None


def _updated_toc(
    items: list[AnchorLink], renamed: Mapping[str, str], hidden: frozenset[str]
) -> Iterator[AnchorLink]:
    """Yield the entries of the table of contents with new identifiers, and without the headings to be hidden.

    Args:
        items: the entries.
        renamed: a dict from the old identifier of each renamed heading to its new one.
        hidden: the identifiers of the headings to be hidden. Their subheadings take their position.
    """
    for item in items:
        children = list(_updated_toc(item.children, renamed, hidden))
        if item.id in hidden:
            yield from children
        else:
            item.id, item.children = renamed.get(item.id, item.id), children
            yield item
