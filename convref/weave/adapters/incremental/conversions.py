"""Reuse the HTML of a page in the next build, if everything on which its conversion depends is unchanged.

At the end of `on_page_markdown`, the plugin replaces the page's method `render`. If an earlier build has
converted the page with the same Markdown, address, extensions and options, and if the files that it looked up
are the same, the new method does not convert the page again. It sets the HTML, table of contents, title,
anchors and links of that conversion, and repeats the effects that other plugins had during it.

The HTML is not kept if the conversion logged a message, because the message would be missing in the next
build. Nor is it kept if the conversion had an effect that this module cannot repeat.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mkdocs.plugins import get_plugin_logger

from convref.weave.adapters.incremental.griffe_names import Sources
from convref.weave.adapters.incremental.lookups import Found, WatchedFiles, found, listening
from convref.weave.adapters.incremental.references import Effects, References
from convref.weave.adapters.incremental.settings import MarkdownSettings, markdown_settings
from convref.weave.adapters.incremental.templates import CompiledTemplates

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink

_log: Final = get_plugin_logger("convref")
_COPIED: Final = frozenset({"content", "present_anchor_ids", "title", "_title_from_render"})
_KNOWN: Final = _COPIED | {"toc", "links_to_anchors"}
_BACKLINKS: Final = "<backlinks "  # replaced by mkdocstrings when all pages are converted
_SNIPPET: Final = "8<-"


@dataclass(frozen=True)
class _Kept:
    """The kept result of a page's conversion.

    Args:
        key: everything on which the conversion depends, except the files that it looked up.
        lookups: a dict from the path of each file that it looked up to the properties of this file.
        attributes: the attributes of the page that the conversion set, as a dict from name to value.
        toc: the table of contents, if the conversion set one.
        links: the links with an anchor (`a.md#b`), as a dict from the path of the linked file to its links;
            the path is "" for links within the page. These links are a dict from anchor to link, as MkDocs
            has them.
        effects: what other plugins did during the conversion.
    """

    key: tuple[Any, ...]
    lookups: Mapping[str, Found]
    attributes: Mapping[str, Any]
    toc: Any
    links: Mapping[str, Mapping[str, str]] | None
    effects: Effects

    def holds(self, key: tuple[Any, ...], files: Files) -> bool:
        """Return whether a new conversion would have the same inputs, so that this result can be reused.

        Args:
            key: everything on which the conversion would depend, except the files that it would look up.
            files: the files of the site.
        """
        return self.key == key and all(
            found(files.get_file_from_path(uri)) == state for uri, state in self.lookups.items()
        )

    def restore(self, page: Page, files: Files) -> None:
        """Set the attributes of a page to those of the kept result, in place of a conversion."""
        for name, value in self.attributes.items():
            setattr(page, name, copy.copy(value))
        if self.toc is not None:
            page.toc = _copied(self.toc)
        if self.links is not None:
            target = files.get_file_from_path
            links = {target(uri) if uri else page.file: dict(each) for uri, each in self.links.items()}
            page.links_to_anchors = links  # type: ignore[assignment]


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

    def key(self, settings: MarkdownSettings, state: str | None) -> tuple[Any, ...]:
        """Return everything on which the conversion depends, except the files that it looks up."""
        file = self.page.file
        address = file.src_uri, file.dest_uri, file.url, file.inclusion.value
        return self.markdown, address, settings.digest, state, self.depends

    def run(
        self, config: MkDocsConfig, files: Files, references: References, key: tuple[Any, ...]
    ) -> _Kept | None:
        """Convert the page and return the result to be kept, or None if it must not be reused."""
        page, watched = self.page, WatchedFiles(files)
        before, unrepeatable = dict(vars(page)), self.unrepeatable()
        with listening() as heard, references.recording(page, self.markdown) as effects:
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
        toc = _copied(changed["toc"]) if "toc" in changed else None
        return _Kept(key, watched.lookups(), attributes, toc, links, effects)


class Conversions:
    """The converted pages of a site in all its languages, kept from build to build.

    Args:
        own: the names of convref's own Markdown extensions. Their options are not compared, because they
            differ from page to page.
    """

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self._kept: dict[str, _Kept] = {}
        self._sources: dict[str, tuple[Sources, CompiledTemplates]] = {}  # by language
        self._settings = MarkdownSettings("no build has begun")
        self._references = References(self._settings, Sources(), CompiledTemplates(), 0)
        self.total = 0  # of the pages that were converted so far, for tests

    def begin(self, config: MkDocsConfig, language: str) -> None:
        """Begin the build of one language, with the Markdown settings of its configuration.

        It must be called after all plugins have changed the configuration. If results cannot be reused with
        these settings, the reason is logged once, and every page is converted.
        """
        former, self._settings = self._settings, markdown_settings(config, self._own)
        if self._settings.reason and self._settings.reason != former.reason:
            _log.info("every save converts all pages again, since %s", self._settings.reason)
        kept = self._sources.setdefault(language, (Sources(), CompiledTemplates()))
        self._references = References(self._settings, *kept, time.time())

    def finish(self) -> None:
        """End the conversion of the pages of one language."""
        self._references.finish()

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
        self.total += 1
        self._kept.pop(conversion.slot, None)
        new = conversion.run(config, files, references, key)
        # A docstring can include a file just as a page can.
        reads_files = self._settings.snippets and (_SNIPPET in conversion.markdown or state)
        if new and state is not None and not reads_files:
            self._kept[conversion.slot] = new


def _is_known(render: Any) -> bool:
    """Return whether a page's method `render` is from MkDocs or convref, and not from another plugin."""
    module = getattr(getattr(render, "__func__", render), "__module__", "")
    return module.startswith(("mkdocs.structure.", "properdocs.structure.", "convref."))


def _copied(toc: Any) -> Any:
    """Return a copy of a table of contents; the original may be changed by plugins after the conversion."""
    return type(toc)([_copied_item(item) for item in toc.items])


def _copied_item(item: AnchorLink) -> AnchorLink:
    new = copy.copy(item)
    new.children = [_copied_item(child) for child in item.children]
    return new


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
