import re
from functools import partial
from types import SimpleNamespace

import pytest
from mkdocs.config.defaults import MkDocsConfig
from pymdownx.slugs import slugify
from pymdownx.superfences import fence_code_format

from convref.errors import ArgumentError
from convref.weave.adapters.incremental.settings import described, fingerprint, markdown_settings


def settings(extensions, options=None):
    config = MkDocsConfig()
    config.load_dict({"site_name": "T", "markdown_extensions": extensions})
    config.validate()
    config.mdx_configs.update(options or {})
    return markdown_settings(config, frozenset({"convref.formulas"}))


def test_known_extensions_are_kept_by_their_options():
    digests = [
        settings(["tables", {"toc": {"permalink": mark}}, "pymdownx.details", "convref.formulas"]).digest
        for mark in ("#", "#", "¶")
    ]
    assert "" not in digests
    assert digests[0] == digests[1] != digests[2]


def test_the_options_of_convref_s_own_extensions_do_not_count():
    digests = [settings(["convref.formulas"], {"convref.formulas": {"path": path}}).digest for path in "ab"]
    assert digests[0] == digests[1] != ""


@pytest.mark.parametrize(
    ("extensions", "options", "reason"),
    [
        (["tables", "no_such:thing"], {}, "the extension no_such may depend on anything"),
        (["pymdownx.b64"], {}, "the extension pymdownx.b64 may depend on anything"),
        ([SimpleNamespace()], {}, "the extension SimpleNamespace may depend on anything"),
        (
            ["toc"],
            {"toc": {"slugify": lambda text, _: text}},
            "an option has a value of the type function, which cannot be compared",
        ),
        (
            ["toc"],
            {"toc": {"marker": object()}},
            "an option has a value of the type object, which cannot be compared",
        ),
        (
            ["pymdownx.snippets"],
            {"pymdownx.snippets": {"url_download": True}},
            "snippets may be downloaded",
        ),
    ],
)  # fmt: skip
def test_pages_are_not_kept_where_their_conversion_may_depend_on_anything(extensions, options, reason):
    config = SimpleNamespace(markdown_extensions=extensions, mdx_configs=options)
    assert reason == markdown_settings(config, frozenset()).reason


def test_functions_of_known_packages_are_compared_by_their_names():
    value = {"format": fence_code_format, "slugify": partial(slugify, case="lower"), "at": re.compile("a+")}
    assert described(value) == described(dict(value))
    assert "pymdownx.superfences:fence_code_format" in described(value)[0]


def test_an_object_without_a_comparable_form_is_refused():
    with pytest.raises(ArgumentError, match="an option has a value of the type SimpleNamespace"):
        described({"a": [SimpleNamespace()]})


def test_a_change_among_the_site_s_own_icons_changes_the_digest(tmp_path):
    options = {"pymdownx.emoji": {"options": {"custom_icons": [str(tmp_path)]}}}
    (tmp_path / "a.svg").write_text("<svg/>")
    before = settings(["pymdownx.emoji"], options).digest
    assert before == settings(["pymdownx.emoji"], options).digest
    (tmp_path / "a.svg").write_text("<svg></svg>")
    assert before != settings(["pymdownx.emoji"], options).digest


def test_a_fingerprint_tells_apart_values_that_read_alike():
    values = [("a", "b"), ("ab",), ("a b",), ("1",), (1,), ("'a'",), (["a"],), ("a", "", "b"), ("",), ()]
    assert len(values) == len({fingerprint(*each) for each in values})
