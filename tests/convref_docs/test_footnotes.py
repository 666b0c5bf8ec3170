"""Footnotes in a row are told apart, and their links are titled in the page's language."""

from markdown import markdown

from convref_docs.footnotes import footnotes

TEXT = "One[^a] and two.[^b][^c]\n\n[^a]: A.\n[^b]: B.\n[^c]: C."


def test_a_comma_separates_references_only_where_no_text_does() -> None:
    page = footnotes(markdown(TEXT, extensions=["footnotes"]))
    assert 1 == page.count("<sup>, </sup>")
    assert page.index("two.") < page.index("<sup>, </sup>") < page.index('id="fnref:c"')


def test_the_links_back_have_chinese_titles_on_chinese_pages_alone() -> None:
    page = markdown(TEXT, extensions=["footnotes"])
    assert 3 == footnotes(page).count('title="Jump back to footnote')
    chinese = footnotes(f'<html lang="zh">{page}')
    assert (0, 3) == (chinese.count("Jump back"), chinese.count('title="回到正文中引用脚注'))
