"""Write the data files of the calculators: `calculators/networks.json`, and a file for each network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs import calculators

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


@event_priority(100)  # before mkdocs-static-i18n changes the configuration to build the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the files when the English site is built; all languages use the same files."""
    if str(config.theme["language"]) == "en":
        calculators.write_files(Path(config.site_dir))
