"""How long builds take that run code in pages: convref beside its peers, all in one run.

A site of 80 pages with 5 small blocks each is built by plain MkDocs, markdown-exec and convref, in turns,
each build a process of its own; 6 of the pages as notebooks by mkdocs-jupyter. The same again with pages that
import torch. Times are whole builds; the least of the rounds counts. markdown-exec isolates nothing, convref
runs every page in a process of its own.

    python benchmarks/weave.py [--rounds 3] [--pages 80]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BLOCKS = 5
NOTEBOOKS = 6
TARGET = 1.5
PLUGINS = {
    "mkdocs": "[]",
    "markdown-exec": "[markdown-exec]",
    "convref": "[convref]",
    "mkdocs-jupyter": "[{mkdocs-jupyter: {execute: true}}]",
}
CODE = {
    "python": "import math\nprint(f'{{math.sqrt({number}):.6f}}')\nprint(sum(range({number})))",
    "torch": "import torch\nprint(torch.arange({number}.).sum())\nprint(torch.ones(3, 3).mean())",
}


def page(number: int, kind: str) -> list[str]:
    """The code of a page's blocks."""
    return [CODE[kind].format(number=BLOCKS * number + block) for block in range(BLOCKS)]


def write_site(root: Path, tool: str, kind: str, pages: int) -> None:
    """A site in a directory: one page for every number, in the tool's own form."""
    docs = root / "docs"
    docs.mkdir(parents=True)
    (docs / "index.md").write_text("# Home\n")
    config = ["site_name: S", "theme: {name: mkdocs}", f"plugins: {PLUGINS[tool]}"]
    config.append("markdown_extensions: [tables, admonition, pymdownx.superfences]")
    (root / "mkdocs.yml").write_text("\n".join(config))
    for number in range(pages):
        blocks = page(number, kind)
        if tool == "mkdocs-jupyter":
            (docs / f"p{number}.ipynb").write_text(json.dumps(notebook(number, blocks)))
            continue
        option = "" if tool == "mkdocs" else ' exec="on"'
        text = "\n\n".join(
            f"Some text, block {n}.\n\n```python{option}\n{b}\n```" for n, b in enumerate(blocks)
        )
        (docs / f"p{number}.md").write_text(f"# Page {number}\n\n{text}\n")


def notebook(number: int, blocks: list[str]) -> dict[str, object]:
    """A page as a notebook."""
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    title = {"cell_type": "markdown", "metadata": {}, "source": f"# Page {number}", "id": "title"}
    cells = [title, *({**cell, "source": block, "id": f"b{n}"} for n, block in enumerate(blocks))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}


def build(root: Path) -> float:
    """Build the site of a directory; the seconds that it took.

    Raises:
        RuntimeError: the build fails.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{root}: the build ended with code {done.returncode}\n{done.stderr}")
    return took


def check(root: Path, kind: str) -> None:
    """Make sure that the last page shows what its last block prints.

    Raises:
        RuntimeError: it does not.
    """
    expected = {"python": str(sum(range(BLOCKS - 1))), "torch": "tensor(1.)"}[kind]
    if expected not in (root / "site" / "p0" / "index.html").read_text():
        raise RuntimeError(f"{root}: page 0 does not show {expected}")


def main() -> None:
    """Time all tools and print a table with ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=80)
    options = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    print(f"{machine}, {options.pages} pages, {BLOCKS} blocks each")
    for kind in CODE:
        times: dict[str, float] = {}
        with tempfile.TemporaryDirectory() as folder:
            sites = {tool: Path(folder) / tool for tool in PLUGINS}
            for tool, root in sites.items():
                write_site(root, tool, kind, NOTEBOOKS if tool == "mkdocs-jupyter" else options.pages)
            for turn in range(options.rounds):
                for tool, root in sites.items():
                    if tool != "mkdocs-jupyter" or turn == 0:
                        times[tool] = min(times.get(tool, float("inf")), build(root))
            for tool in ("markdown-exec", "convref"):
                check(sites[tool], kind)
        report(kind, times, options.pages)


def report(kind: str, times: dict[str, float], pages: int) -> None:
    """Print the times of one kind of pages, and whether the target is met."""
    print(f"\npages that import {'torch' if kind == 'torch' else 'the standard library only'}")
    for tool, took in times.items():
        count = NOTEBOOKS if tool == "mkdocs-jupyter" else pages
        ratio = took / times["markdown-exec"] if count == pages else float("nan")
        beside = f"{ratio:6.2f} x markdown-exec" if count == pages else " " * 22
        print(f"  {tool:15} {took:7.2f} s for {count:2} pages {beside}  {1000 * took / count:7.1f} ms a page")
    ratio = times["convref"] / times["markdown-exec"]
    print(
        f"  target: at most {TARGET} x markdown-exec: {'met' if ratio <= TARGET else 'missed'} ({ratio:.2f})"
    )


if __name__ == "__main__":
    main()
