"""The commands on pages: `check`, `weave`, `why`, `cache`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convref.errors import PageError
from convref.wording import counted

if TYPE_CHECKING:
    from convref.cli import Commands
    from convref.weave.cache.store import Size


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
    from convref.weave.check.checker import check
    from convref.weave.check.coverage import percentage
    from convref.weave.check.fix import fix
    from convref.weave.site import config

    is_page = given.pages.is_file() or (given.pages.suffix in {".md", ".py"} and not given.pages.is_dir())
    only = given.pages if is_page else None
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
    errors = [each for each in report.diagnostics if each.fatal]
    for each in report.diagnostics:
        if each.fatal or each.kind == "number":  # other notes, such as output on stderr, are a build's to log
            sys.stdout.write(f"{each}\n")
    if options.numbers != "off":
        covered = sum(each.standing != "open" for each in report.numbers)
        share = f"{percentage(report.numbers):g} %"
        sys.stdout.write(
            f"{share} of the numbers are computed, checked or cited: {covered} of {len(report.numbers)}\n"
        )
    sys.stdout.write(f"{counted(report.pages, 'page')}, {counted(len(errors), 'error')}\n")
    return 1 if errors else 0


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
    from convref.weave.site.export import weave

    woven = weave(given.pages, given.out)
    errors = [each for each in woven.diagnostics if each.fatal]
    for each in errors:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"{counted(woven.pages, 'page')}, {counted(len(errors), 'error')}\n")
    return 1 if errors else 0


def _why(commands: Commands) -> None:
    parser = commands.add_parser("why", help="why a page ran, and whether it would run now")
    parser.add_argument("page", type=Path, help="a Markdown file or a notebook among a site's pages")
    parser.set_defaults(run=_run_why)


def _run_why(given: argparse.Namespace) -> int:
    from convref.weave.site.why import why

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
    from convref.weave.cache.store import Store
    from convref.weave.site import config

    if not given.pages.is_dir():
        raise PageError(str(given.pages), 0, "there must be a directory of pages here")
    store = Store(config.cache(given.pages).folder)
    if given.prune is not None:
        dropped = store.prune(given.prune)
        sys.stdout.write(f"dropped {_entries(dropped)}\n")
    size = store.size()
    sys.stdout.write(f"{store.folder}: {_entries(size)}\n")
    return 0


def _entries(size: Size) -> str:
    return f"{counted(size.entries, 'entry', 'entries')}, {counted(size.size, 'byte')}"


COMMANDS = (_check, _weave, _why, _cache)
