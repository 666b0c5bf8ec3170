"""The kept result of the conversion of one page, and its form as JSON data for the next process."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from markdown.util import AtomicString
from mkdocs.structure.toc import AnchorLink, TableOfContents

from convref.errors import ArgumentError
from convref.weave.adapters.incremental.included_files import FileStates, unchanged
from convref.weave.adapters.incremental.lookups import Found, found
from convref.weave.adapters.incremental.references import Effects

if TYPE_CHECKING:
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_SETS: Final = frozenset({"present_anchor_ids"})  # the attributes that are sets of strings


@dataclass(frozen=True)
class KeptPage:
    """The kept result of a page's conversion.

    Args:
        key: a digest of everything on which the conversion depends, except the files that it looked up.
        lookups: a dict from the path of each file that it looked up to the properties of this file.
        included: the states of the files in which it looked up snippets.
        attributes: the attributes of the page that the conversion set, as a dict from name to value.
        toc: the table of contents, if the conversion set one.
        links: the links with an anchor (`a.md#b`), as a dict from the path of the linked file to its links;
            the path is "" for links within the page. These links are a dict from anchor to link, as MkDocs
            has them.
        effects: what other plugins did during the conversion.
    """

    key: str
    lookups: Mapping[str, Found]
    included: FileStates
    attributes: Mapping[str, Any]
    toc: Any
    links: Mapping[str, Mapping[str, str]] | None
    effects: Effects

    def holds(self, key: str, files: Files) -> bool:
        """Return whether a new conversion would have the same inputs, so that this result can be reused.

        Args:
            key: a digest of all that the conversion would depend on, except the files that it would look up.
            files: the files of the site.
        """
        return (
            self.key == key
            and all(found(files.get_file_from_path(uri)) == state for uri, state in self.lookups.items())
            and unchanged(self.included)
        )

    def restore(self, page: Page, files: Files) -> None:
        """Set the attributes of a page to those of the kept result, in place of a conversion."""
        for name, value in self.attributes.items():
            setattr(page, name, copy.copy(value))
        if self.toc is not None:
            page.toc = copied_toc(self.toc)
        if self.links is not None:
            target = files.get_file_from_path
            links = {target(uri) if uri else page.file: dict(each) for uri, each in self.links.items()}
            page.links_to_anchors = links  # type: ignore[assignment]

    def body(self) -> dict[str, Any]:
        """Return this result as JSON data, which `from_body` reads.

        Raises:
            ArgumentError: it contains a value that JSON cannot represent exactly.
        """
        attributes = {
            name: sorted(value) if name in _SETS and type(value) is set else value
            for name, value in self.attributes.items()
        }
        return {
            "key": self.key,
            "lookups": [[uri, state and list(state)] for uri, state in self.lookups.items()],
            "included": dict(self.included),
            "attributes": plain(attributes),
            "toc": None if self.toc is None else _toc_body(self.toc),
            "links": plain(self.links),
            "effects": plain(self.effects.body()),
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return the result of which `body` has returned this JSON data."""
        return cls(
            key=body["key"],
            lookups={uri: state and tuple(state) for uri, state in body["lookups"]},
            included=body["included"],
            attributes={
                name: set(value) if name in _SETS and value is not None else value
                for name, value in body["attributes"].items()
            },
            toc=None if body["toc"] is None else TableOfContents(list(map(_link, body["toc"]))),
            links=body["links"],
            effects=Effects.from_body(body["effects"]),
        )


def plain(value: Any) -> Any:
    """Return a value as JSON data from which the same value is read.

    Raises:
        ArgumentError: a part of the value is an object that JSON cannot represent, such as a tuple.

    Example:
        >>> plain({"a": [1, "b", None]})
        {'a': [1, 'b', None]}
    """
    kind = type(value)
    if value is None or kind in {str, int, float, bool}:
        return value
    if kind is AtomicString:  # Python-Markdown has marked the text as one in which it looks for no Markdown
        return str(value)
    if kind is list:
        return [plain(each) for each in value]
    if kind is dict and all(type(key) is str for key in value):
        return {key: plain(each) for key, each in value.items()}
    raise ArgumentError(f"plain: a {kind.__qualname__} cannot be written as JSON")


def copied_toc(toc: Any) -> Any:
    """Return a copy of a table of contents; the original may be changed by plugins after the conversion."""
    return type(toc)([_copied_item(item) for item in toc.items])


def _copied_item(item: AnchorLink) -> AnchorLink:
    new = copy.copy(item)
    new.children = [_copied_item(child) for child in item.children]
    return new


def _toc_body(toc: Any) -> list[Any]:
    if type(toc) is not TableOfContents:
        raise ArgumentError(f"plain: a {type(toc).__qualname__} cannot be written as JSON")
    return [_link_body(each) for each in toc.items]


def _link_body(item: Any) -> dict[str, Any]:
    if type(item) is not AnchorLink:
        raise ArgumentError(f"plain: a {type(item).__qualname__} cannot be written as JSON")
    attributes = {name: value for name, value in vars(item).items() if name != "children"}
    return {"attributes": plain(attributes), "children": [_link_body(each) for each in item.children]}


def _link(body: Mapping[str, Any]) -> AnchorLink:
    item = AnchorLink.__new__(AnchorLink)
    item.__dict__.update(body["attributes"], children=list(map(_link, body["children"])))
    return item
