"""The options of a site are parsed and checked by one table."""

import re
from pathlib import Path

import pytest

from convref.errors import ArgumentError, UnknownNameError
from convref.weave.cache.results import CacheSettings
from convref.weave.numbers.published import Published
from convref.weave.run.settings import Settings
from convref.weave.site.options import OPTIONS, SiteOptions, parse_option


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("memory", 1048576, 1 << 20),
        ("memory", "64M", 64 << 20),
        ("memory", "2 GB", 2 << 30),
        ("memory", "1.5KiB", 1536),
        ("output_limit", "100", 100),
        ("timeout", 5, 5),
        ("timeout", 0.5, 0.5),
        ("numbers", False, "off"),  # what YAML makes of a bare `off`
        ("auto", ["python", " sh "], frozenset({"python", "sh"})),
        ("env", ["A", "B"], ("A", "B")),
        ("not_quantities", [r"\d nets"], (re.compile(r"\d nets"),)),
        ("timeout", None, 60.0),
        ("cache", None, ".cache/convref"),
    ],
)
def test_a_value_is_parsed_into_the_type_of_its_option(name: str, value: object, expected: object) -> None:
    assert expected == parse_option(name, value)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("jobs", "many", r"jobs \(='many'\) must be a whole number, 0 or more"),
        ("jobs", True, r"jobs \(=True\) must be a whole number"),
        ("jobs", -1, r"jobs \(=-1\) must be a whole number, 0 or more"),
        ("timeout", 0, r"timeout \(=0\) must be a number of seconds, more than 0"),
        (
            "timeout",
            10**400,
            r"timeout \(=10+\) must be a number of seconds, more than 0 and at most 1000000",
        ),
        ("timeout", float("inf"), r"timeout \(=inf\) must be a number of seconds"),
        ("memory", "1" + "0" * 400, r"memory \(='10+'\) must be a number of bytes"),
        ("output_limit", 10**40, r"output_limit \(=10+\) must be a number of bytes"),
        ("cache", "\0", r"cache \(='\\x00'\) must be a string"),
        ("timeout", "5", r"timeout \(='5'\) must be a number of seconds"),
        ("timeout", float("nan"), r"timeout \(=nan\) must be a number of seconds"),
        ("memory", "lots", r"memory \(='lots'\) must be a number of bytes, such as 1048576, 512M or 2 GB"),
        ("memory", -1, r"memory \(=-1\) must be a number of bytes"),
        ("output_limit", True, r"output_limit \(=True\) must be a number of bytes"),
        ("env", "HOME", r"env \(='HOME'\) must be a list of strings"),
        ("preload", [1], r"preload \(=\[1\]\) must be a list of strings"),
        ("auto", 3, r"auto \(=3\) must be a list of strings"),
        ("start", "thread", r"start \(='thread'\) must be '', 'fork' or 'spawn'"),
        ("numbers", "all", r"numbers \(='all'\) must be 'off', 'report' or 'require'"),
        ("execute", "off", r"execute \(='off'\) must be 'auto', 'always' or 'never'"),
        ("execute", ["auto"], r"execute \(=\['auto'\]\) must be"),
        (
            "not_quantities",
            ["("],
            r"not_quantities .* must be a list of regular expressions, and '\(' is not one",
        ),
        ("published", 3, r"published \(=3\) must be a string"),
        ("cache", ["x"], r"cache \(=\['x'\]\) must be a string"),
        ("notebooks", "notes/*", r"notebooks \(='notes/\*'\) must be a list of strings"),
    ],
)
def test_a_value_that_is_not_allowed_raises_an_error_with_option_value_and_rule(
    name: str, value: object, rule: str
) -> None:
    with pytest.raises(ArgumentError, match=rule):
        parse_option(name, value)


def test_an_unknown_option_raises_an_error_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="unknown option 'number'; the nearest is 'numbers'"):
        parse_option("number", "off")
    with pytest.raises(UnknownNameError, match="unknown option 'root'"):
        parse_option("root", "x")


def test_one_error_lists_every_mistake() -> None:
    given = {"jobs": "many", "timout": 5, "numbers": "require"}
    with pytest.raises(ArgumentError, match=r"jobs .* whole number.*; unknown option 'timout'"):
        SiteOptions.from_mapping(given, Path())


def test_every_option_has_a_default_that_its_parser_accepts() -> None:
    defaults = {name: each.default for name, each in OPTIONS.items()}
    assert SiteOptions() == SiteOptions.from_mapping(defaults, Path())


def test_options_become_the_settings_of_the_engine(tmp_path: Path) -> None:
    options = SiteOptions.from_mapping(
        {
            "jobs": 2,
            "timeout": 5,
            "memory": "1K",
            "output_limit": 9,
            "env": ["A"],
            "preload": ["m"],
            "start": "spawn",
        },
        tmp_path,
    )
    directory = {"MKDOCS_CONFIG_DIR": str(tmp_path)}
    assert Settings(2, 5, 1024, 9, ("A",), directory, ("m",), "spawn") == options.run_settings


def test_the_cache_and_the_published_figures_are_seen_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "published.toml").write_text('source = "s"\na = 1\n', "utf-8")
    (tmp_path / "other.toml").write_text('source = "s"\nb = 1\n', "utf-8")
    options = SiteOptions.from_mapping({"cache": "c", "execute": "never"}, tmp_path)
    assert CacheSettings(tmp_path / "c", "never") == options.cache_settings

    def keys(published: Published) -> list[str]:
        return list(published.figures)

    assert ["a"] == keys(options.number_policy(tmp_path / "docs").published)
    assert ["b"] == keys(options.replaced(published="other.toml").number_policy(tmp_path / "docs").published)


def test_languages_run_without_exec_are_also_taken_from_the_variable_of_markdown_exec(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MARKDOWN_EXEC_AUTO", "python, ,console")
    assert {"sh", "python", "console"} == SiteOptions.from_mapping({"auto": ["sh"]}, Path()).auto


def test_replaced_options_win_and_those_that_are_not_given_stay() -> None:
    options = SiteOptions.from_mapping({"timeout": 5}, Path()).replaced(
        numbers="report", not_quantities=["a"], jobs=3, timeout=None
    )
    assert ("report", 3, 5) == (options.numbers, options.jobs, options.timeout)
    assert ["a"] == [each.pattern for each in options.not_quantities]
    with pytest.raises(ArgumentError, match=r"jobs \(=-1\)"):
        options.replaced(jobs=-1)
