"""The commands find the configuration of a site, and read it as MkDocs does."""

from pathlib import Path

import pytest

from convref.errors import PageError
from convref.weave.site.config_file import find_config, load_options, pages_directory
from convref.weave.site.options import SiteOptions

YAML = """\
site_name: !ENV [NAME, x]
markdown_extensions:
  - pymdownx.snippets:
      base_path: [., docs]
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
plugins:
  - search
  - convref:
      numbers: require
      not_quantities: ['stride \\d+']
      published: data/figures.toml
      auto: [python]
      timeout: 5
      env: [A]
"""


def site(root: Path, yaml: str) -> Path:
    (root / "mkdocs.yml").write_text(yaml, "utf-8")
    (root / "docs").mkdir()
    return root / "docs"


def test_the_options_of_the_plugin_are_read(tmp_path: Path) -> None:
    options = load_options(site(tmp_path, YAML))
    assert "require" == options.numbers
    assert [r"stride \d+"] == [each.pattern for each in options.not_quantities]
    assert ("data/figures.toml", tmp_path) == (options.published, options.root)
    assert {"python"} == options.auto
    assert (str(tmp_path), str(tmp_path / "docs")) == options.snippets
    assert (5, ("A",)) == (options.timeout, options.env)


@pytest.mark.parametrize(
    "yaml", ["plugins: [search]", "plugins:\n  - convref", "plugins: {convref: }", "- convref", ""]
)
def test_a_site_without_options_has_the_defaults(tmp_path: Path, yaml: str) -> None:
    assert SiteOptions(root=tmp_path) == load_options(site(tmp_path, yaml))


@pytest.mark.parametrize("yaml", ["plugins: [convref: {jobs: 3}]", "plugins: {convref: {jobs: 3}}"])
def test_plugins_are_a_list_or_a_mapping(tmp_path: Path, yaml: str) -> None:
    assert 3 == load_options(site(tmp_path, yaml)).jobs


@pytest.mark.parametrize(
    ("given", "value", "expected"),
    [
        ("!ENV CONVREF_A", "7", 7),
        ("!ENV [CONVREF_A, 3]", "7", 7),
        ("!ENV [CONVREF_NONE, CONVREF_A, 3]", "7", 7),
        ("!ENV [CONVREF_NONE, 3]", "7", 3),
        ("!ENV CONVREF_NONE", "7", 0),
    ],
)
def test_an_environment_variable_gives_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, value: str, expected: int
) -> None:
    monkeypatch.setenv("CONVREF_A", value)
    pages = site(tmp_path, f"plugins:\n  - convref:\n      jobs: {given}\n")
    assert expected == load_options(pages).jobs


def test_a_configuration_inherits_from_another_one(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text("plugins: {convref: {jobs: 3, timeout: 5}}\n", "utf-8")
    options = load_options(site(tmp_path, "INHERIT: base.yml\nplugins: {convref: {timeout: 7}}\n"))
    assert (3, 7) == (options.jobs, options.timeout)


def test_the_plugin_may_be_named_in_the_inherited_configuration_alone(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text("plugins: {convref: {jobs: 3}}\n", "utf-8")
    assert 3 == load_options(site(tmp_path, "INHERIT: 'base.yml' # here\n")).jobs


@pytest.mark.parametrize(
    ("base_path", "expected"),
    [("parts", "parts"), ("!relative $config_dir/parts", "parts"), ("[!relative $docs_dir]", "docs")],
)
def test_the_directories_of_snippets_are_seen_from_the_configuration(
    tmp_path: Path, base_path: str, expected: str
) -> None:
    yaml = "plugins: [convref]\nmarkdown_extensions:\n  - pymdownx.snippets:\n      base_path: "
    options = load_options(site(tmp_path, yaml + base_path))
    assert [tmp_path / expected] == [Path(each) for each in options.snippets or ()]


@pytest.mark.parametrize("yaml", ["plugins: [search]", "plugins: [convref: {enabled: false}]", "INHERIT: no"])
def test_a_configuration_that_does_not_use_the_plugin_is_not_found(tmp_path: Path, yaml: str) -> None:
    assert find_config(site(tmp_path, yaml)) is None


@pytest.mark.parametrize(
    ("line", "is_site"),
    [
        ("docs_dir: pages", False),
        ("docs_dir: 'docs/'  # here", True),
        ("", True),
        ("docs_dir: !ENV [N, docs]", True),
    ],
)
def test_a_configuration_is_found_for_its_own_directory_of_pages(
    tmp_path: Path, line: str, is_site: bool
) -> None:
    root = site(tmp_path, f"{line}\nplugins:\n  - convref\n")
    assert is_site == (find_config(root) is not None)
    assert find_config(root / "en") is None


def test_the_directory_of_a_page_is_named_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = site(tmp_path, "plugins: [convref]") / "en" / "a.md"
    page.parent.mkdir()
    page.write_text("text", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert Path("docs") == pages_directory(Path("docs/en/a.md"))
    (tmp_path / "mkdocs.yml").unlink()
    assert Path("docs/en") == pages_directory(Path("docs/en/a.md"))
    with pytest.raises(PageError, match=r"docs/b\.md: must be an existing page"):
        pages_directory(Path("docs/b.md"))


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("plugins:\n  - convref: {", "the site's configuration cannot be read"),
        ("plugins:\n  - convref: {not_quantities: ['(']}", "must be a list of regular expressions"),
        ("plugins:\n  - convref: {numbers: all}", r"mkdocs\.yml: numbers \(='all'\) must be"),
        ("plugins:\n  - convref: {timout: 5}", "unknown option 'timout'; the nearest is 'timeout'"),
    ],
)
def test_a_configuration_with_a_mistake_raises_an_error_with_its_path(
    tmp_path: Path, yaml: str, message: str
) -> None:
    root = site(tmp_path, yaml)
    with pytest.raises(PageError, match=message):
        load_options(root)


def test_reading_options_without_pyyaml_raises_an_error_that_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, "plugins: [convref]")
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(PageError, match=r"mkdocs\.yml: this file can only be read with PyYAML"):
        load_options(root)
    (tmp_path / "mkdocs.yml").write_text("plugins: [search]", "utf-8")
    assert find_config(root) is None


@pytest.mark.parametrize(
    ("i18n", "languages"),
    [
        (
            "i18n: {docs_structure: folder, languages: [{locale: en}, {locale: zh, build: true}]}",
            ("en", "zh"),
        ),
        ("i18n: {docs_structure: folder, languages: [{locale: en}, {locale: zh, build: false}]}", ("en",)),
        ("i18n: {languages: [{locale: en}, {locale: zh}]}", ()),
        ("i18n:", ()),
        ("search", None),
    ],
)
def test_the_languages_are_those_that_the_site_builds_from_folders(
    tmp_path: Path, i18n: str, languages: tuple[str, ...] | None
) -> None:
    options = load_options(site(tmp_path, f"plugins:\n  - convref\n  - {i18n}\n"))
    assert languages == options.languages


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("plugins:\n  - convref: 5", r"plugins: convref \(=5\) must be a mapping from options"),
        ("plugins:\n  - convref\nx: 2024-99-99", "the site's configuration cannot be read: month must be in"),
        (
            "INHERIT: mkdocs.yml\nplugins: [convref]",
            r"INHERIT \(='mkdocs.yml'\) must not name a file that inherits",
        ),
        ("plugins: [convref]\nx: " + "[" * 5000, "the site's configuration cannot be read"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_an_error_with_its_file(
    tmp_path: Path, yaml: str, message: str
) -> None:
    with pytest.raises(PageError, match=f"mkdocs.yml: {message}"):
        load_options(site(tmp_path, yaml))


def test_configurations_that_inherit_in_a_circle_without_the_plugin_are_none_of_ours(tmp_path: Path) -> None:
    pages = site(tmp_path, "INHERIT: other.yml")
    (tmp_path / "other.yml").write_text("INHERIT: mkdocs.yml")
    assert find_config(pages) is None
