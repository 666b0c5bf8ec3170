"""Identifiers, footnotes and years of a page fit its sources, and published figures name theirs."""

import pytest

from convref.weave.check.facts.sources import Sources, check_published
from convref.weave.numbers import published
from convref.weave.page.tree import read_tree

ARXIV = "[arXiv:1409.1556](https://arxiv.org/abs/1409.1556)"


def found(tmp_path, text, **others):
    for name, content in {"x": text, **others}.items():
        (tmp_path / f"{name}.md").write_text(content, "utf-8")
    tree = read_tree(tmp_path)
    sources = Sources(tree)
    page = next(each for each in tree.pages if each.name == "x.md")
    return [(each.line, each.message) for each in sources.check(page, fatal=True)]


@pytest.mark.parametrize(
    "text",
    [
        ARXIV,
        "[arXiv:1409.1556](https://arxiv.org/pdf/1409.1556v2)",
        "[doi:10.1109/5.726791](https://doi.org/10.1109/5.726791)",
        "[DOI:10.1007/BF00344251](https://doi.org/10.1007/bf00344251)",
        "[the paper](https://arxiv.org/abs/1409.1556)",
        "`[arXiv:1](https://arxiv.org/abs/1409.1556)`",
        f"A, 2014, {ARXIV}",
        f"A, *Title*, ICLR 2015, {ARXIV}",
        f"A, {ARXIV}",
        "a[^1]\n\n[^1]: b",
        "a[^1]\n\n```md exec\nb[^2]\n```\n\n[^1]: b\n[^2]: c",
        "In 2014.\n\n- A, *Title*, 2014.",
        "In 2014.\n\n[^1]: A, 2014.\n\na[^1]",
        "the 2020s, 2014 × 3 and 1.2014",
    ],
)
def test_a_page_that_fits_its_sources_has_no_diagnostic(tmp_path, text):
    assert [] == found(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "a\n\n[arXiv:1409.1557](https://arxiv.org/abs/1409.1556)",
            3,
            "arXiv:1409.1557 is shown, but https://arxiv.org/abs/1409.1556 is linked",
        ),
        (
            "[arXiv:1409.1556](https://doi.org/10.1109/5.726791)",
            1,
            "arXiv:1409.1556 is shown, but https://doi.org/10.1109/5.726791 is linked",
        ),
        (
            "[doi:10.1109/5.726792](https://doi.org/10.1109/5.726791)",
            1,
            "doi:10.1109/5.726792 is shown, but https://doi.org/10.1109/5.726791 is linked",
        ),
        (f"A, 2015, {ARXIV}", 1, "arXiv:1409.1556 was submitted in 2014, but the source has 2015"),
        (f"A, ICLR 2016, {ARXIV}", 1, "arXiv:1409.1556 was submitted in 2014, but the source has 2016"),
        ("a\nb[^1]", 2, "the footnote [^1] is not defined"),
        ("a\n\n[^1]: b", 3, "the footnote [^1] is defined, but not referred to"),
        (
            f"In 2019.\n\n- A, 2014, {ARXIV}",
            1,
            "2019 is not the year of a source on this page or a page linked in the paragraph",
        ),
    ],
)
def test_what_contradicts_a_source_is_reported_with_its_line(tmp_path, text, line, message):
    assert [(line, message)] == found(tmp_path, text)


def test_a_year_may_be_that_of_a_source_of_a_page_that_the_paragraph_links(tmp_path):
    other = f"# AlexNet\n\n- A, 2014, {ARXIV}"
    assert [] == found(tmp_path, "[a](b.md#c), 2014", b=other)
    assert 1 == len(found(tmp_path, "[a](b.md#c), 2015", b=other))
    assert 1 == len(found(tmp_path, "[a](c.md), 2014", b=other))


@pytest.mark.parametrize(
    ("table", "messages"),
    [
        ('source = "He et al., 2015, Deep residual learning, table 1"', []),
        ('source = "van den Oord et al., 2016, WaveNet, sections 2.1 and 3"', []),
        ('source = "torchvision, metadata of its weights"\nurl = "https://a.b"', []),
        ('source = "He et al., Deep residual learning, table 1"', ["must have a year or a url"]),
        ('source = "a paper"', [
            "must begin with its authors, or have a url",
            "must have a year or a url",
            "must end with a position in the source, such as a table, a section or a page",
        ]),
        (
            'source = "He et al., 2015, Deep residual learning"',
            ["must end with a position in the source, such as a table, a section or a page"],
        ),
        (
            'source = "He et al., 2016, Deep residual learning, table 1"\nurl = "https://arxiv.org/abs/1512.03385"',
            ["must have the year of the arXiv number in its url, https://arxiv.org/abs/1512.03385"],
        ),
    ],
)  # fmt: skip
def test_an_entry_names_its_authors_its_year_and_the_place(tmp_path, table, messages):
    (tmp_path / "published.toml").write_text(f"[a]\n{table}\nb = 1\nc = 2\n", "utf-8")
    figures = published.load(tmp_path / "published.toml")
    reported = [each.message.partition(") ")[2] for each in check_published(figures, fatal=False)]
    assert messages == reported


@pytest.mark.parametrize(
    ("other", "messages"),
    [
        ("*Deep Nets: a study*, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).", []),
        ("*Deep nets*, 2015, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).", []),
        ("*Deeper nets*, [arXiv:1611.05431](https://arxiv.org/abs/1611.05431).", []),
        (
            "*Wide nets*, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).",
            ["the title of arXiv:1512.03385 is *wide nets* on another page, not *deep nets: a study*"],
        ),
    ],
)
def test_a_source_has_the_same_title_on_all_pages_or_its_beginning(tmp_path, other, messages):
    page = "*Deep nets:\na study*, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385)."
    assert messages == [text for _, text in found(tmp_path, page, b=other)]
