"""A mutant is checked in place of its page; what no check reports survives and is listed."""

from pathlib import Path
from random import Random

import pytest

from convref_docs import mutants as results
from convref_docs.mutants import Count, Result, Survivor
from mutants.__main__ import main, measure
from mutants.candidate import KINDS
from mutants.mutation import Mutation, Point, points
from mutants.trial import Trials

RANDOM = Random(1)  # noqa: S311 (a choice, no secret)
ENGLISH = """# A

There are three layers and `{python} n` nets, in two rows.

```python exec="on"
n = 64
```

```pycon
>>> n * 2
128
```
"""
CHINESE = ENGLISH.replace("There are three layers and", "共三层，").replace(
    "nets, in two rows.", "个网络，分两行。"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pages = tmp_path / "docs"
    for language, text in (("en", ENGLISH), ("zh", CHINESE)):
        (pages / language).mkdir(parents=True)
        (pages / language / "a.md").write_text(text, "utf-8")
    config = "site_name: a\nplugins:\n  - convref: {doctests: on, facts: require, numbers: require}\n"
    (tmp_path / "mkdocs.yml").write_text(config, "utf-8")
    return pages


def found(trials: Trials, kind: str, language: str) -> list[Point]:
    return [
        each
        for each in points("a.md", trials.documents("a.md"))
        if each.candidate.kind == kind and each.language == language
    ]


def test_a_change_of_one_language_is_reported_and_the_same_of_both_is_not(root: Path) -> None:
    with Trials(root) as trials:
        three, two = found(trials, "number words", "en")
        for point in (three, two):
            one, both = (point.mutation(sides, trials.documents("a.md"), RANDOM) for sides in ("one", "both"))
            assert {"en"} == set(one.edits)
            assert {"en", "zh"} == set(both.edits)
            assert "differ in a number" in str(trials.try_out(one))
            assert trials.try_out(both) is None


def test_changed_code_is_run_and_a_changed_output_is_compared_with_the_old_run(root: Path) -> None:
    with Trials(root) as trials:
        for kind in ("code", "digits in outputs"):
            (point,) = found(trials, kind, "zh")
            mutation = point.mutation("both", trials.documents("a.md"), RANDOM)
            assert "expected" in str(trials.try_out(mutation))


def test_a_mutation_shows_its_line_before_and_after(root: Path) -> None:
    with Trials(root) as trials:
        (point,) = found(trials, "code", "en")
        mutation = point.mutation("one", trials.documents("a.md"), RANDOM)
    new = mutation.edits["en"][2]
    assert ("n = 64", f"n = {new}") == (mutation.before, mutation.after)
    assert mutation.where.endswith("docs/en/a.md:6")
    assert ENGLISH.replace("n = 64", f"n = {new}") == mutation.apply("en", ENGLISH)


def test_a_page_with_an_error_is_not_changed(root: Path) -> None:
    (root / "en/a.md").write_text(ENGLISH.replace("128", "129"), "utf-8")
    mutation = Mutation("years", "one", "a.md", {"en": (2, 3, "B")}, "", "", "")
    with Trials(root) as trials, pytest.raises(ValueError, match="the page must be free of errors before"):
        trials.try_out(mutation)


def test_a_measurement_counts_each_class_and_lists_each_survivor(root: Path) -> None:
    with Trials(root) as trials:
        result = measure(trials, 5, 1, ["number words", "code"])
    assert (
        Count("number words", "one", 4, 4, 4),
        Count("number words", "both", 4, 4, 0),
        Count("code", "one", 2, 2, 2),
        Count("code", "both", 2, 2, 2),
    ) == result.counts
    assert ["number words"] * 4 == [each.kind for each in result.survivors]
    assert {"both"} == {each.sides for each in result.survivors}


def test_the_command_prints_the_result_and_writes_it(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "result.json"
    main([str(root), "--sample", "3", "--kind", "code", "--write", str(file)])
    printed = capsys.readouterr().out
    assert "code                 one      2 of    2 killed, 100.0%, 2 facts" in printed
    assert results.read(file).counts == (Count("code", "one", 2, 2, 2), Count("code", "both", 2, 2, 2))


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    survivor = Survivor("years", "one", "a.md:1", "2014 年", "2015 年")
    result = Result(1, 2, (Count("years", "one", 9, 1, 0),), (survivor,))
    result.write(tmp_path / "a.json")
    assert result == results.read(tmp_path / "a.json")
    assert ["years", "all", "all", "a.md:1: years, one"] == [
        line.split("  ")[0] for each in result.lines() for line in each.splitlines()[:1]
    ]


def test_the_result_that_the_site_shows_has_every_class_and_every_survivor() -> None:
    result = results.read()
    classes = [(each.kind, each.sides) for each in result.counts]
    assert [(kind, sides) for kind in KINDS for sides in ("one", "both")] == classes
    for each in result.counts:
        of_class = [one for one in result.survivors if (one.kind, one.sides) == (each.kind, each.sides)]
        assert each.tried - each.killed == len(of_class)


def test_of_the_facts_changed_in_one_language_the_checks_report_at_least_95_percent() -> None:
    assert results.read().share("one") >= 0.95
