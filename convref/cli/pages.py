"""The commands for pages: `check`, `weave`, `why`, `cache`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convref.errors import PageError
from convref.wording import counted

if TYPE_CHECKING:
    from convref.cli import Commands
    from convref.weave.cache.store import Size
    from convref.weave.check.facts.described import Count
    from convref.weave.site.options import SiteOptions

# Modules of weave are imported in the functions that run a command, so that `convref --help` starts fast.


def _check(commands: Commands) -> None:
    parser = commands.add_parser(
        "check",
        help="check pages, and list their errors",
        description="Run pages in all their languages and check their doctests, values, equations, citations,"
        " links, languages and numbers. Options that are not given here come from the convref plugin in the"
        " mkdocs.yml beside the directory of pages.",
    )
    parser.add_argument(
        "pages",
        type=Path,
        nargs="*",
        default=[Path("docs")],
        metavar="PATH",
        help="pages, directories of pages, and folders below these (default: docs)",
    )
    parser.add_argument("--fix", action="store_true", help="first rewrite the stale output of doctests")
    parser.add_argument(
        "--numbers",
        action="store_const",
        const="report",
        help="list the numbers that are neither computed nor checked nor cited, and the share of the others;"
        " with a registry, also the counted nouns that it cannot check",
    )
    parser.add_argument(
        "--require-numbers",
        dest="numbers",
        action="store_const",
        const="require",
        help="like --numbers, and fail if there are any",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="also fail if a block leaves side effects, such as a running thread",
    )
    parser.add_argument(
        "--not-quantity",
        action="append",
        metavar="REGEX",
        help="a regular expression; numbers in text that matches it need not be computed, checked or cited",
    )
    parser.add_argument(
        "--cached",
        action="store_true",
        help="take the results that builds have cached, and run only the pages that have no valid ones",
    )
    parser.add_argument("--published", type=Path, metavar="TOML", help="the file of published figures")
    parser.add_argument("--jobs", type=int, help="number of sessions that run at the same time")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="the limit for each block")
    _add_execute(
        parser, ("auto", "never"), "whether to run the pages; with never, only their text is checked"
    )
    parser.set_defaults(run=_run_check)


def _run_check(given: argparse.Namespace) -> int:
    from convref.weave.check.coverage import percentage
    from convref.weave.site.checker import CheckReport, check_pages
    from convref.weave.site.config_file import load_options
    from convref.weave.site.fix import fix_pages
    from convref.weave.site.selection import selections

    reports, counts_numbers = [], False
    for chosen in selections(given.pages):
        options = _with_arguments(load_options(chosen.root), given)
        counts_numbers = counts_numbers or options.numbers != "off"
        if given.fix:
            for path in fix_pages(chosen.root, options, chosen.only):
                sys.stdout.write(f"{path}: rewritten\n")
        reports.append(
            check_pages(
                chosen.root,
                options,
                chosen.only,
                strict=given.strict,
                cached=given.cached,
                with_counts=given.numbers is not None,
            )
        )
    report = CheckReport.joined(reports)
    for each in report.diagnostics:
        # Other notes, such as output on stderr, are for a build's log.
        if each.fatal or each.kind in {"number", "fact", "symbol", "label", "source", "registry", "name"}:
            sys.stdout.write(f"{each}\n")
    if counts_numbers:
        covered = sum(each.status != "open" for each in report.numbers)
        share = f"{percentage(report.numbers):g}%"
        sys.stdout.write(
            f"{share} of the numbers are computed, checked or cited: {covered} of {len(report.numbers)}\n"
        )
    if report.counts:
        _write_counts(report.counts)
    sys.stdout.write(f"{counted(report.pages, 'page')}, {counted(len(report.errors), 'error')}\n")
    return 1 if report.errors else 0


def _write_counts(found: Sequence[Count]) -> None:
    """Print the counts that could not be checked.

    A count is a number before a noun, such as "13 convolutions". It can be checked only if its sentence names
    something in the site's registry, such as a network. The last line gives the number of such counts.
    """
    unnamed = [each for each in found if not each.names]
    for each in unnamed:
        sys.stdout.write(
            f"{each.path}:{each.line}: {each.text}: the sentence names nothing of the registry\n"
        )
    sys.stdout.write(
        f"{len(found) - len(unnamed)} of {len(found)} counted nouns are in sentences that name something of"
        " the registry\n"
    )


def _with_arguments(options: SiteOptions, given: argparse.Namespace) -> SiteOptions:
    """Return the options of a site, overridden by those on the command line.

    There is one exception: if the site's options make an unchecked number an error, it remains an error
    whatever `--numbers` says.
    """
    return options.replaced(
        numbers=None if options.numbers == "require" else given.numbers,
        not_quantities=given.not_quantity,
        published=str(given.published.resolve()) if given.published else None,
        jobs=given.jobs,
        timeout=given.timeout,
        execute=given.execute,
    )


def _add_execute(parser: argparse.ArgumentParser, words: tuple[str, ...], text: str) -> None:
    """Add the option `--execute` to a command's parser.

    The option does not override the value "never", which may be set in the site's options or in the
    environment variable CONVREF_EXECUTE.

    Args:
        parser: the command's parser.
        words: the values that the option accepts.
        text: the help text.
    """
    parser.add_argument(
        "--execute", choices=words, help=f"{text}; this does not override `never` in the site's options"
    )


def _weave(commands: Commands) -> None:
    parser = commands.add_parser(
        "weave",
        help="write pages as plain Markdown, with their results",
        description="Run the pages in a directory and write them as plain Markdown into another; other files"
        " are copied. The options come from the convref plugin in the mkdocs.yml beside the directory.",
    )
    parser.add_argument("pages", type=Path, help="a directory of pages")
    parser.add_argument("out", type=Path, help="the directory to write")
    _add_execute(
        parser,
        ("auto", "always", "never"),
        "which pages to run: auto, those without a valid cached result; always, all; never, none",
    )
    parser.set_defaults(run=_run_weave)


def _run_weave(given: argparse.Namespace) -> int:
    from convref.weave.site.export import export_pages

    report = export_pages(given.pages, given.out, given.execute)
    for each in report.errors:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"{counted(report.pages, 'page')}, {counted(len(report.errors), 'error')}\n")
    return 1 if report.errors else 0


def _why(commands: Commands) -> None:
    parser = commands.add_parser("why", help="explain why a page ran, and whether it would run now")
    parser.add_argument("page", type=Path, help="a Markdown file or a notebook among the pages of a site")
    parser.set_defaults(run=_run_why)


def _run_why(given: argparse.Namespace) -> int:
    from convref.weave.site.why import session_histories

    histories = list(session_histories(given.page))
    for each in histories:
        sys.stdout.write(f"{each}\n")
    if not histories:
        sys.stdout.write(f"{given.page}: nothing in it is run\n")
    return 0


def _cache(commands: Commands) -> None:
    parser = commands.add_parser("cache", help="print the size of the cache of a site, or prune it")
    parser.add_argument(
        "pages", type=Path, nargs="?", default=Path("docs"), help="the directory of pages (default: docs)"
    )
    parser.add_argument(
        "--prune", type=float, metavar="DAYS", help="delete entries that no build has used for so many days"
    )
    parser.set_defaults(run=_run_cache)


def _run_cache(given: argparse.Namespace) -> int:
    from convref.weave.cache.store import Store
    from convref.weave.site.config_file import load_options

    if not given.pages.is_dir():
        raise PageError(str(given.pages), 0, "must be an existing directory of pages")
    store = Store(load_options(given.pages).cache_settings.folder)
    if given.prune is not None:
        dropped = store.prune(given.prune)
        sys.stdout.write(f"dropped {_entries(dropped)}\n")
    size = store.size()
    sys.stdout.write(f"{store.folder}: {_entries(size)}\n")
    return 0


def _entries(size: Size) -> str:
    return f"{counted(size.entries, 'entry', 'entries')}, {counted(size.size, 'byte')}"


COMMANDS = (_check, _weave, _why, _cache)
