"""Parse notebooks, which are Python files in jupytext's percent format, to a Document like Markdown pages.

This is the beginning of a notebook:

    # %% [markdown]
    # # A heading
    # Text with a value, `{python} x + 1`.

    # %% alt="What the figure shows"
    x = 1

jupytext splits the file into cells. In the document, Markdown cells have no comment marks, and a code cell is
a code block that is run with the cell's options. The output of a cell is shown as text. The document has one
line for every line of the file, so messages show the line numbers of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from convref.errors import PageError
from convref.weave.markdown import document
from convref.weave.markdown.document import Document
from convref.weave.markdown.fence_options import OWN, FenceOptions
from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules, kind_of
from convref.weave.markdown.regions import Cell, Fence, Region
from convref.wording import nearest, nearest_text

FORMAT: Final = "py:percent"
SUFFIX: Final = ".py"
KERNEL: Final = MappingProxyType({"display_name": "Python 3", "language": "python", "name": "python3"})

_MARKER: Final = re.compile(r"#[ \t]*%%(?:%*[ \t].*|[ \t]*)")
_KIND: Final = re.compile(r"#[ \t]*%%+[ \t]*\[(?P<kind>\w+)\]")
_KINDS: Final = ("markdown", "md", "raw", "code")
_QUOTES: Final = re.compile(r'[rR]?("""|\'\'\')')
_PLAIN: Final = (("exec", "on"), ("source", "above"), ("result", "text"))
_JUPYTEXT_S: Final = frozenset({"lines_to_next_cell", "cell_marker", "title", "cell_depth", "region_name"})
_JUPYTER_S: Final = frozenset({"collapsed", "deletable", "editable", "format", "name", "scrolled", "tags"})


@dataclass(frozen=True)
class _Chunk:
    """The lines of a cell, beginning with its marker line `# %%`.

    `row` is the 0-based index of this first line in the file.
    """

    row: int
    lines: tuple[str, ...]


def parse(text: str, path: str, rules: FenceRules = DEFAULT_RULES) -> Document:
    r"""Parse a notebook into a document.

    Args:
        text: the content of the file.
        path: the path of the file as messages show it, such as `docs/en/notebooks/vgg.py`.
        rules: the site's rules for running fences.

    Raises:
        PageError: jupytext is not installed, or the file is not a notebook in the percent format.

    Example:
        >>> page = parse("# %% [markdown]\n# # T\n# %%\nx = 1\n", "x.py")
        >>> [(type(region).__name__, region.line) for region in page.regions]
        [('Heading', 2), ('Fence', 3)]
        >>> [(cell.kind, cell.line) for cell in page.cells]
        [('markdown', 1), ('code', 3)]
    """
    lines = text.removeprefix("\ufeff").splitlines()
    header, *chunks = _chunks(lines)
    if not chunks:
        raise PageError(path, 1, "a notebook must have cells, each of which begins with a line `# %%`")
    metadata(text, path)  # raises if the header cannot be parsed
    read = [_read(chunk, path) for chunk in chunks]
    shown = [*_header(header, path)]
    for chunk, cell in zip(chunks, read, strict=True):
        shown += _markdown(chunk, cell, path) if cell["cell_type"] == "markdown" else chunk.lines
    return _document(shown, list(zip(chunks, read, strict=True)), path, rules)


def metadata(text: str, path: str) -> dict[str, Any]:
    """Return the metadata of a notebook from the header of its file.

    If the header names no kernel, the kernel is Python 3.

    Args:
        text: the content of the file.
        path: the path of the file as messages show it.

    Raises:
        PageError: jupytext is not installed, or the header cannot be read.
    """
    found: dict[str, Any] = _notebook(next(_chunks(text.splitlines())), path).metadata
    return {"kernelspec": dict(KERNEL), **{name: found[name] for name in found if name != "jupytext"}}


def _notebook(chunk: _Chunk, path: str) -> Any:
    """Parse some lines of the file with jupytext, and return its notebook object."""
    try:
        import jupytext  # type: ignore[import-untyped]
    except ImportError:
        rule = "a notebook needs jupytext; install it with: pip install jupytext"
        raise PageError(path, 0, rule) from None
    try:
        return jupytext.reads("\n".join(chunk.lines), fmt=FORMAT)
    except Exception as error:  # jupytext does not catch the exceptions of its YAML and notebook parsers
        reason = str(error).partition("\n")[0]
        raise PageError(path, chunk.row + 1, f"jupytext cannot read the notebook: {reason}") from error


def _chunks(lines: list[str]) -> Iterator[_Chunk]:
    """Iterate over the chunks of a file: the lines before the first marker, then each cell."""
    starts = [row for row, line in enumerate(lines) if _MARKER.fullmatch(line)]
    for first, last in zip([0, *starts], [*starts, len(lines)], strict=True):
        yield _Chunk(first, tuple(lines[first:last]))


def _read(chunk: _Chunk, path: str) -> Any:
    """Parse the lines of a cell with jupytext and return the cell."""
    cells = _notebook(chunk, path).cells
    if len(cells) != 1:
        inner = next((row for row, line in enumerate(chunk.lines) if row and "%%" in line), 0)
        raise PageError(path, chunk.row + inner + 1, "a cell's marker must be at the beginning of the line")
    match = _KIND.match(chunk.lines[0])
    near = nearest(match["kind"], _KINDS) if match and match["kind"] not in _KINDS else ()
    if match and near:  # a word that is not similar to any kind is a title
        rule = f"unknown kind of cell {match['kind']!r}; {nearest_text(near)}"
        raise PageError(path, chunk.row + 1, rule)
    return cells[0]


def _header(chunk: _Chunk, path: str) -> Iterator[str]:
    """Yield one line for each line before the first cell.

    Lines with the page's metadata lose their comment marks. Lines with Jupyter's metadata and other comments
    become empty lines.
    """
    marks = [row for row, line in enumerate(chunk.lines) if line.rstrip() in {"# ---", "#---"}]
    first, last = (marks[0], marks[1]) if len(marks) > 1 else (0, -1)
    for_jupyter, kept = False, []
    for row, line in enumerate(chunk.lines):
        if not first <= row <= last:
            if line.strip() and not line.startswith("#"):
                raise PageError(path, row + 1, "code must be in a cell, below a line `# %%`")
            kept.append("")
            continue
        content = _uncommented(line)
        for_jupyter = content.startswith("jupyter:") or (for_jupyter and content[:1] in {" ", ""})
        kept.append("" if for_jupyter else content)
    is_empty = first or not "".join(kept).replace("---", "").strip()
    yield from ([""] * len(kept) if is_empty else kept)


def _markdown(chunk: _Chunk, cell: Any, path: str) -> list[str]:
    """Return the Markdown of a cell, with one line for each line of the cell in the file."""
    body = list(chunk.lines[1:])
    first = next((row for row, line in enumerate(body) if line.strip()), 0)
    quotes = _QUOTES.match(body[first]) if body else None
    if quotes:
        body[first] = body[first][quotes.end() :]
        last = next((row for row in range(len(body) - 1, -1, -1) if quotes[1] in body[row]), first)
        body[last] = body[last].partition(quotes[1])[0]
    else:
        body = [_uncommented(line) for line in body]
    if "\n".join(body).strip() != cell["source"].strip():
        rule = "every line of a Markdown cell must begin with `# `, or the cell must be in triple quotes"
        raise PageError(path, chunk.row + 1, rule)
    return ["", *body]


def _uncommented(line: str) -> str:
    return line.removeprefix("#").removeprefix(" ") if line.startswith("#") else line


def _document(shown: list[str], cells: list[tuple[_Chunk, Any]], path: str, rules: FenceRules) -> Document:
    """Return the document of a notebook.

    First the Markdown is parsed; code cells are replaced by spaces, so that they are not read as Markdown.
    Then a fence is added for each code cell.

    Args:
        shown: the lines of the notebook; those of Markdown cells have no comment marks.
        cells: the cells, each as a pair of its lines and jupytext's object.
        path: the path of the file as messages show it.
        rules: the site's rules for running fences.
    """
    # A fence ends with a line after its code, so the last cell needs an empty line after it.
    blank, lines = [*shown, ""], [*shown, ""]
    for chunk, cell in cells:
        rows = slice(chunk.row, chunk.row + len(chunk.lines))
        if cell["cell_type"] == "code":
            lines[rows] = [_info(cell), *chunk.lines[1:]]
        elif cell["cell_type"] == "raw":  # its content is for other tools and not shown on the page
            lines[rows] = [""] * len(chunk.lines)
        if cell["cell_type"] != "markdown":
            blank[rows] = [" " * len(line) for line in lines[rows]]
    read = document.parse("".join(f"{line}\n" for line in blank), path, rules=rules)
    text = "".join(f"{line}\n" for line in lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    regions: list[Region] = list(read.regions)
    found: list[Cell] = []
    for chunk, cell in cells:
        span = starts[chunk.row], starts[chunk.row + len(chunk.lines)]
        kept = {name: cell["metadata"][name] for name in cell["metadata"] if name not in _JUPYTEXT_S}
        found.append(Cell(*span, chunk.row + 1, cell["cell_type"], cell["source"], kept))
        if cell["cell_type"] == "code":
            regions.append(_fence(chunk, cell, starts, rules))
    regions.sort(key=lambda each: (each.start, -each.end))
    return replace(read, text=text, regions=tuple(regions), cells=tuple(found))


def _fence(chunk: _Chunk, cell: Any, starts: list[int], rules: FenceRules) -> Fence:
    """Return a fence with the code of a code cell, which the build will run.

    Args:
        chunk: the lines of the cell.
        cell: jupytext's object for the cell.
        starts: the offset of each line of the notebook's text.
        rules: the site's rules for running fences.
    """
    code = list(chunk.lines[1:])
    while code and not code[-1].strip():
        code.pop()
    first = chunk.row + 1
    end = starts[first + len(code)]
    options = FenceOptions(tuple(_options(cell)))
    return Fence(
        start=starts[chunk.row],
        end=end - 1,
        line=chunk.row + 1,
        prefix="",
        marks="```",
        info=_info(cell),
        language="python",
        options=options,
        kind=kind_of("python", options),
        rules=rules,
        code="".join(f"{line}\n" for line in code),
        code_line=first + 1,
        code_start=starts[first],
        code_end=end,
    )


def _options(cell: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a code cell's options, first the defaults, then the cell's own options.

    The later ones override the defaults.
    """
    yield from _PLAIN
    given: Mapping[str, object] = cell["metadata"]
    for name, value in given.items():
        if _is_option(name) and isinstance(value, str | int | float):
            yield name, {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _is_option(name: str) -> bool:
    """Return whether a name in a cell's marker line is an option of a block, or is similar to one.

    A similar name is probably misspelt, and is reported later.
    """
    others = _JUPYTEXT_S | _JUPYTER_S
    return name in OWN or (name not in others and bool(nearest(name, sorted(OWN))))


def _info(cell: Any) -> str:
    """Return the options of a cell as the info string of a fence, such as `python exec="on"`."""
    quoted = (f"{name}='{value}'" if '"' in value else f'{name}="{value}"' for name, value in _options(cell))
    return " ".join(["python", *quoted])
