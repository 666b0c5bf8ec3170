"""Measure builds of sites that run code in their pages, with convref and with other tools.

A site of 80 pages with 5 small blocks each is built by plain MkDocs, markdown-exec and convref in turns, each
build in a new process; 6 of the pages are built as notebooks by mkdocs-jupyter. This is done once with pages
that import only the standard library, and once with pages that import torch. convref builds with an empty
cache (cold) and with the results of the build before (warm). Under `mkdocs serve`, a page is saved and the
site rebuilt, with plain MkDocs and with convref in turns in one process. The first rebuild with convref also
starts the process that imports the modules of the pages, and is listed separately.

    python benchmarks/weave.py [--rounds 5] [--pages 80] [--kinds python torch] [--growth 100 300 1000]

With `--growth`, sites of the given numbers of pages are built instead, with plain MkDocs and with convref,
cold and warm; the tables have the seconds and the memory per page.
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
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import measure

BLOCKS = 5
NOTEBOOKS = 6
WARM = "convref, warm"
SAVED = {"mkdocs": "mkdocs, page saved", "convref": "convref, page saved"}
FIRST = "convref, first save"
COLD_AIM, WARM_AIM, TORCH_AIM, SAVED_AIM = 1.5, 1.05, 0.6, 1.1
SERVE = """
import json, os, pathlib, sys, time
from mkdocs.commands.build import build
from mkdocs.config import load_config
turns, *sites = sys.argv[1:]
started = []
for site in sites:
    os.chdir(site)
    started.append(load_config("mkdocs.yml"))
    started[-1].plugins.on_startup(command="serve", dirty=False)
    build(started[-1])
took = {site: [] for site in sites}
text = {site: pathlib.Path(site, "docs/p0.md").read_text() for site in sites}
for turn in range(int(turns)):
    for site in sites:
        os.chdir(site)
        pathlib.Path("docs/p0.md").write_text(text[site].replace("print(", f"{turn}; print(", 1))
        began = time.perf_counter()
        build(load_config("mkdocs.yml"))
        took[site].append(time.perf_counter() - began)
for site, config in zip(sites, started):
    pathlib.Path(site, "docs/p0.md").write_text(text[site])
    config.plugins.on_shutdown()
print(json.dumps(took))
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
    """Return the code of each block of a page."""
    return [CODE[kind].format(number=BLOCKS * number + block) for block in range(BLOCKS)]


def write_site(root: Path, tool: str, kind: str, pages: int) -> None:
    """Write a site into a directory.

    Args:
        root: the directory, which is created.
        tool: the tool that builds the site; it determines the format of the pages.
        kind: the kind of code, one of `CODE`.
        pages: the number of pages.
    """
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
    """Return a page as a Jupyter notebook, with a cell for each block."""
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    title = {"cell_type": "markdown", "metadata": {}, "source": f"# Page {number}", "id": "title"}
    cells = [title, *({**cell, "source": block, "id": f"b{n}"} for n, block in enumerate(blocks))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}


@dataclass(frozen=True)
class Cost:
    """The cost of a build.

    Attributes:
        seconds: the wall time.
        processor: the processor time of all its processes, in seconds.
        memory: the peak of the memory of its largest process, in bytes.
    """

    seconds: float
    processor: float = 0.0
    memory: int = 0


def build(root: Path) -> Cost:
    """Build a site with MkDocs in a new process, and return the cost.

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
    """Delete the cache of a site, so that convref runs all pages again."""
    shutil.rmtree(root / ".cache", ignore_errors=True)


def save(sites: dict[str, Path], turns: int) -> dict[str, list[Cost]]:
    """Time what `mkdocs serve` takes to build once more after one page was saved."""
    roots = {name: sites[name] for name in SAVED}
    command = [sys.executable, "-c", SERVE, str(turns + 1), *map(str, roots.values())]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    took = json.loads(done.stdout)
    costs = {SAVED[name]: [Cost(each) for each in took[str(root)][1:]] for name, root in roots.items()}
    return costs | {FIRST: [Cost(took[str(roots["convref"])][0])]}


def check(root: Path, kind: str) -> None:
    """Raise an error if the first page does not show the output of its last block.

    Raises:
        RuntimeError: the output is missing.
    """
    expected = {"python": str(sum(range(BLOCKS - 1))), "torch": "tensor(1.)"}[kind]
    if expected not in (root / "site" / "p0" / "index.html").read_text():
        raise RuntimeError(f"{root}: page 0 does not show {expected}")


def main() -> None:
    """Measure all tools, and print tables with the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=80)
    parser.add_argument("--kinds", nargs="*", choices=tuple(CODE), default=list(CODE))
    parser.add_argument("--growth", nargs="*", type=int, default=[], metavar="PAGES")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {BLOCKS} blocks a page")
    if options.growth:
        grow(sorted(options.growth), options.rounds)
        return
    found: list[measure.Figure] = []
    for kind in options.kinds:
        costs = measured(kind, options.pages, options.rounds)
        report(kind, {name: typical(each) for name, each in costs.items()}, options.pages)
        found += figures(kind, costs)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found]))


def typical(costs: list[Cost]) -> Cost:
    """Return the medians of the seconds, the processor seconds and the memory of several builds."""
    seconds, processor = median(each.seconds for each in costs), median(each.processor for each in costs)
    return Cost(seconds, processor, int(median(each.memory for each in costs)))


def measured(kind: str, pages: int, rounds: int) -> dict[str, list[Cost]]:
    """Time builds with each tool, with convref once more warm, and after a save under `serve`."""
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        sites = {tool: Path(folder) / tool for tool in PLUGINS}
        for tool, root in sites.items():
            write_site(root, tool, kind, NOTEBOOKS if tool == "mkdocs-jupyter" else pages)
        for turn in range(rounds):
            for tool, root in sites.items():
                if tool != "mkdocs-jupyter" or turn == 0:
                    forget(root)
                    costs.setdefault(tool, []).append(build(root))
            costs.setdefault(WARM, []).append(build(sites["convref"]))
        saved = save(sites, rounds)
        for tool in ("markdown-exec", "convref"):
            check(sites[tool], kind)
    return costs | saved


def report(kind: str, costs: dict[str, Cost], pages: int) -> None:
    """Print the times for one kind of pages, and whether the ratios meet the aims."""
    print(f"\n{pages} pages that import {'torch' if kind == 'torch' else 'the standard library only'}")
    for tool, cost in costs.items():
        count = NOTEBOOKS if tool == "mkdocs-jupyter" else pages
        processor = f"{cost.processor:7.2f} s of processors" if cost.processor else ""
        each = f"{1000 * cost.seconds / count:7.1f} ms a page"
        print(f"  {tool:22} {cost.seconds:7.2f} s for {count:2} pages  {each}  {processor}")
    for name, peer, aim in aims(kind):
        ratio = costs[name].seconds / costs[peer].seconds
        print(f"  {name}: {ratio:.2f} x {peer}, aim {aim}: {'met' if ratio <= aim else 'missed'}")


def aims(kind: str) -> list[tuple[str, str, float]]:
    """Return what is compared: convref, a peer, and the largest ratio that is aimed at."""
    warm = (WARM, "markdown-exec", TORCH_AIM) if kind == "torch" else (WARM, "mkdocs", WARM_AIM)
    return [("convref", "markdown-exec", COLD_AIM), (SAVED["convref"], SAVED["mkdocs"], SAVED_AIM), warm]


def figures(kind: str, costs: dict[str, list[Cost]]) -> list[measure.Figure]:
    """Return the figures of one kind of pages for the report."""
    return [
        measure.figure(
            "pages",
            f"{name}, pages of {kind}",
            peer,
            [(a.seconds, b.seconds) for a, b in zip(costs[name], costs[peer], strict=True)],
            aim=aim,
        )
        for name, peer, aim in aims(kind)
    ]


def grow(counts: list[int], rounds: int) -> None:
    """Print the cost per page of sites of several sizes, and how it changes with the size."""
    found = {pages: grown(pages, rounds) for pages in counts}
    plain = "mkdocs"
    for pages, costs in found.items():
        print(f"\n{pages} pages")
        for name, cost in costs.items():
            ratio = f"{cost.seconds / costs[plain].seconds:6.2f} x {plain}"
            size = f"{cost.memory >> 20:4} MiB"
            each = (
                f"{1000 * cost.seconds / pages:6.1f} ms ({1000 * cost.processor / pages:6.1f} of processors)"
            )
            print(f"  {name:14} {cost.seconds:7.2f} s, {size}: {each} a page, {ratio}")
    least, most = counts[0], counts[-1]
    if least == most:
        return
    print(f"\nfrom {least} to {most} pages")
    for name, last in found[most].items():
        first = found[least][name]
        time_a_page = (last.seconds / most) / (first.seconds / least)
        memory = (last.memory - first.memory) / (most - least) / 1024
        print(f"  {name:14} time a page {time_a_page:5.2f} x, memory {memory:6.1f} KiB for each page more")


def grown(pages: int, rounds: int) -> dict[str, Cost]:
    """Return the cost of a build with plain MkDocs and with convref, cold and warm.

    Args:
        pages: the number of pages of the site.
        rounds: the number of builds with each tool, which are run in turns; the median is returned.
    """
    tools = {"mkdocs": "mkdocs", "convref": "convref", WARM: "convref"}
    costs: dict[str, list[Cost]] = {name: [] for name in tools}
    with tempfile.TemporaryDirectory() as folder:
        sites = {tool: Path(folder) / tool for tool in tools.values()}
        for tool, root in sites.items():
            write_site(root, tool, "python", pages)
        for _ in range(rounds):
            forget(sites["convref"])
            for name, tool in tools.items():
                costs[name].append(build(sites[tool]))
    return {name: typical(each) for name, each in costs.items()}


if __name__ == "__main__":
    main()
