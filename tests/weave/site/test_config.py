"""The options of a site's checks come from its configuration, and the command line overrides them."""

from pathlib import Path

import pytest

from convref.errors import ArgumentError, PageError
from convref.weave.check.checker import Options
from convref.weave.site import config

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


def test_the_plugin_s_section_is_read(tmp_path: Path) -> None:
    options = config.read(site(tmp_path, YAML))
    assert options.numbers == "require"
    assert [each.pattern for each in options.not_quantities] == [r"stride \d+"]
    assert options.published == tmp_path / "data" / "figures.toml"
    assert options.auto == {"python"}
    assert options.snippets == (str(tmp_path), str(tmp_path / "docs"))
    assert (options.settings.timeout, options.settings.env) == (5, ("A",))


@pytest.mark.parametrize("yaml", ["plugins: [search]", "plugins:\n  - convref", "- convref"])
def test_without_options_the_defaults_stand(tmp_path: Path, yaml: str) -> None:
    assert config.read(site(tmp_path, yaml)) == Options()


def test_a_bare_off_is_a_word(tmp_path: Path) -> None:
    yaml = "plugins:\n  - convref: {numbers: off}"
    assert config.read(site(tmp_path, yaml)).numbers == "off"


def test_a_site_without_the_plugin_is_none(tmp_path: Path) -> None:
    assert config.site_file(site(tmp_path, "plugins: [search]")) is None


@pytest.mark.parametrize(
    ("line", "is_site"), [("docs_dir: pages", False), ("docs_dir: 'docs/'  # here", True), ("", True)]
)
def test_the_directory_is_that_of_the_site_s_pages(tmp_path: Path, line: str, is_site: bool) -> None:
    root = site(tmp_path, f"{line}\nplugins:\n  - convref\n")
    assert (config.site_file(root) is not None) == is_site
    assert config.site_file(root / "en") is None


@pytest.mark.parametrize(
    ("yaml", "error", "message"),
    [
        ("plugins:\n  - convref: {", PageError, "the site's configuration cannot be read"),
        ("plugins:\n  - convref: {not_quantities: ['(']}", PageError, "must be a regular expression"),
        ("plugins:\n  - convref: {numbers: all}", ArgumentError, r"numbers \(='all'\) must be"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, yaml: str, error: type[Exception], message: str
) -> None:
    root = site(tmp_path, yaml)
    with pytest.raises(error, match=message):
        config.read(root)


def test_what_is_given_overrides_and_what_is_not_stays() -> None:
    options = config.overridden(
        Options(strict=True), numbers="report", strict=None, not_quantities=["a"], jobs=3, timeout=None
    )
    assert (options.numbers, options.strict, options.settings.jobs) == ("report", True, 3)
    assert [each.pattern for each in options.not_quantities] == ["a"]
