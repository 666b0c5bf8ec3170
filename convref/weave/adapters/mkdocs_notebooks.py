"""Notebooks in a MkDocs site: rendered by mkdocs-jupyter, with the look of the site's other pages.

mkdocs-jupyter renders notebook files that it reads from disk. The file that it gets is a *skeleton*: a
notebook with placeholders for its text and figures (`convref.weave.render.notebook`). It contains no code
left to run, and no Markdown, HTML or formulas that mkdocs-jupyter could break.

The HTML that mkdocs-jupyter makes of the skeleton is cleaned:

- the styles of JupyterLab, half a megabyte that ignores the theme, are replaced by a few rules;
- code becomes a code block of the theme;
- scripts are removed, because they would load MathJax from another host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from mkdocs.structure.files import File

from convref.errors import PageError
from convref.weave.adapters.mkdocs_site import Site
from convref.weave.render.notebook import Notebook

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

NAME: Final = "mkdocs-jupyter"
_FIX: Final = f"write `- {NAME}: {{execute: false}}` among the plugins"
_SCRIPTS_AND_STYLES: Final = re.compile(
    r"\s*(?:<(script|style)\b.*?</\1>|<!-- (?:Load|End of)? ?[Mm].*?-->)", re.DOTALL
)
_COPY_BUTTON: Final = re.compile(
    r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>'
    r'|<div class="clipboard-copy-txt".*?</div>',
    re.DOTALL,
)
_CODE: Final = re.compile(r'<div class="highlight-ipynb([^"]*)"><pre>(.*?)</pre>', re.DOTALL)
_TAB_STOP: Final = ' tabindex="0"'
_DOWNLOAD_TEXTS: Final = {"zh": ("下载这个笔记本", "（含运行结果）")}


class NotebookFile(File):
    """A notebook in MkDocs' list of files.

    MkDocs treats it as a page, and mkdocs-jupyter reads the skeleton at its `abs_src_path`.

    Args:
        file: MkDocs' entry for the notebook's Python file.
        config: MkDocs' configuration.
        skeleton: the path at which the skeleton (the notebook with placeholders) will be written.
        dest_uri: the path of the page in the site.
    """

    def __init__(self, file: File, config: MkDocsConfig, skeleton: Path, dest_uri: str) -> None:
        # Without a source directory, MkDocs does not read the Python file itself.
        given = file.src_uri, None, config.site_dir, config.use_directory_urls
        super().__init__(*given, dest_uri=dest_uri, inclusion=file.inclusion)
        self.source = Path(str(file.abs_src_path))
        self.abs_src_path = str(skeleton)
        self.name = skeleton.stem

    def is_documentation_page(self) -> bool:
        """Return True; the overridden method would return False because of the file's suffix."""
        return True

    def is_modified(self) -> bool:
        """Return whether the notebook is newer than its page; `mkdocs build --dirty` calls this method.

        The overridden method would look at the skeleton, which does not exist before the page is rendered.
        """
        page = Path(self.abs_dest_path)
        return not page.is_file() or page.stat().st_mtime < self.source.stat().st_mtime


class Notebooks:
    """The rendered notebooks of a build; each is kept from the event `on_pre_page` to `on_post_page`."""

    def __init__(self) -> None:
        self._rendered: dict[str, Notebook] = {}
        self._addresses: dict[str, Callable[[str], str]] = {}
        self._scratch: TemporaryDirectory[str] | None = None

    def skeleton_path(self, file: Any, site: Site) -> Path:
        """Return the path at which a notebook's skeleton (the notebook with placeholders) is to be written.

        It is in a temporary directory, so that writing it does not make `mkdocs serve` build again.
        """
        self._scratch = self._scratch or TemporaryDirectory(prefix="convref-")
        name = PurePosixPath(site.key_and_language(file)[0]).stem
        return Path(self._scratch.name, file.src_uri, f"{name}.ipynb")

    def of(self, page: Any) -> Notebook | None:
        """Return the rendered notebook of a page; None if the page is not a notebook."""
        return self._rendered.get(page.file.src_uri)

    def begin(self, page: Any, notebook: Notebook, address: Callable[[str], str]) -> None:
        """Register a rendered notebook, and write its skeleton for mkdocs-jupyter to read.

        Args:
            page: the page.
            notebook: the rendered notebook.
            address: a function that converts a relative link to a page into an absolute one; it returns "" if
                there is no such page.
        """
        self._rendered[page.file.src_uri], self._addresses[page.file.src_uri] = notebook, address
        skeleton = Path(page.file.abs_src_path)
        skeleton.parent.mkdir(parents=True, exist_ok=True)
        skeleton.write_text(notebook.skeleton, encoding="utf-8")

    def render_both(self, page: Any) -> None:
        """Replace the page's method `render` by one that combines the HTML of mkdocs-jupyter and of MkDocs.

        mkdocs-jupyter has already replaced the page's `render` by a method that renders the skeleton (the
        notebook with placeholders). The new method calls first that method, and then MkDocs' original
        `render`, which converts the Markdown for which the placeholders stand.

        Raises:
            PageError: mkdocs-jupyter does not render the page, so it has not replaced the method.
        """
        notebook, render_skeleton = self._rendered[page.file.src_uri], vars(page).get("render")
        if render_skeleton is None:
            rule = (
                f"{NAME} does not render this notebook; its options `include` and `ignore` must not exclude"
                " '*.ipynb'"
            )
            raise PageError(str(page.file.source), 0, rule)

        def render(config: Any, files: Any) -> None:
            render_skeleton(config, files)
            skeleton = in_theme(page.content)
            type(page).render(page, config, files)
            page.content = notebook.joined(skeleton, page.content)

        page.render = render

    def write(self, page: Any) -> None:
        """Write the notebook with its results next to its page, over the file that mkdocs-jupyter wrote."""
        notebook = self._rendered.pop(page.file.src_uri, None)
        if notebook:
            address = self._addresses.pop(page.file.src_uri)
            folder = Path(page.file.abs_dest_path).parent
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{page.file.name}.ipynb").write_text(notebook.ipynb(address), encoding="utf-8")

    def close(self) -> None:
        """Delete the skeleton files."""
        self._rendered.clear()
        if self._scratch:
            self._scratch.cleanup()
            self._scratch = None


def wrong_plugins(plugins: Mapping[str, Any]) -> str:
    """Return the reason why a site with these plugins cannot show notebooks; "" if it can."""
    if NAME not in plugins:
        return f"notebooks are rendered by {NAME}; install it with: pip install mkdocs-jupyter, and {_FIX}"
    if plugins[NAME].config["execute"]:
        return f"{NAME} must not run notebooks, because convref runs them; {_FIX}"
    return ""


def in_theme(skeleton: str) -> str:
    """Return a notebook's HTML from mkdocs-jupyter, changed so that it has the look of the site's theme.

    Styles and scripts are removed, a few CSS rules are added, and code gets the markup of the theme's code
    blocks.
    """
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    bare = _COPY_BUTTON.sub("", _SCRIPTS_AND_STYLES.sub("", skeleton)).strip().replace(_TAB_STOP, "")
    code = _CODE.sub(r'<div class="highlight\1"><pre><code>\2</code></pre>', bare)
    return f"<style>\n{style}</style>\n{code}"


def with_download_link(page: str, name: str, language: str) -> str:
    """Return a page's HTML with a link, below the page's title, for downloading the notebook.

    Args:
        page: the HTML.
        name: the name of the notebook file.
        language: the language of the link's text.
    """
    text, note = _DOWNLOAD_TEXTS.get(language[:2], ("Download this notebook", " (with its results)"))
    link = f'<a href="{html.escape(name)}" download>{text}</a>{note}'
    before, title, after = page.partition("</h1>")
    box = f'<p class="convref-download">{link}</p>'
    return f"{before}{title}\n{box}{after}" if title else f"{box}\n{page}"
