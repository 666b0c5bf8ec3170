"""A check of a directory reports every kind of error with page and line, and none hides another."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from convref.errors import ArgumentError, PageError
from convref.weave.check.facts.registry import Facts, Registry
from convref.weave.check.number_policy import CheckMode, NumberPolicy
from convref.weave.markdown.document import parse
from convref.weave.site.checker import Checker, check_pages
from convref.weave.site.options import SiteOptions
from convref.weave.site.page_checks import REST, page_checks, share_of

PAGES = Path(__file__).parents[1] / "pages"
DOCTESTS = SiteOptions(doctests=True)
BROKEN = """\
# Broken

```python exec="on"
x = 3
```

`{python} y`

> $$ `{python} x` \\times 2
> = 7 $$

```pycon
>>> x
4
>>> {}["a"]
```

```python exec="on"
raise ValueError("no")
```

[1](published:a.b) [c](none.md) and 5 nets
"""
FOUND = [
    "a.md:7: run: NameError: name 'y' is not defined",
    "a.md:10: equation: 3 \\times 2 = 7 does not hold: the left side is 6, the right side 7",
    "a.md:14: doctest: expected '4', but got '3'",
    "a.md:15: doctest: KeyError: 'a'",
    "a.md:19: run: ValueError: no",
    "a.md:22: citation: 1 differs from a.b, which is 2",
    "a.md:22: link: the file of the link none.md does not exist",
]
OPEN = "a.md:22: number: 5 is neither computed nor checked nor cited"


def written(root: Path, **texts: str) -> Path:
    """Write pages given by name, and one published figure."""
    (root / "published.toml").write_text('[a]\nsource = "b"\nb = 2\n', "utf-8")
    for name, text in texts.items():
        file = root / f"{name.replace('_', '/')}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def errors(root: Path, options: SiteOptions = DOCTESTS, *, strict: bool = False) -> list[str]:
    """Return the errors of a directory of pages, with paths relative to it."""
    found = check_pages(root, options, strict=strict).errors
    return [str(each).replace(f"{root.as_posix()}/", "") for each in found]


def test_the_sample_pages_have_no_errors() -> None:
    assert [] == errors(PAGES, SiteOptions(doctests=True, numbers="require"), strict=True)


def test_every_error_of_a_page_is_reported_in_order(tmp_path: Path) -> None:
    assert errors(written(tmp_path, a=BROKEN)) == FOUND


def test_misspelt_and_empty_values_are_reported_and_other_code_is_not(tmp_path: Path) -> None:
    near = "run: unknown language 'pyton' of an inline value; the nearest is 'python'"
    empty = "run: an inline value must have a space and an expression after {python}"
    page = "`{pyton} 1`, `{path} x`, `{pyton}x`\n\n- `{python}`\n- `{python}1`\n\n`` `{pyton} 1` ``\n"
    told = [f"a.md:1: {near}", f"a.md:3: {empty}", f"a.md:4: {empty}"]
    assert told == errors(written(tmp_path, a=page))


def test_open_numbers_are_errors_only_if_they_are_required(tmp_path: Path) -> None:
    written(tmp_path, a=BROKEN)
    assert errors(tmp_path, SiteOptions(doctests=True, numbers="report")) == FOUND
    assert errors(tmp_path, SiteOptions(doctests=True, numbers="require")) == [*FOUND, OPEN]
    excepted = SiteOptions(doctests=True, numbers="require", not_quantities=(re.compile(r"\d nets"),))
    assert errors(tmp_path, excepted) == FOUND


def test_numbers_are_listed_unless_they_are_ignored(tmp_path: Path) -> None:
    written(tmp_path, a="5 nets")
    counts = [
        len(check_pages(tmp_path, SiteOptions(doctests=True, numbers=mode)).numbers)
        for mode in ("off", "report")
    ]
    assert [0, 1] == counts


def test_a_page_that_cannot_be_parsed_or_planned_does_not_hide_errors_of_others(tmp_path: Path) -> None:
    written(
        tmp_path,
        a='```python exec="on"\n',
        b='\n```python exec="on" width="wide"\n1\n```\n',
        c="```pycon\n>>> 1\n2\n```\n",
    )
    assert [
        'a.md:1: page: the fence ```python exec="on" is not closed',
        "b.md:2: option: width (='wide') must be a whole number",
        "c.md:3: doctest: expected '2', but got '1'",
    ] == errors(tmp_path)


def test_plain_examples_are_not_run_unless_the_site_asks_for_it(tmp_path: Path) -> None:
    effect = '>>> open("ran", "w").close()\n'
    written(tmp_path, a=f"```pycon\n{effect}```\n\n```python\n{effect}```\n")
    assert [] == errors(tmp_path, SiteOptions())
    assert not Path("ran").exists()


def test_an_error_in_one_language_is_reported_with_its_own_line(tmp_path: Path) -> None:
    code = "```pycon\n>>> 6 * 7\n{}\n```\n"
    written(tmp_path, en_a=code.format(42), zh_a=f"\n\n{code.format(43)}")
    assert ["zh/a.md:5: doctest: expected '43', but got '42'"] == errors(tmp_path)


def test_a_failure_in_shared_code_is_reported_with_the_line_of_each_language(tmp_path: Path) -> None:
    code = "```pycon\n>>> 1\n1\n>>> undefined\n```\n"
    written(tmp_path, en_a=code, zh_a=f"\n\n{code}")
    assert ["en/a.md:4:", "zh/a.md:6:"] == [each.partition(" ")[0] for each in errors(tmp_path)]


def test_doctests_can_ignore_the_details_of_an_exception(tmp_path: Path) -> None:
    ending = "Traceback (most recent call last):\nValueError: other\n```\n"
    written(tmp_path, a=f"```pycon\n>>> int('a')  # doctest: +IGNORE_EXCEPTION_DETAIL\n{ending}")
    assert [] == errors(tmp_path)


def test_leftovers_of_a_block_are_errors_in_a_strict_check(tmp_path: Path) -> None:
    written(tmp_path, a='```python exec="on"\nimport os\nos.environ["A_NEW_ONE"] = "1"\n```\n')
    assert [] == errors(tmp_path)
    assert ["a.md:1:"] == [each.partition(" ")[0] for each in errors(tmp_path, strict=True)]


def test_pages_run_with_the_options_of_the_site(tmp_path: Path) -> None:
    written(tmp_path, a='```python exec="on"\nwhile True: pass\n```\n')
    assert ["a.md:2: run: Timeout: took longer than 0.3 s"] == errors(tmp_path, SiteOptions(timeout=0.3))


def test_code_includes_the_files_that_snippets_name(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("x = 3\n", "utf-8")
    page = '```python exec="on"\n--8<-- "{}.py"\n```\n\n```pycon\n>>> x\n3\n```\n'
    written(tmp_path, a=page.format("x"), b=page.format("y"))
    assert errors(tmp_path, SiteOptions(snippets=(str(tmp_path),))) == [
        f"b.md:2: page: there is no file for the snippet 'y.py' in {tmp_path}"
    ]


def test_a_page_runs_once_for_all_its_languages(tmp_path: Path) -> None:
    code = f'```python exec="on"\nopen({str(tmp_path / "log")!r}, "a").write("x")\n```\n'
    written(tmp_path, en_a=code, zh_a=code)
    with Checker(tmp_path, DOCTESTS) as checker:
        for page in (*checker.tree.pages, *checker.tree.pages):
            assert () == checker.diagnostics(page)
    assert "x" == (tmp_path / "log").read_text("utf-8")


def test_every_diagnostic_belongs_to_one_check(tmp_path: Path) -> None:
    with Checker(written(tmp_path, a=BROKEN), SiteOptions(doctests=True, numbers="require")) as checker:
        (page,) = checker.tree.pages
        found = checker.diagnostics(page)
        checks = page_checks(page.document, ["citation", "link", "number"])
    shares = {(check.name, check.line): share_of(check, checks, found) for check in checks}
    assert {
        ("block", 3): [],
        ("value", 7): [7],
        ("equation", 9): [10],
        ("value", 9): [],
        ("doctest", 12): [14, 15],
        ("block", 18): [19],
        ("citation", 1): [22],
        ("link", 1): [22],
        ("number", 1): [22],
        ("page", 1): [],
    } == {name: [each.line for each in share] for name, share in shares.items()}


def test_a_diagnostic_of_no_other_check_belongs_to_the_page(tmp_path: Path) -> None:
    with Checker(written(tmp_path, a=BROKEN), DOCTESTS) as checker:
        (page,) = checker.tree.pages
        checks = page_checks(page.document, [])
        rest = share_of(REST, checks, checker.diagnostics(page))
    assert ["citation", "link"] == [each.kind for each in rest]


def test_an_unknown_mode_of_numbers_raises_an_error() -> None:
    with pytest.raises(ArgumentError, match=r"numbers \(='on'\) must be 'off', 'report' or 'require'"):
        NumberPolicy("on")  # type: ignore[arg-type]


def test_a_missing_directory_raises_an_error(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="must be an existing directory of pages"):
        check_pages(tmp_path / "none")


def test_other_versions_of_pages_are_checked_with_the_results_of_equal_code(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    code = f'```python exec="on"\nwith open({str(runs)!r}, "a") as file:\n    file.write("x")\n```\n\n'
    example = "```pycon\n>>> 2 * 64\n128\n```\n"
    root = tmp_path / "pages"
    root.mkdir()
    with Checker(written(root, a=code + example, b="# B\n"), DOCTESTS) as checker:
        page = checker.tree.by_name["a.md"][""]
        assert () == checker.diagnostics(page)

        def found(text: str) -> list[str]:
            other = replace(page, document=parse(text, page.document.path))
            changed = checker.with_pages([other])
            assert (2, other) == (len(changed.tree.pages), changed.tree.by_name["a.md"][""])
            return [each.message for each in changed.diagnostics(other)]

        assert ["expected '129', but got '128'"] == found(code + example.replace("128", "129"))
        assert "x" == runs.read_text()
        assert ["expected '128', but got '130'"] == found(code + example.replace("64", "65"))
        assert "xx" == runs.read_text()
        assert () == checker.diagnostics(page)


def test_errors_are_iterated_over_with_those_of_the_run_last(tmp_path: Path) -> None:
    with Checker(written(tmp_path, a=BROKEN), DOCTESTS) as checker:
        kinds = [each.kind for each in checker.iterate(checker.tree.by_name["a.md"][""])]
    assert ["citation", "link"] == kinds[:2]
    assert {"run", "equation", "doctest"} == set(kinds[2:])


@pytest.mark.parametrize(("mode", "fatal"), [("off", []), ("report", [False]), ("require", [True])])
def test_labels_are_checked_as_the_option_says(tmp_path: Path, mode: CheckMode, fatal: list[bool]) -> None:
    root = written(tmp_path, a='```python exec="on"\n{"k = 3": abs(5)}\n```\n')
    report = check_pages(root, SiteOptions(labels=mode, execute="never"))
    assert fatal == [each.fatal for each in report.diagnostics if each.kind == "label"]


SITE = Registry({"layer": ("layer",)}, {"A1": lambda: Facts({"layer": {3}})}, code_names=lambda: {"known"})


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(sys.modules, "a_site_with_registry", sys.modules[__name__])
    return "a_site_with_registry:SITE"


@pytest.mark.parametrize(("mode", "fatal"), [("off", []), ("report", [False]), ("require", [True])])
def test_descriptions_and_code_names_are_checked_as_the_options_say(
    tmp_path: Path, registry: str, mode: CheckMode, fatal: list[bool]
) -> None:
    root = written(tmp_path, a="A1 has four layers. `known` and `unknown`\n")
    report = check_pages(root, SiteOptions(registry=registry, described=mode, code_names=mode))
    assert fatal * 2 == [each.fatal for each in report.diagnostics if each.kind in {"registry", "name"}]


def test_counted_nouns_are_in_the_report_if_asked_for(tmp_path: Path, registry: str) -> None:
    root = written(tmp_path, a="A1 has three layers. Two layers.\n")
    options = SiteOptions(registry=registry)
    assert () == check_pages(root, options).counts
    counts = check_pages(root, options, with_counts=True).counts
    assert [("Two layers", ()), ("three layers", ("A1",))] == [(each.text, each.names) for each in counts]


def test_the_registry_is_not_imported_if_no_code_may_be_executed(tmp_path: Path) -> None:
    root = written(tmp_path, a="`unknown`\n")
    options = SiteOptions(registry="no_such_module:a", code_names="require", execute="never")
    assert () == check_pages(root, options).errors


def test_a_registry_that_cannot_be_imported_is_an_error_of_the_site(tmp_path: Path) -> None:
    report = check_pages(written(tmp_path, a="# A\n"), SiteOptions(registry="no_such_module:a"))
    (error,) = report.errors
    assert ("registry", True) == (error.kind, "must be module:attribute" in error.message)


def test_code_names_need_no_registry(tmp_path: Path) -> None:
    report = check_pages(written(tmp_path, a="`unknown`\n"), SiteOptions(code_names="require"))
    assert ["`unknown`: no code contains unknown"] == [each.message for each in report.errors]
