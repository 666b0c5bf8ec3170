"""The tables of the page about the checks: counts of numbers by status, and results of mutation testing."""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from convref.analysis import Column, Table
from convref.analysis.table import LANGUAGES, Translated
from convref.errors import PageError
from convref.weave.cache.module_origins import engine_digest
from convref.weave.check import coverage
from convref.weave.page.tree import languages_of, page_files, parse_file
from convref.weave.site.config_file import load_options
from convref_docs import mutants
from convref_docs.mutants import Result
from convref_docs.paths import DOCS, ROOT

KEPT = ROOT / ".cache" / "convref_docs" / "numbers"
"""A folder with the counts of numbers on each page, by digests of the pages' text, and with their sum."""

KINDS: Mapping[str, str] = {
    "digits in text": "正文中的数字",
    "digits in formulas": "公式中的数字",
    "digits in outputs": "示例输出中的数字",
    "number words": "数词",
    "years": "年份",
    "names": "网络名称",
    "terms": "术语",
    "symbols": "公式中的符号",
    "labels": "代码中的标签",
    "code spans": "行内代码",
    "code": "运行的代码中的数字",
}
STATUSES: Mapping[str, str] = {
    "computed": "由代码算出",
    "checked": "在等式中验算",
    "cited": "引自文献并核对",
    "open": "都不是",
}


@dataclass(frozen=True)
class Numbers:
    """The numbers on the pages of a site, counted by their status.

    Attributes:
        pages: the number of pages; translations are counted, too.
        by_status: status -> the number of numbers with this status: computed, checked, cited or open.
    """

    pages: int
    by_status: Mapping[str, int]

    @property
    def total(self) -> int:
        """The sum of the numbers in `by_status`."""
        return sum(self.by_status.values())

    def table(self) -> Table:
        """Return a table with a row for each status."""
        columns = (
            Column("status", {"en": "A number is", "zh": "数字的来历"}),
            Column("count", {"en": "Numbers", "zh": "个数"}, lambda value, _lang: f"{value:,}", numeric=True),
        )
        rows = ((_translated(each, STATUSES), self.by_status.get(each, 0)) for each in STATUSES)
        return Table(columns, tuple(rows), ((_translated("all", {"all": "合计"}), self.total),))


def numbers(docs: Path = DOCS, kept: Path = KEPT) -> Numbers:
    """Return the numbers on all pages, counted by their status, as `convref check --numbers` does.

    This reads the counts that `refresh` has written; every build of the site calls `refresh` before it runs
    pages. Code in a page that shows the counts therefore runs again only if they change, and not after every
    change of a page. If they were never written, the numbers are counted.

    Args:
        docs: the folder of the site's pages.
        kept: the folder in which `refresh` writes.
    """
    match _read(kept / "sum.json"):
        case {"pages": int(pages), "by_status": dict(by_status)}:
            return Numbers(pages, by_status)
    return _count_all(docs, {})[0]


def refresh(docs: Path = DOCS, kept: Path = KEPT) -> None:
    """Count the numbers on the pages that have changed, and write the sum of all pages if it has changed.

    Args:
        docs: the folder of the site's pages.
        kept: the folder for the counts of each page and for their sum.
    """
    found, counts = _count_all(docs, _read(kept / "pages.json"))
    _write(kept / "pages.json", counts)
    _write(kept / "sum.json", {"pages": found.pages, "by_status": dict(sorted(found.by_status.items()))})


def _count_all(
    docs: Path, known: Mapping[str, Mapping[str, int]]
) -> tuple[Numbers, Mapping[str, Mapping[str, int]]]:
    """Return the numbers on all pages, and the counts of each page by the digest of its text.

    Args:
        docs: the folder of the site's pages.
        known: counts of an earlier call; counting all pages takes seconds.
    """
    options = load_options(docs)
    rules = replace(options.fence_rules, auto=frozenset())
    conditions = repr((engine_digest(), rules, sorted(options.auto), options.not_quantities))
    counts: dict[str, Mapping[str, int]] = {}
    total: Counter[str] = Counter()
    files = list(page_files(docs, options.notebooks, languages_of(docs, options.languages)))
    for file in files:
        key = hashlib.sha256(f"{conditions} {file.suffix} ".encode() + file.read_bytes()).hexdigest()
        if key in known:
            counts[key] = known[key]
        else:
            try:
                document = parse_file(file, str(file), options.fence_rules)
            except PageError:  # the engine reports it when it reads the page
                continue
            counts[key] = Counter(each.status for each in coverage.numbers(document, options.not_quantities))
        total.update(counts[key])
    return Numbers(len(files), total), counts


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write(file: Path, content: Mapping[str, object]) -> None:
    with contextlib.suppress(OSError):  # if the file cannot be written, the numbers are counted again
        if _read(file) == content:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(content), "utf-8")
        temporary.replace(file)


def mutation_table(result: Result | None = None) -> Table:
    """Return a table with a row for each kind of fact that mutation testing changes.

    A mutant is a page in which one fact was changed. A row has the share of the mutants that a check
    reported: if one language of the page was changed, and if both were changed in the same way.
    """
    result = result or mutants.read()
    columns = (
        Column("kind", {"en": "What was changed", "zh": "改动的内容"}),
        Column("facts", {"en": "On all pages", "zh": "全站共有"}, _count, numeric=True),
        Column("one", {"en": "Found, one language", "zh": "只改一种语言时查出"}, _share, numeric=True),
        Column("both", {"en": "Found, both alike", "zh": "两种语言同样改动时查出"}, _share, numeric=True),
    )
    by_class = {(each.kind, each.sides): each for each in result.counts}
    rows = [
        (_translated(kind, KINDS), by_class[kind, "one"].facts,
         by_class[kind, "one"].share, by_class[kind, "both"].share)
        for kind in KINDS
    ]  # fmt: skip
    facts = sum(each.facts for each in result.counts if each.sides == "one")
    total = (
        _translated("all facts", {"all facts": "全部"}),
        facts,
        result.share("one"),
        result.share("both"),
    )
    return Table(columns, tuple(rows), (total,))


@dataclass(frozen=True)
class Survivors:
    """A list of the mutants that no check reported, by kind, with the text before and after the change.

    Attributes:
        result: the result of mutation testing.
        sides: "one" for mutants of one language, "both" for those that change both languages in the same way.
        each: the maximum number of mutants of each kind that are listed.
        lang: the language of the headings.
    """

    # not in the repr, which the engine keeps: it would contain line numbers of pages, which edits change
    result: Result = field(repr=False)
    sides: str
    each: int
    lang: str = "en"

    def _repr_lang_(self, lang: str) -> Survivors | None:
        return replace(self, lang=lang) if lang in LANGUAGES else None

    def _repr_html_(self) -> str:
        parts = []
        for kind, chinese in KINDS.items():
            found = [one for one in self.result.survivors if (one.kind, one.sides) == (kind, self.sides)]
            title = chinese if self.lang == "zh" else kind.capitalize()
            items = "".join(
                f"<li><code>{html.escape(one.before)}</code> → <code>{html.escape(one.after)}</code></li>"
                for one in found[: self.each]
            )
            if items:
                parts.append(f"<p>{title}</p><ul>{items}</ul>")
        return "".join(parts)


def survivors(sides: str, each: int = 1000, result: Result | None = None) -> Survivors:
    """Return the mutants that no check reported, as a list for a page.

    Args:
        sides: "one" for mutants of one language, "both" for those that change both languages in the same way.
        each: the maximum number of mutants of each kind that are listed.
        result: the result of mutation testing; by default, the site's.
    """
    return Survivors(result or mutants.read(), sides, each)


def _translated(word: str, texts: Mapping[str, str]) -> Translated:
    return Translated(word, {"en": word, "zh": texts[word]})


def _count(value: int, _lang: str) -> str:
    return f"{value:,}"


def _share(value: float, _lang: str) -> str:
    return f"{value:.0%}"
