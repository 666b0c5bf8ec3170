"""Pack the part of convref that the playground runs, which has no dependencies.

The plugin convref copies the runtime, the worker and the service worker, as for the blocks that readers edit
and run. The runtime is installed by npm (`playground/package.json`). In a site that is built without it, the
page of the playground shows a note instead.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref.weave.browser.browser import FOLDER
from convref_docs import playground

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_log = logging.getLogger("mkdocs.hooks.playground")


@event_priority(100)  # before mkdocs-static-i18n changes the configuration to build the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    """Pack the package when the English site is built; all languages use it."""
    if str(config.theme["language"]) != "en":
        return
    if not playground.is_installed():
        _log.info("the playground is left out: npm has not installed %s", playground.RUNTIME)
        return
    playground.write_package(Path(config.site_dir) / FOLDER / "packages")
