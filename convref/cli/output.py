"""Write a table to the terminal or to a file, and define the options for its format and file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convref.errors import ArgumentError

if TYPE_CHECKING:
    from convref.analysis import Table

FORMATS = ("text", "md", "html", "csv", "json")


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options --lang, --format and --output."""
    parser.add_argument("--lang", default="en", metavar="en|zh", help="the language of the headings")
    parser.add_argument(
        "--format", choices=FORMATS, help="the output format; by default that of the file's ending, or text"
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="the file to write; its ending is a format: .md, .html, .csv, .json, .txt",
    )


def write(table: Table, given: argparse.Namespace) -> None:
    """Write a table to the terminal or to a file, as the options --format and --output say."""
    form = given.format or (_format_of(given.output) if given.output else "text")
    if given.output is None and form == "text":
        from convref.terminal import print_table

        print_table(table)
        return
    text = table_text(table, form)
    if given.output is None:
        sys.stdout.write(text)
        return
    try:
        Path(given.output).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise unwritable(given.output, error) from error


def table_text(table: Table, form: str) -> str:
    """Return a table in one of the `FORMATS`, such as "md", as text that ends with one line break."""
    if form == "text":
        from convref.terminal import text_of

        return text_of(table)
    write = {"md": table.to_markdown, "html": table.to_html, "csv": table.to_csv, "json": table.to_json}
    return write[form]().rstrip("\n") + "\n"


def _format_of(path: str) -> str:
    ending = Path(path).suffix.lower().removeprefix(".")
    form = {"txt": "text", "htm": "html", "markdown": "md"}.get(ending, ending)
    if form not in FORMATS:
        raise ArgumentError(
            f"--output (={path}) must end in .txt, .md, .html, .csv or .json, or --format must be given"
        )
    return form


def unwritable(path: str, error: OSError) -> ArgumentError:
    """Return the error for a file that cannot be written."""
    return ArgumentError(f"--output (={path}) cannot be written: {error.strerror or error}")
