"""The page *How convref is built* names functions, stages and words that the code has."""

from __future__ import annotations

import pkgutil
import re

import pytest

import convref.weave
from convref.errors import ArgumentError
from convref_docs.module_list import modules
from convref_docs.paths import DOCS

LANGUAGES = ("en", "zh")


def rows(lang: str, anchor: str) -> list[list[str]]:
    """The rows of the table below the heading with an anchor, without its header."""
    text = (DOCS / lang / "guide" / "internals.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"{{#{anchor}}}")[2], flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(lang: str, anchor: str) -> list[str]:
    return [row[-1].strip("`") for row in rows(lang, anchor)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_stages_of_a_page_are_those_that_the_engine_documents(lang: str) -> None:
    documented = re.findall(r"^    (\w+) +([\w.]+)  +\S.* -> ", convref.weave.__doc__ or "", re.MULTILINE)
    assert 8 == len(documented)
    assert [name for _, name in documented] == names(lang, "page")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_functions_of_the_stages_exist(lang: str) -> None:
    for name in names(lang, "page"):
        assert callable(pkgutil.resolve_name(f"convref.weave.{name}"))
    for name in names(lang, "analysis"):
        assert callable(pkgutil.resolve_name(f"convref.{name}"))
    assert "analysis.entry_point.analyze" in names(lang, "analysis")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_word_occurs_in_the_code_that_defines_it(lang: str) -> None:
    """The word is in the name of the object or of its module, or in the docstring of either."""
    assert 30 < len(rows(lang, "words"))
    for word, _, where in rows(lang, "words"):
        name = f"convref.{where.strip('`')}"
        found = pkgutil.resolve_name(name)
        texts = [name, found.__doc__ or "", pkgutil.resolve_name(name.rpartition(".")[0]).__doc__ or ""]
        term = re.split(r"[ (（]*[(（]", word)[0].strip()
        spelled = re.compile(rf"\b{re.escape(term)}", re.IGNORECASE)
        words = re.sub(r"[._]", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " \n".join(texts)))
        assert spelled.search(words), f"{name} does not contain the word {term!r}"


def test_both_languages_explain_the_same_words_in_the_same_order() -> None:
    assert names("en", "words") == names("zh", "words")


def test_the_list_of_modules_has_each_file_of_the_package_with_its_first_sentence() -> None:
    table = modules("convref.weave.run")
    assert (
        "engine",
        "The engine: it runs the plans of pages, and returns an outcome for each step of a plan.",
    ) in table.rows
    assert "process" in dict(table.rows)
    assert "process.keeper" in dict(table.rows)
    assert [] == [name for name, text in table.rows if not text]
    assert "| 模块 | 内容 |" in (table._repr_lang_("zh") or "")
    assert None is table._repr_lang_("fr")


def test_a_list_of_modules_of_no_package_is_an_error() -> None:
    with pytest.raises(
        ArgumentError, match=r"package \(='convref.nothing'\) must be the name of a package in"
    ):
        modules("convref.nothing")
