"""The titles of docstring sections are in the page's language."""

import pytest

from convref_docs.section_titles import TITLES, section_titles

SPAN = '<span class="doc-section-title">{}</span>'


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_translated_on_chinese_pages_alone(title: str) -> None:
    english = f'<html lang="en">{SPAN.format(f"{title}:")}'
    assert english == section_titles(english)
    chinese = f'<html lang="zh">{SPAN.format(f"{TITLES[title]}：")}'
    assert chinese == section_titles(english.replace('"en"', '"zh"'))


def test_the_same_word_elsewhere_is_unchanged() -> None:
    page = '<html lang="zh"><p>Raises:</p><code>Parameters:</code>'
    assert page == section_titles(page)
