"""The timeline has every family of networks, at the year of its paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from convref import architectures
from convref.errors import PageError
from convref_docs.timeline import events, timeline


def test_each_family_is_on_the_timeline_once() -> None:
    families = {architectures.find(name).family for name in architectures.names()}
    assert sorted(families) == sorted(event.family for event in events())


@pytest.mark.parametrize(("family", "year"), [
    ("lenet", 1998), ("alexnet", 2012), ("nin", 2013), ("vgg", 2014), ("resnet", 2015), ("densenet", 2016),
    ("mobilenet", 2017), ("efficientnet", 2019), ("convnext", 2022),
])  # fmt: skip
def test_a_family_is_dated_by_the_first_version_of_its_paper(family: str, year: int) -> None:
    assert year == next(event.year for event in events() if event.family == family)


def test_the_figure_names_the_years_in_order_and_all_names_in_both_languages() -> None:
    drawn = timeline()
    years = [f'data-mark="year {year}"' for year in sorted({event.year for event in events()})]
    for lang in ("en", "zh"):
        found = [drawn.svg(lang).find(year) for year in years]
        assert found == sorted(found)
        assert -1 not in found
    assert drawn.alt("zh").startswith("1998：LeNet-5；2012：AlexNet；2013：Network in network；")


def test_a_page_whose_first_footnote_has_no_year_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "architectures"
    folder.mkdir(parents=True)
    for family in {architectures.find(name).family for name in architectures.names()}:
        (folder / f"{family}.md").write_text("# A\n\nB.[^c]\n\n[^c]: *D*, 2000.\n[^e]: 1990.\n")
    assert {2000} == {event.year for event in events(tmp_path)}
    (folder / "vgg.md").write_text("# VGG\n\nB.[^c]\n\n[^c]: *D*, <https://a.b/2019/1>.\n")
    with pytest.raises(PageError, match=r"vgg\.md.*the first footnote must name the paper"):
        events(tmp_path)
