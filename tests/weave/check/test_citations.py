"""Cited numbers agree with the published ones, which have a source."""

import re
from pathlib import Path

import pytest

from convref.errors import UnknownNameError
from convref.weave.check import citations
from convref.weave.markdown.document import parse
from convref.weave.numbers import published
from convref.weave.numbers.published import Published

FIGURES = """
[torchvision]
source = 'torchvision "0.28"'
url = "https://x.y/"
vgg16 = { params = 138357544, macs = "15.470 G" }
[papers]
source = "He et al."
resnet.macs = ["1.8 G", 3.6e9]
resnet.note = "figures of table 1"
"""


@pytest.fixture
def figures(tmp_path: Path) -> Published:
    file = tmp_path / "published.toml"
    file.write_text(FIGURES, "utf-8")
    return published.load(file)


@pytest.mark.parametrize(
    "text",
    [
        "[138 M](published:torchvision.vgg16.params)",
        "[138,357,544](published:torchvision.vgg16.params)",
        "[1.38 亿](published:torchvision.vgg16.params)",
        "[１.３８ 亿](published:torchvision.vgg16.params)",
        "[15.5 GMACs](published:torchvision.vgg16.macs)",
        "[1.8 G and 3.6 G](published:papers.resnet.macs)",
        "`[9](published:x)` <!-- [9](published:x) -->",
    ],
)
def test_a_rounded_published_number_is_accepted(text: str, figures: Published) -> None:
    assert [] == list(citations.check(parse(text, "x.md"), figures))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[139 M](published:torchvision.vgg16.params)",
            "139 M differs from torchvision.vgg16.params, which is 138357544",
        ),
        (
            "[1.8 G](published:papers.resnet.macs)",
            "[1.8 G] must have 2 numbers, as papers.resnet.macs has, not 1",
        ),
    ],
)
def test_a_wrong_number_is_reported_with_its_line(text: str, message: str, figures: Published) -> None:
    found = [str(each) for each in citations.check(parse(f"\n{text}", "x.md"), figures)]
    assert found == [f"x.md:2: citation: {message}"]


def test_a_wrong_number_in_an_executed_block_of_markdown_is_reported(figures: Published) -> None:
    page = parse('```md exec="on"\n[139 M](published:torchvision.vgg16.params)\n```\n', "x.md")
    assert [2] == [each.line for each in citations.check(page, figures)]


def test_every_changed_digit_of_a_citation_is_reported(figures: Published) -> None:
    text = "[138,357,544](published:torchvision.vgg16.params) [15.5 G](published:torchvision.vgg16.macs)"
    for place in (place for place, sign in enumerate(text) if sign.isdigit()):
        for digit in "0123456789".replace(text[place], ""):
            mutant = text[:place] + digit + text[place + 1 :]
            assert 1 == len(list(citations.check(parse(mutant, "x.md"), figures))), mutant


def test_an_unknown_key_is_reported_with_the_nearest(figures: Published) -> None:
    (finding,) = citations.check(parse("[1](published:torchvision.vgg16.parms)", "x.md"), figures)
    assert "the nearest" in finding.message
    assert "torchvision.vgg16.params" in finding.message


def test_a_citation_is_rendered_with_its_source(figures: Published) -> None:
    page = parse("[138 M](published:torchvision.vgg16.params), [1 2](published:papers.resnet.macs)", "x.md")
    assert (
        '[138 M](https://x.y/ "torchvision &quot;0.28&quot;"), <abbr title="He et al.">1 2</abbr>'
    ) == page.replaced(citations.rendered(page, figures))


def test_an_unknown_figure_raises_an_error(figures: Published) -> None:
    with pytest.raises(UnknownNameError, match="unknown published value 'x'"):
        figures.figure("x")


def test_a_missing_file_has_no_figures(tmp_path: Path) -> None:
    assert {} == published.load(tmp_path / "published.toml").figures


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = ", "the published values cannot be read"),
        ("a.b = 1", r"the published value a\.b \(=1\) must have a source, in its own table or an encl"),
        ("source = 'x'\na = 'many'", r"the published value a \(=many\) must contain a number"),
        ("source = 'x'\na = true", r"the published value a \(=True\) must contain a number"),
        ("source = 'x'\na = nan", r"the published value a \(=NaN\) must contain a number"),
        (
            "source = 'x'\na = 1e99999",
            r"the published value a: a number \(=1E\+99999\) must have at most 1000",
        ),
        ("source = 'x'\na = 1e" + "9" * 30, "the published values cannot be read: .*"),
        ("source = 'x'\na = " + "9" * 5000, "the published values cannot be read: Exceeds the limit"),
        ("source = 'x'\na = 0x" + "f" * 5000, "the published values cannot be read: Exceeds the limit"),
        ("source = 'x'\na = " + "[" * 9999, "the published values cannot be read"),
    ],
)
def test_a_figure_that_cannot_be_used_is_an_error_of_the_file(
    tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "published.toml"
    file.write_text(content, "utf-8")
    loaded = published.load(file)
    (error,) = loaded.faults
    assert str(file) == error.path
    assert re.match(message, error.rule)
    assert {} == loaded.figures


def test_errors_in_the_file_are_found_at_once_and_leave_the_other_figures_usable(tmp_path: Path) -> None:
    file = tmp_path / "published.toml"
    file.write_text("a.b = 1\nc.source = 'x'\nc.d = nan\nc.e = 2\n", "utf-8")
    loaded = published.load(file)
    assert [
        "the published value a.b (=1) must have a source, in its own table or an enclosing one",
        "the published value c.d (=NaN) must contain a number",
    ] == [each.rule for each in loaded.faults]
    assert ["c.e"] == list(loaded.figures)
    page = parse("[2](published:c.e) and [3](published:c.d)", "x.md")
    (error,) = citations.check(page, loaded)
    assert f"the published value 'c.d' is not known: {file} has errors" == error.message


def test_an_error_of_syntax_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "published.toml"
    file.write_text("[a]\nb = \n", "utf-8")
    (error,) = published.load(file).faults
    assert f"{file}:2: the published values cannot be read: Invalid value" == str(error)


def test_a_directory_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (error,) = published.load(tmp_path).faults
    assert "Is a directory" in error.rule
