"""List the last runs of the project's long tests and benchmarks, with their figures and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from convref_docs import engine_tests, mutants
from convref_docs.engine_tests import Figures
from convref_docs.measured_times import measured
from convref_docs.paths import ROOT

TITLES = {
    "en": ("What ran", "Last figures", "Date", "Command that wrote them"),
    "zh": ("测试", "最近的数据", "日期", "写出数据的命令"),
}
_TOTALS = re.compile(r"^\| [\w ]+ \| (\d+) \| (\d+) \|", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """The last run of one test or benchmark.

    Attributes:
        what: its name by language.
        figures: its result in words, by language.
        date: the day of the run; empty if the result does not have it.
        command: the command that writes the result.
    """

    what: Mapping[str, str]
    figures: Mapping[str, str]
    date: str
    command: str


@dataclass(frozen=True)
class Runs:
    """The last runs, as a table in the language of the page."""

    rows: tuple[Run, ...]

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in TITLES:
            return None
        head = "| " + " | ".join(TITLES[lang]) + " |\n| --- | --- | --- | --- |\n"
        return head + "\n".join(
            f"| {row.what[lang]} | {row.figures[lang]} | {row.date or '–'} | `{row.command}` |"
            for row in self.rows
        )


def last_runs() -> Runs:
    """Return the last runs of all tests and benchmarks that write their figures into the project.

    Example:
        >>> print(last_runs().rows[0].command)
        make test-all
    """
    figures = engine_tests.read()
    return Runs((*_of_tests(figures), *_of_coverage(figures), *_of_pages(), *_of_benchmarks()))


def _of_tests(figures: Mapping[str, Figures]) -> Iterator[Run]:
    texts = {
        "hostile_builds": (
            {"en": "pages that misbehave", "zh": "捣乱的页面"},
            {
                "en": "{builds} builds with {bad} such pages, the slowest in {slowest} s",
                "zh": "{builds} 次构建，每次 {bad} 个这样的页面，最慢 {slowest} 秒",
            },
        ),
        "fuzzer": (
            {"en": "results that are out of date", "zh": "过时的结果"},
            {
                "en": "{steps} edits, {compared} cached results compared, seed {seed}",
                "zh": "{steps} 次改动，比较了 {compared} 个缓存结果，种子 {seed}",
            },
        ),
        "scaling": (
            {"en": "time in the size of the text", "zh": "时间与文本长度成正比"},
            {
                "en": "{texts} texts, {stages} stages; growth {median} in the median, at most {largest}",
                "zh": "{texts} 个文本，{stages} 个环节；时间之比中位数 {median}，最大 {largest}",
            },
        ),
        "arguments": (
            {"en": "arguments of every kind", "zh": "各种各样的参数"},
            {
                "en": "{functions} functions, {examples} calls of each",
                "zh": "{functions} 个函数，各 {examples} 次调用",
            },
        ),
    }
    for name, (what, text) in texts.items():
        found = figures[name]
        filled = {lang: form.format_map(found) for lang, form in text.items()}
        yield Run(what, filled, found["date"], "make test-all")


def _of_coverage(figures: Mapping[str, Figures]) -> Iterator[Run]:
    """Yield the coverage if it was recorded, which needs a run of all tests."""
    if found := figures.get("coverage"):
        text = {"en": "{percent}% of {lines} lines", "zh": "{lines} 行中的 {percent}%"}
        filled = {lang: form.format_map(found) for lang, form in text.items()}
        yield Run(
            {"en": "coverage of the package", "zh": "包的覆盖率"}, filled, found["date"], "make coverage"
        )


def _of_pages() -> Iterator[Run]:
    found = mutants.read()
    one, both = (f"{100 * found.share(sides):.1f}%" for sides in ("one", "both"))
    text = {
        "en": f"{one} of mistakes in one language found, {both} of those in both",
        "zh": f"一种语言里的错误找到 {one}，两种语言里相同的错误找到 {both}",
    }
    command = f"make mutants SAMPLE={found.sample} SEED={found.seed}"
    yield Run({"en": "mistakes on copies of the pages", "zh": "页面副本里的错误"}, text, "", command)


def _of_benchmarks() -> Iterator[Run]:
    titles = {
        "algorithms": {"en": "times of the algorithms", "zh": "各种算法的时间"},
        "latency": {
            "en": "times of operators and networks in PyTorch",
            "zh": "算子和网络在 PyTorch 中的时间",
        },
    }
    for name, what in titles.items():
        found = measured(name)
        count = sum(map(len, found.tables.values()))
        text = {
            "en": f"{count} rows, {found.processor}, threads: {found.threads}",
            "zh": f"{count} 行数据，{found.processor}，线程数：{found.threads}",
        }
        yield Run(what, text, found.date, f"python benchmarks/{name}.py --write")
    report = (ROOT / "benchmarks" / "reading.md").read_text(encoding="utf-8")
    rows = [(int(models), int(right)) for models, right in _TOTALS.findall(report)]
    models, right = (sum(column) for column in zip(*rows, strict=True))
    text = {"en": f"{right} of {models} read right", "zh": f"{models} 个中正确读取 {right} 个"}
    what = {"en": "modules of other packages", "zh": "其他包的模块"}
    (command,) = re.findall(r"Written by `(.+?)`", report)
    yield Run(what, text, "", command)
