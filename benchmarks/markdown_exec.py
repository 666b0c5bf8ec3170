"""Compare convref with markdown-exec on sites that were written for markdown-exec, block by block.

For each site, the script copies the repository, because code in pages may read any of its files. It then
replaces the site's configuration: the copy has the usual Markdown extensions, the theme Material for MkDocs
and one plugin, and only those pages that contain fences to run. Each site is built twice, with one plugin and
then with the other. Two results of a block are the same if they have the same text and HTML elements.
Blocks that fail with both plugins, for example because a package is not installed, are counted separately.

    python benchmarks/markdown_exec.py SITE... [--values on] [--show] [--python PYTHON]

A SITE is the directory of a repository that contains `docs`, and `mkdocs.yml` or `zensical.toml`. PYTHON is
an interpreter with both plugins and with the packages that the pages import.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref.errors import PageError
from convref.weave.markdown.document import Fence, parse
from convref.weave.markdown.fences import FenceRules

EXTENSIONS = (
    "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc",
    "pymdownx.details", "pymdownx.emoji", "pymdownx.highlight", "pymdownx.magiclink", "pymdownx.superfences",
    "pymdownx.tabbed", "pymdownx.tasklist",
)  # fmt: skip
OPTIONS = {
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.magiclink": {},
}
ELEMENTS = frozenset(
    {
        "a",
        "b",
        "code",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "img",
        "label",
        "li",
        "pre",
        "strong",
        "svg",
        "table",
        "td",
    }
)
TRACEBACK, ERROR = "Traceback (most recent call last)", "convref-error"
UNSUPPORTED = frozenset(
    {"pyodide"}
)  # languages whose code runs in the reader's browser, and not during a build
TIMEOUT = 900  # the maximum number of seconds for a build


@dataclass(frozen=True)
class Block:
    """A fence that is run.

    Args:
        number: its number among all blocks of the site, from 0.
        page: the path of its page in `docs`.
        line: its line in the page.
        code: its code.
    """

    number: int
    page: str
    line: int
    code: str


@dataclass(frozen=True)
class Comparison:
    """A block and its results with the two plugins.

    Args:
        block: the block.
        theirs: the text and the names of the elements in the result of markdown-exec.
        ours: the same for the result of convref.
        failed: whether the block fails with markdown-exec, and whether it fails with convref.
    """

    block: Block
    theirs: tuple[str, list[str]]
    ours: tuple[str, list[str]]
    failed: tuple[bool, bool]

    @property
    def kind(self) -> str:
        """One of `KINDS`: whether the results are the same, or the plugins with which the block fails."""
        if all(self.failed):
            return "fails with both"
        if any(self.failed):
            return "fails with convref" if self.failed[1] else "fails with markdown-exec"
        return "same" if self.theirs == self.ours else "different"


def marked(text: str, page: str, blocks: list[Block]) -> str:
    """Return the text of a page with a marker before and after each fence that is run.

    Args:
        text: the text of the page.
        page: its path in `docs`.
        blocks: the list to which the page's blocks are appended.
    """
    try:
        fences = [
            each
            for each in parse(text, page, rules=FenceRules(doctests=False)).of(Fence)
            if (each.is_block or each.kind == "tree") and each.language not in UNSUPPORTED
        ]
    except PageError as error:
        print(f"{error}", file=sys.stderr)
        return text
    parts, position = [], 0
    for fence in fences:
        number, start = len(blocks), fence.start - len(fence.prefix)
        blocks.append(Block(number, page, fence.line, fence.code))
        end = text.find("\n", fence.end)
        end = len(text) if end < 0 else end
        source = text[start:end]
        parts += [
            text[position:start],
            f"{fence.prefix}blockbegin{number}x\n\n{source}\n\n{fence.prefix}blockend{number}x\n",
        ]
        position = end
    return "".join([*parts, text[position:]])


def write_site(source: Path, root: Path, plugin: str, values: str) -> list[Block]:
    """Write a copy of a site that uses one plugin, and return its blocks.

    Args:
        source: the directory of the site's repository.
        root: the directory of the copy.
        plugin: "markdown-exec" or "convref".
        values: "on" or "off", for the option `values` of convref.
    """
    shutil.copytree(source, root, symlinks=True, ignore=shutil.ignore_patterns(".git", "site", ".venv"))
    docs = root / "docs"
    blocks: list[Block] = []
    for file in sorted(docs.rglob("*.md")):
        text = file.read_text("utf-8", errors="replace")
        page = file.relative_to(docs).as_posix()
        before = len(blocks)
        text = marked(text, page, blocks)
        if len(blocks) > before:
            file.write_text(text, "utf-8")
        elif page != "index.md":
            file.unlink()
    if not (docs / "index.md").exists():
        (docs / "index.md").write_text("# Home\n")
    options = {"values": values == "on", "timeout": 120} if plugin == "convref" else {}
    config = {
        "site_name": "S",
        "theme": {"name": "material"},
        "plugins": [{plugin: options}],
        "markdown_extensions": [
            *({each: OPTIONS.get(each, {})} for each in EXTENSIONS),
            {"pymdownx.snippets": {"base_path": [str(docs), str(root)], "check_paths": False}},
        ],
    }
    for name in ("mkdocs.yml", "mkdocs.yaml", "zensical.toml", "properdocs.yml"):
        (root / name).unlink(missing_ok=True)
    (root / "mkdocs.yml").write_text(json.dumps(config), "utf-8")  # every JSON document is also valid YAML
    return blocks


def build(python: str, root: Path) -> str:
    """Build the site in a directory with a Python interpreter, and return the log."""
    folders = os.pathsep.join((str(Path(python).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": folders, "NO_MKDOCS_2_WARNING": "1", "MKDOCS_CONFIG_DIR": str(root)}
    done = subprocess.run(
        [python, "-m", "mkdocs", "build", "-q"],
        cwd=root, env=environment, text=True, capture_output=True, check=False, timeout=TIMEOUT,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{root}: the build failed\n{done.stderr[-4000:]}")
    return done.stderr


def results(root: Path, blocks: list[Block]) -> Iterator[str]:
    """Yield the HTML of each block in a built site; "" if it is not found."""
    pages: dict[str, str] = {}
    for block in blocks:
        if block.page not in pages:
            path = Path(block.page)
            at = path.with_suffix("") / "index.html" if path.stem != "index" else path.with_suffix(".html")
            pages[block.page] = (root / "site" / at).read_text("utf-8")
        text = pages[block.page]
        begin, end = text.find(f"blockbegin{block.number}x"), text.find(f"blockend{block.number}x")
        yield text[begin + len(f"blockbegin{block.number}x") : end] if 0 <= begin < end else ""


def seen(part: str) -> tuple[str, list[str]]:
    """Return the text of a piece of HTML, and the names of its elements that are in `ELEMENTS`."""
    part = re.sub(r"<(script|style)\b.*?</\1>", "", part, flags=re.DOTALL)
    elements = [name for name in re.findall(r"<(\w+)", part) if name in ELEMENTS]
    text = html.unescape(re.sub(r"<[^>]*>", "", part))
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text)  # addresses differ from run to run
    return " ".join(text.split()), elements


def failures(theirs: str, ours: str) -> tuple[bool, bool]:
    """Return whether a block fails with markdown-exec, and whether it fails with convref.

    markdown-exec shows a traceback if Python code fails. If a shell command fails, it shows the output in the
    same way as for other commands. Therefore, a command counts as failed with markdown-exec if it fails with
    convref and both plugins show the same output.

    Args:
        theirs: the HTML of the block with markdown-exec.
        ours: the HTML of the block with convref.
    """
    text, of_ours = seen(theirs)[0], seen(ours)[0]
    fails = ERROR in ours
    end = text[-30:]
    return TRACEBACK in text or (fails and bool(end) and end in of_ours), fails


def compare(source: Path, python: str, values: str) -> list[Comparison]:
    """Build a site with both plugins, and return the comparison of each of its blocks.

    Args:
        source: the directory of the site's repository.
        python: the path of the Python interpreter.
        values: "on" or "off", for the option `values` of convref.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for plugin in ("markdown-exec", "convref"):
            root = Path(folder) / source.name  # the same path for both plugins, because pages may show it
            blocks = write_site(source, root, plugin, values)
            build(python, root)
            found.append(list(results(root, blocks)))
            shutil.rmtree(root)
        return [
            Comparison(block, seen(theirs), seen(ours), failures(theirs, ours))
            for block, theirs, ours in zip(blocks, *found, strict=True)
        ]


def show(comparison: Comparison) -> None:
    """Print where a block's results begin to differ, with the text and the elements of both."""
    block, theirs, ours = comparison.block, comparison.theirs, comparison.ours
    print(f"\n{block.page}:{block.line}: {comparison.kind}")
    at = next((n for n, (a, b) in enumerate(zip(theirs[0], ours[0], strict=False)) if a != b), 0)
    for name, (text, elements) in (("markdown-exec", theirs), ("convref", ours)):
        print(f"  {name:13} …{text[max(at - 40, 0) : at + 160]}… {' '.join(elements)[:80]}")


KINDS = ("same", "different", "fails with convref", "fails with markdown-exec", "fails with both")


def main() -> None:
    """Compare the sites given on the command line, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sites", nargs="+", type=Path)
    parser.add_argument("--values", choices=("on", "off"), default="off", help="convref's option `values`")
    parser.add_argument("--show", action="store_true", help="print the results that differ")
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    rows = []
    for site in given.sites:
        found = compare(site.resolve(), given.python, given.values)
        rows.append((site.resolve().name, [each.kind for each in found]))
        for each in found if given.show else ():
            if each.kind not in {"same", "fails with both"}:
                show(each)
    print(f"\n| Site | Blocks | {' | '.join(KINDS)} |")
    print(f"|---|---|{'---|' * len(KINDS)}")
    for name, kinds in [*rows, ("all", [kind for _, each in rows for kind in each])]:
        print(f"| {name} | {len(kinds)} | {' | '.join(str(kinds.count(each)) for each in KINDS)} |")


if __name__ == "__main__":
    main()
