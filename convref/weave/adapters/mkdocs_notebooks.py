"""Notebooks in a MkDocs site: rendered by mkdocs-jupyter, with the look of the site's other pages.

mkdocs-jupyter renders a notebook that lies on the disk. It gets a skeleton
(`convref.weave.render.notebook`), in which nothing is left to run, and which has no Markdown, HTML or
formula that it could break. Its HTML is cleaned: the styles of JupyterLab, half a megabyte that ignores the
theme, are replaced by a few rules; code becomes a code block of the theme; scripts are removed, since they
would load MathJax from another host.
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
    """A notebook among the pages: to MkDocs a page, to mkdocs-jupyter the skeleton at `abs_src_path`.

    Args:
        file: the Python file.
        config: MkDocs' configuration.
        skeleton: the path where the skeleton will be; it has the notebook's name.
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
        """Return True; MkDocs would decide by the suffix."""
        return True


class Notebooks:
    """The notebooks of a build between the first and the last event of their pages, by `src_uri`."""

    def __init__(self) -> None:
        self._rendered: dict[str, Notebook] = {}
        self._addresses: dict[str, Callable[[str], str]] = {}
        self._scratch: TemporaryDirectory[str] | None = None

    def skeleton_path(self, file: Any, site: Site) -> Path:
        """Return the path for a notebook's skeleton, outside of the directory that `mkdocs serve` watches."""
        self._scratch = self._scratch or TemporaryDirectory(prefix="convref-")
        name = PurePosixPath(site.key_and_language(file)[0]).stem
        return Path(self._scratch.name, file.src_uri, f"{name}.ipynb")

    def of(self, page: Any) -> Notebook | None:
        """Return the notebook of a page, or None for other pages."""
        return self._rendered.get(page.file.src_uri)

    def begin(self, page: Any, notebook: Notebook, address: Callable[[str], str]) -> None:
        """Write the skeleton of a notebook, before mkdocs-jupyter reads it.

        Args:
            page: the page.
            notebook: its notebook.
            address: turns a link between pages into an absolute one; "" where there is no such page.
        """
        self._rendered[page.file.src_uri], self._addresses[page.file.src_uri] = notebook, address
        skeleton = Path(page.file.abs_src_path)
        skeleton.parent.mkdir(parents=True, exist_ok=True)
        skeleton.write_text(notebook.skeleton, encoding="utf-8")

    def render_both(self, page: Any) -> None:
        """Have mkdocs-jupyter render the skeleton, MkDocs the Markdown, and join the two.

        mkdocs-jupyter replaces the method `render` of the page object, and so does this.

        Raises:
            PageError: mkdocs-jupyter has not claimed the page.
        """
        notebook, render_skeleton = self._rendered[page.file.src_uri], vars(page).get("render")
        if render_skeleton is None:
            rule = (
                f"{NAME} does not render this notebook; its `include` and `ignore` must let '*.ipynb' through"
            )
            raise PageError(str(page.file.source), 0, rule)

        def render(config: Any, files: Any) -> None:
            render_skeleton(config, files)
            skeleton = in_theme(page.content)
            type(page).render(page, config, files)
            page.content = notebook.joined(skeleton, page.content)

        page.render = render

    def write(self, page: Any) -> None:
        """Write the notebook with its results beside its page, over the one that mkdocs-jupyter writes."""
        notebook = self._rendered.pop(page.file.src_uri, None)
        if notebook:
            address = self._addresses.pop(page.file.src_uri)
            folder = Path(page.file.abs_dest_path).parent
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{page.file.name}.ipynb").write_text(notebook.ipynb(address), encoding="utf-8")

    def close(self) -> None:
        """Delete the skeletons."""
        self._rendered.clear()
        if self._scratch:
            self._scratch.cleanup()
            self._scratch = None


def wrong_plugins(plugins: Mapping[str, Any]) -> str:
    """Return the reason why the plugins of a site cannot show notebooks; empty if they can."""
    if NAME not in plugins:
        return f"notebooks are rendered by {NAME}; install it with: pip install 'convref[site]', and {_FIX}"
    if plugins[NAME].config["execute"]:
        return f"{NAME} must leave notebooks as convref has run them; {_FIX}"
    return ""


def in_theme(skeleton: str) -> str:
    """Return the HTML that mkdocs-jupyter made of a skeleton, cleaned so that the theme styles it."""
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    bare = _COPY_BUTTON.sub("", _SCRIPTS_AND_STYLES.sub("", skeleton)).strip().replace(_TAB_STOP, "")
    code = _CODE.sub(r'<div class="highlight\1"><pre><code>\2</code></pre>', bare)
    return f"<style>\n{style}</style>\n{code}"


def with_download_link(page: str, name: str, language: str) -> str:
    """Return the HTML of a page with a link to the notebook file below its title."""
    text, note = _DOWNLOAD_TEXTS.get(language[:2], ("Download this notebook", " (with its results)"))
    link = f'<a href="{html.escape(name)}" download>{text}</a>{note}'
    before, title, after = page.partition("</h1>")
    box = f'<p class="convref-download">{link}</p>'
    return f"{before}{title}\n{box}{after}" if title else f"{box}\n{page}"
