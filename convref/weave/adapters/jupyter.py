"""The notebooks of a MkDocs site, by way of mkdocs-jupyter, and in the look of the site's pages.

mkdocs-jupyter renders a notebook that lies on the disk. It gets the shell of one
(`convref.weave.render.notebook`), in which nothing is left to run, and no Markdown, HTML or formula that it
could break. Of what it adds, the
styles of JupyterLab, which know no theme and weigh half a megabyte, give way to a few rules, code becomes a
code block of the theme, and scripts go: they would fetch MathJax from another host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from convref.errors import PageError
from convref.weave.adapters.mkdocs_site import Site
from convref.weave.render.notebook import Notebook

NAME: Final = "mkdocs-jupyter"
_ADD: Final = f"write `- {NAME}: {{execute: false}}` among the plugins"
_ADDED: Final = re.compile(r"\s*(?:<(script|style)\b.*?</\1>|<!-- (?:Load|End of)? ?[Mm].*?-->)", re.DOTALL)
_COPY: Final = re.compile(
    r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>'
    r'|<div class="clipboard-copy-txt".*?</div>',
    re.DOTALL,
)
_CODE: Final = re.compile(r'<div class="highlight-ipynb([^"]*)"><pre>(.*?)</pre>', re.DOTALL)
_STOP: Final = ' tabindex="0"'
_LINKS: Final = {"zh": ("下载这个笔记本", "（含运行结果）")}


class Notebooks:
    """The notebooks of a build that are under way: MkDocs takes one page after the other.

    What it calls a page and a file are those of MkDocs; the files are known by their `src_uri`.
    """

    def __init__(self) -> None:
        self._made: dict[str, Notebook] = {}
        self._addresses: dict[str, Callable[[str], str]] = {}
        self._scratch: TemporaryDirectory[str] | None = None

    def shell(self, file: Any, site: Site) -> Path:
        """Where a notebook's shell will be: away from the pages, which are watched."""
        self._scratch = self._scratch or TemporaryDirectory(prefix="convref-")
        name = PurePosixPath(site.place(file)[0]).stem
        return Path(self._scratch.name, file.src_uri, f"{name}.ipynb")

    def of(self, page: Any) -> Notebook | None:
        """The notebook that a page is, if it is one."""
        return self._made.get(page.file.src_uri)

    def begin(self, page: Any, made: Notebook, address: Callable[[str], str]) -> None:
        """Write the shell, before mkdocs-jupyter looks at it.

        Args:
            page: the page.
            made: the notebook that it is.
            address: where a link leads from anywhere; empty if that cannot be said.
        """
        self._made[page.file.src_uri], self._addresses[page.file.src_uri] = made, address
        shell = Path(page.file.abs_src_path)
        shell.parent.mkdir(parents=True, exist_ok=True)
        shell.write_text(made.shell, encoding="utf-8")

    def render_twice(self, page: Any) -> None:
        """Have a page rendered as mkdocs-jupyter does, and its Markdown as MkDocs does with all pages.

        Raises:
            PageError: mkdocs-jupyter has left the page alone.
        """
        made, render_shell = self._made[page.file.src_uri], vars(page).get("render")
        if render_shell is None:
            rule = (
                f"{NAME} does not render this notebook; its `include` and `ignore` must let '*.ipynb' through"
            )
            raise PageError(str(page.file.source), 0, rule)

        def render(config: Any, files: Any) -> None:
            render_shell(config, files)
            shell = mended(page.content)
            type(page).render(page, config, files)
            page.content = made.joined(shell, page.content)

        page.render = render

    def end(self, page: Any) -> None:
        """Write the notebook with its results beside its page, in the place of any other of its name."""
        made = self._made.pop(page.file.src_uri, None)
        if made:
            address = self._addresses.pop(page.file.src_uri)
            folder = Path(page.file.abs_dest_path).parent
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{page.file.name}.ipynb").write_text(made.ipynb(address), encoding="utf-8")

    def close(self) -> None:
        """Forget all."""
        self._made.clear()
        if self._scratch:
            self._scratch.cleanup()
            self._scratch = None


def fault(plugins: Mapping[str, Any]) -> str:
    """Why a site's plugins cannot show notebooks; empty if they can."""
    if NAME not in plugins:
        return f"notebooks are rendered by {NAME}; install it with: pip install 'convref[site]', and {_ADD}"
    if plugins[NAME].config["execute"]:
        return f"{NAME} must leave notebooks as convref has run them; {_ADD}"
    return ""


def mended(shell: str) -> str:
    """What mkdocs-jupyter made of a shell, in the theme's look."""
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    bare = _COPY.sub("", _ADDED.sub("", shell)).strip().replace(_STOP, "")
    code = _CODE.sub(r'<div class="highlight\1"><pre><code>\2</code></pre>', bare)
    return f"<style>\n{style}</style>\n{code}"


def linked(page: str, name: str, lang: str) -> str:
    """A page with a link to the notebook itself, below its title."""
    text, how = _LINKS.get(lang[:2], ("Download this notebook", " (with its results)"))
    link = f'<a href="{html.escape(name)}" download>{text}</a>{how}'
    before, title, after = page.partition("</h1>")
    box = f'<p class="convref-download">{link}</p>'
    return f"{before}{title}\n{box}{after}" if title else f"{box}\n{page}"
