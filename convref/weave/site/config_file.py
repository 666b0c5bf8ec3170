"""Read the options of a site from the MkDocs configuration next to its directory of pages.

`convref check`, `weave`, `why` and the pytest plugin run without MkDocs, but must read its configuration as
MkDocs does. It may contain `!ENV` and `INHERIT`, and may list plugins and extensions as lists or as mappings.
If there is no configuration next to the directory of pages, all options have their default values.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from convref.errors import ArgumentError, PageError
from convref.weave.site.options import SiteOptions

_NAMES: Final = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml")
_PLUGIN: Final = "convref"
_INHERIT: Final = re.compile(r"^INHERIT:\s*[\"']?(?P<path>[^\"'#\n]+?)[\"']?\s*(?:#.*)?$", re.MULTILINE)


def find_config(pages: Path) -> Path | None:
    """Return the path of the MkDocs configuration of a directory of pages; None if the directory has none.

    The configuration is a file in the parent directory that lists the plugin `convref`, and whose `docs_dir`
    is the directory of pages.

    Raises:
        PageError: the file cannot be read.
    """
    found = _find(pages)
    return found[0] if found else None


def _find(pages: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the path and content of the MkDocs configuration of a directory of pages; None without one."""
    for name in _NAMES:
        file = pages.resolve().parent / name
        if _mentions_plugin(file):
            content = _load(file)
            given = _entry(file, content, "plugins", _PLUGIN)
            is_enabled = given is not None and given.get("enabled", True)
            if (
                is_enabled
                and pages.resolve() == (file.parent / str(content.get("docs_dir", "docs"))).resolve()
            ):
                return file, content
    return None


def pages_directory(path: Path) -> Path:
    """Return the directory of pages of the site to which a page or a folder belongs.

    If it belongs to no site, return the folder itself, or the folder that contains the page.

    Raises:
        PageError: there is no such page or folder.
    """
    if not path.exists():
        raise PageError(str(path), 0, "must be an existing page")
    folders = path.resolve().parents if path.is_file() else (path.resolve(), *path.resolve().parents)
    for directory in folders:
        if find_config(directory):
            return directory.relative_to(Path.cwd()) if directory.is_relative_to(Path.cwd()) else directory
    return path.parent if path.is_file() else path


def load_options(pages: Path) -> SiteOptions:
    """Read the options of a site from its MkDocs configuration.

    Args:
        pages: the directory of the site's pages. If it has no configuration, all options have their defaults.

    Raises:
        PageError: the configuration cannot be read, an option is unknown, or its value is not allowed.
    """
    found = _find(pages)
    if found is None:
        return SiteOptions.from_mapping({}, pages.resolve().parent)
    file, content = found
    given = dict(_entry(file, content, "plugins", _PLUGIN) or {})
    given.pop("enabled", None)  # an option that MkDocs gives to every plugin
    snippets = _entry(file, content, "markdown_extensions", "pymdownx.snippets")
    languages = _languages(_entry(file, content, "plugins", "i18n"))
    try:
        options = SiteOptions.from_mapping(given, file.parent, _bases(snippets, pages), languages)
    except ArgumentError as error:
        raise PageError(str(file), 0, str(error)) from error
    return replace(options, directory_urls=bool(content.get("use_directory_urls", True)))


def _languages(i18n: Mapping[str, Any] | None) -> list[str] | None:
    """Return the languages that have a folder each, according to the options of mkdocs-static-i18n.

    The result is None if the site does not use this plugin. It is empty if the site uses the plugin without
    folders.
    """
    if i18n is None:
        return None
    given = i18n.get("languages")
    if i18n.get("docs_structure") != "folder" or not isinstance(given, list):
        return []
    languages = [each for each in given if isinstance(each, Mapping) and each.get("build", True)]
    return [str(each["locale"]) for each in languages if "locale" in each]


def _mentions_plugin(file: Path, below: frozenset[Path] = frozenset()) -> bool:
    """Return whether the plugin's name occurs in a configuration or in a file from which it inherits.

    The text is searched without parsing it as YAML. pytest calls this for all parent directories of every
    Markdown file in a project. They may contain the configuration of another site, which only the tools of
    that site can parse.

    Args:
        file: the configuration; it need not exist.
        below: the files that inherit from `file`. If `file` inherits from one of them by mistake, that one is
            not searched again.
    """
    if not file.is_file():
        return False
    text = file.read_text("utf-8", errors="replace")
    inherited = _INHERIT.search(text)
    if _PLUGIN in text or not inherited:
        return _PLUGIN in text
    parent = file.parent / inherited["path"]
    return parent.resolve() not in below and _mentions_plugin(parent, below | {file.resolve()})


def _bases(snippets: Mapping[str, Any] | None, pages: Path) -> list[str] | None:
    """Return the directories of snippets, according to the options of pymdownx.snippets.

    The result is None if the site does not use this extension.

    Args:
        snippets: the options; `base_path` is one path or a list of paths. None if the extension is not used.
        pages: the directory of pages; its path replaces the variable `$docs_dir`.
    """
    if snippets is None:
        return None
    given = snippets.get("base_path", ["."])
    texts = map(str, given if isinstance(given, list) else [given])
    return [each.replace("$docs_dir", str(pages.resolve())).replace("$config_dir", ".") for each in texts]


def _load(file: Path, below: frozenset[Path] = frozenset()) -> Mapping[str, Any]:
    """Return the content of a configuration, merged with the configuration from which it inherits.

    Args:
        file: the configuration.
        below: the files that inherit from `file`; `file` must not inherit from any of them.

    Raises:
        PageError: the file cannot be read, is not valid YAML, or inherits in a circle; or PyYAML is not
            installed.
    """
    try:
        import yaml
    except ImportError:
        rule = "this file can only be read with PyYAML; install it with: pip install 'convref[weave]'"
        raise PageError(str(file), 0, rule) from None

    class Loader(yaml.SafeLoader):
        """A YAML loader for MkDocs configurations; a tag that names a Python object gives None."""

    Loader.add_multi_constructor("", lambda _loader, _suffix, _node: None)
    Loader.add_constructor("!ENV", _variable)
    Loader.add_constructor("!relative", _path)
    try:
        content = yaml.load(file.read_text("utf-8"), Loader)  # noqa: S506 (a SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # A ValueError is an impossible date or number, or a text that is not UTF-8.
        raise PageError(str(file), 0, f"the site's configuration cannot be read: {error}") from error
    if not isinstance(content, dict):
        return {}
    parent = content.pop("INHERIT", None)
    if parent is None:
        return content
    below = below | {file.resolve()}
    if (file.parent / str(parent)).resolve() in below:
        raise PageError(
            str(file), 0, f"INHERIT (={parent!r}) must not name a file that inherits from this file"
        )
    return _merged(_load(file.parent / str(parent), below), content)


def _path(loader: Any, node: Any) -> str:
    """Return the text of a `!relative` tag, such as `$config_dir/…`; `_bases` replaces the variable."""
    return str(loader.construct_scalar(node))


def _variable(loader: Any, node: Any) -> Any:
    """Return the value of a tag `!ENV NAME` or `!ENV [NAME, …, default]`.

    This is the value of the first environment variable that is set, converted as YAML converts plain text. If
    no variable is set, it is the default.
    """
    import yaml

    if isinstance(node, yaml.SequenceNode) and len(node.value) > 1:
        *names, last = node.value
        default = loader.construct_object(last)
    else:
        names, default = node.value if isinstance(node, yaml.SequenceNode) else [node], None
    for each in names:
        if (text := os.environ.get(loader.construct_scalar(each))) is not None:
            tag = loader.resolve(yaml.ScalarNode, text, (True, False))
            return loader.construct_object(yaml.ScalarNode(tag, text))
    return default


def _merged(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return two configurations merged as by MkDocs: mappings key by key; for other values, `child` wins."""
    merged = dict(parent)
    for name, value in child.items():
        both_are_mappings = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both_are_mappings else value
    return merged


def _entry(file: Path, content: Mapping[str, Any], section: str, name: str) -> Mapping[str, Any] | None:
    """Return the options of a plugin or extension: {} if it is listed without options, None if not listed.

    Args:
        file: the configuration file, named in an error.
        content: the content of the configuration.
        section: the name of the list, "plugins" or "markdown_extensions".
        name: the name of the plugin or extension.

    Raises:
        PageError: the options are not a mapping.
    """
    entries = content.get(section)
    for each in entries if isinstance(entries, list) else [entries]:
        if each == name:
            return {}
        if isinstance(each, Mapping) and name in each:
            options = each[name] or {}
            if not isinstance(options, Mapping):
                rule = f"{section}: {name} (={options!r}) must be a mapping from options to values"
                raise PageError(str(file), 0, rule)
            return options
    return None
