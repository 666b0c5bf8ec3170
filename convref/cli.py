"""The command line: `convref COMMAND …`, one function a command.

Each `_COMMAND(commands)` adds its parser and names the function that runs it, which returns the exit
status. Whatever is heavy is imported there, so that `convref --help` and light commands start fast.
Exit status: 0 all is well, 1 something was found, 2 the command could not be carried out.
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from convref.errors import ArgumentError, ConvrefError
from convref.wording import counted

if TYPE_CHECKING:
    from convref.analysis import Table
    from convref.nn import Shape
    from convref.weave.store import Size

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (argparse has no public name for it)


COLUMNS = "which to show, in order, of"
NETWORK = "a name that `convref list` gives, or package.module:attribute; @C,H,W behind it sets the input"


class _Version(argparse.Action):
    """Looks the version up only when it is asked for; that reads the installed distributions."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from convref import __version__

        sys.stdout.write(f"convref {__version__}\n")
        parser.exit()


class _ColumnsHelp(argparse.HelpFormatter):
    """Lists the columns that there are, which are looked up only when the help is shown."""

    def __init__(self, prog: str, columns: str) -> None:
        super().__init__(prog)
        self.columns = columns

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.dest != "columns":
            return action.help
        import convref.analysis

        return f"{action.help}: {', '.join(getattr(convref.analysis, self.columns))}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; `arguments` are those of the process unless given.

    Returns:
        The exit status.
    """
    given = _parsers()[0].parse_args(arguments)
    try:
        status: int = given.run(given)
    except ConvrefError as error:
        sys.stderr.write(f"convref: {error}\n")
        return 2
    except BrokenPipeError:  # the reader of a pipe, such as head, had enough
        sys.stderr.close()
        return 1
    return status


def helps() -> dict[str, str]:
    """What `--help` prints: of each command by its name, and of the program by the empty name.

    Example:
        >>> list(helps())
        ['', 'list', 'show', 'compare', 'check', 'weave', 'why', 'cache']
    """
    parser, commands = _parsers()
    return {"": parser.format_help()} | {name: each.format_help() for name, each in commands.choices.items()}


def _parsers() -> tuple[argparse.ArgumentParser, Commands]:
    """The program's parser, and what holds those of its commands."""
    parser = argparse.ArgumentParser(
        prog="convref", description="Convolutions and CNN architectures, described once; pages that compute."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print convref's version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    registrars: tuple[Callable[[Commands], None], ...] = (
        _list,
        _show,
        _compare,
        _check,
        _weave,
        _why,
        _cache,
    )
    for register in registrars:
        register(commands)
    return parser, commands


def _list(commands: Commands) -> None:
    parser = commands.add_parser("list", help="the architectures that there are, by family")
    parser.set_defaults(run=_run_list)


def _run_list(_given: argparse.Namespace) -> int:
    from convref.analysis.units import shape_text
    from convref.architectures import find, names

    width = max(map(len, names()))
    for name in names():
        entry = find(name)
        sys.stdout.write(f"{name:<{width}}  {entry.family:<12}  {shape_text(entry.input_shape)}\n")
    return 0


def _show(commands: Commands) -> None:
    parser = commands.add_parser(
        "show",
        help="the layers of a network and its totals",
        formatter_class=functools.partial(_ColumnsHelp, columns="COLUMNS"),
    )
    parser.add_argument("network", help=NETWORK)
    parser.add_argument("--input", type=_shape, metavar="C,H,W", help="the input's shape, without the batch")
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    parser.add_argument("--full", action="store_true", help="a row for every layer, none folded away")
    parser.add_argument("--depth", type=int, metavar="N", help="a row for every part at this depth of names")
    parser.add_argument(
        "--convention",
        default="torchvision",
        metavar="TOOL",
        help="count as this tool counts: fvcore, thop …",
    )
    _output_options(parser)
    parser.set_defaults(run=_run_show)


def _run_show(given: argparse.Namespace) -> int:
    from convref.analysis import analyze
    from convref.networks import network

    _import_from_here()
    report = analyze(*network(given.network, given.input), convention=given.convention)
    table = report.table(*given.columns, lang=given.lang, full=given.full, depth=given.depth)
    _write(table, given.format)
    return 0


def _compare(commands: Commands) -> None:
    parser = commands.add_parser(
        "compare",
        help="several networks side by side",
        formatter_class=functools.partial(_ColumnsHelp, columns="MEASURES"),
    )
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help=NETWORK)
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    _output_options(parser)
    parser.set_defaults(run=_run_compare)


def _run_compare(given: argparse.Namespace) -> int:
    from convref.comparison import compare

    _import_from_here()
    _write(compare(*given.networks, columns=given.columns, lang=given.lang), given.format)
    return 0


def _output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", default="en", metavar="en|zh", help="the language of headings")
    parser.add_argument(
        "--format", choices=("text", "md", "html", "csv", "json"), default="text", help="how to print"
    )


def _write(table: Table, form: str) -> None:
    if form == "text":
        from convref.terminal import print_table

        print_table(table)
        return
    write = {"md": table.to_markdown, "html": table.to_html, "csv": table.to_csv, "json": table.to_json}
    sys.stdout.write(write[form]().rstrip("\n") + "\n")


def _import_from_here() -> None:
    """Let a module of the reader's own be found in the directory where the command is given."""
    sys.path.insert(0, "")


def _check(commands: Commands) -> None:
    parser = commands.add_parser(
        "check",
        help="what is wrong in pages",
        description="Run the pages under a directory, or one page in all its languages, and check their"
        " doctests, values, equations, citations, links, languages and numbers."
        " Options that are not given are those of the convref plugin in the mkdocs.yml beside the directory.",
    )
    parser.add_argument(
        "pages", type=Path, nargs="?", default=Path("docs"), help="a directory of pages, or one of them: docs"
    )
    parser.add_argument("--fix", action="store_true", help="first rewrite the stale output of doctests")
    parser.add_argument(
        "--numbers",
        action="store_const",
        const="report",
        help="list the numbers that are neither computed nor checked nor cited, and the share of the others",
    )
    parser.add_argument(
        "--require-numbers",
        dest="numbers",
        action="store_const",
        const="require",
        help="the same, and fail when there are any",
    )
    parser.add_argument("--strict", action="store_true", help="fail for what a block leaves behind, too")
    parser.add_argument("--not-quantity", action="append", metavar="REGEX", help="text that is no quantity")
    parser.add_argument("--published", type=Path, metavar="TOML", help="the published figures")
    parser.add_argument("--jobs", type=int, help="sessions that run at the same time")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="what a block may take")
    parser.set_defaults(run=_run_check)


def _run_check(given: argparse.Namespace) -> int:
    from convref.weave import config
    from convref.weave.check import check
    from convref.weave.coverage import percentage
    from convref.weave.fix import fix

    only = given.pages if given.pages.is_file() else None
    root = config.root_of(only) if only else given.pages
    site = config.read(root)
    options = config.overridden(
        site,
        numbers=None if site.numbers == "require" else given.numbers,
        not_quantities=given.not_quantity,
        published=given.published,
        strict=given.strict or None,
        jobs=given.jobs,
        timeout=given.timeout,
    )
    if given.fix:
        for path in fix(root, options, only):
            sys.stdout.write(f"{path}: rewritten\n")
    report = check(root, options, only)
    opened = [each.finding for each in report.numbers if each.standing == "open"]
    for finding in sorted({*report.findings, *opened}):
        sys.stdout.write(f"{finding}\n")
    if options.numbers != "off":
        covered = len(report.numbers) - len(opened)
        share = f"{percentage(report.numbers):g} %"
        sys.stdout.write(
            f"{share} of the numbers are computed, checked or cited: {covered} of {len(report.numbers)}\n"
        )
    pages, findings = counted(report.pages, "page"), counted(len(report.findings), "finding")
    sys.stdout.write(f"{pages}, {findings}\n")
    return 1 if report.findings else 0


def _weave(commands: Commands) -> None:
    parser = commands.add_parser(
        "weave",
        help="pages as plain Markdown, with their results",
        description="Run the pages under a directory and write them as plain Markdown into another; other"
        " files are copied. Options are those of the convref plugin in the mkdocs.yml beside the directory.",
    )
    parser.add_argument("pages", type=Path, help="a directory of pages")
    parser.add_argument("out", type=Path, help="the directory to write")
    parser.set_defaults(run=_run_weave)


def _run_weave(given: argparse.Namespace) -> int:
    from convref.weave.weave import weave

    woven = weave(given.pages, given.out)
    wrong = [each for each in woven.problems if each.fatal]
    for problem in wrong:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{counted(woven.pages, 'page')}, {counted(len(wrong), 'problem')}\n")
    return 1 if wrong else 0


def _why(commands: Commands) -> None:
    parser = commands.add_parser("why", help="why a page ran, and whether it would run now")
    parser.add_argument("page", type=Path, help="a Markdown file or a notebook among a site's pages")
    parser.set_defaults(run=_run_why)


def _run_why(given: argparse.Namespace) -> int:
    from convref.weave.why import why

    known = list(why(given.page))
    for each in known:
        sys.stdout.write(f"{each}\n")
    if not known:
        sys.stdout.write(f"{given.page}: nothing in it is run\n")
    return 0


def _cache(commands: Commands) -> None:
    parser = commands.add_parser("cache", help="the size of the cache of a site's pages; and to prune it")
    parser.add_argument("pages", type=Path, nargs="?", default=Path("docs"), help="the site's pages: docs")
    parser.add_argument(
        "--prune", type=float, metavar="DAYS", help="drop what no build has used for so many days"
    )
    parser.set_defaults(run=_run_cache)


def _run_cache(given: argparse.Namespace) -> int:
    from convref.weave import config
    from convref.weave.store import Store

    store = Store(config.cache(given.pages).folder)
    if given.prune is not None:
        dropped = store.prune(given.prune)
        sys.stdout.write(f"dropped {_entries(dropped)}\n")
    size = store.size()
    sys.stdout.write(f"{store.folder}: {_entries(size)}\n")
    return 0


def _entries(size: Size) -> str:
    return f"{counted(size.entries, 'entry', 'entries')}, {counted(size.size, 'byte')}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _shape(text: str) -> Shape:
    from convref.networks import shape_of

    try:
        return shape_of(text)
    except ArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
