"""Each registered concept, algorithm and notebook has its pages, its entry in the navigation and tests."""

from __future__ import annotations

import re

import pytest

from convref.algorithms import METHODS
from convref_docs.paths import DOCS, ROOT
from convref_docs.subjects import Subject, registered

LANGUAGES = ("en", "zh")
SECTIONS = ("concepts", "algorithms", "notebooks")
ON_ANOTHER_PAGE = {"banded": ("algorithms/comparison.md", "banded")}
"""Algorithms that are a part of another page, by its path and anchor."""
each_subject = pytest.mark.parametrize("subject", registered(), ids=lambda each: each.path)


def pages(lang: str) -> set[str]:
    folder = DOCS / lang
    return {
        path.relative_to(folder).as_posix()
        for section in SECTIONS
        for path in (folder / section).glob("*.*")
        if path.stem != "index"
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_registered_subjects_and_their_pages_are_the_same_set(lang: str) -> None:
    assert {subject.path for subject in registered()} == pages(lang)


def test_the_navigation_lists_every_subject_in_the_order_of_the_registry() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(rf"^ +- ((?:{'|'.join(SECTIONS)})/\w+\.\w+)$", text, re.MULTILINE)
    assert [subject.path for subject in registered()] == [each for each in listed if "/index." not in each]


@each_subject
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_the_title_of_its_subject(subject: Subject, lang: str) -> None:
    text = (DOCS / lang / subject.path).read_text(encoding="utf-8")
    heading = "# # " if subject.section == "notebooks" else "# "
    title = re.search(rf"^{heading}(.+)$", text, re.MULTILINE)
    assert title is not None
    assert subject.title[lang] == title[1]


@each_subject
def test_a_subject_has_tests_and_they_exist(subject: Subject) -> None:
    assert subject.tests
    for path in subject.tests:
        files = [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).rglob("test_*.py"))
        assert any("def test_" in file.read_text(encoding="utf-8") for file in files), path


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_algorithm_has_a_page_or_a_part_of_one(method: str, lang: str) -> None:
    path, anchor = ON_ANOTHER_PAGE.get(method, (f"algorithms/{method}.md", "code"))
    assert f"{{#{anchor}}}" in (DOCS / lang / path).read_text(encoding="utf-8")
    assert method in ON_ANOTHER_PAGE or path in {subject.path for subject in registered()}
