"""Decide which blocks of a site readers can run in their browser, and write the files that this needs."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

from convref.errors import ArgumentError
from convref.weave.browser import packages
from convref.weave.browser.blocks import BrowserBlock, blocks_of, names_browser
from convref.weave.browser.modules import Modules
from convref.weave.browser.offline import SERVICE_WORKER, digest
from convref.weave.browser.packages import Packages
from convref.weave.browser.runtime import FILES, Runtime
from convref.weave.markdown.document import Document
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.plan import Address

FOLDER: Final = "assets/convref"
"""The folder of the built site with the files of this package."""

SCRIPTS: Final = (
    "try.js", "editor.js", "lines.js", "clean.js", "offline.js", "worker.js", "words.js", "try.css",
)  # fmt: skip
_MANIFEST: Final = "try.json"
_ENGINE: Final = (
    "__init__.py", "weave/__init__.py", "weave/browser/__init__.py", "weave/browser/driver.py",
    "weave/browser/names.py", "weave/browser/output.py", "weave/page/__init__.py",
    "weave/page/outcomes.py", "weave/browser/translation.py", "weave/page/svg.py",
    "weave/run/__init__.py", "weave/run/worker/__init__.py", "weave/run/worker/mime.py",
    "weave/run/worker/matplotlib_svg.py",
)  # fmt: skip
"""The modules of convref that `driver` imports in the browser."""


@dataclass(frozen=True)
class PageBlocks:
    """The blocks of a page in the form that is sent to the browser.

    Args:
        blocks: a dict from the address of a block, which is its position in the page, to the block.
        diagnostics: the errors in the options of the blocks' fences.
    """

    blocks: Mapping[Address, BrowserBlock] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def widget(self, address: Address) -> str:
        """Return the HTML element in which readers can run a block; "" if they cannot run this block.

        The element has a minimum height, so that the page does not move when the script adds a button to it.
        """
        block = self.blocks.get(address)
        if block is None or not block.offered:
            return ""
        return f'<div class="convref-try" data-block="{block.number}" style="min-height:1.3rem"></div>'

    def data(self, address: str, *, in_markdown: bool = False) -> str:
        """Return two HTML elements: one holds the code of the blocks, the other loads the script to run it.

        The result is "" if readers can run no block of the page.

        Args:
            address: the URL of `FOLDER`, relative to the page.
            in_markdown: whether the elements are written into Markdown. Hosts such as Zensical take an
                address in an attribute there for one that is relative to the file, and change it; so the
                script is imported by another one.
        """
        last = max((each.number for each in self.blocks.values() if each.offered), default=-1)
        if last < 0:
            return ""
        blocks = [
            {
                "code": each.code,
                **({"session": each.session} if each.session else {}),
                **({"interactive": True} if each.interactive else {}),
                **({"raises": True} if each.raises else {}),
                **({"install": each.install} if each.install else {}),
                **({"rows": each.rows} if each.offered else {}),
            }
            for each in self.blocks.values()
            if each.number <= last
        ]
        code = json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        blocks_of_page = f'<script type="application/json" id="convref-try-blocks">{code}</script>'
        script = html.escape(f"{address}/try.js")
        if in_markdown:
            return f'{blocks_of_page}<script type="module">import "{address}/try.js";</script>'
        return f'{blocks_of_page}<script type="module" src="{script}"></script>'


class Browser:
    """Decides which blocks of a site readers can run in their browser, and writes the files that this needs.

    Args:
        runtime: the folder of Pyodide, a version of CPython for browsers.
        given: the packages that the site's options name; see `Packages`.
        root: the directory of the site's configuration.
        cache: the directory for downloaded wheels.
        everywhere: True if readers can run every block for which the browser has all that the block needs;
            False if they can run only blocks whose fence has `try="on"` or the language `pyodide`.
        online: whether pip may download packages from an index such as PyPI.
    """

    def __init__(
        self,
        runtime: Runtime,
        given: Iterable[str],
        root: Path,
        cache: Path,
        *,
        everywhere: bool,
        online: bool,
    ) -> None:
        self.runtime, self.everywhere = runtime, everywhere
        self.packages = Packages(given, root, cache, runtime, online=online)
        self.used = False
        self._modules: Modules | None = None
        directories = self.packages.directories
        self._packed = {name: packages.PackedDirectory(path) for name, path in directories.items()}
        self._reported = False

    def begin(self) -> None:
        """Begin a build, in which it is reported again if Pyodide is not installed."""
        self._reported = False

    def page(self, page: Document) -> PageBlocks:
        """Return the blocks of a page; readers can run none of them if Pyodide is not installed."""
        if not self.runtime.installed:
            return self._without_runtime(page)
        faults: list[tuple[int, str]] = []

        def modules_of(requirement: str, line: int) -> frozenset[str]:
            try:
                return self.packages.modules_of(requirement)
            except ArgumentError as error:
                faults.append((line, str(error)))
                return frozenset()

        if self._modules is None:
            self._modules, of_site = self._site_modules()
            faults += [(0, fault) for fault in of_site]
        blocks = blocks_of(page, self._modules, self.everywhere, modules_of) if self._can_offer(page) else {}
        self.used = self.used or any(each.offered for each in blocks.values())
        diagnostics = (Diagnostic(page.path, line, "option", fault) for line, fault in faults)
        return PageBlocks(blocks, tuple(diagnostics))

    def _can_offer(self, page: Document) -> bool:
        """Return whether readers might run a block; if not, no code need be searched for what it imports."""
        return self.everywhere or names_browser(page)

    def _without_runtime(self, page: Document) -> PageBlocks:
        if self._reported or not self._can_offer(page):
            return PageBlocks()
        blocks = blocks_of(page, Modules({}), self.everywhere, lambda *_: frozenset())
        if not any(each.offered for each in blocks.values()):
            return PageBlocks()
        self._reported = True
        message = (
            f"blocks are shown without an editor: there is no Pyodide in {self.runtime.folder}; install it "
            "with npm, or name its folder in the option try_runtime"
        )
        return PageBlocks(diagnostics=(Diagnostic(page.path, 0, "option", message, fatal=False),))

    def _site_modules(self) -> tuple[Modules, list[str]]:
        """Return the modules that code in the browser can import, and the errors in the site's packages."""
        names: set[str] = set()
        faults = []
        of_wheels = [partial(packages.modules_in, wheel) for wheel in self.packages.wheels]
        of_requirements = [partial(self.packages.modules_of, each) for each in self.packages.requirements]
        for modules in (*of_wheels, *of_requirements):
            try:
                names |= modules()
            except ArgumentError as error:
                faults.append(str(error))
        return Modules(self.packages.directories, names), faults

    def write(self, site: Path, *, offline: bool = True) -> None:
        """Write scripts, Pyodide and packages into a built site, if it has a block that readers can run.

        Args:
            site: the directory of the built site.
            offline: whether the reader's browser keeps the files, so that Python can be run without a network
                later. This should be False while an author edits the site, since the files change often.
        """
        if not self.used:
            return
        folder = site / FOLDER
        (folder / "runtime").mkdir(parents=True, exist_ok=True)
        (folder / "packages").mkdir(exist_ok=True)
        assets = resources.files("convref.weave.browser") / "assets"
        for name in SCRIPTS:
            (folder / name).write_bytes((assets / name).read_bytes())
        for name in FILES:
            _copy(self.runtime.folder / name, folder / "runtime" / name)
        package = resources.files("convref")
        engine = ((f"convref/{name}", (package / name).read_bytes()) for name in _ENGINE)
        (folder / "packages" / "engine.zip").write_bytes(packages.archive(engine))
        for name, packed in self._packed.items():
            (folder / "packages" / f"{name}.zip").write_bytes(packed.content())
        manifest = self._manifest(folder)
        if offline:
            (site / SERVICE_WORKER).write_bytes((assets / SERVICE_WORKER).read_bytes())
            manifest["build"] = digest(folder, {_MANIFEST: _json(manifest)})
        (folder / _MANIFEST).write_bytes(_json(manifest))

    def _manifest(self, folder: Path) -> dict[str, object]:
        """Copy the wheels; return the names of the files that the browser must load, and their total size."""
        own, known = self.packages.requirements, self.packages.known()
        asked = {name: wheels for name, wheels in known.items() if name not in own}
        always = {*self.packages.wheels, *(wheel for name in own for wheel in known.get(name, ()))}
        for wheel in always.union(*asked.values()):
            if wheel.is_file():  # a wheel that is missing has been reported before
                _copy(wheel, folder / "packages" / wheel.name)
        archives = [f"packages/{name}.zip" for name in ("engine", *self.packages.directories)]
        wheels = sorted(f"packages/{each.name}" for each in always if each.is_file())
        # The worker of the browser counts the bytes that it fetches, without modules of JavaScript.
        runtime = (f"runtime/{name}" for name in FILES if not name.endswith(".mjs"))
        loaded = [*runtime, *archives, *wheels]
        return {
            "bytes": sum((folder / name).stat().st_size for name in loaded),
            "archives": archives,
            "wheels": wheels,
            "install": {name: [f"packages/{each.name}" for each in given] for name, given in asked.items()},
        }


def _json(manifest: Mapping[str, object]) -> bytes:
    return json.dumps(manifest, indent=1).encode()


def _copy(source: Path, target: Path) -> None:
    """Copy a file, unless the target exists and has the same size."""
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        shutil.copyfile(source, target)
