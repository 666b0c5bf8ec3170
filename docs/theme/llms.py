"""Write each page as Markdown with the results of its code, and `llms.txt`, a list for language models.

The page `operators/conv2d/` is written to the file `operators/conv2d.md`, so that links between pages are
also valid between the files.
The list has the form that https://llmstxt.org describes; the Chinese one is `zh/llms.txt`.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs import llms
from convref_docs.remembered import Remembered

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

_entries: dict[str, dict[str, llms.Entry]] = {}  # by language and `src_uri`
_without_pictures = Remembered(llms.without_pictures)  # under `mkdocs serve`, few pages change
_order: dict[str, list[str]] = {}  # the `src_uri` of the pages of a language, in the navigation's order


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
    """Remember the order of the pages in the navigation."""
    del files
    _order[str(config.theme["language"])] = [page.file.src_uri for page in nav.pages]


@event_priority(-200)  # after convref has put its results into the page
def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Write the Markdown of a page; for a notebook, only remember its entry, since its file is written."""
    del files
    lang = str(config.theme["language"])
    notebook = page.file.src_uri.endswith((".py", ".ipynb"))
    content = markdown if notebook else config.plugins["convref"].inlined(page, markdown)  # type: ignore[attr-defined]
    folder = PurePosixPath(page.file.dest_uri).parent
    if notebook:
        target = folder / f"{page.file.name}.ipynb"
    else:
        target = folder / "index.md" if page.is_index else folder.with_suffix(".md")
        file = Path(config.site_dir) / target
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_without_pictures(content), encoding="utf-8")
    above = list(page.ancestors)
    section = str(above[-1].title) if above else ""
    entry = llms.Entry(section, target.relative_to(llms.FOLDERS[lang]).as_posix(), str(page.title), content)
    _entries.setdefault(lang, {})[page.file.src_uri] = entry


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Add a link to the Markdown file to the page's `<head>`.

    Its `rel` ends with a space, as in the theme's links; main.html explains why.
    """
    entry = _entries.get(str(config.theme["language"]), {}).get(page.file.src_uri)
    if entry is None or not entry.path.endswith(".md"):
        return output
    name = PurePosixPath(entry.path).name
    address = name if page.is_index else f"../{name}"
    return output.replace(
        "</head>", f'<link rel="alternate " type="text/markdown" href="{address}">\n</head>', 1
    )


@event_priority(100)  # before mkdocs-static-i18n changes the configuration to build the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the list of the language that was built."""
    lang = str(config.theme["language"])
    entries, order = _entries.pop(lang, {}), _order.pop(lang, [])
    ordered = [*(name for name in order if name in entries), *(name for name in entries if name not in order)]
    listed = [entries[name] for name in ordered]
    text = llms.listing(str(config.site_name), str(config.site_description), listed)
    file = Path(config.site_dir) / llms.FOLDERS[lang] / "llms.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
