"""Determine whether the HTML of pages depends only on their text and options; digest the options.

A Markdown extension may read anything: files, the network, the clock. The extensions of Python-Markdown,
pymdownx and convref are known not to do so, with a few exceptions. If a site uses another extension, all its
pages are converted in every build. The same is true if an option has a value that cannot be compared.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final

from convref.errors import ArgumentError
from convref.weave.cache.fingerprints import file_state

MARKDOWN: Final = frozenset(
    {
        "abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes",
        "legacy_attrs", "legacy_em", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc",
        "wikilinks",
    }
)  # fmt: skip
"""The extensions that Python-Markdown contains."""

SNIPPETS: Final = "pymdownx.snippets"
_READS_FILES: Final = frozenset({"pymdownx.b64"})
_TRUSTED: Final = frozenset(
    {"griffe", "html", "markdown", "material", "mkdocs", "mkdocs_autorefs", "mkdocstrings",
     "mkdocstrings_handlers", "pygments", "pymdownx", "slugify"}
)  # fmt: skip
"""Packages whose functions, as values of options, depend on their arguments alone."""


@dataclass(frozen=True)
class MarkdownSettings:
    """The settings of a site on which the conversion of every page depends.

    Args:
        reason: the reason why the HTML of pages cannot be reused; "" if it can.
        digest: a digest of the extensions and their options.
        autorefs: the plugin object of mkdocs-autorefs, if the site uses its Markdown extension.
        handlers: the handlers of mkdocstrings, if the site uses its Markdown extension.
        snippets: whether pages may include other files.
    """

    reason: str = ""
    digest: str = ""
    autorefs: Any = field(default=None, compare=False)
    handlers: Any = field(default=None, compare=False)
    snippets: bool = False


def markdown_settings(config: Any, own: frozenset[str]) -> MarkdownSettings:
    """Return those settings of a MkDocs configuration on which the conversion of pages depends.

    Args:
        config: MkDocs' configuration, after all plugins have changed it.
        own: the names of convref's own extensions. Their options are not compared, because they differ from
            page to page.
    """
    autorefs = handlers = None
    told: list[Any] = []
    try:
        for extension in config.markdown_extensions:
            if not isinstance(extension, str):
                kind = type(extension)
                package = kind.__module__.partition(".")[0]
                if (package, kind.__name__) == ("mkdocs_autorefs", "AutorefsExtension"):
                    autorefs = extension.plugin
                    told.append(["autorefs", autorefs and (autorefs.scan_toc, autorefs.record_backlinks)])
                elif (package, kind.__name__) == ("mkdocstrings", "MkdocstringsExtension"):
                    autorefs, handlers = extension._autorefs, extension._handlers  # noqa: SLF001 (not public)
                    told.append(["mkdocstrings", described(config.plugins["mkdocstrings"].config)])
                elif package == "convref":  # it belongs to the plugin, whose options are below
                    told.append(kind.__qualname__)
                else:
                    return MarkdownSettings(f"the extension {kind.__qualname__} may depend on anything")
                continue
            name = extension.partition(":")[0]
            if name not in own and not _is_known(name):
                return MarkdownSettings(f"the extension {name} may depend on anything")
            options = {} if name in own else config.mdx_configs.get(extension) or {}
            if name == SNIPPETS and options.get("url_download"):
                return MarkdownSettings("snippets may be downloaded")
            told.append([extension, described(options), [tree(each) for each in _icons(options)]])
        theme = [
            config.theme.name,
            *(str(config.theme.get(each)) for each in ("language", "locale", "features")),
        ]
        told += [theme, described(dict(config.validation.links)), config.use_directory_urls]
        told += [described(config.plugins[name].config) for name in ("convref",) if name in config.plugins]
    except ArgumentError as error:
        return MarkdownSettings(str(error))
    return MarkdownSettings("", fingerprint(told), autorefs, handlers, SNIPPETS in config.markdown_extensions)


def fingerprint(*values: Any) -> str:
    """Return a digest of values whose `repr` shows their whole content, such as strings and lists of them.

    Example:
        >>> fingerprint("a", [1]) == fingerprint("a", [1]) != fingerprint("a", [2])
        True
    """
    found = hashlib.sha256()
    for value in values:
        # A string is digested as it is: `repr` takes several times as long for the HTML of a page.
        text = value if isinstance(value, str) else repr(value)
        part = text.encode(errors="surrogatepass")
        found.update(f"{type(value).__name__} {len(part)} ".encode())
        found.update(part)
    return found.hexdigest()


def described(value: Any) -> Any:
    """Return a form of an option's value that is equal in two builds if the value is equal.

    Raises:
        ArgumentError: the value contains an object that cannot be compared, because its `repr` does not show
            its whole content.

    Example:
        >>> described({"depth": 3, "at": Path("a")})
        [('depth', '3'), ('at', "'a'")]
    """
    if value is None or isinstance(value, str | int | float | bool):
        return repr(value)
    if isinstance(value, Path):
        return repr(str(value))
    if isinstance(value, Mapping):
        return [(str(key), described(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return [described(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(repr(described(each)) for each in value)
    if isinstance(value, re.Pattern):
        return f"{value.pattern!r} {value.flags}"  # the `repr` of a pattern is cut
    if isinstance(value, partial):
        return ["partial", *(described(each) for each in (value.func, value.args, value.keywords))]
    if isinstance(value, FunctionType | BuiltinFunctionType | type) and _is_trusted(value):
        return f"{value.__module__}:{value.__qualname__}"
    raise ArgumentError(
        f"an option has a value of the type {type(value).__qualname__}, which cannot be compared"
    )


def _is_trusted(function: Any) -> bool:
    package = (function.__module__ or "").partition(".")[0]
    return package in _TRUSTED and "<" not in function.__qualname__  # no lambda, no function in a function


def _is_known(name: str) -> bool:
    if name.startswith("pymdownx."):
        return name not in _READS_FILES
    return name.removeprefix("markdown.extensions.") in MARKDOWN


def _icons(options: Mapping[str, Any]) -> list[str]:
    """Return the folders of a site's custom icons, which pymdownx.emoji reads."""
    inner = options.get("options")
    return [str(each) for each in inner.get("custom_icons") or ()] if isinstance(inner, Mapping) else []


def tree(folder: str) -> list[tuple[str, str]]:
    """Return (path, digest of the content) for each file in a folder and its subfolders."""
    return [
        (path, file_state(path))
        for root, _, names in sorted(os.walk(folder))
        if not root.endswith("__pycache__")
        for path in sorted(os.path.join(root, name) for name in names)  # noqa: PTH118
    ]
