"""Insert files into code that is run, with the syntax of the Markdown extension pymdownx.snippets.

A line ``--8<-- "path"`` is replaced by the lines of the file, indented like this line. ``"path:3:5"`` inserts
only lines 3 to 5. ``"path:name"`` inserts only the lines between ``--8<-- [start:name]`` and
``--8<-- [end:name]`` in the file. Between two lines ``--8<--``, each line names a file. A semicolon before
``--8<--`` means that the line is shown and inserts nothing.

The extension itself inserts files too late, after the code was run. Inserted lines have no line number in the
page, so a failure in them is reported at the last line of the block.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from convref.errors import PageError
from convref.weave.markdown.document import Document, Fence, Region, with_page

_SINGLE = re.compile(r"""(?P<indent>[ \t]*)(?P<escape>;?)-{1,}8<-{1,}[ \t]+(["'])(?P<name>[^"']+)\3[ \t]*""")
_BORDER = re.compile(r"[ \t]*-{1,}8<-{1,}[ \t]*")
_MARK = re.compile(r"-{1,}8<-{1,}[ \t]+\[[ \t]*(start|end)[ \t]*:[ \t]*([\w-]+)[ \t]*\]")
_LINES = re.compile(r"(?P<path>.*?):(?P<first>\d*)(?::(?P<last>\d*))?")


def expanded(page: Document, bases: Sequence[str]) -> Document:
    """Return a copy of a page in which files are inserted into the code that is run.

    Args:
        page: the page.
        bases: the directories in which files are searched for, in this order. An element may also be a file;
            then only the file itself is found.

    Raises:
        PageError: a file does not exist, or does not have the section that the page names.
    """
    return replace(page, regions=tuple(_with_files(page, region, bases) for region in page.regions))


def included_files(text: str, bases: Sequence[str]) -> Iterator[Path]:
    """Iterate over the files that the text of a page includes; files that do not exist are left out."""
    listing = False
    for line in text.splitlines():
        match = _SINGLE.fullmatch(line)
        if _BORDER.fullmatch(line):
            listing = not listing
        elif (match and not match["escape"]) or (listing and line.strip()):
            name = match["name"] if match else line.strip()
            path = name.partition(":")[0]
            with contextlib.suppress(LookupError):
                yield _find(path, bases)


def _with_files(page: Document, region: Region, bases: Sequence[str]) -> Region:
    if not isinstance(region, Fence) or "8<-" not in region.code or not region.is_block:
        return region
    try:
        code = "".join(f"{line}\n" for line in _lines(region.code.splitlines(), bases))
    except LookupError as error:
        raise PageError(page.path, region.code_line, str(error.args[0])) from None
    if region.page:
        return with_page(region, code, page.path, page.rules)
    return replace(region, code=code)


def _lines(lines: Sequence[str], bases: Sequence[str]) -> Iterator[str]:
    listing = False
    for line in lines:
        match = _SINGLE.fullmatch(line)
        if _BORDER.fullmatch(line):
            listing = not listing
        elif match and match["escape"]:
            yield line.replace(";", "", 1)
        elif match:
            yield from (f"{match['indent']}{each}" for each in _file(match["name"], bases))
        elif listing:
            indent = line[: len(line) - len(line.lstrip())]
            yield from (f"{indent}{each}" for each in (_file(line.strip(), bases) if line.strip() else ()))
        else:
            yield line


def _file(name: str, bases: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a file, or only some of them if `name` has a range or a section, as ``path:3:5``."""
    path, lines, section = name, slice(None), ""
    ranged = _LINES.fullmatch(name)
    if ranged:
        path = ranged["path"]
        last = ranged["last"] if ranged["last"] is not None else ranged["first"]
        lines = slice(max(int(ranged["first"] or 1) - 1, 0), int(last) if last else None)
    elif ":" in name:
        path, _, section = name.rpartition(":")
    text = _find(path, bases).read_text(encoding="utf-8").splitlines()
    if section:
        text = _section(name, text, section)
    yield from (line for line in text[lines] if not _MARK.search(line))


def _find(name: str, bases: Sequence[str]) -> Path:
    """Return the path of the file that a snippet names; raise LookupError if no directory contains it.

    As in pymdownx.snippets, the file must be inside one of the directories, and must not be a symbolic link
    to a file outside. Otherwise a page from a stranger could show other files of the machine.
    """
    for base in map(Path, bases):
        found = base / name if base.is_dir() else base if base.name == name else None
        if found and found.is_file():
            if base.is_dir() and not found.resolve().is_relative_to(base.resolve()):
                raise LookupError(f"the file of the snippet {name!r} must be inside {base}")
            return found
    raise LookupError(f"there is no file for the snippet {name!r} in {', '.join(bases) or 'any directory'}")


def _section(name: str, lines: Sequence[str], section: str) -> list[str]:
    found = ((number, _MARK.search(line)) for number, line in enumerate(lines))
    marks = {match[1]: number for number, match in found if match and match[2] == section}
    if "start" not in marks:
        raise LookupError(f"the file of the snippet {name!r} has no section {section!r}")
    return list(lines[marks["start"] + 1 : marks.get("end", len(lines))])
