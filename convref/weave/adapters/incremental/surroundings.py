"""Compute a digest of the programs and options on which kept results depend, besides the site's own text.

Within one process, these do not change. Results that another process has kept are used only if the digest is
the same, and if the project's own modules, which the other process had loaded, are unchanged.
"""

from __future__ import annotations

import locale
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from convref.weave.adapters.incremental.griffe_names import state_since
from convref.weave.adapters.incremental.page_templates import own_folders
from convref.weave.adapters.incremental.settings import described, fingerprint, tree
from convref.weave.cache.fingerprints import file_state

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_PACKAGE: Final = str(Path(__file__).parents[3])  # the folder `convref`
_METADATA: Final = (".dist-info", ".egg-info")
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


def surroundings(config: MkDocsConfig) -> str:
    """Return a digest of the interpreter, the installed packages, and the site's plugins, hooks and theme.

    Args:
        config: the configuration of MkDocs, after all plugins have changed it.

    Raises:
        ArgumentError: an option of a plugin has a value that cannot be compared.
    """
    plugins = {name: getattr(each, "config", None) for name, each in config.plugins.items()}
    return fingerprint(
        [sys.version, sys.implementation.name, sys.flags.optimize, sys.path, os.getcwd()],  # noqa: PTH109
        locale.setlocale(locale.LC_ALL),
        sorted(_distributions()),
        tree(_PACKAGE),
        described(plugins),
        [(name, file_state(str(_folder(config) / name))) for name in config.hooks or ()],
        [tree(folder) for folder in (*own_folders(config), *_template_folders(config))],
    )


def module_states(began: float) -> dict[str, str]:
    """Return the state of the file of each loaded module that belongs to no installed package.

    Args:
        began: the time at which the process began to load such modules.
    """
    standard = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib"))
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    return {
        path: state_since(path, began)
        for path in sorted(filter(None, files))
        if not path.startswith((*standard, _PACKAGE)) and not _INSTALLED & set(Path(path).parts)
    }


def _folder(config: Any) -> Path:
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def _distributions() -> Iterator[str]:
    """Yield the names and versions of the installed distributions, as the names of their metadata folders.

    Reading the metadata themselves would take longer than the rest of a short build.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208
        except OSError:
            continue
        yield from (name for name in names if name.endswith(_METADATA))


def _template_folders(config: Any) -> list[str]:
    """Return the folder of a site's own templates for mkdocstrings."""
    plugin = config.plugins.get("mkdocstrings")
    folder = plugin and plugin.config.get("custom_templates")
    return [str(folder)] if folder else []
