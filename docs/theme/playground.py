"""Copy the files of the playground: the Python runtime, and the part of convref that has no dependencies.

The runtime is installed by npm (`playground/package.json`). In a site that is built without it, the page of
the playground shows a note instead.
"""

from __future__ import annotations

import logging
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs import playground

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_log = logging.getLogger("mkdocs.hooks.playground")


@event_priority(100)  # before mkdocs-static-i18n changes the configuration to build the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    """Copy the runtime and pack the package when the English site is built; all languages use both."""
    if str(config.theme["language"]) != "en":
        return
    if not playground.is_installed():
        _log.info("the playground is left out: npm has not installed %s", playground.RUNTIME)
        return
    folder = Path(config.site_dir) / "playground" / "runtime"
    folder.mkdir(parents=True, exist_ok=True)
    for name in playground.FILES:
        shutil.copyfile(playground.RUNTIME / name, folder / name)
    with zipfile.ZipFile(folder / "convref.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in playground.package():
            archive.write(path, name)
