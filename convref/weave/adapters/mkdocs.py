"""The MkDocs plugin `convref`: maps MkDocs' events to `convref.weave.site.build.Build`, nothing else.

mkdocs-static-i18n builds every language after the first inside its own `on_post_build`, with this same
plugin object. The outermost build is the one that counts: it runs the pages of all languages, the inner ones
find them done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from mkdocs.config import config_options as option
from mkdocs.config.base import Config, ValidationError
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File
from mkdocs.utils import is_markdown_file, meta

from convref.errors import PageError
from convref.weave.adapters.jupyter import Notebooks, fault, linked
from convref.weave.adapters.mkdocs_site import Site, auto
from convref.weave.cache.results import DEFAULT, CacheSettings, Execute
from convref.weave.check.number_policy import Numbers, Reading
from convref.weave.numbers import published
from convref.weave.page import tree
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.render.fragments import Fragments
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site import config as site_config
from convref.weave.site.build import Build
from convref.wording import counted

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink

FORMULAS = "convref.weave.adapters.formulas"
_log = get_plugin_logger("convref")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class Size(option.OptionallyRequired[int]):
    """A number of bytes: 1048576, "512M", "2 GB"."""

    def run_validation(self, value: object) -> int:
        """The number of bytes that a text means."""
        text = str(value).upper().replace(" ", "").removesuffix("B").removesuffix("I")
        number, unit = (text[:-1], text[-1]) if text[-1:] in {"K", "M", "G", "T"} else (text, "")
        try:
            return int(float(number) * _UNITS[unit])
        except ValueError:
            raise ValidationError(f"{value!r} is no size; write 512M or 2 GB") from None


class Mode(option.Choice[str]):
    """One of some words; YAML reads a bare `off` as false."""

    def run_validation(self, value: object) -> str:
        """The word."""
        return super().run_validation("off" if value is False else value)


class ConvrefConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin's options; `convref.weave.run.settings.Settings` and `reading.Reading` say what they mean.

    `published` is a path beside the configuration; without it, `published.toml` among the pages. `cache` is
    the folder in which results are kept, and `execute` says when they are used, as in
    `convref.weave.cache.results.CacheSettings`.
    """

    jobs = option.Type(int, default=0)
    timeout = option.Type((int, float), default=60.0)
    memory = Size(default=0)
    output_limit = Size(default=1 << 20)
    env = option.ListOfItems(option.Type(str), default=[])
    preload = option.ListOfItems(option.Type(str), default=[])
    start = option.Choice(("", "fork", "spawn"), default="")
    auto = option.ListOfItems(option.Type(str), default=[])
    numbers = Mode(("off", "report", "require"), default="off")
    not_quantities = option.ListOfItems(option.Type(str), default=[])
    published = option.Type(str, default="")
    execute = Mode(("auto", "always", "never"), default="auto")
    cache = option.Type(str, default=DEFAULT)
    notebooks = option.ListOfItems(option.Type(str), default=[])


class NotebookFile(File):
    """A notebook among the pages: to MkDocs a page, to mkdocs-jupyter the shell at `abs_src_path`.

    Args:
        file: the Python file.
        config: MkDocs' configuration.
        shell: where the notebook that mkdocs-jupyter renders will be; it has the notebook's name.
        dest_uri: where the page will be in the site.
    """

    def __init__(self, file: File, config: MkDocsConfig, shell: Path, dest_uri: str) -> None:
        place = file.src_uri, None, config.site_dir, config.use_directory_urls
        super().__init__(*place, dest_uri=dest_uri, inclusion=file.inclusion)
        self.source = Path(str(file.abs_src_path))
        self.abs_src_path = str(shell)
        self.name = shell.stem

    def is_documentation_page(self) -> bool:
        """It is a page."""
        return True


class ConvrefPlugin(BasePlugin[ConvrefConfig]):  # type: ignore[no-untyped-call]
    """Runs the code in the pages."""

    def __init__(self) -> None:
        self._serving = False
        self._depth = 0
        self._site: Site | None = None
        self._engine: Engine | None = None
        self._build: Build | None = None
        self._rendered: dict[str, Fragments] = {}
        self._notebooks = Notebooks()
        self._errors: list[Diagnostic] = []

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether further builds will follow; it also makes MkDocs keep this object between them."""
        del dirty
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Begin a build, unless it is one within another."""
        self._depth += 1
        self._site = Site(config, _body)
        wrong = fault(config.plugins) if self.config.notebooks else ""
        if wrong:
            raise PluginError(f"convref: {wrong}")
        if self._depth == 1:
            self._errors = []
            engine = self._ready_engine(self._site)
            self._build = Build(
                engine, auto(self.config.auto), self._site.snippets, self._reading(self._site)
            )
        return config

    @event_priority(-150)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Run the pages of all languages, while MkDocs reads the first."""
        if self._build:
            patterns, docs = self.config.notebooks, Path(config.docs_dir)
            if self._depth == 1 and patterns:
                rules = tree.unmatched_patterns(docs, tree.page_files(docs, patterns), patterns)
                path = Path(config.config_file_path).name
                self._report(Diagnostic(path, 0, "option", rule) for rule in rules)
            self._take_notebooks(files, config)
            for file in filter(_is_page, files.documentation_pages()):
                self._add(file, config)
            self._build.start()
        return files

    @event_priority(50)
    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Put the results into a notebook, before mkdocs-jupyter looks at it."""
        if self._build and isinstance(page.file, NotebookFile):
            site = self._site or Site(config, _body)
            key, lang = site.place(page.file)
            source = site.source(page.file, site.text(page.file))
            made = self._build.notebook(key, source, lang, site.current(lang))
            self._notebooks.begin(page, made, partial(site.address, file=page.file, files=files))
            self._rendered[page.file.src_uri] = made.fragments
            self._report(made.diagnostics)
        return page

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """The Markdown of a notebook."""
        del config
        made = self._notebooks.of(page)
        return made.markdown if made else None

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the results into a page."""
        del files
        if not self._build or not _is_page(page.file):
            return markdown
        site = self._site or Site(config, _body)
        made = self._notebooks.of(page)
        if made:
            try:
                self._notebooks.render_twice(page)
            except PageError as error:
                raise PluginError(f"convref: {error}") from None
            self._tell_formulas(config, site.source(page.file, "").path, made.lines)
            return markdown
        key, lang = site.place(page.file)
        source = site.source(page.file, markdown)
        rendered = self._build.render(key, source, lang, site.current(lang))
        self._rendered[page.file.src_uri] = rendered.fragments
        self._report(rendered.diagnostics)
        self._tell_formulas(config, source.path, page.file.content_string)
        return rendered.markdown

    @event_priority(50)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the fragments into a converted page."""
        del config, files
        fragments = self._rendered.pop(page.file.src_uri, None)
        if fragments is None:
            return html
        finished = fragments.finish(html)
        page.toc.items = list(_kept(page.toc.items, finished.renamed, finished.hidden))
        if isinstance(page.file, NotebookFile):
            lang = self._site.current("") if self._site else ""
            return linked(finished.html, f"{page.file.name}.ipynb", lang)
        return finished.html

    @event_priority(-50)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Write a notebook with its results beside its page."""
        del config
        self._notebooks.end(page)
        return output

    @event_priority(-200)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """End a build; the outermost lists what went wrong in all languages.

        A strict build fails by the warnings that MkDocs counts; where it is quiet, MkDocs counts none.
        """
        self._depth = max(self._depth - 1, 0)
        told = self._finish() if self._depth == 0 else ""
        if told and config.strict and not _log.isEnabledFor(logging.WARNING):
            raise PluginError(f"convref: {told}")

    def on_build_error(self, *, error: Exception) -> None:
        """End a build that failed elsewhere."""
        del error
        if self._depth:
            self._depth = 0
            self._finish()

    def on_shutdown(self) -> None:
        """End every process."""
        self._close()

    def _ready_engine(self, site: Site) -> Engine:
        settings = Settings(
            jobs=self.config.jobs,
            timeout=self.config.timeout,
            memory=self.config.memory,
            output_limit=self.config.output_limit,
            env=tuple(self.config.env),
            set_env={"MKDOCS_CONFIG_DIR": site.root},
            preload=tuple(self.config.preload),
            start=self.config.start,
        )
        cache = CacheSettings(Path(site.root) / self.config.cache, cast("Execute", self.config.execute))
        wanted = (settings, site.languages, cache)
        if self._engine and (self._engine.settings, self._engine.languages, self._engine.cache) != wanted:
            self._close()
        self._engine = self._engine or Engine(*wanted)
        return self._engine

    def _reading(self, site: Site) -> Reading:
        named = Path(site.root) / self.config.published if self.config.published else None
        figures = published.load(named or site.docs / "published.toml")
        patterns = site_config.patterns(self.config.not_quantities, "mkdocs.yml")
        return Reading(cast("Numbers", self.config.numbers), patterns, figures)

    def _add(self, file: File, config: MkDocsConfig) -> None:
        site = self._site or Site(config, _body)
        key, lang = site.place(file)
        if self._build and not self._build.knows(key):
            sources = {lang: site.source(file, _body(site.text(file)))}
            sources.update(site.others(key, lang))
            self._build.add(key, {each: sources[each] for each in site.languages if each in sources})

    def _take_notebooks(self, files: Files, config: MkDocsConfig) -> None:
        """Make pages of the Python files that are notebooks."""
        site = self._site or Site(config, _body)
        for file in list(files) if self.config.notebooks else ():
            if tree.is_notebook(str(site.relative(file)), self.config.notebooks):
                at = partial(NotebookFile, file, config, self._notebooks.shell(file, site))
                page = at(site.page_uri(file, config))
                files.remove(file)
                files.append(page)
                site.translate(page, file, at)

    def _tell_formulas(self, config: MkDocsConfig, path: str, text: str) -> None:
        """Let the formulas of a page know where they stand."""
        config.mdx_configs[FORMULAS] = {
            "path": path,
            "source": text,
            "report": lambda error: self._report([Diagnostic.of_error(error, "formula")]),
        }

    def _report(self, diagnostics: Iterable[Diagnostic]) -> None:
        for each in diagnostics:
            detail = "".join(f"\n    {line}" for line in each.detail.rstrip().splitlines())
            (_log.warning if each.fatal else _log.info)("%s%s", each, detail)
            if each.fatal:
                self._errors.append(each)

    def _finish(self) -> str:
        """End every build; what went wrong is listed and returned."""
        if self._build:
            self._build.close()
        self._build = None
        self._rendered.clear()
        self._notebooks.close()
        if self._serving and self._engine:
            self._engine.get_ready()  # whoever reads the pages now may save one next
        else:
            self._close()
        if not self._errors:
            return ""
        listed = "".join(f"\n  {each}" for each in self._errors)
        pages = len({each.path for each in self._errors})
        told = f"{counted(len(self._errors), 'error')} on {counted(pages, 'page')}:{listed}"
        _log.warning("%s", told)
        self._errors = []
        return told

    def _close(self) -> None:
        if self._engine:
            self._engine.close()
            self._engine = None


def _is_page(file: File) -> bool:
    """Whether a page is Markdown or a notebook that convref runs; other plugins have pages of other kinds."""
    return isinstance(file, NotebookFile) or is_markdown_file(file.src_uri)


def _body(text: str) -> str:
    """A page's text without its metadata."""
    return str(meta.get_data(text)[0])


def _kept(
    items: list[AnchorLink], renamed: Mapping[str, str], hidden: frozenset[str]
) -> Iterator[AnchorLink]:
    """A table of contents with identifiers renamed, and without the headings that stay out."""
    for item in items:
        children = list(_kept(item.children, renamed, hidden))
        if item.id in hidden:
            yield from children
        else:
            item.id, item.children = renamed.get(item.id, item.id), children
            yield item
