"""How long builds take that run code in pages: convref beside its peers, all in one run.

A site of 80 pages with 5 small blocks each is built by plain MkDocs, markdown-exec and convref, in turns,
each build a process of its own; 6 of the pages as notebooks by mkdocs-jupyter. The same again with pages that
import torch. Times are whole builds; the least of the rounds counts. markdown-exec isolates nothing, convref
runs every page in a process of its own. convref builds without what it remembers (cold), with it (warm), and
with one page saved since (saved).

    python benchmarks/weave.py [--rounds 3] [--pages 80] [--kinds python torch] [--growth 100 300 1000]

With `--growth`, convref's cold and warm builds of so many pages: time and memory a page.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BLOCKS = 5
NOTEBOOKS = 6
WARM = "convref, warm"
SAVED = {"mkdocs": "mkdocs, page saved", "convref": "convref, page saved"}
COLD_AIM, WARM_AIM, TORCH_AIM, SAVED_AIM = 1.5, 1.05, 0.6, 1.1
SERVE = """
import pathlib, time
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config("mkdocs.yml")
config.plugins.on_startup(command="serve", dirty=False)
build(config)
page, took = pathlib.Path("docs/p0.md"), []
text = page.read_text()
for turn in range(3):
    page.write_text(text.replace("print(", f"{turn}; print(", 1))
    began = time.perf_counter()
    build(load_config("mkdocs.yml"))
    took.append(time.perf_counter() - began)
page.write_text(text)
config.plugins.on_shutdown()
print(min(took))
"""
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


@dataclass(frozen=True)
class Cost:
    """What a build took: seconds, processor seconds of all its processes, the largest one's bytes."""

    seconds: float
    processor: float
    memory: int


def build(root: Path) -> Cost:
    """Build the site of a directory.

    Raises:
        RuntimeError: the build fails.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    log = root / "log.txt"
    began = time.perf_counter()
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=root, env=environment, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"{root}: the build ended with code {process.returncode}\n{log.read_text()}")
    return Cost(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def forget(root: Path) -> None:
    """Take from convref what it remembers of a site."""
    shutil.rmtree(root / ".cache", ignore_errors=True)


def save(root: Path) -> float:
    """The seconds that `mkdocs serve` takes to build once more after one page was saved."""
    done = subprocess.run([sys.executable, "-c", SERVE], cwd=root, capture_output=True, text=True, check=True)
    return float(done.stdout)


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
    parser.add_argument("--kinds", nargs="*", choices=tuple(CODE), default=list(CODE))
    parser.add_argument("--growth", nargs="*", type=int, default=[], metavar="PAGES")
    options = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    print(f"{machine}, {options.pages} pages, {BLOCKS} blocks each")
    for kind in options.kinds:
        report(kind, measured(kind, options.pages, options.rounds), options.pages)
    for pages in options.growth:
        grow(pages)


def measured(kind: str, pages: int, rounds: int) -> dict[str, Cost]:
    """The least cost of each tool, and of convref's warm builds; what `serve` takes after a save."""
    costs: dict[str, Cost] = {}

    def least(name: str, cost: Cost) -> None:
        known = costs.get(name, cost)
        seconds, processor = min(known.seconds, cost.seconds), min(known.processor, cost.processor)
        costs[name] = Cost(seconds, processor, max(known.memory, cost.memory))

    with tempfile.TemporaryDirectory() as folder:
        sites = {tool: Path(folder) / tool for tool in PLUGINS}
        for tool, root in sites.items():
            write_site(root, tool, kind, NOTEBOOKS if tool == "mkdocs-jupyter" else pages)
        for turn in range(rounds):
            for tool, root in sites.items():
                if tool != "mkdocs-jupyter" or turn == 0:
                    forget(root)
                    least(tool, build(root))
            least(WARM, build(sites["convref"]))
            for tool, name in SAVED.items():
                least(name, Cost(save(sites[tool]), 0.0, 0))
        for tool in ("markdown-exec", "convref"):
            check(sites[tool], kind)
    return costs


def report(kind: str, costs: dict[str, Cost], pages: int) -> None:
    """Print the times of one kind of pages, and whether the aims are met."""
    print(f"\npages that import {'torch' if kind == 'torch' else 'the standard library only'}")
    for tool, cost in costs.items():
        count = NOTEBOOKS if tool == "mkdocs-jupyter" else pages
        processor = f"{cost.processor:7.2f} s of processors" if cost.processor else ""
        each = f"{1000 * cost.seconds / count:7.1f} ms a page"
        print(f"  {tool:22} {cost.seconds:7.2f} s for {count:2} pages  {each}  {processor}")
    aims = [("convref", "markdown-exec", COLD_AIM), (SAVED["convref"], SAVED["mkdocs"], SAVED_AIM)]
    aims.append((WARM, "markdown-exec", TORCH_AIM) if kind == "torch" else (WARM, "mkdocs", WARM_AIM))
    for name, peer, aim in aims:
        ratio = costs[name].seconds / costs[peer].seconds
        print(f"  {name}: {ratio:.2f} x {peer}, aim {aim}: {'met' if ratio <= aim else 'missed'}")


def grow(pages: int) -> None:
    """Print what a cold and a warm build of so many pages cost a page."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "convref"
        write_site(root, "convref", "python", pages)
        for name in ("cold", "warm"):
            cost = build(root)
            per_page = (
                f"{1000 * cost.seconds / pages:6.1f} ms and {cost.memory / pages / 1024:7.1f} KiB a page"
            )
            print(f"  {pages:4} pages, {name}: {cost.seconds:6.2f} s, {cost.memory >> 20} MiB: {per_page}")


if __name__ == "__main__":
    main()
