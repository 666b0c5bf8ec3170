"""The options of a site's checks, from the `convref` plugin's section of its `mkdocs.yml`.

The file is looked for beside the directory of pages. It is optional, and so is the YAML reader, which
comes with MkDocs; without either the options are the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convref.errors import PageError

if TYPE_CHECKING:
    from convref.weave.cache.results import CacheSettings
    from convref.weave.check.checker import Options

_PLUGIN = re.compile(r"^\s*-\s+convref\b", re.MULTILINE)
_DIRECTORY = re.compile(r"^docs_dir:[ \t]*[\"']?([^\"'#\n]+?)/?[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)


def site_file(root: Path) -> Path | None:
    """The `mkdocs.yml` beside a directory, if it names the plugin `convref` and this as its pages."""
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        file = root.resolve().parent / name
        if file.is_file():
            text = file.read_text("utf-8", errors="replace")
            directory = _DIRECTORY.search(text)
            if _PLUGIN.search(text) and root.resolve() == file.parent / (
                directory[1] if directory else "docs"
            ):
                return file
    return None


def root_of(page: Path) -> Path:
    """The directory of pages to which a page belongs, as messages are to call it.

    Raises:
        PageError: there is no such page.
    """
    if not page.is_file():
        raise PageError(str(page), 0, "there must be a page here")
    for root in page.resolve().parents:
        if site_file(root):
            return root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root
    return page.parent


def read(root: Path) -> Options:
    """The options that a site gives for the pages under `root`.

    Raises:
        PageError: the file is no YAML, or a pattern is no regular expression.
        ArgumentError: an option has a value that it cannot have.
    """
    from convref.weave.check.checker import Options
    from convref.weave.run.settings import Settings

    file = site_file(root)
    content = _content(file) if file else {}
    given = _entry(content, "plugins", "convref") or {}
    snippets = _entry(content, "markdown_extensions", "pymdownx.snippets")
    settings = {name: given[name] for name in ("jobs", "timeout", "start") if name in given}
    settings |= {name: tuple(given[name]) for name in ("env", "preload") if name in given}
    return Options(
        numbers=_word(given.get("numbers", "off")),
        not_quantities=patterns(given.get("not_quantities", ()), str(file)),
        published=file.parent / given["published"] if file and "published" in given else None,
        auto=frozenset(given.get("auto", ())),
        snippets=None if file is None or snippets is None else _bases(snippets, file.parent),
        notebooks=tuple(given.get("notebooks", ())),
        settings=Settings(**settings),
    )


def cache(root: Path) -> CacheSettings:
    """Where a site keeps the results of the pages under `root`, and when it uses them."""
    from convref.weave.cache.results import DEFAULT, CacheSettings

    file = site_file(root)
    given = _entry(_content(file), "plugins", "convref") if file else None
    folder = (given or {}).get("cache") or DEFAULT
    return CacheSettings(
        (file.parent if file else root.resolve().parent) / folder, (given or {}).get("execute") or "auto"
    )


def overridden(options: Options, **given: Any) -> Options:
    """Options with others in the place of those that are given; None stands for not given."""
    named = {name: value for name, value in given.items() if value is not None}
    if "not_quantities" in named:
        named["not_quantities"] = patterns(named["not_quantities"], "--not-quantity")
    settings = {name: named.pop(name) for name in ("jobs", "timeout") if name in named}
    return replace(options, settings=replace(options.settings, **settings), **named)


def patterns(texts: Any, path: str) -> tuple[re.Pattern[str], ...]:
    """Regular expressions, compiled.

    Raises:
        PageError: one of them is none.
    """
    try:
        return tuple(re.compile(text) for text in texts)
    except re.error as error:
        rule = f"not_quantities (={error.pattern!r}) must be a regular expression: {error}"
        raise PageError(path, 0, rule) from error


def _word(value: Any) -> Any:
    """YAML reads a bare `off` as false."""
    return "off" if value is False else value


def _bases(snippets: Mapping[str, Any], directory: Path) -> tuple[str, ...]:
    """Where snippets are looked up, seen from the configuration's directory."""
    given = snippets.get("base_path", ["."])
    return tuple(str(directory / each) for each in (given if isinstance(given, list) else [given]))


def _content(file: Path) -> Mapping[str, Any]:
    """The configuration; tags that only MkDocs knows are passed over."""
    try:
        import yaml
    except ImportError:
        return {}

    class Loader(yaml.SafeLoader):
        """Reads what MkDocs reads, without its tags."""

    Loader.add_multi_constructor("", lambda _loader, _suffix, _node: None)
    try:
        content = yaml.load(file.read_text("utf-8"), Loader)  # noqa: S506 (a SafeLoader that skips tags)
    except yaml.YAMLError as error:
        raise PageError(str(file), 0, f"the site's configuration cannot be read: {error}") from error
    return content if isinstance(content, Mapping) else {}


def _entry(content: Mapping[str, Any], section: str, name: str) -> Mapping[str, Any] | None:
    """The options of a plugin or an extension; empty if it has none, None if it is not there."""
    entries = content.get(section)
    for each in entries if isinstance(entries, list) else [entries]:
        if each == name:
            return {}
        if isinstance(each, Mapping) and name in each:
            return dict(each[name] or {})
    return None
