"""Time a save under `mkdocs serve` on the project's own site, and compare the site with a full build.

    python benchmarks/saving.py [FOLDER] [--compare end|each|never]

The script copies the site to FOLDER and edits the copy, with one edit of each kind. After each edit, it
builds the site into a temporary folder in the same way as `mkdocs serve`, and prints a row of a table:

    edit        the kind of edit
    seconds     the time that the build took
    processor   the processor time of MkDocs' process in seconds; the code in pages runs in other processes
    converted   the number of pages that were converted from Markdown
    made        the number of pages that the theme's templates made

`--compare end` makes a full build after the last edit, `--compare each` after every edit. The script then
lists the files and messages in which the two builds differ. FOLDER also contains the cached results of the
pages, so that a second run starts faster. It must not be inside the system's temporary folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from site_builds import Builds  # noqa: E402 (the line above lets Python find it)
from warm_python import WarmPython  # noqa: E402 (likewise)

COPIED = ("convref", "docs", "playground", "mkdocs.yml", "pyproject.toml", "README.md", "CITATION.cff")
Edit = Callable[[Path], None]


def change(path: str, old: str, new: str) -> Edit:
    """Return an edit that replaces the first occurrence of a text in a file.

    Args:
        path: the path of the file below the copy of the site.
        old: the text to replace.
        new: the text that replaces it.
    """

    def edit(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        if old not in text:
            raise SystemExit(f"{path} has no {old!r}")
        (root / path).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def add(path: str, text: str) -> Edit:
    """Return an edit that adds a text to the end of the file at a path below the copy of the site."""

    def edit(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def several(*edits: Edit) -> Edit:
    """Return an edit that makes several edits, one after another."""

    def edit(root: Path) -> None:
        for each in edits:
            each(root)

    return edit


def remove(*paths: str) -> Edit:
    """Return an edit that removes the files at some paths below the copy of the site."""

    def edit(root: Path) -> None:
        for path in paths:
            (root / path).unlink()

    return edit


CODE = '\n```python exec="on"\n6 * 7\n```\n'
EDITS: dict[str, Edit] = {
    "nothing": lambda root: None,  # noqa: ARG005
    "prose": add("docs/en/operators/conv2d.md", "\nOne more sentence.\n"),
    "prose in the other language": add("docs/zh/operators/conv2d.md", "\n再加一句。\n"),
    "title": change("docs/en/concepts/memory.md", "# ", "# Again: "),
    "heading": change("docs/en/operators/max_pool.md", "\n## ", "\n## Again: "),
    "anchor removed": change("docs/en/concepts/output_size.md", " {#", " {."),
    "pages added": several(
        *(add(f"docs/{lang}/concepts/added.md", "# Added\n\n[Index](index.md)\n") for lang in ("en", "zh"))
    ),
    "pages removed": remove("docs/en/concepts/added.md", "docs/zh/concepts/added.md"),
    "front matter": change("docs/en/cite.md", "# ", "---\ndescription: About.\n---\n\n# "),
    "text of the reference": change("docs/en/reference/counting.md", "# ", "# Again: "),
    "docstring": change("convref/analysis/memory.py", '"""', '"""Again: '),
    "template": change("docs/theme/main.html", '"base.html" %}', '"base.html" %}{# again #}'),
    "style sheet": add("docs/assets/site.css", "/* again */\n"),
    "order of the navigation": several(
        change("mkdocs.yml", "      - concepts/memory.md\n", ""),
        change("mkdocs.yml", "concepts/choosing.md\n", "concepts/choosing.md\n      - concepts/memory.md\n"),
    ),
    "name of the site": change("mkdocs.yml", "site_name: convref", "site_name: convref again"),
    "depth of contents": change("mkdocs.yml", "toc_depth: 3", "toc_depth: 2"),
    "text of a notebook": change("docs/en/notebooks/frequency.py", "# # ", "# # Again: "),
    "code of a page": several(*(add(f"docs/{lang}/operators/dropout.md", CODE) for lang in ("en", "zh"))),
    "module of few pages": add("docs/helpers/convref_docs/timeline.py", "# again\n"),
    "module of most pages": add("convref/nn/conv.py", "# again\n"),
}  # fmt: skip


def copy(folder: Path) -> None:
    """Copy the site to a folder, without the packages that npm has installed."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def differences(serving: Builds, scratch: Builds, messages: list[str]) -> list[str]:
    """Make a full build, and return the files and messages in which the site differs from it.

    Args:
        serving: the site as `mkdocs serve` builds it.
        scratch: the same site for full builds.
        messages: the messages of the last build of `serving`.
    """
    full = scratch.build()
    print(f"{'a full build':30} {full['seconds']:7.2f} {full['processor']:9.2f}", flush=True)
    expected, found = scratch.files(), serving.files()
    files = [name for name in sorted(expected | found) if expected.get(name) != found.get(name)]
    # The order of the messages is not compared: it depends on when the pages run.
    said = sorted(set(full["messages"]) ^ set(messages))
    return [*files, *said]


def main() -> int:
    """Make the edits and print the table; return 1 if the site differs from a full build, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / ".cache" / "saving")
    parser.add_argument("--compare", choices=("end", "each", "never"), default="end")
    parser.add_argument("--built", type=Path, help="where the temporary folder is made")
    parser.add_argument("--only", nargs="*", default=list(EDITS), choices=list(EDITS))
    given = parser.parse_args()
    folder = given.folder.resolve()
    copy(folder)
    search = folder, folder / "docs" / "helpers"
    built = Path(tempfile.mkdtemp(prefix="convref-saving-", dir=given.built))
    python = WarmPython()
    serving, scratch = (Builds(python, mode, folder, built / mode, *search) for mode in ("serve", "scratch"))
    status = 0
    print(f"{'edit':30} {'seconds':>7} {'processor':>9} {'converted':>9} {'made':>5}")
    for name in ("first build", *given.only):
        EDITS.get(name, EDITS["nothing"])(folder)
        answer = serving.build()
        times = f"{answer['seconds']:7.2f} {answer['processor']:9.2f}"
        print(f"{name:30} {times} {answer['converted']:9} {answer['made']:5}", flush=True)
        is_last = name == given.only[-1]
        if given.compare == "each" or (given.compare == "end" and is_last):
            found = differences(serving, scratch, answer["messages"])
            print(*(f"  differs: {each[:200]}" for each in found), sep="\n", flush=True)
            status |= bool(found)
    serving.close()
    scratch.close()
    python.close()
    shutil.rmtree(built)
    return status


if __name__ == "__main__":
    sys.exit(main())
