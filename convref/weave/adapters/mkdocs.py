"""The MkDocs plugin `convref`: maps MkDocs' events to `convref.weave.build.Build`, and does nothing else.

mkdocs-static-i18n builds every language after the first inside its own `on_post_build`, with this same
plugin object. The outermost build is the one that counts: it runs the pages of all languages, the inner ones
find them done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, cast

from mkdocs.config import config_options as option
from mkdocs.config.base import Config, ValidationError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.utils import meta

from convref.errors import counted
from convref.weave import config as site_config
from convref.weave import published
from convref.weave.build import Build, Source
from convref.weave.cache import DEFAULT, Cache, Execute
from convref.weave.fragments import Fragments
from convref.weave.problems import Problem
from convref.weave.reading import Numbers, Reading
from convref.weave.session import Engine, Settings

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink

FORMULAS = "convref.weave.adapters.markdown"
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
    """The plugin's options; `convref.weave.session.Settings` and `reading.Reading` say what they mean.

    `published` is a path beside the configuration; without it, `published.toml` among the pages. `cache` is
    the folder in which results are kept, and `execute` says when they are used, as in
    `convref.weave.cache.Cache`.
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


class ConvrefPlugin(BasePlugin[ConvrefConfig]):  # type: ignore[no-untyped-call]
    """Runs the code in the pages."""

    def __init__(self) -> None:
        self._serving = False
        self._depth = 0
        self._site: _Site | None = None
        self._engine: Engine | None = None
        self._build: Build | None = None
        self._rendered: dict[str, Fragments] = {}
        self._problems: list[Problem] = []

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether further builds will follow; it also makes MkDocs keep this object between them."""
        del dirty
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Begin a build, unless it is one within another."""
        self._depth += 1
        self._site = _Site(config)
        if self._depth == 1:
            self._problems = []
            engine = self._ready_engine(self._site)
            self._build = Build(engine, _auto(self.config.auto), _snippets(config), self._reading(self._site))
        return config

    @event_priority(-150)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Run the pages of all languages, while MkDocs reads the first."""
        if self._build:
            for file in files.documentation_pages():
                self._add(file, config)
            self._build.start()
        return files

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the results into a page."""
        del files
        if not self._build:
            return markdown
        site = self._site or _Site(config)
        key, lang = site.place(page.file)
        source = site.source(page.file, markdown)
        rendered = self._build.render(key, source, lang, site.current(lang))
        self._rendered[page.file.src_uri] = rendered.fragments
        self._report(rendered.problems)
        config.mdx_configs[FORMULAS] = {
            "path": source.path,
            "source": page.file.content_string,
            "report": lambda error: self._report((Problem(error.path, error.line, error.rule),)),
        }
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
        return finished.html

    @event_priority(-200)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """End a build; the outermost lists what went wrong in all languages."""
        del config
        self._depth = max(self._depth - 1, 0)
        if self._depth == 0:
            self._finish()

    def on_build_error(self, *, error: Exception) -> None:
        """End a build that failed elsewhere."""
        del error
        if self._depth:
            self._depth = 0
            self._finish()

    def on_shutdown(self) -> None:
        """End every process."""
        self._close()

    def _ready_engine(self, site: _Site) -> Engine:
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
        cache = Cache(Path(site.root) / self.config.cache, cast("Execute", self.config.execute))
        wanted = (settings, site.languages, cache)
        if self._engine and (self._engine.settings, self._engine.languages, self._engine.cache) != wanted:
            self._close()
        self._engine = self._engine or Engine(*wanted)
        return self._engine

    def _reading(self, site: _Site) -> Reading:
        named = Path(site.root) / self.config.published if self.config.published else None
        figures = published.read(named or site.docs / "published.toml")
        patterns = site_config.patterns(self.config.not_quantities, "mkdocs.yml")
        return Reading(cast("Numbers", self.config.numbers), patterns, figures)

    def _add(self, file: File, config: MkDocsConfig) -> None:
        site = self._site or _Site(config)
        key, lang = site.place(file)
        if self._build and not self._build.knows(key):
            sources = {lang: site.source(file, meta.get_data(file.content_string)[0])}
            sources.update(site.others(key, lang))
            self._build.add(key, {each: sources[each] for each in site.languages if each in sources})

    def _report(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            detail = (
                "".join(f"\n    {line}" for line in problem.detail.rstrip().split("\n"))
                if problem.detail
                else ""
            )
            (_log.warning if problem.fatal else _log.info)("%s%s", problem, detail)
        self._problems += [problem for problem in problems if problem.fatal]

    def _finish(self) -> None:
        if self._build:
            self._build.close()
        self._build = None
        self._rendered.clear()
        if self._serving and self._engine:
            self._engine.get_ready()  # whoever reads the pages now may save one next
        else:
            self._close()
        if self._problems:
            listed = "".join(f"\n  {problem}" for problem in self._problems)
            pages = len({problem.path for problem in self._problems})
            told = f"{counted(len(self._problems), 'problem')} on {counted(pages, 'page')}"
            _log.warning("%s:%s", told, listed)
            self._problems = []

    def _close(self) -> None:
        if self._engine:
            self._engine.close()
            self._engine = None


class _Site:
    """What the configuration says of languages and places."""

    def __init__(self, config: MkDocsConfig) -> None:
        self.docs = Path(config.docs_dir)
        self.root = str(Path(config.config_file_path).parent) if config.config_file_path else str(Path.cwd())
        self.i18n: Any = config.plugins.get("i18n")
        folders = self.i18n is not None and self.i18n.config.docs_structure == "folder"
        self.folders = folders
        language = config.theme.get("language") or str(config.theme.locale or "en")
        self.languages: tuple[str, ...] = (str(language),)
        if self.i18n is not None:
            known = [lang for lang in self.i18n.config.languages if lang.build]
            self.languages = tuple(lang.locale for lang in sorted(known, key=lambda lang: not lang.default))

    def current(self, lang: str) -> str:
        """The language of the build that is going on."""
        return (self.i18n.current_language if self.i18n is not None else None) or lang

    def place(self, file: File) -> tuple[str, str]:
        """A page's key, which its languages share, and the language in which it is written."""
        path = self._relative(file)
        if self.folders and path.parts[0] in self.languages:
            return str(PurePosixPath(*path.parts[1:])), path.parts[0]
        if self.i18n is not None and not self.folders:
            lang = path.stem.rpartition(".")[2] if "." in path.stem else ""
            if lang in self.languages:
                return str(path.with_name(path.stem.removesuffix(f".{lang}") + path.suffix)), lang
        return str(path), self.languages[0]

    def others(self, key: str, lang: str) -> Iterator[tuple[str, Source]]:
        """The same page in the other languages, from the disk."""
        for other in self.languages:
            if other == lang or self.i18n is None:
                continue
            page = PurePosixPath(key)
            default = other == self.languages[0]
            suffixed = page if default else page.with_name(f"{page.stem}.{other}{page.suffix}")
            path = self.docs / other / page if self.folders else self.docs / suffixed
            if path.is_file():
                text = path.read_text(encoding="utf-8-sig", errors="strict")
                yield other, self._source(path, text, meta.get_data(text)[0])

    def source(self, file: File, markdown: str) -> Source:
        """A page's Markdown, with the number of its first line in the file."""
        path = Path(file.abs_src_path) if file.abs_src_path else self.docs / file.src_uri
        return self._source(path, file.content_string, markdown)

    def _source(self, path: Path, text: str, markdown: str) -> Source:
        skipped = text.removesuffix(markdown)
        first = skipped.count("\n") + 1 if skipped != text else 1
        return Source(os.path.relpath(path, self.root), markdown, first)

    def _relative(self, file: File) -> PurePosixPath:
        if file.abs_src_path and Path(file.abs_src_path).is_relative_to(self.docs):
            return PurePosixPath(Path(file.abs_src_path).relative_to(self.docs).as_posix())
        return PurePosixPath(file.src_uri)


def _auto(given: list[str]) -> frozenset[str]:
    """The languages run without `exec`: by the configuration, and by markdown-exec's variable."""
    named = os.environ.get("MARKDOWN_EXEC_AUTO", "").split(",")
    return frozenset(name for each in [*given, *named] if (name := each.strip()))


def _snippets(config: MkDocsConfig) -> list[str] | None:
    """Where pymdownx.snippets looks for files; None if the site does not use it."""
    if "pymdownx.snippets" not in config.markdown_extensions:
        return None
    given = (config.mdx_configs.get("pymdownx.snippets") or {}).get("base_path", ["."])
    return [given] if isinstance(given, str) else [str(each) for each in given]


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
