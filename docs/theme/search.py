"""Build the site's search index, one for each language, from the HTML of the pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref.weave.cache.results import DEFAULT
from convref.weave.cache.store import Store
from convref_docs import glossary
from convref_docs.search.index import Entry, files, write
from convref_docs.search.kept_sections import KeptSections
from convref_docs.search.names import names, same
from convref_docs.search.sections import sections
from convref_docs.search.words import Cutter

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_command: list[str] = []
_content: dict[str, dict[str, tuple[str, str]]] = {}
_last: dict[
    str, tuple[object, dict[str, str]]
] = {}  # by language: what the last index was made from, its files


def on_startup(*, command: str, **_: object) -> None:
    """Remember whether MkDocs builds once or serves."""
    _command.append(command)


@event_priority(-100)  # after convref has put its results into the page
def on_page_content(html: str, *, page: Page, config: MkDocsConfig, **_: object) -> None:
    """Remember a page's HTML for the index of its language."""
    _content.setdefault(_language(config), {})[page.url] = (html, str(page.title))


@event_priority(100)  # before mkdocs-static-i18n changes the configuration to build the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the index of the language that was built."""
    lang = _language(config)
    pages = _content.pop(lang, {})
    words, known = _names(lang, (Path(config.docs_dir) / "glossary.yml").read_text("utf-8"))
    # Under `mkdocs serve`, `sections` remembers the pages itself.
    folder = Path(config.config_file_path).parent / DEFAULT
    split = KeptSections(Store(folder), lang) if _command[-1:] != ["serve"] else None
    entries = [
        Entry(url, (split or sections)(html, title), known.get(url.removeprefix(f"{lang}/").strip("/"), ()))
        for url, (html, title) in sorted(pages.items())
    ]
    if split:
        split.write()
    cutter = _cutter(frozenset(name for each in known.values() for name in each))
    built = (entries, cutter, same(words, lang, cutter))
    # Under `mkdocs serve`, an edit changes the pages of one language only.
    if lang not in _last or _last[lang][0] != built:
        _last[lang] = built, files(lang, *built)
    write(Path(config.site_dir) / "search", _last[lang][1])


@cache  # under `mkdocs serve`, the glossary rarely changes between builds
def _names(lang: str, text: str) -> tuple[glossary.Glossary, dict[str, tuple[str, ...]]]:
    words = glossary.parse(text)
    return words, names(words, lang)


@cache
def _cutter(names: frozenset[str]) -> Cutter:
    return Cutter(names)


def _language(config: MkDocsConfig) -> str:
    return str(config.theme["language"])
