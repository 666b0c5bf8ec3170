"""Reuse the HTML of a page in the next build, if everything on which its conversion depends is unchanged.

At the end of `on_page_markdown`, the plugin replaces the page's method `render`. If an earlier build has
converted the page with the same Markdown, address, extensions and options, and if the files that it looked up
are the same, the new method does not convert the page again. It sets the HTML, table of contents, title,
anchors and links of that conversion, and repeats the effects that other plugins had during it.

The HTML is not kept if the conversion logged a message, because the message would be missing in the next
build. Nor is it kept if the conversion had an effect that this module cannot repeat.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mkdocs.plugins import get_plugin_logger

from convref.errors import ArgumentError
from convref.weave.adapters.incremental import included_files
from convref.weave.adapters.incremental.griffe_names import Sources
from convref.weave.adapters.incremental.kept_page import KeptPage, copied_toc
from convref.weave.adapters.incremental.kept_results import KeptResults
from convref.weave.adapters.incremental.lookups import WatchedFiles, listening
from convref.weave.adapters.incremental.references import References
from convref.weave.adapters.incremental.settings import MarkdownSettings, fingerprint, markdown_settings
from convref.weave.adapters.incremental.templates import CompiledTemplates

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_log: Final = get_plugin_logger("convref")
_COPIED: Final = frozenset({"content", "present_anchor_ids", "title", "_title_from_render"})
_KNOWN: Final = _COPIED | {"toc", "links_to_anchors"}
_BACKLINKS: Final = "<backlinks "  # replaced by mkdocstrings when all pages are converted


@dataclass(frozen=True)
class _Conversion:
    """The conversion of a page to HTML, after all plugins have changed its Markdown.

    Args:
        page: the page.
        convert: the page's original method `render`.
        depends: further values on which the result depends, besides the page's Markdown and address.
        unrepeatable: a function that counts the effects so far that cannot be repeated, such as reported
            errors. If the count grows during this conversion, the result is not kept.
    """

    page: Page
    convert: Callable[[MkDocsConfig, Any], None]
    depends: tuple[Any, ...]
    unrepeatable: Callable[[], int]

    @property
    def markdown(self) -> str:
        """The page's Markdown."""
        return str(self.page.markdown)

    @property
    def slot(self) -> str:
        """The key under which the result is kept: the page's source path and its path in the site."""
        return f"{self.page.file.src_uri} {self.page.file.dest_uri}"

    def key(self, settings: MarkdownSettings, state: str | None) -> str:
        """Return a digest of all that the conversion depends on, except the files that it looks up."""
        file = self.page.file
        address = file.src_uri, file.dest_uri, file.url, file.inclusion.value
        return fingerprint(self.markdown, address, settings.digest, state, self.depends)

    def run(
        self, config: MkDocsConfig, files: Files, references: References, key: str, includes_files: bool
    ) -> KeptPage | None:
        """Convert the page and return the result to be kept, or None if it must not be reused.

        Args:
            config: the configuration of MkDocs.
            files: the files of the site.
            references: records the registrations of the page with other plugins.
            key: the key of this conversion.
            includes_files: whether pages of the site may include files as snippets.
        """
        page, watched = self.page, WatchedFiles(files)
        before, unrepeatable = dict(vars(page)), self.unrepeatable()
        with (
            listening() as heard,
            references.recording(page, self.markdown) as effects,
            included_files.recording(includes_files) as included,
        ):
            self.convert(config, watched)
        changed = {
            name: value
            for name, value in vars(page).items()
            if name not in before or before[name] is not value
        }
        if heard or self.unrepeatable() != unrepeatable or effects.unknown or watched.listed:
            return None
        references.backlinks |= _BACKLINKS in str(page.content)
        if not changed.keys() <= _KNOWN or _BACKLINKS in str(page.content):
            return None
        links = None
        if "links_to_anchors" in changed:
            links = _links(page, watched, changed["links_to_anchors"])
            if links is None:
                return None
        attributes = {name: copy.copy(value) for name, value in changed.items() if name in _COPIED}
        toc = copied_toc(changed["toc"]) if "toc" in changed else None
        return KeptPage(key, watched.lookups(), included, attributes, toc, links, effects)


class Conversions:
    """The converted pages of a site in all its languages, kept from build to build.

    Args:
        own: the names of convref's own Markdown extensions. Their options are not compared, because they
            differ from page to page.
        is_serving: whether the author is told why each save converts all pages again.
    """

    def __init__(self, own: frozenset[str], is_serving: bool = True) -> None:
        self._own, self._is_serving = own, is_serving
        self._kept = KeptResults[KeptPage]()
        self._sources: dict[str, tuple[Sources, CompiledTemplates]] = {}  # by language
        self._settings = MarkdownSettings("no build has begun")
        self._references = References(self._settings, Sources(), CompiledTemplates(), 0)

    @property
    def total(self) -> int:
        """The number of pages that were converted so far; tests read it."""
        return self._kept.total

    def begin(self, config: MkDocsConfig, language: str) -> None:
        """Begin the build of one language, with the Markdown settings of its configuration.

        It must be called after all plugins have changed the configuration. If results cannot be reused with
        these settings, the reason is logged once, and every page is converted.
        """
        former, self._settings = self._settings, markdown_settings(config, self._own)
        if self._settings.reason and self._settings.reason != former.reason:
            level = logging.INFO if self._is_serving else logging.DEBUG
            _log.log(level, "every save converts all pages again, since %s", self._settings.reason)
        kept = self._sources.setdefault(language, (Sources(), CompiledTemplates()))
        self._references = References(self._settings, *kept, time.time())

    def finish(self) -> None:
        """End the conversion of the pages of one language."""
        self._references.finish()

    def body(self) -> dict[str, Any]:
        """Return the kept results of the pages that were built, as JSON data; `take` reads it."""
        pages = {}
        for slot, page in self._kept.built().items():
            with contextlib.suppress(ArgumentError):  # it has a value that JSON cannot represent
                pages[slot] = page.body()
        return {"pages": pages, "sources": {name: each.body() for name, (each, _) in self._sources.items()}}

    def take(self, body: Mapping[str, Any]) -> None:
        """Replace the kept results by those that `body` of an earlier process has returned."""
        kept = {slot: KeptPage.from_body(each) for slot, each in body["pages"].items()}
        self._sources = {
            language: (Sources.from_body(each), CompiledTemplates())
            for language, each in body["sources"].items()
        }
        self._kept.take(kept)

    @property
    def size(self) -> int:
        """The number of characters of the HTML that is kept."""
        return sum(len(str(each.attributes.get("content"))) for each in self._kept.values())

    @property
    def has_changed(self) -> bool:
        """Return whether a page was converted, or is not in the site any more, since `take` was called."""
        return self._kept.has_changed

    def wrap(self, page: Page, depends: tuple[Any, ...], unrepeatable: Callable[[], int]) -> None:
        """Replace the page's `render` by a method that reuses a kept result, or converts the page.

        Args:
            page: a page whose Markdown no plugin will change any more.
            depends: further values on which the result depends, besides the page's Markdown and address.
            unrepeatable: see `_Conversion`.
        """
        convert = vars(page).get("render", page.render)
        if self._settings.reason or not _is_known(convert):
            return
        conversion = _Conversion(page, convert, depends, unrepeatable)
        page.render = lambda config, files: self._render(conversion, config, files)  # type: ignore[method-assign]

    def _render(self, conversion: _Conversion, config: MkDocsConfig, files: Files) -> None:
        references = self._references
        state = references.state(conversion.markdown)
        key = conversion.key(self._settings, state)
        kept = self._kept.get(conversion.slot)
        if kept and kept.holds(key, files):
            kept.restore(conversion.page, files)
            references.repeat(conversion.page, kept.effects)
            return
        new = conversion.run(config, files, references, key, self._settings.snippets)
        self._kept.replace(conversion.slot, None if state is None else new)


def _is_known(render: Any) -> bool:
    """Return whether a page's method `render` is from MkDocs or convref, and not from another plugin."""
    module = getattr(getattr(render, "__func__", render), "__module__", "")
    return module.startswith(("mkdocs.structure.", "properdocs.structure.", "convref."))


def _links(page: Page, watched: WatchedFiles, links: Any) -> dict[str, dict[str, str]] | None:
    """Return the links with an anchor, as a dict from the path of the linked file to the links to it.

    Return None if a link leads to a file that the conversion did not look up by its path. Such a link cannot
    be restored in the next build.
    """
    paths = {id(file): uri for uri, file in watched.found.items() if file is not None}
    known: dict[str, dict[str, str]] = {}
    for file, anchors in links.items():
        uri = "" if file is page.file else paths.get(id(file))
        if uri is None:
            return None
        known[uri] = dict(anchors)
    return known
