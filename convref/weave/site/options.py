"""The options of a site, which are the same in all hosts, such as MkDocs, pytest and the command line.

Each field of `SiteOptions` defines an option: its name, its default, and the parser of its value. A host
passes the options of its configuration to `SiteOptions.from_mapping` unparsed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Self, cast, get_args

from convref.errors import ArgumentError, ConvrefError, UnknownNameError
from convref.weave.browser.browser import Browser
from convref.weave.browser.runtime import Runtime
from convref.weave.cache.results import DEFAULT, CacheSettings, Execute
from convref.weave.check.facts import registry, terms
from convref.weave.check.facts.registry import Registry
from convref.weave.check.facts.terms import Terms
from convref.weave.check.number_policy import CheckMode, NumberPolicy
from convref.weave.markdown.document import Document
from convref.weave.markdown.fences import FenceRules
from convref.weave.numbers import published
from convref.weave.page.snippets import expanded
from convref.weave.run.settings import Settings
from convref.weave.site import option_parsers
from convref.weave.site.option_parsers import Parser

_AUTO_VARIABLE: Final = "MARKDOWN_EXEC_AUTO"  # markdown-exec's name, so that its sites work unchanged
_CONFIG_VARIABLE: Final = "MKDOCS_CONFIG_DIR"  # likewise
EXECUTE_VARIABLE: Final = "CONVREF_EXECUTE"


def _asked_of_environment() -> str:
    """Return the value of the environment variable CONVREF_EXECUTE, such as "never"; "" if it is not set."""
    value = os.environ.get(EXECUTE_VARIABLE, "").strip()
    try:
        return option_parsers.choice("", *get_args(Execute))(value)
    except ValueError as error:
        raise ArgumentError(f"{EXECUTE_VARIABLE} (={value!r}) {error}") from error


def _strictest(configured: Execute, asked: str) -> Execute:
    """Return the value of `execute` that is used: "never" if either value is "never", otherwise `asked`.

    If `asked` is empty, the configured value is used. A contributor can change the site's option; a reviewer
    who asks for "never" can still be sure that no code is executed.

    Args:
        configured: the value of the site's option.
        asked: the value that the user asks for on the command line or in the environment; "" without one.
    """
    if "never" in {configured, asked}:
        return "never"
    return cast("Execute", asked or configured)


def _parsed_by(parse: Parser[object]) -> dict[str, Parser[object]]:
    """Return the metadata that makes a dataclass field an option that users can set.

    Args:
        parse: parses the value that a user has set.
    """
    return {"parse": parse}


_MODE: Final = option_parsers.choice(*get_args(CheckMode))


@dataclass(frozen=True)
class SiteOptions:
    """The parsed and validated options of a site.

    Args:
        jobs: the maximum number of sessions that run at the same time; 0 for the number of processors.
        timeout: the maximum run time of a block, in seconds.
        memory: the maximum number of bytes that a session may allocate after its start; 0 for no limit.
        output_limit: the maximum size of an output of a block, in bytes; the rest is cut off.
        env: the names of environment variables that pages may read, in addition to those that every program
            needs.
        preload: modules to import in advance, in addition to those that pages import.
        start: the way in which worker processes are started, "fork" or "spawn"; "" for "fork" if the system
            supports it, otherwise "spawn".
        executor: where sessions run: "local", "dask" or "dask: tcp://HOST:PORT"; see
            `convref.weave.run.settings.Settings`.
        auto: the languages of fences that are run even without the option `exec`.
        doctests: whether doctest examples (code after `>>>`) are run and their output is compared; `pytest`
            always does this.
        values: whether a block shows the value of its last expression and the matplotlib figures that it
            leaves open.
        stderr: the treatment of the text that blocks write to standard error: "show" inserts it into the
            page, "log" writes it to the log, and "hide" drops it.
        numbers: the mode of the check for numbers that are neither computed nor checked nor cited; see
            `check.coverage`. The mode of a check is "off", "report" (mistakes are notes) or "require"
            (mistakes are errors).
        not_quantities: regular expressions for text whose numbers the check `numbers` ignores.
        published: the file of published numbers, relative to `root`; "" for the file `published.toml` in the
            directory of pages.
        facts: the mode of the check that all languages of a page state the same numbers, names and formulas;
            see `check.facts.bilingual`.
        terms: the files of the site's technical terms, relative to `root`. The check `facts` compares the
            terms, too.
        symbols: the mode of the check that the values that a page gives its symbols satisfy its equations;
            see `check.symbols`.
        labels: the mode of the check that the numbers in a label, such as "dilation 2", occur in the code
            that it describes; see `check.facts.labels`.
        sources: the mode of the check that identifiers, footnotes and years agree with the sources; see
            `check.facts.sources`.
        registry: the site's registry of described things, as `module:attribute`; see `check.facts.registry`.
            Its module is imported unless `execute` is "never".
        described: the mode of the check that the numbers, kernel sizes and versions that pages state about a
            thing, such as VGG-16, agree with the registry; see `check.facts.described`.
        code_names: the mode of the check that names in code spans exist; see `check.facts.code_names`.
        execute: when code is run: "auto", "always" or "never"; see
            `convref.weave.cache.results.CacheSettings`.
        cache: the folder for cached results, relative to `root`.
        notebooks: patterns for the paths of the Python files that are notebooks.
        incremental: whether MkDocs reuses the unchanged pages of earlier builds: `mkdocs serve` from memory,
            `mkdocs build` from a file in the folder of the cache.
        try_: whether readers can run a block in their browser, if all modules that it needs are available
            there; see `convref.weave.browser`. Users write this option as `try`, which is a keyword in
            Python.
        try_runtime: the folder of the npm package `pyodide`, relative to `root`.
        try_packages: the packages that blocks can import in the browser. Each entry is a directory of a
            package, a wheel, a directory of wheels, or a requirement such as `numpy`.
        root: the directory of the site's configuration. Code in pages can read it in the environment variable
            MKDOCS_CONFIG_DIR.
        snippets: the directories in which `pymdownx.snippets` looks for files; None if it is not used.
        icons: the directory of the theme's icons; "" for a theme without icons.
        languages: the languages that have a subdirectory each in the directory of pages; None to find them by
            the names of the subdirectories.
        directory_urls: whether the URL of a page ends in `/`; MkDocs' option `use_directory_urls`.

    Example:
        >>> SiteOptions.from_mapping({"memory": "64M"}, Path()).memory
        67108864
    """

    jobs: int = field(default=Settings.jobs, metadata=_parsed_by(option_parsers.whole_number))
    timeout: float = field(default=Settings.timeout, metadata=_parsed_by(option_parsers.seconds))
    memory: int = field(default=Settings.memory, metadata=_parsed_by(option_parsers.size))
    output_limit: int = field(default=Settings.output_limit, metadata=_parsed_by(option_parsers.size))
    env: tuple[str, ...] = field(default=(), metadata=_parsed_by(option_parsers.texts))
    preload: tuple[str, ...] = field(default=(), metadata=_parsed_by(option_parsers.texts))
    start: str = field(default="", metadata=_parsed_by(option_parsers.choice("", "fork", "spawn")))
    executor: str = field(default=Settings.executor, metadata=_parsed_by(option_parsers.executor))
    auto: frozenset[str] = field(default=frozenset(), metadata=_parsed_by(option_parsers.languages))
    doctests: bool = field(default=False, metadata=_parsed_by(option_parsers.switch))
    values: bool = field(default=True, metadata=_parsed_by(option_parsers.switch))
    stderr: str = field(
        default=FenceRules.stderr, metadata=_parsed_by(option_parsers.choice("show", "log", "hide"))
    )
    numbers: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    not_quantities: tuple[re.Pattern[str], ...] = field(
        default=(), metadata=_parsed_by(option_parsers.patterns)
    )
    published: str = field(default="", metadata=_parsed_by(option_parsers.text))
    facts: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    terms: tuple[str, ...] = field(default=(), metadata=_parsed_by(option_parsers.paths))
    symbols: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    labels: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    sources: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    registry: str = field(default="", metadata=_parsed_by(option_parsers.text))
    described: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    code_names: CheckMode = field(default="off", metadata=_parsed_by(_MODE))
    execute: Execute = field(default="auto", metadata=_parsed_by(option_parsers.choice(*get_args(Execute))))
    cache: str = field(default=DEFAULT, metadata=_parsed_by(option_parsers.text))
    notebooks: tuple[str, ...] = field(default=(), metadata=_parsed_by(option_parsers.texts))
    incremental: bool = field(default=True, metadata=_parsed_by(option_parsers.switch))
    try_: bool = field(default=False, metadata={"name": "try", **_parsed_by(option_parsers.switch)})
    try_runtime: str = field(default="node_modules/pyodide", metadata=_parsed_by(option_parsers.text))
    try_packages: tuple[str, ...] = field(default=(), metadata=_parsed_by(option_parsers.texts))
    root: Path = Path()
    snippets: tuple[str, ...] | None = None
    icons: str = ""
    languages: tuple[str, ...] | None = None
    directory_urls: bool = True

    @classmethod
    def from_mapping(
        cls,
        given: Mapping[str, object],
        root: Path,
        snippets: Iterable[object] | None = None,
        languages: Iterable[str] | None = None,
    ) -> Self:
        """Parse and check the options that a user has set.

        Args:
            given: the values by option name. An option whose value is None gets its default.
            root: the directory of the site's configuration.
            snippets: the directories of `pymdownx.snippets`, relative to `root`; None if it is not used.
            languages: the languages of the site; None if the configuration does not name them.

        Raises:
            ArgumentError: an option is unknown, or its value is not allowed. The message lists all errors.
        """
        parsed: dict[str, Any] = {}
        mistakes = []
        for name, value in given.items():
            try:
                read = parse_option(name, value)
                parsed[OPTIONS[name].name] = read
            except ConvrefError as error:
                mistakes.append(str(error))
        try:
            asked = _asked_of_environment()
        except ArgumentError as error:
            mistakes.append(str(error))
        if mistakes:
            raise ArgumentError("; ".join(mistakes))
        named = frozenset(filter(None, map(str.strip, os.environ.get(_AUTO_VARIABLE, "").split(","))))
        parsed["auto"] = parsed.get("auto", cls.auto) | named
        parsed["execute"] = _strictest(parsed.get("execute", cls.execute), asked)
        bases = None if snippets is None else tuple(str(root / str(each)) for each in snippets)
        named_languages = None if languages is None else tuple(languages)
        return cls(**parsed, root=root, snippets=bases, languages=named_languages)

    def replaced(self, **given: object) -> Self:
        """Return a copy with new values of some options, which are parsed as by `from_mapping`.

        An option whose new value is None is unchanged. If `execute` is "never", it remains "never".

        Raises:
            ArgumentError: a value is not allowed.
        """
        parsed = {
            OPTIONS[name].name: parse_option(name, value)
            for name, value in given.items()
            if value is not None
        }
        if "execute" in parsed:
            parsed["execute"] = _strictest(self.execute, parsed["execute"])
        return replace(self, **parsed)

    @property
    def fence_rules(self) -> FenceRules:
        """The options that determine which fences are run and what they show."""
        return FenceRules(self.auto, self.doctests, self.values, self.stderr, self.icons)

    @property
    def run_settings(self) -> Settings:
        """The options that the engine needs to run pages."""
        return Settings(
            jobs=self.jobs,
            timeout=self.timeout,
            memory=self.memory,
            output_limit=self.output_limit,
            env=self.env,
            set_env={_CONFIG_VARIABLE: str(self.root.resolve())},
            preload=self.preload,
            start=self.start,
            executor=self.executor,
        )

    @property
    def cache_settings(self) -> CacheSettings:
        """The options that configure the cache."""
        return CacheSettings(self.root / self.cache, self.execute)

    @property
    def browser(self) -> Browser:
        """The object that finds the blocks that readers can run in their browser, made from the options."""
        return Browser(
            Runtime(self.root / self.try_runtime),
            self.try_packages,
            self.root,
            self.root / self.cache / "wheels",
            everywhere=self.try_,
            online=self.execute != "never",
        )

    def number_policy(self, pages: Path) -> NumberPolicy:
        """Read the file of published numbers, and return them together with the site's rules for numbers.

        Errors in the file are not raised; they are in `NumberPolicy.faults`.

        Args:
            pages: the directory of pages.
        """
        file = self.root / self.published if self.published else pages / "published.toml"
        # Messages name the file as pages are named: from the working directory, if it is below that.
        is_below = file.is_absolute() and file.is_relative_to(Path.cwd())
        figures = published.load(file.relative_to(Path.cwd()) if is_below else file)
        return NumberPolicy(self.numbers, self.not_quantities, figures, self.symbols)

    def load_terms(self) -> Terms:
        """Read the technical terms of the site from its files; without such a file, return empty `Terms`.

        Raises:
            PageError: a file cannot be read.
        """
        return terms.load(*(self.root / each for each in self.terms))

    def load_registry(self) -> Registry | None:
        """Import the registry of the site; return None without a registry, or if `execute` is "never".

        Raises:
            ArgumentError: it cannot be imported, or is not a registry.
        """
        return registry.load(self.registry) if self.registry and self.execute != "never" else None

    def with_snippets(self, page: Document) -> Document:
        """Return a page in whose code blocks each snippet line is replaced by the file that it includes.

        If the site does not use snippets, the page is returned unchanged.

        Raises:
            PageError: there is no such file, or no such section in it.
        """
        return page if self.snippets is None else expanded(page, self.snippets)


def _parsers() -> dict[str, Field[Any]]:
    named = (each for each in fields(SiteOptions) if "parse" in each.metadata)
    return {each.metadata.get("name", each.name): each for each in named}


OPTIONS: Final[Mapping[str, Field[Any]]] = _parsers()
"""The fields of `SiteOptions` that a user can set, by name."""


def parse_option(name: str, value: object) -> Any:
    """Parse the value of one option; the value None gives the option's default.

    Raises:
        UnknownNameError: there is no option with this name.
        ArgumentError: the value is not allowed.

    Example:
        >>> parse_option("memory", "2 GB")
        2147483648
        >>> parse_option("timout", 5)
        Traceback (most recent call last):
        ...
        convref.errors.UnknownNameError: unknown option 'timout'; the nearest is 'timeout'
    """
    if name not in OPTIONS:
        raise UnknownNameError("option", name, OPTIONS)
    if value is None:
        return OPTIONS[name].default
    try:
        return OPTIONS[name].metadata["parse"](value)
    except ValueError as error:
        raise ArgumentError(f"{name} (={value!r}) {error}") from error
